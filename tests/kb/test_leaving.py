"""Leaving: what is handed over, to whom, and that nothing is left behind."""

from datetime import date, timedelta

import pytest

from kb import (
    absences,
    approval,
    approval_rules,
    deeds,
    duties,
    feed,
    gaps,
    interview,
    leaving,
    members,
    notes,
    presence,
    proposals,
    question_lists,
    questions,
    saved_views,
    sources,
    to_hand_over,
    verification,
)
from kb.access import OPERATOR
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.map import experts
from kb.topics import by_name


@pytest.fixture
def busy(db, people, a_note, now):
    """Chen answers for an open note, one of the department and a private one, a question, a source and a view."""
    kept = a_note().id, a_note(title="部门内", readers="department").id
    a_note(title="私下", topic_names=["密封罐"], readers="owner")
    questions.add(db, title="圈多久换一次", topic_names=["密封罐"], by=people["li"], now=now)
    named = {"name": "测试台", "kind": "equipment", "place": "实验室", "topic_names": ["密封罐"]}
    sources.add(db, **named, owner_id=people["chen"].member_id, by=people["wang"], now=now)
    saved_views.add(db, name="投诉", address={"dimension": "from"}, readers="all", by=people["chen"], now=now)
    return kept


def chen_of(people):
    return people["chen"].member_id


def test_the_account_is_closed_only_when_everything_is_somebody_elses(db, people, busy, now):
    chen, zhao = chen_of(people), people["zhao"]
    left = {kind: count for kind, count in to_hand_over.counts(db, chen).items() if count}
    assert left == {"notes": 2, "topics": 1, "questions": 1, "sources": 1, "views": 1}
    seq = leaving.announce(db, chen, last_day="2099-12-31", by=people["chen"], now=now)
    assert leaving.of_member(db, chen)["count"] == 6
    with pytest.raises(Conflict):
        leaving.close(db, chen, by=zhao, now=now)
    # Lin may not see what is for the department: it stays on the list.
    assert leaving.give(db, chen, "notes", people["lin"].member_id, by=zhao, now=now)[0] == 1
    assert to_hand_over.rows(db, chen, reader=people["chen"])["notes"] == [(busy[1], "部门内")]
    assert to_hand_over.rows(db, chen, reader=zhao)["notes"] == []
    assert leaving.give_all(db, chen, people["li"].member_id, by=zhao, now=now)[0] == 5
    assert sum(to_hand_over.counts(db, chen).values()) == 0
    leaving.close(db, chen, by=zhao, now=now)
    assert (members.get(db, chen).state, leaving.of_member(db, chen)) == ("left", None)
    assert seq and members.left_at(db, chen) == now
    assert duties.wrong(db, 5) == []


def test_each_thing_goes_to_who_takes_it_and_what_was_written_stays_the_authors(db, people, busy, now):
    chen, li = chen_of(people), people["li"].member_id
    leaving.announce(db, chen, last_day="2099-12-31", by=people["chen"], now=now)
    before = experts.known_by(db, chen, reader=people["chen"], now=now)
    for kind in to_hand_over.KINDS:
        leaving.give(db, chen, kind, people["wang"].member_id, by=people["chen"], now=now)
    note = notes.get(db, busy[0], reader=OPERATOR)
    assert (note.owner_id, note.duty_member_id) == (chen, people["wang"].member_id)
    assert experts.known_by(db, chen, reader=people["chen"], now=now) == before
    assert [each.title for each in question_lists.to_answer(db, reader=people["wang"])] == ["圈多久换一次"]
    (source,) = sources.listing(db, reader=people["li"], owner_id=people["wang"].member_id)
    looked = feed.changes(db, "source", source.id)[0]
    assert (looked["member_id"], looked["after"]["checked_by"]) == (chen, looked["before"]["checked_by"])
    (view,) = saved_views.listing(db, reader=people["wang"])
    assert (view.owner, view.name) == ("王雅婷", "投诉")
    (gap,) = gaps.of_member(db, people["wang"].member_id, reader=people["wang"], now=now)
    assert (gap.kind, gap.due_on, gap.who) == ("sole", "2099-12-31", "陈小兰")
    assert li not in {gap.member_id}


def test_all_there_was_is_counted_also_where_nobody_said_a_day_and_when_the_day_moves(db, people, busy, now):
    chen, wang = chen_of(people), people["wang"].member_id
    there = sum(to_hand_over.counts(db, chen).values())
    leaving.give(db, chen, "views", wang, by=people["zhao"], now=now)
    assert (leaving.of_member(db, chen)["count"], leaving.of_member(db, chen)["last_day"]) == (there, "")
    with pytest.raises(Conflict):
        leaving.stay(db, chen, by=people["zhao"], now=now)
    leaving.announce(db, chen, last_day="2099-12-31", by=people["zhao"], now=now)
    leaving.give_all(db, chen, wang, by=people["zhao"], now=now)
    assert (leaving.of_member(db, chen)["count"], sum(to_hand_over.counts(db, chen).values())) == (there, 0)


def test_what_was_handed_over_is_taken_back_with_the_deed(db, people, busy, now):
    chen = chen_of(people)
    count, seq = leaving.give(db, chen, "notes", people["li"].member_id, by=people["chen"], now=now)
    assert count == 2
    deeds.undo(db, seq, by=people["wang"], now=now)
    assert to_hand_over.counts(db, chen)["notes"] == 2
    views, seq = leaving.give(db, chen, "views", people["li"].member_id, by=people["chen"], now=now)
    saved_views.undo(db, seq, by=people["wang"], now=now)
    assert to_hand_over.counts(db, chen)["views"] == views == 1


@pytest.fixture
def unsettled(db, people, a_note, now):
    """Chen proposed a change of a note, and fills a gap; return the note's id and what is told of the change."""
    note, other = a_note(), a_note(title="别人的", topic_names=["胶圈"], by=people["li"])
    approval_rules.arrange(db, people["chen"].department_id, ["from"], by=people["wang"], now=now)
    fields = {name: getattr(note, name) for name in ("title", "summary", "dimension", "readers")}
    told = {**fields, "details": note.details(), "topic_names": ["密封罐"], "body": "换了圈"}
    notes.edit(db, note.id, version=1, **told, by=people["chen"], now=now)
    asked = {"member_id": chen_of(people), "due_on": "2099-01-01", "now": now}
    gaps.assign(db, "sole", other.topics[0]["id"], **asked, by=people["wang"])
    return note.id, told


def test_what_one_proposed_and_the_gaps_one_fills_go_to_others_and_come_back(db, people, unsettled, now):
    chen, zhao = chen_of(people), people["zhao"]
    left = to_hand_over.counts(db, chen)
    assert (left["proposals"], left["gaps"]) == (1, 1)
    assert to_hand_over.rows(db, chen, reader=people["chen"])["gaps"][0][1] == "胶圈"
    lin = people["lin"].member_id
    count, seq = leaving.give_all(db, chen, lin, by=zhao, now=now)
    assert (count, sum(to_hand_over.counts(db, chen).values())) == (sum(left.values()), 0)
    (proposal,) = proposals.mine(db, reader=people["lin"])
    assert (proposal.member, proposal.wanted["participants"]) == ("林志强", [chen])
    filled = {each.name: each.due_on for each in gaps.of_member(db, lin, reader=people["lin"], now=now)}
    assert (filled["胶圈"], set(filled)) == ("2099-01-01", {"胶圈", "密封罐"})
    leaving.undo(db, seq, by=zhao, now=now)
    assert to_hand_over.counts(db, chen) == left
    (proposal,) = proposals.mine(db, reader=people["chen"])
    assert (proposal.member, proposal.wanted["participants"]) == ("陈小兰", [])


def test_who_leaves_while_a_deputy_has_another_stand_in_who_is_here_then(db, people, now):
    chen, zhao = chen_of(people), people["zhao"]
    days = {"from_day": "2099-03-02", "until_day": "2099-03-06"}
    absences.add(db, people["li"].member_id, **days, deputy_id=chen, by=people["li"], now=now)
    absences.add(db, people["ma"].member_id, **days, deputy_id=None, by=people["ma"], now=now)
    assert "李思远" in to_hand_over.rows(db, chen, reader=people["chen"])["absences"][0][1]
    with pytest.raises(Conflict):
        leaving.close(db, chen, by=zhao, now=now)
    deputy = lambda: absences.coming(db, people["li"].member_id)[0].deputy  # noqa: E731
    # Neither whoever is away then nor whom they would stand in for.
    for login in ("ma", "li"):
        given = leaving.give(db, chen, "absences", people[login].member_id, by=zhao, now=now)
        assert (given[0], deputy()) == (0, "陈小兰")
    _, seq = leaving.give_all(db, chen, people["lin"].member_id, by=zhao, now=now)
    assert (deputy(), to_hand_over.counts(db, chen)["absences"]) == ("林志强", 0)
    leaving.undo(db, seq, by=zhao, now=now)
    assert deputy() == "陈小兰"
    leaving.give(db, chen, "absences", people["lin"].member_id, by=zhao, now=now)
    leaving.close(db, chen, by=zhao, now=now)
    assert deputy() == "林志强"


def test_nobody_has_two_changes_of_a_note_waiting_or_stands_for_what_they_agreed_to(db, people, unsettled, now):
    chen, told = chen_of(people), {"by": people["chen"], "now": now}
    note_id, fields = unsettled
    leaving.announce(db, chen, last_day="2099-12-31", **told)
    notes.edit(db, note_id, version=1, **{**fields, "body": "另一句"}, by=people["wang"], now=now)
    assert leaving.give(db, chen, "proposals", people["wang"].member_id, **told)[0] == 0
    (proposal,) = proposals.mine(db, reader=people["chen"])
    yes = {"proposal_id": proposal.id, "revision": 1, "member_id": people["ma"].member_id, "words": "", "at": now}
    db["proposal_yes"].insert(yes)
    assert leaving.give(db, chen, "proposals", people["ma"].member_id, **told)[0] == 0
    assert leaving.give(db, chen, "proposals", people["lin"].member_id, **told)[0] == 1
    approval.withdraw(db, proposal.id, by=people["lin"], now=now)


def test_what_was_given_all_at_once_and_touched_since_is_not_taken_back_by_halves(db, people, busy, now):
    chen, li, zhao = chen_of(people), people["li"].member_id, people["zhao"]
    count, seq = leaving.give_all(db, chen, li, by=zhao, now=now)
    assert (count, sum(to_hand_over.counts(db, chen).values())) == (6, 0)
    with pytest.raises(Forbidden):
        leaving.undo(db, seq, by=people["chen"], now=now)
    verification.verify(db, busy[0], by=people["li"], now=now)
    with pytest.raises(Conflict):
        leaving.undo(db, seq, by=zhao, now=now)
    assert sum(to_hand_over.counts(db, chen).values()) == 0


def test_all_that_was_given_to_the_wrong_colleague_comes_back_by_one_deed(db, people, busy, now):
    chen, zhao = chen_of(people), people["zhao"]
    left = to_hand_over.counts(db, chen)
    _, seq = leaving.give_all(db, chen, people["li"].member_id, by=zhao, now=now)
    assert leaving.undo(db, seq, by=zhao, now=now) == chen
    assert to_hand_over.counts(db, chen) == left
    assert [each["member_id"] for each in feed.changes(db, "leaving", chen)] == [zhao.member_id] * 2
    for again in (seq, feed.last_seq(db)):
        with pytest.raises((Conflict, NotFound)):
            leaving.undo(db, again, by=zhao, now=now)
    leaving.give_all(db, chen, people["li"].member_id, by=zhao, now=now)
    leaving.close(db, chen, by=zhao, now=now)


def test_what_comes_while_one_hands_over_is_counted_among_all_there_was(db, people, busy, a_note, now):
    chen, told = chen_of(people), {"by": people["zhao"], "now": now}
    seq = leaving.announce(db, chen, last_day="2099-12-31", **told)
    before = leaving.of_member(db, chen)["count"]
    a_note(title="访谈写下的")
    leaving.give(db, chen, "topics", people["lin"].member_id, **told)
    done = leaving.of_member(db, chen)["count"] - sum(to_hand_over.counts(db, chen).values())
    assert (leaving.of_member(db, chen)["count"], done) == (before + 1, 1)
    leaving.undo(db, seq, by=people["chen"], now=now)
    assert leaving.of_member(db, chen) is None


def test_a_last_day_that_is_over_is_refused_and_today_is_none_that_is(db, people, busy, now):
    chen, seq, today = chen_of(people), feed.last_seq(db), date.fromisoformat(presence.today(db))
    yesterday = (today - timedelta(days=1)).isoformat()
    with pytest.raises(Invalid) as refused:
        leaving.announce(db, chen, last_day=yesterday, by=people["zhao"], now=now)
    assert (refused.value.field, refused.value.values["day"], feed.last_seq(db)) == ("last_day", yesterday, seq)
    leaving.announce(db, chen, last_day=today.isoformat(), by=people["zhao"], now=now)
    assert leaving.of_member(db, chen)["last_day"] == today.isoformat()


def test_a_day_that_is_said_is_taken_back_and_so_is_staying(db, people, busy, now):
    chen = chen_of(people)
    begun = leaving.announce(db, chen, last_day="2099-12-31", by=people["chen"], now=now)
    stayed = leaving.stay(db, chen, by=people["chen"], now=now)
    with pytest.raises(Conflict):
        leaving.undo(db, begun, by=people["chen"], now=now)
    leaving.undo(db, stayed, by=people["chen"], now=now)
    assert leaving.of_member(db, chen)["last_day"] == "2099-12-31"


@pytest.mark.parametrize("login", ["chen", "vera"])
def test_who_goes_or_only_reads_takes_nothing_over(db, people, busy, now, login):
    seq = feed.last_seq(db)
    with pytest.raises(Invalid) as refused:
        leaving.give(db, chen_of(people), "notes", people[login].member_id, by=people["zhao"], now=now)
    assert (refused.value.field, feed.last_seq(db)) == ("member", seq)
    with pytest.raises(Forbidden):
        to_hand_over.rows(db, chen_of(people), reader=people["li"])


def test_who_leaves_before_takes_nothing_over_and_who_leaves_later_or_is_long_away_only_with_a_tick(
    db, people, busy, now
):
    chen, told, today = chen_of(people), {"by": people["zhao"], "now": now}, date.fromisoformat(presence.today(db))
    wang, li, lin = (people[login].member_id for login in ("wang", "li", "lin"))

    def day(days):
        return (today + timedelta(days=days)).isoformat()

    def give_all(successor, **more):
        with pytest.raises(Invalid) as refused:
            leaving.give_all(db, chen, successor, **more, **told)
        return refused.value.field, refused.value.values

    leaving.announce(db, wang, last_day=day(20), **told)
    assert give_all(wang) == ("sure", {"name": "王雅婷", "day": day(20)})
    leaving.announce(db, chen, last_day=day(20), **told)
    assert give_all(wang, is_sure=True) == ("member", {"name": "王雅婷", "day": day(20)})
    leaving.announce(db, chen, last_day=day(19), **told)
    absences.add(db, li, from_day=day(19), until_day=day(31), deputy_id=None, **told)
    assert leaving.give(db, chen, "views", li, **told)[0] == 1
    absences.add(db, lin, from_day=day(19), until_day=day(32), deputy_id=None, **told)
    assert give_all(lin) == ("sure", {"name": "林志强", "day": day(32)})
    assert leaving.give(db, chen, "sources", lin, is_sure=True, **told)[0] == 1
    absences.add(db, people["ma"].member_id, from_day=day(20), until_day=day(60), deputy_id=None, **told)
    assert leaving.give(db, chen, "topics", people["ma"].member_id, **told)[0] == 1
    assert give_all(wang)[0] == "sure"
    assert leaving.give_all(db, chen, wang, is_sure=True, **told)[0] == 3


def test_an_interview_becomes_a_note_that_who_learns_the_topic_answers_for(db, people, busy, now):
    chen = chen_of(people)
    leaving.give(db, chen, "topics", people["li"].member_id, by=people["chen"], now=now)
    told = {"origin": "离职访谈", "say": str, "today": now[:10], "by": people["chen"], "now": now}
    number = interview.write(db, chen, topic="密封罐", answers={"traps": "胶圈变硬", "work": ""}, **told)
    note = notes.get(db, number, reader=people["li"])
    assert note.body == f"## {interview.QUESTIONS['traps']}\n\n胶圈变硬"
    assert (note.owner_id, note.duty_member_id) == (chen, people["li"].member_id)
    with pytest.raises(Invalid):
        interview.write(db, chen, topic="密封罐", answers={}, **told)
    assert by_name(db, "密封罐", reader=people["li"]).notes == 3
    assert verification.trust(note, now) == "unverified"
