"""What a note from a customer tells in a word: kept, found, counted, merged, taken back and erased with it."""

import pytest
from hypothesis import given, strategies as st

from kb import customers, feed, heard, note_history, note_merge, notes, traits
from kb.access import OPERATOR
from kb.errors import Invalid, fill
from kb.note_details import Details
from kb.search import find

CREAM = ("preference.colour", "米白")
LARGE = ("preference.size", "大号")
RIVAL = ("rival.product", "乐存 L3")
FIELDS = ("title", "summary", "body", "dimension", "readers")


@pytest.fixture
def write(a_note):
    """Return a function that writes a note with these traits."""

    def call(*its, customers=(), **overrides):
        details = Details(
            channel="电话",
            experience="suggestion",
            traits=its,
            customers=tuple((each, "") for each in customers),
        )
        return a_note(**{"details": details, **overrides})

    return call


def saved(db, note, by, now, *its, version=None, **change):
    fields = {name: getattr(note, name) for name in FIELDS} | {"topic_names": [each["name"] for each in note.topics]}
    details = Details(channel="电话", experience="suggestion", traits=its)
    return notes.edit(db, note.id, version=version or note.version, **fields | change, details=details, by=by, now=now)


def words(db, reader, **within):
    counted = traits.counts(db, reader=reader, **within)
    return {kind: [(each.value, each.notes, each.customers) for each in rows] for kind, rows in counted.items()}


def test_words_are_kept_kind_by_kind_each_once_however_it_is_spelled(write):
    note = write(
        RIVAL,
        ("preference.colour", " 米白 "),
        LARGE,
        CREAM,
        ("preference.style", "Ｏａｋ"),
        ("preference.style", "oak"),
    )
    assert note.traits == (CREAM, LARGE, ("preference.style", "Ｏａｋ"), RIVAL)


@pytest.mark.parametrize(
    ("its", "field"),
    [([("preference.smell", "香")], "traits"), ([("rival.product", "长" * 61)], "rival.product"),
     ([("trend.demand", f"词{n}") for n in range(41)], "trend.demand")],
)  # fmt: skip
def test_what_is_no_word_of_a_kind_is_refused_by_its_field(db, write, its, field):
    with pytest.raises(Invalid) as refused:
        write(*its)
    assert refused.value.field == field
    assert db["note"].count == db["note_trait"].count == 0


def test_only_what_a_customer_said_has_them(db, write, a_note):
    note = a_note(dimension="for", details=Details(audience="all", valid_from="2026-01-01", traits=(CREAM,)))
    assert (note.traits, db["note_trait"].count) == ((), 0)


def test_undo_and_an_earlier_version_bring_them_back(db, people, write, now):
    chen = people["chen"]
    note = write(CREAM, RIVAL)
    first = feed.last_seq(db)
    changed = saved(db, note, chen, now, LARGE)
    assert changed.traits == (LARGE,)
    assert notes.undo(db, feed.last_seq(db), by=chen, now=now).traits == (CREAM, RIVAL)
    again = notes.get(db, note.id, reader=chen)
    saved(db, again, chen, now)
    assert note_history.differs(notes.get(db, note.id, reader=chen), feed.change(db, first)["after"])
    note_history.restore(db, note.id, first, by=chen, now=now)
    assert notes.get(db, note.id, reader=chen).traits == (CREAM, RIVAL)


def test_a_change_of_before_there_were_words_is_undone_without_them_and_is_no_difference(db, people, write, now):
    note = write()
    state = feed.change(db, feed.last_seq(db))["after"]
    del state["traits"]
    assert not note_history.differs(note, state)


def test_a_customer_who_says_the_same_leaves_the_words_alone(db, people, write, now):
    hotel = customers.add(db, name="澄湖酒店", by=people["chen"], now=now)
    note = write(CREAM)
    heard.join(db, note.id, [hotel.id], by=people["li"], now=now)
    assert notes.get(db, note.id, reader=people["li"]).traits == (CREAM,)


def test_two_who_add_words_at_once_both_have_theirs(db, people, write, now):
    note = write(CREAM, LARGE)
    saved(db, note, people["wang"], now, CREAM, LARGE, RIVAL)
    both = saved(db, note, people["chen"], now, CREAM, ("trend.demand", "小包装"), version=1)
    assert both.traits == (CREAM, RIVAL, ("trend.demand", "小包装"))


some = st.lists(st.sampled_from([["a", "1"], ["a", "2"], ["b", "1"], ["b", "3"]]), unique_by=tuple)


@given(some, some, some)
def test_a_word_stands_after_a_merge_exactly_when_one_added_it_or_nobody_took_it_away(base, mine, theirs):
    def has(side, word):
        return word in side

    both = traits.merged(base, mine, theirs)
    for word in (["a", "1"], ["a", "2"], ["b", "1"], ["b", "3"]):
        wanted = has(mine, word) and has(theirs, word) if has(base, word) else has(mine, word) or has(theirs, word)
        assert (word in both) == wanted
    assert len(both) == len({tuple(each) for each in both})


def test_the_words_go_with_a_note_that_is_erased(db, write, now):
    note = write(("preference.style", "青石街那种"))
    note_history.erase(db, note.id, by=OPERATOR, now=now, reason="本人要求")
    assert db["note_trait"].count == 0
    assert "青石街" not in " ".join(str(row) for row in db.query("SELECT before, after FROM change_text"))


def test_they_are_counted_by_note_and_customer_of_all_of_a_topic_and_of_a_segment(db, people, write, now):
    by, reader = people["chen"], people["vera"]
    one = customers.add(db, name="澄湖酒店", segment="酒店", by=by, now=now).id
    two = customers.add(db, name="鹿溪民宿", segment="民宿", by=by, now=now).id
    write(CREAM, customers=(one, two), topic_names=["毛巾"])
    write(CREAM, ("preference.colour", "灰"), customers=(one,), topic_names=["窗帘"])
    write(CREAM, topic_names=["窗帘"])
    assert words(db, reader) == {"preference.colour": [("米白", 3, 2), ("灰", 1, 1)]}
    curtain = next(row["id"] for row in db["topic"].rows if row["name"] == "窗帘")
    assert words(db, reader, topic_id=curtain) == {"preference.colour": [("米白", 2, 1), ("灰", 1, 1)]}
    assert words(db, reader, segment="民宿") == {"preference.colour": [("米白", 1, 1)]}
    found, named = traits.holders(db, "preference.colour", "米白", reader=reader, segment="酒店")
    assert (found, named) == ([2, 1], [one])
    assert traits.holders(db, "preference.colour", "米白", reader=reader) == ([3, 2, 1], [one, two])


def test_a_word_of_a_note_one_may_not_see_is_neither_counted_nor_offered_nor_found(db, home, people, write, now):
    write(CREAM)
    write(CREAM, ("preference.colour", "秘密绿"), readers="owner", by=people["wang"])
    chen, wang = people["chen"], people["wang"]
    assert words(db, chen) == {"preference.colour": [("米白", 1, 0)]}
    assert traits.common(db, reader=chen)["preference.colour"] == ["米白"]
    assert traits.common(db, reader=wang)["preference.colour"] == ["米白", "秘密绿"]
    assert [each.value for each in traits.find(db, "preference.colour", "秘", reader=wang)] == ["秘密绿"]
    assert traits.find(db, "preference.colour", "秘", reader=chen) == []
    assert traits.holders(db, "preference.colour", "秘密绿", reader=chen) == ([], [])
    assert find.search(db, home, "偏好.颜色:秘密绿", reader=chen).total == 0
    assert find.search(db, home, "偏好.颜色:秘密绿", reader=wang).total == 1


def test_a_word_in_the_archive_is_offered_to_nobody(db, people, write, now):
    note = write(CREAM)
    notes.archive(db, note.id, by=people["chen"], now=now)
    assert (traits.counts(db, reader=OPERATOR), traits.common(db, reader=OPERATOR)["preference.colour"]) == ({}, [])


def test_what_is_offered_is_spelled_as_it_was_last_and_found_by_pinyin(db, people, write):
    write(("preference.texture", "绒面"))
    write(("preference.texture", "絨面"))
    assert [each.value for each in traits.find(db, "preference.texture", "rm", reader=OPERATOR)] == ["絨面"]
    assert traits.find(db, "preference.size", "rm", reader=OPERATOR) == []


@pytest.mark.parametrize(
    ("query", "ids"),
    [("偏好.颜色:米白", [2, 1]), ("preference.color:米白 偏好.尺寸:大号", [1]), ("偏好:大号", [1]), ("竞品:乐存", []),
     ('竞品:"乐存 L3"', [3]), ("competitor.product:“乐存 l3”", [3]), ("偏好.颜色:米白 偏好.颜色:灰", [3, 2, 1]),
     ("趋势.需求:小包装", [2]), ("趋势:小包装 偏好.尺寸:大号", []), ("分群:酒店", [3])],
)  # fmt: skip
def test_a_question_asks_for_them_in_chinese_and_in_english(db, home, people, write, now, query, ids):
    hotel = customers.add(db, name="澄湖酒店", segment="酒店", by=people["chen"], now=now).id
    write(CREAM, LARGE)
    write(CREAM, ("trend.demand", "小包装"))
    write(RIVAL, ("preference.colour", "灰"), customers=(hotel,))
    assert [hit.id for hit in find.search(db, home, query, reader=people["vera"]).hits] == ids


def test_a_row_that_no_filter_finds_is_damage(db, write, migration_sets):
    note = write(CREAM)
    assert traits.damaged(db) == []
    db["note_trait"].update((note.id, *CREAM), {"value": "灰"})
    assert [row["value"] for row in traits.damaged(db)] == ["灰"]


def test_two_notes_made_one_have_the_words_of_both_until_that_is_taken_back(db, people, write, now):
    by = people["wang"]
    kept, other = write(CREAM, LARGE), write(CREAM, RIVAL)
    told = {"versions": (1, 1), "say": fill, "by": by, "now": now}
    seq = note_merge.merge(db, kept.id, other.id, note_merge.Wish("all"), **told)
    assert notes.get(db, kept.id, reader=by).traits == (CREAM, LARGE, RIVAL)
    assert traits.counts(db, reader=by)["preference.colour"][0].notes == 1
    note_merge.undo(db, seq, by=by, now=now)
    assert [notes.get(db, each.id, reader=by).traits for each in (kept, other)] == [(CREAM, LARGE), (CREAM, RIVAL)]


def test_they_are_counted_of_the_product_the_customer_talked_of(db, people, a_note, now):
    def said(product, *its, **overrides):
        return a_note(
            details=Details(channel="电话", experience="suggestion", product=product, traits=its), **overrides
        )

    said("大毛巾", CREAM, LARGE)
    said("大毛巾", CREAM)
    said("窗帘", CREAM)
    said("灯", ("preference.colour", "秘密绿"), readers="owner", by=people["wang"])
    said("没有词的")
    reader = people["vera"]
    assert words(db, reader, product="大毛巾") == {
        "preference.colour": [("米白", 2, 0)],
        "preference.size": [("大号", 1, 0)],
    }
    assert traits.holders(db, *CREAM, reader=reader, product="窗帘") == ([3], [])
    assert traits.products(db, reader=reader) == ["大毛巾", "窗帘"]
    assert words(db, reader, product="灯") == {}
    assert set(traits.products(db, reader=people["wang"])) == {"大毛巾", "窗帘", "灯"}
