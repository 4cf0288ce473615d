"""Away: who answers meanwhile, what is refused, and that all comes back by itself."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from kb import (
    absences,
    accepted,
    approval_rules,
    duties,
    feed,
    members,
    notes,
    presence,
    proposals,
    question_turns,
    questions,
    replies,
    verification,
    verification_queue,
)
from kb.access import OPERATOR
from kb.errors import Conflict, Forbidden, Invalid
from tests.days import today

TODAY = date.fromisoformat("2026-11-24")


def day(days, first=None):
    return ((first or today()) + timedelta(days=days)).isoformat()


@pytest.fixture
def go(db, people, now):
    """Return a function that has somebody be away for some days from today on; it returns the seq."""

    def away(login, deputy=None, first=0, last=5, by=None, start=None):
        deputy_id = people[deputy].member_id if deputy else None
        days = {"from_day": day(first, start), "until_day": day(last, start)}
        by = people[by or login]
        return absences.add(db, people[login].member_id, **days, deputy_id=deputy_id, by=by, now=now)

    return away


@pytest.fixture
def proposal(db, people, a_note, now):
    """Return the title of a note of chen's that li wants changed, which needs a yes."""
    note = a_note(by=people["wang"])
    verification.assign(db, note.id, verifier_id=people["chen"].member_id, by=people["wang"], now=now)
    approval_rules.arrange(db, people["chen"].department_id, ["from"], by=people["wang"], now=now)
    fields = {name: getattr(note, name) for name in ("title", "summary", "dimension", "readers")}
    details = {"details": note.details(), "topic_names": ["密封罐"]}
    notes.edit(db, note.id, version=2, **fields, **details, body="换了圈", by=people["wang"], now=now)
    return note.title


def waiting(db, *readers):
    return [[each.title for each in proposals.waiting(db, reader=reader)] for reader in readers]


def mine(db, reader, now):
    return verification_queue.count(db, verification_queue.Filter(), reader=reader, now=now)


def test_who_answers_for_a_deputy_who_is_away_too_reads_of_both(db, people, go):
    go("li", "chen", last=2)
    go("chen", "lin", last=3)
    go("ma", "lin", first=1)
    told = [each.member for each in absences.answered_for(db, people["lin"].member_id)]
    assert told == ["李思远", "陈小兰"]


def test_what_is_to_be_verified_is_with_the_deputy_too_and_only_while_away(db, people, a_note, go, now):
    note = a_note()
    later = f"{int(now[:4]) + 3}{now[4:]}"
    assert mine(db, people["lin"], later) == 0
    seq = go("chen", "lin")
    assert (mine(db, people["lin"], later), mine(db, people["chen"], later)) == (1, 1)
    assert verification.open_to(db, [note.id], "verify", by=people["lin"]) == [note.id]
    verification.verify(db, note.id, by=people["lin"], now=now)
    # Who looked is told, and whose it is has not changed.
    stood = notes.get(db, note.id, reader=OPERATOR)
    assert (stood.verified_by, stood.duty_member_id) == (people["lin"].member_id, people["chen"].member_id)
    assert duties.wrong(db, 5) == []
    absences.undo(db, seq, by=people["chen"], now=now)
    assert mine(db, people["lin"], later) == 0
    with pytest.raises(Forbidden):
        verification.verify(db, note.id, by=people["lin"], now=now)


def test_what_the_deputy_may_not_see_waits_for_who_comes_back(db, people, a_note, go, now):
    a_note(readers="department")
    go("chen", "lin")
    later = f"{int(now[:4]) + 3}{now[4:]}"
    assert (mine(db, people["lin"], later), mine(db, people["chen"], later)) == (0, 1)


def test_a_proposed_change_is_asked_of_the_deputy(db, people, proposal, go):
    assert waiting(db, people["chen"], people["lin"]) == [[proposal], []]
    go("chen", "lin")
    assert waiting(db, people["chen"], people["lin"], people["ma"]) == [[proposal], [proposal], []]
    one = proposals.waiting(db, reader=people["lin"])[0]
    assert proposals.may_decide(db, one.id, people["lin"])


def test_without_a_deputy_the_next_in_line_is_asked_for_a_yes(db, people, proposal, go):
    assert waiting(db, people["ma"], people["zhao"]) == [[], []]
    go("chen")
    assert waiting(db, people["ma"], people["zhao"]) == [[proposal], [proposal]]


def test_a_question_goes_to_the_deputy_also_one_that_was_asked_before(db, people, a_note, go):
    at = f"{TODAY}T02:00:00.000000Z"
    a_note(now=at)
    asked = {"topic_names": ["密封罐"], "by": people["li"], "now": at}
    before = questions.add(db, title="圈多久换一次", **asked)[0]
    go_at = (today() - TODAY).days
    row = {"member_id": people["chen"].member_id, "deputy_id": people["lin"].member_id}
    db["absence"].insert({**row, "from_day": day(-go_at), "until_day": day(1 - go_at)})
    asking = questions.add(db, title="圈多大", **asked)[0]
    assert question_turns.pass_on(db, now=at) == 1
    assert feed.change(db, feed.last_seq(db))["action"] == "away"  # no word of a time that was over
    who = [questions.get(db, each, reader=OPERATOR).asked for each in (before, asking)]
    assert who == ["林志强", "林志强"]
    assert question_turns.pass_on(db, now=at) == 0
    replies.add(db, asking, body="12 厘米", by=people["lin"], now=at)
    back = f"{TODAY + timedelta(days=2)}T02:00:00.000000Z"
    returned = questions.add(db, title="圈多厚", **{**asked, "now": back})[0]
    # Of what the deputy had, all that nobody answered is theirs again, with all the time there is.
    assert question_turns.pass_on(db, now=back) == 1
    ids = (before, asking, returned)
    assert [questions.get(db, each, reader=OPERATOR).asked for each in ids] == ["陈小兰", "林志强", "陈小兰"]
    assert questions.get(db, before, reader=OPERATOR).due_at > back
    assert [each["member"] for each in question_turns.of_question(db, before)] == ["陈小兰", "林志强", "陈小兰"]
    assert question_turns.pass_on(db, now=back) == 0


def test_a_question_asked_while_everybody_is_away_goes_to_who_is_back_first(db, people, a_note, go, now):
    for login in ("chen", "chen", "lin"):
        a_note(by=people[login])
    with_chen, _ = questions.add(db, title="圈多久换一次", topic_names=["密封罐"], by=people["li"], now=now)
    for login in ("chen", "lin"):
        go(login)
    with_nobody, _ = questions.add(db, title="圈多大", topic_names=["密封罐"], by=people["li"], now=now)
    answered, _ = questions.add(db, title="圈多厚", topic_names=["密封罐"], by=people["li"], now=now)
    replies.add(db, answered, body="12 厘米", by=people["wang"], now=now)
    assert question_turns.pass_on(db, now=now) == 1

    def asked():
        told = [questions.get(db, each, reader=OPERATOR) for each in (with_chen, with_nobody, answered)]
        return [each.asked or each.stuck for each in told]

    assert asked() == ["gone"] * 3
    assert question_turns.pass_on(db, now=now) == 0
    absences.end(db, absences.coming(db, people["lin"].member_id)[0].id, by=people["lin"], now=now)
    assert question_turns.pass_on(db, now=now) == 2
    assert asked() == ["林志强", "林志强", "gone"]
    assert question_turns.pass_on(db, now=now) == 0


def test_a_question_comes_back_to_whom_it_was_with_also_where_nobody_stood_in(db, people, a_note, go, now):
    a_note()
    question, _ = questions.add(db, title="圈多久换一次", topic_names=["密封罐"], by=people["li"], now=now)
    declined, _ = questions.add(db, title="圈多大", topic_names=["密封罐"], by=people["li"], now=now)
    question_turns.decline(db, declined, by=people["chen"], now=now)
    go("chen")
    assert question_turns.pass_on(db, now=now) == 1
    told = questions.get(db, question, reader=OPERATOR)
    assert (told.asked, told.stuck) == (None, "gone")
    absences.end(db, absences.coming(db, people["chen"].member_id)[0].id, by=people["chen"], now=now)
    assert question_turns.pass_on(db, now=now) == 1
    assert [questions.get(db, each, reader=OPERATOR).asked for each in (question, declined)] == ["陈小兰", None]
    assert question_turns.pass_on(db, now=now) == 0


def test_a_deputy_who_is_back_before_is_asked_and_who_takes_no_questions_is_told_of(db, people, a_note, go, now):
    a_note()
    go("chen", "lin")
    go("lin")
    question, _ = questions.add(db, title="圈多久换一次", topic_names=["密封罐"], by=people["li"], now=now)
    members.set_open(db, people["lin"].member_id, False, by=people["lin"], now=now)
    absences.end(db, absences.coming(db, people["lin"].member_id)[0].id, by=people["lin"], now=now)
    question_turns.pass_on(db, now=now)
    assert questions.get(db, question, reader=OPERATOR).stuck == "closed"
    other, _ = questions.add(db, title="圈多大", topic_names=["密封罐"], by=people["li"], now=now)
    assert questions.get(db, other, reader=OPERATOR).stuck == "closed"


def test_a_question_comes_back_also_from_a_deputy_who_knows_the_answer_as_well(db, people, a_note, go, now):
    for login in ("chen", "chen", "lin"):
        a_note(by=people[login])
    question, _ = questions.add(db, title="圈多久换一次", topic_names=["密封罐"], by=people["li"], now=now)
    assert questions.get(db, question, reader=OPERATOR).asked == "陈小兰"
    go("chen", "lin")
    assert question_turns.pass_on(db, now=now) == 1
    assert questions.get(db, question, reader=OPERATOR).asked == "林志强"
    absences.end(db, absences.coming(db, people["chen"].member_id)[0].id, by=people["chen"], now=now)
    assert question_turns.pass_on(db, now=now) == 1
    assert questions.get(db, question, reader=OPERATOR).asked == "陈小兰"


def test_what_the_one_who_is_back_may_not_see_or_takes_no_more_stays_with_the_deputy(db, people, a_note, go, now):
    a_note()
    go("chen", "li")
    asked = {"topic_names": ["密封罐"], "by": people["lin"], "now": now}
    question, _ = questions.add(db, title="圈多久换一次", **asked)
    db.execute("UPDATE member SET open_for_questions = 0 WHERE login = 'chen'")
    absences.end(db, absences.coming(db, people["chen"].member_id)[0].id, by=people["chen"], now=now)
    assert question_turns.pass_on(db, now=now) == 0
    db.execute("UPDATE member SET open_for_questions = 1 WHERE login = 'chen'")
    assert question_turns.pass_on(db, now=now) == 1
    assert questions.get(db, question, reader=OPERATOR).asked == "陈小兰"
    seq = feed.last_seq(db)
    with pytest.raises(Conflict):
        accepted.undo(db, seq, by=people["lin"], now=now)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"deputy": "chen"}, "deputy"),
        ({"deputy": "vera"}, "deputy"),
        ({"deputy": "wang"}, "deputy"),
        ({"first": 4, "last": 3}, "until_day"),
        ({"first": -4, "last": -1}, "until_day"),
        ({"first": 20, "last": 21}, "from_day"),
        ({"first": 40, "last": (date(9999, 12, 31) - today()).days}, "until_day"),
    ],
)
def test_who_cannot_stand_in_and_days_that_cannot_be_are_refused_by_their_field(db, people, go, asked, field):
    go("wang", "li", first=5, last=9)
    go("chen", first=21, last=30)
    seq = feed.last_seq(db)
    with pytest.raises(Invalid) as refused:
        go("chen", **asked)
    assert (refused.value.field, feed.last_seq(db)) == (field, seq)


def test_who_stands_in_and_goes_away_passes_it_on_and_never_round(db, people, go):
    go("chen", "wang")
    go("wang", "lin")
    ids = {login: people[login].member_id for login in people}
    assert presence.answering(db, [ids["chen"]], day=day(0)) == {ids["chen"]: ids["lin"]}
    with pytest.raises(Invalid, match="away then too"):
        go("lin", "chen")
    assert presence.stands_in_for(db, ids["lin"]) == [ids["lin"], *sorted((ids["chen"], ids["wang"]))]
    members.leave(db, ids["lin"], by=OPERATOR, now="2026-11-24T02:00:00.000000Z")
    assert presence.answering(db, [ids["chen"]], day=day(0)) == {ids["chen"]: None}
    assert presence.away(db)[ids["chen"]] == presence.Away(day(5), None, None)


def test_only_they_themselves_and_an_administrator_say_so(db, people, go):
    go("chen", by="zhao")
    with pytest.raises(Forbidden):
        go("li", by="wang")


def test_who_is_back_early_is_there_at_once_and_it_can_be_taken_back(db, people, go, now):
    go("chen", first=0, last=5)
    (one,) = absences.coming(db, people["chen"].member_id)
    seq = absences.end(db, one.id, by=people["chen"], now=now)
    assert presence.away(db) == {}
    absences.undo(db, seq, by=people["chen"], now=now)
    assert absences.coming(db, people["chen"].member_id) == [one]
    with pytest.raises(Conflict):
        absences.undo(db, seq, by=people["chen"], now=now)


def test_who_is_back_on_the_first_day_was_away_that_day_and_who_never_went_was_not(db, people, go, now):
    chen = people["chen"]
    go("chen", "li", first=0, last=5)
    (one,) = absences.coming(db, chen.member_id)
    go("wang", first=3, last=5)
    seq = absences.end(db, one.id, by=chen, now=now)
    absences.end(db, absences.coming(db, people["wang"].member_id)[0].id, by=people["wang"], now=now)
    (kept,) = absences.over(db, chen.member_id, since=day(-7))
    assert kept == absences.told(db, one.id) == replace(one, until_day=one.from_day)
    assert (absences.over(db, people["wang"].member_id), absences.coming(db, chen.member_id)) == ([], [])
    absences.undo(db, seq, by=chen, now=now)
    assert (absences.over(db, chen.member_id), absences.told(db, one.id)) == ([], one)


def test_back_at_work_is_the_first_working_day_after():
    one = absences.Absence(1, 1, "陈小兰", "2026-09-28", "2026-09-30", None, None)
    # The week of the national day, and the Sunday and Saturday worked for it.
    assert one.back_on == "2026-10-08"


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)).filter(lambda pair: pair[0] != pair[1]), max_size=6))
def test_who_answers_is_who_the_chain_of_deputies_ends_with(db, people, pairs):
    logins = ("chen", "wang", "li", "lin", "ma")
    ids = [people[login].member_id for login in logins]
    deputies = dict(pairs)
    db.execute("DELETE FROM absence")
    db["absence"].insert_all(
        {"member_id": ids[one], "deputy_id": ids[other], "from_day": day(0), "until_day": day(0)}
        for one, other in deputies.items()
    )
    told = presence.answering(db, ids, day=day(0))
    for n, whose in enumerate(ids):
        at, steps = n, 0
        while at in deputies and steps <= len(ids):
            at, steps = deputies[at], steps + 1
        assert told[whose] == (None if at in deputies else ids[at])
        if told[whose]:
            assert whose in presence.stands_in_for(db, told[whose])
