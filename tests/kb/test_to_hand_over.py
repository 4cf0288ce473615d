"""What one who goes leaves to do: nobody takes what they may not see, and nothing keeps an account for ever."""

import pytest

from kb import gaps, leaving, members, to_hand_over
from kb.store import writing
from kb.topics import by_name


@pytest.fixture
def closed(db, people, a_note, now):
    """Chen alone knows topics by notes for all, the department, li by name, another department, and nobody else."""
    li, market = ("member", people["li"].member_id), ("department", people["ma"].department_id)
    a_note(topic_names=["公开题"])
    a_note(title="部内", topic_names=["部内题"], readers="department")
    a_note(title="名单", topic_names=["名单题"], readers="list", named_readers=(li,))
    a_note(title="市场", topic_names=["市场题"], readers="list", named_readers=(market,))
    a_note(title="私下", topic_names=["私下题"], readers="owner")
    return people["chen"].member_id


def left(db, member_id, kind, reader):
    return [name for _, name in to_hand_over.rows(db, member_id, reader=reader)[kind]]


def test_a_topic_goes_only_to_who_sees_that_it_is_known_and_finds_it_among_their_gaps(db, people, closed, now):
    chen = people["chen"]
    assert left(db, closed, "topics", chen) == ["公开题", "名单题", "市场题", "部内题"]  # by code point
    for login, taken, still in (("lin", ["公开题", "市场题"], ["名单题", "部内题"]), ("wang", ["部内题"], ["名单题"]),
                                ("ma", [], ["名单题"]), ("li", ["名单题"], [])):  # fmt: skip
        count, _ = leaving.give(db, closed, "topics", people[login].member_id, by=people["zhao"], now=now)
        mine = gaps.of_member(db, people[login].member_id, reader=people[login], now=now)
        assert (count, sorted(each.name for each in mine)) == (len(taken), taken)
        assert left(db, closed, "topics", chen) == still
    assert to_hand_over.counts(db, closed)["topics"] == 0
    members.leave(db, people["wang"].member_id, by=people["zhao"], now=now)
    assert left(db, closed, "topics", chen) == ["部内题"]


def test_what_colleagues_know_of_a_topic_below_is_no_sole_knowledge_as_among_the_gaps(db, people, closed, a_note, now):
    a_note(title="李写的", topic_names=["下位题"], by=people["li"])
    below, above = (by_name(db, name, reader=people["wang"]) for name in ("下位题", "公开题"))
    db["topic_parent"].insert({"topic_id": below.id, "parent_id": above.id})
    assert left(db, closed, "topics", people["chen"]) == ["名单题", "市场题", "部内题"]
    assert "公开题" not in [each.name for each in gaps.listing(db, reader=people["wang"], now=now, kinds=["sole"])]


def test_a_gap_goes_only_to_who_may_know_of_it_and_one_that_nobody_else_sees_stays_with_nobody(
    db, people, closed, a_note, now
):
    mine = {"member_id": closed, "due_on": "2099-01-01", "now": now}
    a_note(title="李写的", topic_names=["李的部内题"], readers="department", by=people["li"])
    gaps.assign(db, "sole", by_name(db, "李的部内题", reader=people["li"]).id, **mine, by=people["wang"])
    with writing(db):
        gaps.hand_out(db, "sole", by_name(db, "私下题", reader=people["chen"]).id, **mine, by=people["wang"])
    assert left(db, closed, "gaps", people["chen"]) == ["李的部内题"]
    told = {"by": people["zhao"], "now": now}
    assert leaving.give(db, closed, "gaps", people["ma"].member_id, **told) == (0, None)
    assert left(db, closed, "gaps", people["chen"]) == ["李的部内题"]
    assert leaving.give(db, closed, "gaps", people["wang"].member_id, **told)[0] == 1
    assert to_hand_over.counts(db, closed)["gaps"] == 0


def test_a_gap_that_colleagues_named_one_by_one_alone_see_is_handed_over_too_and_it_is_said_who_could_take_it(
    db, people, a_note, now
):
    chen = people["chen"].member_id
    told = {"readers": "list", "named_readers": [("member", chen)]}
    a_note(title="李写的", topic_names=["名单题"], **told, by=people["li"])
    number = by_name(db, "名单题", reader=people["chen"]).id
    with writing(db):
        told = {"member_id": chen, "due_on": "2099-01-01", "by": people["zhao"], "now": now}
        gaps.hand_out(db, "sole", number, **told)
    assert left(db, chen, "gaps", people["chen"]) == ["名单题"]
    assert (left(db, chen, "gaps", people["zhao"]), to_hand_over.counts(db, chen)["gaps"]) == ([], 1)
    assert list(to_hand_over.takers(db, chen)["gaps"].values()) == ["李思远"]
    # To whoever sees everything it is filled, to chen it is not.
    a_note(title="私下写的", topic_names=["名单题"], readers="owner", by=people["ma"])
    assert left(db, chen, "gaps", people["chen"]) == ["名单题"]
