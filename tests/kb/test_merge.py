"""Two saves on top of one version: both stand, or both are asked; nothing is lost."""

import pytest
from hypothesis import given, strategies as st

from kb import gates, maturity, merge, notes
from kb.access import OPERATOR
from kb.note_details import Details

BASE = "第一段。\n第二段。\n第三段。\n第四段。\n"
FIELDS = ("title", "summary", "body", "dimension", "readers")
lines = st.lists(st.sampled_from(["甲\n", "乙\n", "丙\n", "丁\n", "\n"]), max_size=8)


@pytest.mark.parametrize(
    ("mine", "theirs", "both"),
    [
        (
            "改一。\n第二段。\n第三段。\n第四段。\n",
            "第一段。\n第二段。\n第三段。\n改四。\n",
            "改一。\n第二段。\n第三段。\n改四。\n",
        ),
        (
            "改一。\n第二段。\n第三段。\n第四段。\n",
            "第一段。\n改二。\n第三段。\n第四段。\n",
            "改一。\n改二。\n第三段。\n第四段。\n",
        ),
        ("开头。\n" + BASE, BASE + "结尾。\n", "开头。\n" + BASE + "结尾。\n"),
        ("第一段。\n第三段。\n第四段。\n", BASE.replace("第四", "新四"), "第一段。\n第三段。\n新四段。\n"),
        (BASE.replace("第二", "新二"), BASE.replace("第二", "新二"), BASE.replace("第二", "新二")),
    ],
)
def test_changes_of_other_lines_both_stand(mine, theirs, both):
    assert merge.texts(BASE, mine, theirs) == both
    assert merge.texts(BASE, theirs, mine) == both


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (BASE.replace("第二", "我二"), BASE.replace("第二", "他二")),
        (BASE + "我的结尾。\n", BASE + "他的结尾。\n"),
        ("第一段。\n第三段。\n第四段。\n", BASE.replace("第二", "他二")),
        ("", BASE.replace("第三", "他三")),
    ],
)
def test_the_same_lines_changed_in_two_ways_are_asked_about(mine, theirs):
    for one, other in ((mine, theirs), (theirs, mine)):
        with pytest.raises(merge.Clash):
            merge.texts(BASE, one, other)


@pytest.mark.parametrize(
    ("base", "mine", "theirs"),
    [("乙丙乙乙", "甲乙乙丙", "乙乙丙"), ("甲乙乙丙丙", "丙乙乙丙乙", "丙乙丙")],
)
def test_a_line_that_both_moved_elsewhere_is_asked_about(base, mine, theirs):
    with pytest.raises(merge.Clash):
        merge.texts(*("".join(f"{line}\n" for line in each) for each in (base, mine, theirs)))


@given(lines, lines, lines)
def test_no_line_that_somebody_wrote_is_lost_and_none_that_stood_comes_back(base, mine, theirs):
    texts = ["".join(each) for each in (base, mine, theirs)]
    try:
        both = merge.texts(*texts)
    except merge.Clash:
        return
    assert merge.texts(texts[0], texts[2], texts[1]) == both
    assert merge.texts(texts[0], texts[1], texts[0]) == texts[1]
    for line in {*base, *mine, *theirs}:
        counts = [text.splitlines(keepends=True).count(line) for text in (*texts, both)]
        # Each added what they added, or both the same once.
        least = counts[0] + min(counts[1] - counts[0], 0) + min(counts[2] - counts[0], 0)
        assert least <= counts[3] <= max(counts[1] + counts[2] - counts[0], counts[1], counts[2]), line


@pytest.fixture
def save(db, people, now):
    """Return a function that saves a note as somebody who began with `version`."""

    def call(note_id, login, version, **changed):
        note = notes.get(db, note_id, reader=OPERATOR)
        first = next(row for row in history(note_id) if row["after"]["version"] == version)["after"]
        fields = {name: first[name] for name in FIELDS} | {"topic_names": first["topics"], "details": note.details()}
        return notes.edit(
            db, note_id, version=version, **({"reason": "写得更准"} | fields | changed), by=people[login], now=now
        )

    def history(note_id):
        from kb import note_history

        return note_history.history(db, note_id, reader=OPERATOR)

    return call


def test_two_who_change_other_fields_are_not_asked(db, save, a_note):
    note = a_note(body=BASE)
    save(note.id, "chen", 1, title="改过的标题", body="改一。\n第二段。\n第三段。\n第四段。\n")
    both = save(note.id, "wang", 1, summary="补上的摘要", body=BASE + "结尾。\n", topic_names=["密封罐", "装配"])
    assert (both.version, both.title, both.summary) == (3, "改过的标题", "补上的摘要")
    assert both.body == "改一。\n第二段。\n第三段。\n第四段。\n结尾。"
    assert [topic["name"] for topic in both.topics] == ["密封罐", "装配"]


def test_two_who_change_the_same_field_are_asked_and_nothing_is_written(db, save, a_note):
    note = a_note()
    save(note.id, "chen", 1, title="我的标题")
    with pytest.raises(notes.Stale) as refused:
        save(note.id, "wang", 1, title="他的标题", summary="也改了摘要")
    assert (refused.value.theirs.title, notes.get(db, note.id, reader=OPERATOR).summary) == ("我的标题", "")


def test_a_step_taken_meanwhile_is_no_conflict_and_an_answer_to_the_old_text_no_yes(db, people, now, save, a_note):
    note = a_note(summary="装反了就漏", topic_names=["密封罐", "装配"])
    maturity.advance(db, note.id, by=people["chen"], now=now)
    maturity.classify(db, note.id, ["repair"], by=people["chen"], now=now, reason="分得更细")
    both = save(note.id, "wang", 1, title="改过的标题")
    assert (both.title, both.maturity, both.facets) == ("改过的标题", "explicit", ("repair",))
    assert gates.following(both) == "classified"


def test_who_may_not_see_the_version_one_names_is_not_put_together_with_it(db, people, now, save, a_note):
    note = a_note(readers="owner")
    save(note.id, "chen", 1, readers="all")
    with pytest.raises(notes.Stale):
        save(note.id, "wang", 1, title="猜一版")
    with pytest.raises(notes.Stale):
        notes.edit(
            db, note.id, version=99, title="没有这版", summary="", body="", dimension="from", topic_names=["密封罐"],
            details=note.details(), readers="all", by=people["wang"], now=now,
        )  # fmt: skip


def test_two_changes_that_do_not_fit_together_are_asked_about(db, save, a_note):
    note = a_note(dimension="for", details=Details(audience="all", valid_from="2026-01-01", valid_until="2026-12-31"))
    later = Details(audience="all", valid_from="2026-09-01", valid_until="2026-12-31")
    sooner = Details(audience="all", valid_from="2026-01-01", valid_until="2026-03-31")
    save(note.id, "chen", 1, details=sooner)
    with pytest.raises(notes.Stale):
        save(note.id, "wang", 1, details=later)
    kept = notes.get(db, note.id, reader=OPERATOR)
    assert (kept.valid_from, kept.valid_until) == ("2026-01-01", "2026-03-31")


def test_texts_that_differ_all_over_and_are_long_are_asked_about(monkeypatch):
    base = "".join(f"{number}\n" for number in range(10))
    mine, theirs = base.replace("0\n", "甲\n").replace("9\n", "乙\n"), base.replace("5\n", "丙\n")
    assert merge.texts(base, mine, theirs) == mine.replace("5\n", "丙\n")
    monkeypatch.setattr(merge, "_MOST_LINES", 4)
    with pytest.raises(merge.Clash):
        merge.texts(base, mine, theirs)
    # What stayed at both ends is not compared.
    assert merge.texts(base, base.replace("0\n", "甲\n"), theirs) == theirs.replace("0\n", "甲\n")
