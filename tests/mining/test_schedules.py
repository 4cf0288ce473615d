"""Runs that begin by themselves: each once, for who may, whatever the clock does."""

import threading
from datetime import UTC, datetime

import pytest

from kb import accounts, feed
from kb.access import OPERATOR
from kb.errors import Conflict, Forbidden, Invalid
from kb.overtaken import Overtaken
from kb.store import close_store, open_store
from mining import runs, schedules
from mining.rhythm import Rhythm

ARGS = {"min_support": 0.1, "min_confidence": 0.5, "max_length": None, "since": None, "until": None, "without": [],
        "names": {}, "batches": None}  # fmt: skip
DAILY = Rhythm("day", "06:00")


def at(moment):
    """Return an instant, as it is stored, of a moment in Shanghai, where the home of the tests is."""
    return datetime.fromisoformat(f"{moment}+08:00").astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@pytest.fixture
def daily(db, people):
    """The id of a schedule that lin made on Monday at nine, for six each day."""
    schedules.add(db, ARGS, DAILY, by=people["lin"], now=at("2026-11-30T09:00"))
    return schedules.listing(db, reader=OPERATOR)[0].id


def over(db, now):
    """End what waits, as if it had been done."""
    for run in runs.listing(db, reader=OPERATOR):
        if run.state == "queued":
            runs.request_cancel(db, run.id, by=OPERATOR, now=now)


def tended(db, moment):
    """Return how many runs are put in line at a moment; they are over at once."""
    found = schedules.tend(db, now=at(moment))
    over(db, at(moment))
    return len(found)


def test_a_schedule_begins_at_its_time_and_what_was_missed_gives_one_run(db, daily):
    assert tended(db, "2026-11-30T23:59") == 0
    assert tended(db, "2026-12-01T05:59") == 0
    assert [tended(db, "2026-12-01T06:00") for _ in range(2)] == [1, 0]
    # Switched off for a week.
    assert [tended(db, "2026-12-08T11:00") for _ in range(2)] == [1, 0]
    assert tended(db, "2026-12-09T06:00") == 1


def test_a_clock_that_is_set_back_makes_nothing_twice_and_one_far_ahead_silences_nobody(db, daily):
    assert tended(db, "2026-12-01T06:01") == 1
    assert tended(db, "2026-12-01T04:00") == 0
    assert tended(db, "2026-12-01T06:01") == 0
    # A day ahead by mistake, and back.
    assert tended(db, "2026-12-02T07:00") == 1
    assert [tended(db, "2026-12-01T08:00"), tended(db, "2026-12-02T07:00"), tended(db, "2026-12-03T06:00")] == [0, 0, 1]
    # A year ahead, and back.
    assert tended(db, "2027-12-01T07:00") == 1
    assert [tended(db, f"2026-12-{day:02}T07:00") for day in (4, 5, 6, 7)] == [1, 1, 1, 1]


def test_another_zone_makes_nothing_twice(db, home, daily):
    assert tended(db, "2026-12-01T06:01") == 1
    config = home / "config.toml"
    config.write_text(config.read_text("utf-8").replace("Asia/Shanghai", "America/New_York"), "utf-8")
    # There it is the 30th still; six o'clock of the 1st comes, and was done.
    assert [tended(db, "2026-12-01T20:00"), tended(db, "2026-12-02T20:00")] == [0, 1]


def test_two_workers_begin_it_once(db, home, daily):
    ready, found = threading.Barrier(4), []

    def work():
        mine = open_store(home)
        ready.wait()
        found.extend(schedules.tend(mine, now=at("2026-12-01T06:00")))
        close_store(home)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(found) == 1
    assert db["run"].count == 1


def test_nothing_is_put_in_line_behind_its_own_run(db, daily):
    assert len(schedules.tend(db, now=at("2026-12-01T06:00"))) == 1
    assert schedules.tend(db, now=at("2026-12-02T06:00")) == []
    over(db, at("2026-12-02T07:00"))
    assert len(schedules.tend(db, now=at("2026-12-02T07:00"))) == 1


def test_the_period_goes_with_the_day_and_the_run_is_that_of_who_made_it(db, people):
    args = schedules.with_period({**ARGS, "since": "2020-01-01", "until": "2020-12-31"}, "months", "1")
    schedules.add(db, args, Rhythm("month", "06:00", day=1), by=people["lin"], now=at("2026-11-30T09:00"))
    (run_id,) = schedules.tend(db, now=at("2026-12-01T06:00"))
    run = runs.get(db, run_id, reader=OPERATOR)
    assert (run.args["since"], run.args["until"], run.member_name) == ("2026-11-01", "2026-11-30", "林志强")
    assert schedules.listing(db, reader=OPERATOR)[0].run_id == run_id


def test_it_does_not_run_for_who_has_left_or_lost_the_right_and_says_why_until_it_is_taken_over(db, people, daily, now):
    lin = people["lin"].member_id
    accounts.move(db, lin, department="市场部", role="contributor", by=people["zhao"], now=now)
    schedule = schedules.get(db, daily, reader=OPERATOR)
    assert "林志强, for whom it ran, may not start runs" in schedules.why_not(schedule).sentence()
    assert tended(db, "2026-12-01T07:00") == 0
    schedules.take_over(db, daily, by=people["ma"], now=at("2026-12-01T08:00"))
    assert schedules.why_not(schedules.get(db, daily, reader=OPERATOR)) is None
    with pytest.raises(Conflict, match="runs for 马丽 already"):
        schedules.take_over(db, daily, by=people["zhao"], now=at("2026-12-01T09:00"))
    (run_id,) = schedules.tend(db, now=at("2026-12-02T06:00"))
    assert runs.get(db, run_id, reader=OPERATOR).member_name == "马丽"


def test_two_who_change_it_at_once_keep_both_changes_or_hear_of_the_other(db, people, daily, now):
    weekly = Rhythm("week", "07:30", days=(1,))
    wider = schedules.with_period(ARGS, "days", "30")
    schedules.arrange(db, daily, version=1, args=ARGS, when=weekly, by=people["ma"], now=now)
    # Only what is asked changed here, only when it runs there.
    schedules.arrange(db, daily, version=1, args=wider, when=DAILY, by=people["lin"], now=now)
    both = schedules.get(db, daily, reader=OPERATOR)
    assert (both.args["last_days"], both.rhythm) == (30, weekly)
    with pytest.raises(Overtaken) as told:
        monthly = Rhythm("month", "08:00", day=1)
        schedules.arrange(db, daily, version=1, args=ARGS, when=monthly, by=people["lin"], now=now)
    assert told.value.clashes == ("rhythm",)
    assert schedules.get(db, daily, reader=OPERATOR) == both


def test_a_rest_is_not_made_up_for_and_what_is_deleted_does_not_run(db, people, daily):
    lin = {"by": people["lin"]}
    schedules.pause(db, daily, **lin, now=at("2026-12-01T05:00"))
    assert tended(db, "2026-12-03T07:00") == 0
    schedules.resume(db, daily, **lin, now=at("2026-12-03T08:00"))
    assert [tended(db, "2026-12-03T09:00"), tended(db, "2026-12-04T06:00")] == [0, 1]
    seq = schedules.archive(db, daily, **lin, now=at("2026-12-04T08:00"))
    assert tended(db, "2026-12-06T07:00") == 0
    assert schedules.listing(db, reader=OPERATOR) == []
    schedules.undo(db, seq, **lin, now=at("2026-12-06T08:00"))
    assert [tended(db, "2026-12-06T09:00"), tended(db, "2026-12-07T06:00")] == [0, 1]


def test_run_now_leaves_when_it_runs_next(db, people, daily):
    run_id = schedules.run_now(db, daily, by=people["ma"], now=at("2026-11-30T10:00"))
    assert runs.get(db, run_id, reader=OPERATOR).member_name == "马丽"
    over(db, at("2026-11-30T10:00"))
    assert tended(db, "2026-12-01T06:00") == 1


def test_changes_stand_in_the_feed_are_taken_back_and_not_over_a_later_one(db, people, daily, now):
    lin = {"by": people["lin"], "now": now}
    weekly = Rhythm("week", "07:30", days=(1,))
    first = schedules.arrange(db, daily, version=1, args=ARGS, when=weekly, **lin)
    second = schedules.pause(db, daily, **lin)
    with pytest.raises(Conflict):
        schedules.undo(db, first, **lin)
    schedules.undo(db, second, **lin)
    schedule = schedules.get(db, daily, reader=OPERATOR)
    assert (schedule.rhythm, schedule.paused) == (weekly, 0)
    made = feed.changes(db, "schedule", daily)
    assert [change["action"] for change in made] == ["undo", "pause", "edit", "add"]


def test_who_may_not_start_runs_arranges_none(db, people, daily, now):
    chen = {"by": people["chen"], "now": now}
    for act in (schedules.pause, schedules.archive, schedules.run_now, schedules.take_over):
        with pytest.raises(Forbidden):
            act(db, daily, **chen)
    with pytest.raises(Forbidden):
        schedules.arrange(db, daily, version=1, args=ARGS, when=DAILY, **chen)
    with pytest.raises(Forbidden):
        schedules.add(db, ARGS, DAILY, **chen)
    with pytest.raises(Forbidden):
        schedules.listing(db, reader=people["vera"])


@pytest.mark.parametrize(("period", "count"), [("days", "0"), ("days", "x"), ("months", "121"), ("weeks", "1")])
def test_what_is_no_period_is_refused(period, count):
    with pytest.raises(Invalid) as refused:
        schedules.with_period(ARGS, period, count)
    assert refused.value.hint
