"""Moving a note on: gates that nobody gets past, and what brings a note back."""

import io
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from kb import (
    answers,
    attachments,
    facets,
    feed,
    files,
    gates,
    looked_at,
    maturity,
    note_history,
    note_merge,
    note_rows,
    notes,
)
from kb.access import OPERATOR
from kb.errors import Conflict, Forbidden, Invalid, NotFound, fill
from kb.note_details import Details
from kb.store import writing

SAID = {"verdict": "yes", "person": "周园长", "channel": "电话", "words": "对，就是这样", "said_on": "2026-01-05"}
TEXT = ("title", "summary", "body", "dimension", "readers")


@pytest.fixture
def edit(db, people, now):
    """Return a function that changes fields of a note as its owner and returns it."""

    def call(note_id, *, topic_names=None, reason="写得更准", **changed):
        note = notes.get(db, note_id, reader=OPERATOR)
        fields = {name: getattr(note, name) for name in TEXT} | {"details": note.details()} | changed
        names = topic_names or [topic["name"] for topic in note.topics]
        who = {"reason": reason, "by": people["chen"], "now": now}
        return notes.edit(db, note_id, version=note.version, topic_names=names, **fields, **who)

    return call


@pytest.fixture
def agreed(db, home, people, now, a_note):
    """The id of a note that a customer agreed to."""
    note = a_note(summary="装反了就漏", topic_names=["密封罐", "装配"])
    for _ in range(2):
        maturity.advance(db, note.id, by=people["chen"], now=now)
    maturity.record(db, home, note.id, **SAID, by=people["li"], now=now)
    return note.id


def step(db, note_id):
    return notes.get(db, note_id, reader=OPERATOR).maturity


def test_each_step_names_what_lacks_also_to_the_administrator(db, home, people, now, a_note, edit):
    note = a_note()
    wanted = [
        ("summary", lambda: edit(note.id, summary="装反了就漏")),
        ("classes", lambda: maturity.classify(db, note.id, ["repair"], by=people["chen"], now=now, reason="漏")),
    ]
    for lack, mend in wanted:
        for login in ("chen", "zhao"):
            with pytest.raises(Invalid) as refused:
                maturity.advance(db, note.id, by=people[login], now=now)
            assert refused.value.field == lack
        mend()
        maturity.advance(db, note.id, by=people["chen"], now=now)
    with pytest.raises(Invalid) as refused:
        maturity.advance(db, note.id, by=people["zhao"], now=now)
    assert (refused.value.field, step(db, note.id)) == ("answer", "classified")
    maturity.record(db, home, note.id, **SAID, by=people["li"], now=now)
    assert step(db, note.id) == "agreed"
    with pytest.raises(Invalid, match="no further step"):
        maturity.advance(db, note.id, by=people["chen"], now=now)


def test_a_note_for_customers_says_where_it_comes_from(db, people, now, a_note, edit):
    note = a_note(dimension="for", summary="七天内可退")
    with pytest.raises(Invalid) as refused:
        maturity.advance(db, note.id, by=people["chen"], now=now)
    assert refused.value.field == "source"
    edit(note.id, details=Details(audience="all", valid_from="2026-01-01", origin="售后手册第 3 页"))
    maturity.advance(db, note.id, by=people["chen"], now=now)
    assert step(db, note.id) == "explicit"


@pytest.mark.parametrize("changed", [{"title": "别的"}, {"summary": "别的"}, {"body": "别的"}])
def test_a_changed_text_has_to_be_agreed_again(db, home, people, now, agreed, edit, changed):
    assert edit(agreed, **changed).maturity == "classified"
    with pytest.raises(Invalid):
        maturity.advance(db, agreed, by=people["chen"], now=now)
    maturity.record(db, home, agreed, **SAID, by=people["li"], now=now)
    assert step(db, agreed) == "agreed"


def test_a_yes_is_to_the_text_for_the_customer_too_also_where_two_notes_become_one(db, home, people, now, a_note, edit):
    told = Details(audience="all", valid_from="2026-01-01", origin="售后手册", customer_text="七天内可退。")
    note = a_note(dimension="for", summary="七天", topic_names=["退货", "售后"], details=told)
    for _ in range(2):
        maturity.advance(db, note.id, by=people["chen"], now=now)
    maturity.record(db, home, note.id, **SAID, by=people["li"], now=now)
    assert edit(note.id, details=replace(told, lang="zh")).maturity == "agreed"
    assert edit(note.id, details=replace(told, customer_text="三十天内可退。")).maturity == "classified"
    assert edit(note.id, details=told).maturity == "classified"
    maturity.advance(db, note.id, by=people["chen"], now=now)
    other = a_note(dimension="for", title=note.title, body=note.body, details=replace(told, customer_text="带上小票。"))
    wish = note_merge.Wish("all", reason="一回事")
    versions = (notes.get(db, note.id, reader=OPERATOR).version, other.version)
    seq = note_merge.merge(db, note.id, other.id, wish, versions=versions, say=fill, by=people["wang"], now=now)
    assert step(db, note.id) == "classified"
    note_merge.undo(db, seq, by=people["wang"], now=now)
    assert step(db, note.id) == "agreed"


def test_what_no_longer_meets_a_gate_goes_back_as_far_as_that(db, agreed, edit):
    assert edit(agreed, topic_names=["密封罐"]).maturity == "explicit"
    assert edit(agreed, summary="").maturity == "raw"


def test_a_facet_taken_away_takes_the_step_with_it(db, people, now, a_note):
    note = a_note(summary="装反了就漏")
    maturity.classify(db, note.id, ["repair"], by=people["chen"], now=now)
    for _ in range(2):
        maturity.advance(db, note.id, by=people["chen"], now=now)
    assert step(db, note.id) == "classified"
    maturity.classify(db, note.id, [], by=people["chen"], now=now, reason="原来分错了")
    assert step(db, note.id) == "explicit"


def test_what_others_build_on_is_filed_otherwise_only_with_a_reason_and_a_draft_without(db, people, now, a_note):
    note = a_note(summary="装反了就漏", topic_names=["密封罐"])
    maturity.classify(db, note.id, ["rival"], by=people["chen"], now=now)
    maturity.advance(db, note.id, by=people["chen"], now=now)
    topic = note.topics[0]["id"]
    for act in (
        lambda **why: maturity.classify(db, note.id, ["repair"], by=people["chen"], now=now, **why),
        lambda **why: maturity.add_topic(db, note.id, topic, by=people["chen"], now=now, **why),
    ):
        for empty in ({}, {"reason": " "}):
            with pytest.raises(Invalid) as refused:
                act(**empty)
            assert refused.value.field == "reason"
        seq = act(reason="原来分错了")
        assert feed.change(db, seq)["reason"] == "原来分错了"
    assert notes.get(db, note.id, reader=OPERATOR).facets == ("repair",)


def test_a_no_goes_back_with_its_words_and_outweighs_an_earlier_yes(db, home, people, now, agreed):
    no = {**SAID, "verdict": "no", "words": "夏天不是这样"}
    seq = maturity.record(db, home, agreed, **no, by=people["li"], now=now)
    assert (step(db, agreed), feed.change(db, seq)["reason"]) == ("explicit", "夏天不是这样")
    maturity.advance(db, agreed, by=people["chen"], now=now)
    with pytest.raises(Invalid):
        maturity.advance(db, agreed, by=people["chen"], now=now)


def test_undo_takes_the_step_and_the_answer_back(db, home, people, now, agreed):
    last = feed.changes(db, "note", agreed)[0]["seq"]
    notes.undo(db, last, by=people["chen"], now=now)
    assert (step(db, agreed), notes.get(db, agreed, reader=OPERATOR).answers) == ("classified", ())
    with pytest.raises(Invalid):
        maturity.advance(db, agreed, by=people["chen"], now=now)


def test_who_may_write_records_an_answer_and_who_may_change_the_note_brings_it_on(db, home, people, now, a_note):
    note = a_note(summary="装反了就漏", topic_names=["密封罐", "装配"])
    with pytest.raises(Forbidden):
        maturity.advance(db, note.id, by=people["li"], now=now)
    with pytest.raises(Forbidden):
        maturity.classify(db, note.id, ["repair"], by=people["li"], now=now)
    with pytest.raises(Forbidden):
        maturity.record(db, home, note.id, **SAID, by=people["vera"], now=now)
    maturity.record(db, home, note.id, **SAID, by=people["li"], now=now)
    assert step(db, note.id) == "raw"
    private = a_note(readers="owner")
    with pytest.raises(NotFound):
        maturity.record(db, home, private.id, **SAID, by=people["li"], now=now)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("verdict", "maybe"),
        ("person", " "),
        ("channel", ""),
        ("words", ""),
        ("said_on", "明天"),
        ("said_on", "2999-01-01"),
    ],
)
def test_an_answer_without_who_how_when_or_words_is_refused_by_its_field(db, home, people, now, a_note, field, value):
    note = a_note()
    with pytest.raises(Invalid) as refused:
        maturity.record(db, home, note.id, **{**SAID, field: value}, by=people["li"], now=now)
    assert (refused.value.field, db["answer"].count) == (field, 0)


def test_a_note_about_a_customer_has_facets_but_no_answers(db, home, people, now, a_note):
    note = a_note(dimension="about")
    maturity.classify(db, note.id, ["rival", "feature", "rival"], by=people["chen"], now=now)
    assert notes.get(db, note.id, reader=OPERATOR).facets == ("feature", "rival")
    with pytest.raises(Invalid):
        maturity.record(db, home, note.id, **SAID, by=people["chen"], now=now)
    with pytest.raises(Invalid) as refused:
        maturity.classify(db, note.id, ["colour"], by=people["chen"], now=now)
    assert refused.value.field == "facets"


def test_an_erased_note_leaves_neither_facets_nor_answers(db, people, now, agreed):
    maturity.classify(db, agreed, ["repair"], by=people["chen"], now=now, reason="也属于这一类")
    note_history.erase(db, agreed, by=people["zhao"], now=now, reason="客户要求")
    assert (db["answer"].count, db["note_facet"].count) == (0, 0)


def test_the_page_knows_since_when_a_note_is_where_it_is(db, people, agreed, edit):
    rows = note_history.history(db, agreed, reader=people["chen"])
    assert list(maturity.since(rows)) == list(gates.STEPS)
    edit(agreed, summary="")
    assert list(maturity.since(note_history.history(db, agreed, reader=people["chen"]))) == ["raw"]


ACTS = st.lists(
    st.one_of(
        st.tuples(
            st.just("edit"),
            st.sampled_from([{"summary": ""}, {"summary": "一句话"}, {"body": "改过"}, {"title": "改"}]),
        ),
        st.tuples(st.just("topics"), st.sampled_from([["密封罐"], ["密封罐", "装配"]])),
        st.tuples(st.just("classify"), st.lists(st.sampled_from(list(facets.FACETS)), max_size=3)),
        st.tuples(st.just("advance"), st.none()),
        st.tuples(st.just("answer"), st.sampled_from(answers.VERDICTS)),
        st.tuples(st.just("undo"), st.none()),
    ),
    max_size=14,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_whatever_people_do_a_note_is_never_further_than_its_gates_allow(db, home, people, now, a_note, edit, acts):
    note_id = a_note(summary="一句话").id
    for act, what in acts:
        try:
            match act:
                case "edit":
                    edit(note_id, **what)
                case "topics":
                    edit(note_id, topic_names=what)
                case "classify":
                    maturity.classify(db, note_id, what, by=people["chen"], now=now, reason="分得更细")
                case "advance":
                    maturity.advance(db, note_id, by=people["chen"], now=now)
                case "answer":
                    maturity.record(db, home, note_id, **{**SAID, "verdict": what}, by=people["li"], now=now)
                case "undo":
                    notes.undo(db, feed.changes(db, "note", note_id)[0]["seq"], by=people["chen"], now=now)
        except Invalid:
            pass  # refused: as it was
        note = notes.get(db, note_id, reader=OPERATOR)
        at = gates.STEPS.index(note.maturity)
        assert (at < 1 or bool(note.summary), at < 2 or len(note.facets) + len(note.topics) > 1) == (True, True)
        said = [each["verdict"] for each in note.answers if each["digest"] == gates.digest(note)]
        assert at < 3 or said[-1] == "yes"


def test_a_note_others_build_on_is_not_changed_without_a_reason_and_the_reason_stands_in_its_history(
    db, people, agreed, edit, a_note
):
    with pytest.raises(Invalid) as refused:
        edit(agreed, title="另一个结论", reason=" ")
    assert (refused.value.field, notes.get(db, agreed, reader=OPERATOR).title == "另一个结论") == ("reason", False)
    edit(agreed, title="另一个结论", reason=" 换了\n配方 ")
    assert note_history.history(db, agreed, reader=people["chen"])[0]["reason"] == "换了 配方"
    # What nobody built on yet is changed as one goes.
    assert edit(a_note().id, title="随手改", reason="").title == "随手改"


@pytest.fixture
def scanned(db, people, now):
    """Return a function that attaches a scan to a note and returns its id."""

    def attach(note_id):
        sent = [("签字.txt", io.BytesIO("甲方签字".encode()))]
        attachments.add(db, note_id, sent, most_megabytes=1, by=people["chen"], now=now)
        return notes.get(db, note_id, reader=OPERATOR).attachments[-1]["id"]

    return attach


def scans(db, note_id):
    return [each["attachment_id"] for each in notes.get(db, note_id, reader=OPERATOR).answers]


def test_an_answer_names_a_scan_of_its_own_note_and_no_other_file(db, home, people, now, a_note, scanned):
    note, other = a_note(), a_note(title="别的")
    scan, foreign = scanned(note.id), scanned(other.id)
    for wrong in (str(foreign), "签字.txt"):
        with pytest.raises(Invalid) as refused:
            maturity.record(db, home, note.id, **SAID, scan=wrong, by=people["li"], now=now)
        assert (refused.value.field, db["answer"].count) == ("scan", 0)
    seq = maturity.record(db, home, note.id, **SAID, scan=str(scan), by=people["li"], now=now)
    maturity.record(db, home, note.id, **SAID, by=people["li"], now=now)
    assert scans(db, note.id) == [scan, None]
    assert feed.change(db, seq)["after"]["answers"][0]["attachment_id"] == scan
    notes.undo(db, feed.last_seq(db), by=people["li"], now=now)
    assert scans(db, note.id) == [scan]


def test_two_notes_made_one_keep_the_scans_of_both_until_that_is_taken_back(db, home, people, now, a_note, scanned):
    kept, other = a_note(), a_note()
    for each in (kept, other):
        maturity.record(db, home, each.id, **SAID, scan=str(scanned(each.id)), by=people["li"], now=now)
    (first,), (second,) = scans(db, kept.id), scans(db, other.id)
    versions = tuple(notes.get(db, each.id, reader=OPERATOR).version for each in (kept, other))
    told = {"versions": versions, "say": fill, "by": people["wang"], "now": now}
    seq = note_merge.merge(db, kept.id, other.id, note_merge.Wish("all"), **told)
    assert scans(db, kept.id) == [first, second]
    note_merge.undo(db, seq, by=people["wang"], now=now)
    assert (scans(db, kept.id), scans(db, other.id)) == ([first], [second])
    # The other one keeps its answer after a merge, and its scan hangs on the note that stayed.
    versions = tuple(each + 2 for each in versions)
    note_merge.merge(db, kept.id, other.id, note_merge.Wish("all"), **told | {"versions": versions})
    note_history.erase(db, kept.id, by=people["zhao"], now=now, reason="客户要求")
    assert (scans(db, other.id), db["attachment"].count) == ([None], 0)


def test_a_scan_that_went_for_good_leaves_the_answer_and_what_is_undone_brings_it_back_without(
    db, home, people, now, a_note, scanned
):
    note = a_note()
    scan = scanned(note.id)
    maturity.record(db, home, note.id, **SAID, scan=str(scan), by=people["li"], now=now)
    attachments.remove(db, scan, by=people["chen"], now=now)
    assert scans(db, note.id) == [scan]
    files.sweep(db, home, now="2999-01-01T00:00:00.000Z")
    assert (scans(db, note.id), db["attachment"].count) == ([None], 0)
    state = note_rows.state(notes.get(db, note.id, reader=OPERATOR))
    earlier = [{**each, "attachment_id": scan} for each in state["answers"]]
    with writing(db):
        answers.store(db, note.id, earlier)
    assert scans(db, note.id) == [None]


def test_what_is_still_to_be_sorted_is_no_class(db, people, now, a_note):
    note = a_note(summary="装反了就漏", topic_names=["待归类"], facets_of=["feature"])
    maturity.advance(db, note.id, by=people["chen"], now=now)
    with pytest.raises(Invalid):
        maturity.advance(db, note.id, by=people["chen"], now=now)
    assert step(db, note.id) == "explicit"


def test_a_yes_needs_words_or_a_scan_and_a_no_needs_words(db, home, people, now, a_note, scanned):
    note = a_note(summary="装反了就漏", topic_names=["密封罐", "装配"])
    for _ in range(2):
        maturity.advance(db, note.id, by=people["chen"], now=now)
    scan = str(scanned(note.id))
    for said, of_file in (({"verdict": "yes"}, ""), ({"verdict": "no"}, scan)):
        with pytest.raises(Invalid) as refused:
            maturity.record(db, home, note.id, **{**SAID, "words": "", **said}, scan=of_file, by=people["li"], now=now)
        assert refused.value.field == "words"
    maturity.record(db, home, note.id, **{**SAID, "words": ""}, scan=scan, by=people["li"], now=now)
    assert step(db, note.id) == "agreed"


def test_a_yes_is_not_recorded_for_a_text_that_was_changed_since_it_was_looked_at(db, home, people, now, agreed, edit):
    looked = looked_at.told(notes.get(db, agreed, reader=OPERATOR))
    edit(agreed, readers="department")
    maturity.record(db, home, agreed, **SAID, shown=looked, by=people["li"], now=now)
    edit(agreed, body="改过的正文")
    with pytest.raises(Conflict) as refused:
        maturity.record(db, home, agreed, **SAID, shown=looked, by=people["li"], now=now)
    assert "陈小兰" in refused.value.sentence()
    changed = notes.get(db, agreed, reader=OPERATOR)
    assert (len(changed.answers), changed.maturity) == (2, "classified")
    maturity.record(db, home, agreed, **SAID, shown=looked_at.told(changed), by=people["li"], now=now)
    assert step(db, agreed) == "agreed"


@pytest.mark.parametrize(
    ("verdict", "said_on", "day"),
    [("yes", "2026-01-05", "2026-01-06"), ("yes", "2026-01-06", None), ("no", "2026-01-05", None)],
)
def test_a_yes_from_before_the_text_is_told_since_when_that_stands(db, home, people, a_note, verdict, said_on, day):
    # In the evening of the fifth in London it is the sixth where the company is.
    note = a_note(now="2026-01-05T20:00:00.000000Z")
    later = "2026-01-09T08:00:00.000000Z"
    maturity.classify(db, note.id, ["repair"], by=people["chen"], now=later)
    told = {**SAID, "verdict": verdict, "said_on": said_on}
    maturity.record(db, home, note.id, **told, by=people["li"], now=later)
    assert maturity.younger_text(db, home, notes.get(db, note.id, reader=OPERATOR)) == day
