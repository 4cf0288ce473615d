import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from kb import feed, note_counts, note_history, notes, topics
from kb.access import OPERATOR
from kb.dimensions import DIMENSIONS, thin
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.note_details import Details

FIELDS = {
    "title": "新标题",
    "summary": "",
    "body": "新正文",
    "dimension": "from",
    "topic_names": ["密封罐"],
    "details": Details(channel="电话", experience="complaint"),
    "readers": "all",
}


def seen_by(db, people, note):
    seen = []
    for login, reader in people.items():
        try:
            notes.get(db, note.id, reader=reader)
        except NotFound:
            continue
        seen.append(login)
    return seen


@pytest.mark.parametrize(
    ("readers", "seen"),
    [
        ("owner", ["chen"]),
        ("department", ["wang", "chen", "li"]),
        ("all", ["wang", "chen", "li", "lin", "zhao", "ma", "shen", "vera"]),
    ],
)
def test_who_may_see_a_note_sees_it_in_every_list_and_nobody_else_in_any(db, people, a_note, readers, seen):
    note = a_note(readers=readers)
    assert seen_by(db, people, note) == seen
    for login, reader in people.items():
        found, total = notes.listing(db, reader=reader)
        wanted = int(login in seen)
        assert (len(found), total) == (wanted, wanted)
        assert sum(note_counts.balance(db, reader=reader).values()) == wanted
        assert len(topics.listing(db, reader=reader)) == wanted
        assert len(notes.of_ids(db, [note.id], reader=reader)) == wanted


@pytest.mark.parametrize(
    ("dimension", "maturity", "standing"),
    [("about", None, "found"), ("for", "raw", None), ("from", "raw", None), ("with", "raw", None)],
)
def test_each_dimension_begins_its_own_way(a_note, dimension, maturity, standing):
    note = a_note(dimension=dimension)
    assert (note.dimension, note.maturity, note.standing) == (dimension, maturity, standing)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " 　\t"}, "title"), ({"title": "\u200b\u2060"}, "title"), ({"title": "x" * 201}, "title"),
        ({"title": "a\ud800"}, "title"), ({"body": "a\x00"}, "body"), ({"body": "x" * 5_000_000}, "body"),
        ({"summary": "x" * 501}, "summary"), ({"dimension": "by"}, "dimension"), ({"readers": "list"}, "named_readers"),
        ({"readers": "friends"}, "readers"),
        ({"topic_names": []}, "topics"), ({"topic_names": [" "]}, "topics"), ({"topic_names": ["a\x00"]}, "topics"),
    ],
)  # fmt: skip
def test_a_note_that_cannot_be_stored_is_refused_by_its_field_and_nothing_is_written(db, a_note, people, change, field):
    before = feed.last_seq(db)
    with pytest.raises(Invalid) as refused:
        a_note(**change)
    assert refused.value.field == field
    assert (db["note"].count, db["topic"].count, feed.last_seq(db)) == (0, 0, before)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60))
def test_what_is_taken_comes_back_as_it_was_written(db, people, now, text):
    try:
        note = notes.add(db, **{**FIELDS, "body": text}, by=people["chen"], now=now)
    except Invalid:
        return
    again = notes.get(db, note.id, reader=people["li"]).body
    assert again == text.replace("\r\n", "\n").replace("\r", "\n").strip() or again == ""


def test_only_the_owner_and_curators_change_a_note(db, people, a_note, now):
    note = a_note()
    for login, may in {"chen": True, "wang": True, "ma": True, "zhao": True, "li": False, "lin": False}.items():
        fresh = notes.get(db, note.id, reader=OPERATOR)
        assert notes.may_edit(fresh, people[login]) is may
        if may:
            notes.edit(db, note.id, version=fresh.version, by=people[login], now=now, **FIELDS)
            continue
        with pytest.raises(Forbidden):
            notes.edit(db, note.id, version=fresh.version, by=people[login], now=now, **FIELDS)
        with pytest.raises(Forbidden):
            notes.archive(db, note.id, by=people[login], now=now)
    for login in ("vera", "shen"):
        with pytest.raises(Forbidden):
            notes.add(db, **FIELDS, by=people[login], now=now)


def test_a_stale_save_is_refused_with_what_stands_there_now(db, people, a_note, now):
    note = a_note()
    notes.edit(db, note.id, version=1, by=people["wang"], now=now, **{**FIELDS, "body": "先到"})
    with pytest.raises(notes.Stale) as refused:
        notes.edit(db, note.id, version=1, by=people["chen"], now=now, **{**FIELDS, "body": "后到"})
    assert refused.value.theirs.body == "先到"
    assert notes.get(db, note.id, reader=OPERATOR).body == "先到"


def test_undo_takes_back_an_edit_an_archive_and_the_writing_itself(db, people, a_note, now):
    chen = people["chen"]
    note = a_note(title="第一版", topic_names=["甲", "乙"])
    notes.edit(db, note.id, version=1, by=chen, now=now, **FIELDS)
    restored = notes.undo(db, feed.last_seq(db), by=chen, now=now)
    assert (restored.title, [topic["name"] for topic in restored.topics]) == ("第一版", ["甲", "乙"])
    seq = notes.archive(db, note.id, by=chen, now=now)
    assert notes.listing(db, reader=chen)[1] == 0
    assert notes.undo(db, seq, by=chen, now=now).archived == 0
    other = a_note(title="写错了")
    assert notes.undo(db, feed.last_seq(db), by=chen, now=now).archived == 1
    assert [row["action"] for row in note_history.history(db, other.id, reader=chen)] == ["undo", "add"]


def test_undo_of_what_was_changed_again_since_is_refused(db, people, a_note, now):
    note = a_note()
    notes.edit(db, note.id, version=1, by=people["chen"], now=now, **FIELDS)
    first = feed.last_seq(db)
    notes.edit(db, note.id, version=2, by=people["chen"], now=now, **{**FIELDS, "body": "更新"})
    with pytest.raises(Conflict, match="changed again"):
        notes.undo(db, first, by=people["chen"], now=now)
    with pytest.raises(NotFound):
        notes.undo(db, 9999, by=people["chen"], now=now)


def test_history_keeps_every_version_but_not_the_texts_of_what_was_private_then(db, people, a_note, now):
    note = a_note(readers="owner", body="那时的私话")
    notes.edit(db, note.id, version=1, by=people["chen"], now=now, **FIELDS, reason="公开")
    own = note_history.history(db, note.id, reader=people["chen"])
    assert own[1]["after"]["body"] == "那时的私话"
    assert own[0]["reason"] == "公开"
    colleague = note_history.history(db, note.id, reader=people["li"])
    assert [row["hidden"] for row in colleague] == [True, True]
    assert "私话" not in str(colleague)


def test_erasing_takes_an_administrator_and_a_reason(db, people, a_note, now):
    note = a_note()
    with pytest.raises(Forbidden):
        note_history.erase(db, note.id, by=people["chen"], now=now, reason="x")
    with pytest.raises(Invalid):
        note_history.erase(db, note.id, by=people["zhao"], now=now, reason=" ")
    note_history.erase(db, note.id, by=people["zhao"], now=now, reason="请求")
    with pytest.raises(NotFound):
        notes.get(db, note.id, reader=OPERATOR)


def test_two_spellings_of_a_topic_are_one(db, a_note):
    a_note(topic_names=["密封罐", "ＡＢＣ"])
    a_note(topic_names=["密封罐 ", "abc", "密封罐"])
    a_note(topic_names=["密封罐"])
    assert [topic["name"] for topic in db["topic"].rows] == ["密封罐", "ＡＢＣ"]


def test_a_topic_nobody_may_know_of_is_absent(db, people, a_note):
    note = a_note(readers="owner", topic_names=["私事"])
    topic = note.topics[0]["id"]
    assert topics.get(db, topic, reader=people["chen"]).name == "私事"
    for find in (
        lambda: topics.get(db, topic, reader=people["li"]),
        lambda: topics.by_name(db, "私事", reader=people["li"]),
    ):
        with pytest.raises(NotFound):
            find()


def test_lists_are_cut_into_pages_newest_first(db, people, a_note):
    written = [a_note(title=f"第 {number} 条", now=f"2026-01-0{number}T00:00:00.000000Z").id for number in range(1, 6)]
    pages = [notes.listing(db, reader=people["li"], limit=2, offset=offset) for offset in (0, 2, 4)]
    assert [note.id for page, _ in pages for note in page] == written[::-1]
    assert {total for _, total in pages} == {5}


def test_the_balance_of_a_department_is_the_list_behind_it_for_every_reader(db, people, a_note):
    for login, dimension, readers in (
        ("chen", "from", "all"), ("chen", "from", "owner"), ("li", "for", "department"), ("lin", "about", "all"),
    ):  # fmt: skip
        a_note(title=f"{login} {dimension}", dimension=dimension, readers=readers, by=people[login])
    service, market = people["chen"].department_id, people["lin"].department_id
    for reader in people.values():
        for department in (service, market, None):
            counts = note_counts.balance(db, reader=reader, department_id=department)
            for dimension, count in counts.items():
                found = notes.listing(db, reader=reader, dimension=dimension, department_id=department)
                assert (len(found[0]), found[1]) == (count, count)
    assert note_counts.balance(db, reader=people["li"], department_id=service) == {
        "about": 0,
        "for": 1,
        "from": 1,
        "with": 0,
    }
    assert note_counts.balance(db, reader=people["vera"], department_id=service) == {
        "about": 0,
        "for": 0,
        "from": 1,
        "with": 0,
    }


@pytest.mark.parametrize(
    ("counts", "least"),
    [
        ((0, 0, 0, 0), None),
        ((2, 2, 2, 2), None),
        ((3, 2, 2, 1), "with"),
        ((0, 5, 0, 5), "about"),
        ((9, 1, 9, 9), "for"),
    ],
)
def test_the_type_there_is_least_of_is_named_once_there_is_a_difference(counts, least):
    assert thin(dict(zip(DIMENSIONS, counts, strict=True))) == least


def test_an_earlier_version_stands_again_as_a_new_one_and_that_can_be_undone(db, people, a_note, now):
    note = a_note()
    first = feed.last_seq(db)
    edited = {**FIELDS, "title": "改过的", "body": "新的", "topic_names": ["别的"]}
    notes.edit(db, note.id, version=1, by=people["chen"], now=now, **edited)
    notes.edit(db, note.id, version=2, by=people["wang"], now=now, **{**edited, "title": "又改"})
    seq = note_history.restore(db, note.id, first, by=people["chen"], now=now)
    back = notes.get(db, note.id, reader=OPERATOR)
    assert (back.version, back.title, back.body, back.topics[0]["name"]) == (4, note.title, note.body, "密封罐")
    assert feed.change(db, seq)["action"] == "restore"
    assert notes.undo(db, seq, by=people["chen"], now=now).title == "又改"


def test_a_version_one_may_not_see_or_of_another_note_is_not_restored(db, people, a_note, now):
    note = a_note(readers="owner")
    hidden = feed.last_seq(db)
    notes.edit(db, note.id, version=1, by=people["chen"], now=now, **{**FIELDS, "readers": "all"})
    other = a_note()
    for seq in (hidden, feed.last_seq(db), 99999):
        with pytest.raises(NotFound):
            note_history.restore(db, note.id, seq, by=people["wang"], now=now)
    with pytest.raises(Forbidden):
        note_history.restore(db, other.id, feed.last_seq(db), by=people["li"], now=now)


def test_a_title_loses_what_has_no_width_or_turns_the_writing_and_a_text_keeps_it(a_note):
    tricks = "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2069\ufeff"
    note = a_note(title="密" + "封".join(tricks) + "\u200c罐\u200d", body=f"甲{tricks}乙")
    assert (note.title, note.body) == ("密" + "封" * 15 + "\u200c罐\u200d", f"甲{tricks}乙")


@pytest.mark.parametrize("blank", "\u3164\u2800\u115f\u1160\u17b4\u17b5\uffa0\u200d\u00ad")
def test_a_title_of_what_is_drawn_as_nothing_is_empty(a_note, db, blank):
    with pytest.raises(Invalid) as refused:
        a_note(title=f" {blank}{blank} ")
    assert (refused.value.field, db["note"].count) == ("title", 0)
