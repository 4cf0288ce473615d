"""Changes that one colleague wrote and another looks after: four eyes stay four eyes."""

import io

import pytest

from kb import approval, approval_rules, attached, feed, held_pictures, leaving, members, notes, proposals, saved_views
from kb.access import OPERATOR
from kb.errors import Forbidden, Invalid
from tests import made_files

CURATORS = {"wang", "ma", "zhao"}


@pytest.fixture
def proposed(db, people, a_note, now):
    """Return a function that has a colleague propose a change, and returns its id.

    It is of one note: that of the first who does, or chen's where that is a curator.
    """
    made = []

    def propose(login, body="新文"):
        if not made:
            made.append(a_note(body="旧文", by=people["chen" if login in CURATORS else login]))
            told = {"second": ("role", "manager"), "by": people["zhao"], "now": now}
            approval_rules.arrange(db, made[0].department_id, ["from"], **told)
        told = {name: getattr(made[0], name) for name in ("version", "title", "summary", "dimension", "readers")}
        told |= {"details": made[0].details(), "topic_names": ["密封罐"], "body": body}
        notes.edit(db, made[0].id, **told, by=people[login], now=now)
        return proposals.mine(db, reader=people[login])[0].id

    return propose


@pytest.fixture
def given(db, people, now):
    """Return a function by which one who goes gives a change to another, and which returns the seq."""

    def give(author, keeper, at=now):
        leaving.announce(db, people[author].member_id, last_day="2099-12-31", by=people[author], now=now)
        told = {"by": people[author], "now": at}
        count, seq = leaving.give(db, people[author].member_id, "proposals", people[keeper].member_id, **told)
        assert count == 1
        return seq

    return give


def say_yes(db, proposal_id, by, now):
    one = proposals.get(db, proposal_id, reader=by)
    version = notes.get(db, one.note_id, reader=OPERATOR).version
    return approval.approve(db, proposal_id, revision=one.revision, version=version, by=by, now=now)


@pytest.mark.parametrize(
    ("author", "keeper"),
    [("chen", "li"), ("li", "wang"), ("wang", "ma"), ("ma", "wang"), ("zhao", "chen"), ("lin", "zhao")],
)
def test_neither_who_wrote_a_change_nor_who_looks_after_it_is_another_pair_of_eyes(
    db, people, proposed, given, now, author, keeper
):
    number, both = proposed(author), {author, keeper}
    in_line = CURATORS | ({"chen"} if author in CURATORS else set())
    names = {login: members.get(db, reader.member_id).name for login, reader in people.items()}
    seq = given(author, keeper)

    def deciding():
        found = {login for login, reader in people.items() if proposals.may_decide(db, number, reader)}
        assert {*proposals.asked(db, number)} <= {names[login] for login in found}
        return found

    assert deciding() == in_line - both
    one = proposals.get(db, number, reader=people[keeper])
    assert (one.writers, one.member, one.kept_since) == ((names[author],), names[keeper], feed.change(db, seq)["at"])
    for login in both:
        with pytest.raises(Forbidden):
            say_yes(db, number, people[login], now)
        with pytest.raises(Forbidden):
            approval.send_back(db, number, revision=1, words="不行", by=people[login], now=now)
    with pytest.raises(Forbidden):
        approval.withdraw(db, number, by=people[author], now=now)
    # Back with who wrote it: who looked after it meanwhile reads as well as any.
    proposals.undo(db, seq, by=people[author], now=now)
    assert deciding() == in_line - {author}
    one = proposals.get(db, number, reader=people[author])
    assert (one.member_id, one.kept_since) == (people[author].member_id, None)
    seq = given(author, keeper)
    first = sorted(deciding())[0]
    say_yes(db, number, people[first], now)
    assert not deciding() & {author, keeper, first}
    second = sorted(deciding())[0]
    say_yes(db, number, people[second], now)
    kept = next(iter(proposals.approved(db, one.note_id).values()))
    assert (kept.writers, kept.member, kept.decider) == ((names[author],), names[keeper], names[second])


def test_who_wrote_it_anew_while_looking_after_it_wrote_it_too_wherever_it_goes(db, people, proposed, given, now):
    number = proposed("li")
    given("li", "wang", "2026-01-05T02:00:00.000000Z")
    assert proposed("wang", "又改") == number
    seq = given("wang", "lin")
    one = proposals.get(db, number, reader=people["lin"])
    assert (one.writers, one.member, one.revision) == (("李思远", "王雅婷"), "林志强", 2)
    assert not any(proposals.may_decide(db, number, people[login]) for login in ("li", "wang", "lin"))
    proposals.undo(db, seq, by=people["wang"], now=now)
    one = proposals.get(db, number, reader=people["wang"])
    assert (one.member, one.kept_since) == ("王雅婷", "2026-01-05T02:00:00.000000Z")


def test_who_only_passed_a_change_on_took_no_part_in_it_and_is_another_pair_of_eyes(db, people, proposed, given, now):
    number = proposed("li")
    for keeper, to in (("li", "wang"), ("wang", "lin")):
        given(keeper, to)
    one = proposals.get(db, number, reader=people["lin"])
    assert (one.writers, one.wanted["participants"]) == (("李思远",), [people["li"].member_id])
    assert {login for login, reader in people.items() if proposals.may_decide(db, number, reader)} == CURATORS
    say_yes(db, number, people["wang"], now)
    say_yes(db, number, people["ma"], now)
    change = feed.changes(db, "note", one.note_id)[0]
    assert (change["action"], change["after"]["participants"]) == ("approve", [people["li"].member_id])


def test_a_change_is_given_by_who_said_that_they_leave_or_by_an_administrator(db, people, proposed, now):
    proposed("li")
    li, told = people["li"].member_id, {"by": people["li"], "now": now}
    assert not leaving.may_give(db, li, "proposals", by=people["li"])
    for _ in range(2):  # that something else was given says nothing of leaving
        seq = feed.last_seq(db)
        with pytest.raises(Invalid) as refused:
            leaving.give(db, li, "proposals", people["lin"].member_id, **told)
        assert (refused.value.field, feed.last_seq(db)) == ("last_day", seq)
        saved_views.add(db, name="投诉", address={"dimension": "from"}, readers="all", **told)
        leaving.give(db, li, "views", people["lin"].member_id, **told)
    assert leaving.give(db, li, "proposals", people["lin"].member_id, by=people["zhao"], now=now)[0] == 1


def test_the_pictures_of_a_change_stay_with_it_whoever_looks_after_it(db, people, proposed, given, now):
    stream = io.BytesIO(made_files.picture())
    told = {"name": "盖子.png", "draft": "d1", "most_megabytes": 5}
    name = held_pictures.hold(db, stream, **told, by=people["chen"], now=now)
    number = proposed("chen", body=f"看图：![盖子]({name})")
    given("chen", "li")
    held_pictures.sweep(db, now="2099-01-01T00:00:00.000000Z")
    for login in ("wang", "ma"):
        say_yes(db, number, people[login], now)
    note_id = proposals.get(db, number, reader=people["ma"]).note_id
    assert [each["name"] for each in attached.of_notes(db, [note_id])[note_id]] == [name]
