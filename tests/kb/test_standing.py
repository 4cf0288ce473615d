"""The standing of notes about customers: said by a person with a reason, or following the rules they rest on."""

import pytest

from kb import citing, evidence, feed, note_history, notes, standing
from kb.access import OPERATOR
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.note_details import Details

RULE, OTHER = 7, 8


@pytest.fixture
def observed(db, people, a_note):
    return a_note(title="周末多买海鲜", dimension="about", by=people["chen"])


def stands(db, note):
    return notes.get(db, note.id, reader=OPERATOR).standing


def test_what_was_observed_is_judged_by_who_may_with_a_reason_and_that_is_undone(db, people, observed, now):
    told = {"reason": "三家都这样", "believed": (), "by": people["wang"], "now": now}
    seq = standing.say(db, observed.id, "proven", **told)
    row = note_history.history(db, observed.id, reader=people["lin"])[0]
    assert (row["action"], row["reason"], row["after"]["standing"]) == ("stand", "三家都这样", "proven")
    notes.undo(db, seq, by=people["wang"], now=now)
    assert stands(db, observed) == "found"
    with pytest.raises(Conflict):
        notes.undo(db, seq, by=people["wang"], now=now)


@pytest.mark.parametrize(
    ("wanted", "reason", "field"),
    [("proven", " ", "reason"), ("sure", "三家都这样", "standing"), ("found", "三家都这样", "standing")],
)
def test_without_a_reason_or_a_standing_that_is_another_nothing_is_written(
    db, people, observed, now, wanted, reason, field
):
    before = feed.last_seq(db)
    with pytest.raises(Invalid) as refused:
        standing.say(db, observed.id, wanted, reason=reason, believed=(), by=people["wang"], now=now)
    assert (refused.value.field, feed.last_seq(db)) == (field, before)


def test_who_may_not_judge_or_not_see_and_notes_that_have_a_maturity_are_refused(db, people, a_note, observed, now):
    told = {"reason": "三家都这样", "believed": (), "now": now}
    with pytest.raises(Forbidden):
        standing.say(db, observed.id, "proven", **told, by=people["chen"])
    private = a_note(title="私下看到的", dimension="about", readers="owner", by=people["chen"])
    with pytest.raises(NotFound):
        standing.say(db, private.id, "proven", **told, by=people["wang"])
    with pytest.raises(Invalid):
        standing.say(db, a_note(title="说的", dimension="from").id, "proven", **told, by=people["wang"])


def test_of_a_note_that_rests_on_a_rule_the_rule_decides_what_is_judged_and_a_person_what_came_of_it(
    db, people, observed, now
):
    by = {"by": people["wang"], "now": now}
    standing.say(db, observed.id, "judged", reason="三家都这样", believed=(), **by)
    # Nobody vouches for the rule, so what a person said before gives way to it.
    cited = citing.finding(db, observed.id, RULE, why="100 单里 42 单", believed=(), **by)
    assert stands(db, observed) == "found"
    with pytest.raises(Invalid) as refused:
        standing.say(db, observed.id, "judged", reason="我信", believed=(OTHER,), **by)
    assert refused.value.field == "standing"
    notes.undo(db, cited, **by)
    assert (stands(db, observed), evidence.findings_of(db, observed.id)) == ("judged", [])
    citing.finding(db, observed.id, RULE, why="100 单里 42 单", believed=(RULE,), **by)
    standing.say(db, observed.id, "refuted", reason="试了没用", believed=(RULE,), **by)
    with pytest.raises(Invalid):
        standing.say(db, observed.id, "found", reason="再看看", believed=(RULE,), **by)
    # Back to what the rule says.
    standing.say(db, observed.id, "judged", reason="算错了", believed=(RULE,), **by)


def test_a_rule_is_named_once_and_taken_off_unless_it_is_the_only_ground(db, people, a_note, observed, now):
    by = {"by": people["chen"], "now": now}
    citing.finding(db, observed.id, RULE, why="100 单里 42 单", believed=(RULE,), **by)
    with pytest.raises(Invalid) as refused:
        citing.finding(db, observed.id, RULE, why="再来一次", believed=(RULE,), **by)
    assert (refused.value.field, stands(db, observed)) == ("rule", "judged")
    with pytest.raises(Forbidden):
        citing.finding(db, observed.id, OTHER, why="别人的", believed=(), by=people["lin"], now=now)
    number = evidence.of_note(db, observed.id)[0]["id"]
    citing.remove(db, observed.id, "evidence", number, reason="弄错了", **by)
    assert (stands(db, observed), evidence.has_finding(db, observed.id)) == ("found", False)
    mined = a_note(
        title="只靠规则",
        dimension="about",
        details=Details(product="啤酒"),
        proofs=[evidence.Evidence("finding", RULE, "42 单")],
    )
    only = evidence.of_note(db, mined.id)[0]["id"]
    with pytest.raises(Invalid):
        citing.remove(db, mined.id, "evidence", only, **by)
    assert evidence.findings_of(db, mined.id) == [RULE]
    citing.finding(db, mined.id, OTHER, why="另一条", believed=(), **by)
    citing.remove(db, mined.id, "evidence", only, **by)
    assert evidence.findings_of(db, mined.id) == [OTHER]
