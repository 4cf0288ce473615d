"""Who leaves hands their repeated runs over, as they do their notes."""

import pytest

from kb import leaving, to_hand_over
from kb.access import OPERATOR
from kb.errors import Conflict
from mining import handing_over, schedules
from mining.rhythm import Rhythm

ARGS = {"min_support": 0.1, "min_confidence": 0.5, "batches": None}


@pytest.fixture
def made(db, people, now, monkeypatch):
    """The id of a run that lin has repeated; lin leaves."""
    monkeypatch.setattr(to_hand_over, "beside", {})
    monkeypatch.setattr(to_hand_over, "KINDS", dict(to_hand_over.KINDS))
    handing_over.register()
    schedules.add(db, ARGS, Rhythm("day", "06:00"), by=people["lin"], now=now)
    leaving.announce(db, people["lin"].member_id, last_day="2099-12-31", by=people["lin"], now=now)
    return schedules.listing(db, reader=OPERATOR)[0].id


def holder(db, made):
    return schedules.get(db, made, reader=OPERATOR).member


def test_a_repeated_run_is_left_on_the_list_until_somebody_takes_it_who_may_start_runs(db, people, now, made):
    lin, zhao = people["lin"].member_id, people["zhao"]
    (row,) = to_hand_over.rows(db, lin, reader=people["lin"])["schedules"]
    assert (row[0], row[1].rhythm) == (made, Rhythm("day", "06:00"))
    with pytest.raises(Conflict):
        leaving.close(db, lin, by=zhao, now=now)
    assert leaving.give(db, lin, "schedules", people["chen"].member_id, by=people["lin"], now=now) == (0, None)
    assert leaving.give(db, lin, "schedules", people["ma"].member_id, by=people["lin"], now=now)[0] == 1
    assert holder(db, made) == "马丽"
    leaving.close(db, lin, by=zhao, now=now)
    assert schedules.why_not(schedules.get(db, made, reader=OPERATOR)) is None


def test_what_was_given_with_everything_is_taken_back_with_it(db, people, now, made):
    lin, zhao = people["lin"].member_id, people["zhao"]
    count, seq = leaving.give_all(db, lin, people["ma"].member_id, by=zhao, now=now)
    assert (count, holder(db, made)) == (1, "马丽")
    leaving.undo(db, seq, by=zhao, now="2100-01-01T00:00:00.000000Z")
    assert holder(db, made) == "林志强"
