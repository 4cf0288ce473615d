"""On which days something is done again, and at which moment, whatever the clock and the calendar do."""

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from kb.errors import Invalid
from kb.working_days import is_working_day
from mining.rhythm import LAST, Rhythm, last_due, of_form

MONDAY, FRIDAY = 1, 5


def days(rhythm, after, count):
    found, day = [], date.fromisoformat(after)
    for _ in range(count):
        day = rhythm.after(day)
        found.append(day.isoformat())
    return found


@pytest.mark.parametrize(
    ("rhythm", "after", "found"),
    [
        (Rhythm("day", "06:00"), "2026-02-27", ["2026-02-28", "2026-03-01"]),
        (Rhythm("week", "06:00", days=(MONDAY, FRIDAY)), "2026-11-30", ["2026-12-04", "2026-12-07"]),
        (Rhythm("month", "06:00", day=31), "2026-01-31", ["2026-02-28", "2026-03-31", "2026-04-30"]),
        (Rhythm("month", "06:00", day=LAST), "2028-01-31", ["2028-02-29", "2028-03-31"]),
        # Saturday the 10th of October is worked for the National Day; the 1st to the 7th are free.
        (Rhythm("day", "06:00", working=True), "2026-09-30", ["2026-10-08", "2026-10-09", "2026-10-10", "2026-10-12"]),
        (Rhythm("week", "06:00", days=(MONDAY,), working=True), "2026-09-28", ["2026-10-08", "2026-10-12"]),
        (Rhythm("month", "06:00", day=1, working=True), "2026-09-01", ["2026-10-08", "2026-11-02", "2026-12-01"]),
        (Rhythm("month", "06:00", day=LAST, working=True), "2026-01-01", ["2026-01-30", "2026-02-28", "2026-03-31"]),
        # Beyond what is announced the weekends, and the holidays of fixed date, are free.
        (Rhythm("month", "06:00", day=1, working=True), "2032-12-31", ["2033-01-03", "2033-02-01"]),
    ],
)
def test_a_rhythm_falls_on_these_days(rhythm, after, found):
    assert days(rhythm, after, len(found)) == found


@given(st.dates(date(2024, 1, 1), date(2027, 12, 31)), st.integers(1, 31))
def test_each_month_has_its_working_day_once_though_it_may_fall_into_the_next(day, named):
    rhythm = Rhythm("month", "06:00", day=named, working=True)
    found = rhythm.after(day)
    assert is_working_day(found)
    # Put off, never brought forward, and never by more than the longest holidays.
    nominal = max(each for each in (found - timedelta(days=back) for back in range(12)) if _is_named(each, named))
    assert not any(is_working_day(nominal + timedelta(days=on)) for on in range((found - nominal).days))


def _is_named(day, named):
    last = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return day.day == min(named, last.day)


@pytest.mark.parametrize(
    ("zone", "at", "day", "moment"),
    [
        ("Asia/Shanghai", "06:00", "2026-11-30", "2026-11-29T22:00:00"),
        ("Europe/Berlin", "06:00", "2026-07-01", "2026-07-01T04:00:00"),
        # The hour from two to three is left out, and then comes twice.
        ("Europe/Berlin", "02:30", "2026-03-29", "2026-03-29T01:30:00"),
        ("Europe/Berlin", "02:30", "2026-10-25", "2026-10-25T00:30:00"),
        ("Asia/Kathmandu", "00:00", "2026-01-01", "2025-12-31T18:15:00"),
    ],
)
def test_the_moment_is_that_of_the_clock_on_the_wall(zone, at, day, moment):
    assert Rhythm("day", at).instant(date.fromisoformat(day), zone) == f"{moment}.000000Z"


@pytest.mark.parametrize("night", ["2026-03-29", "2026-10-25"])
def test_a_night_with_an_hour_more_or_less_makes_nothing_twice_and_leaves_nothing_out(night):
    rhythm, zone, taken = Rhythm("day", "02:30"), "Europe/Berlin", []
    done = date.fromisoformat(night) - timedelta(days=1)
    for quarter in range(3 * 96):
        minutes = quarter * 15
        now = f"{date.fromisoformat(night) - timedelta(days=1) + timedelta(days=minutes // 1440)}"
        now += f"T{minutes % 1440 // 60:02}:{minutes % 60:02}:00.000000Z"
        day = last_due(rhythm, done, now, zone)
        if day is not None:
            taken.append(day)
            done = day
    first = date.fromisoformat(night)
    assert taken == [first, first + timedelta(days=1)]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"every": "year"}, "every"), ({"at": "24:00"}, "at"), ({"at": ""}, "at"), ({"at": "6"}, "at"),
        ({"every": "week"}, "days"), ({"every": "week", "days": ["8"]}, "days"),
        ({"every": "month", "day": "32"}, "day"), ({"every": "month", "day": "0"}, "day"),
        ({"every": "month", "day": "x"}, "day"),
    ],
)  # fmt: skip
def test_what_is_no_rhythm_is_refused_by_its_field(typed, field):
    with pytest.raises(Invalid) as refused:
        of_form(**{"every": "day", "at": "6:00", **typed})
    assert refused.value.field == field
    assert refused.value.hint


def test_what_is_typed_becomes_a_rhythm():
    assert of_form(every="month", at=" 6：05 ", day="last", working=True) == Rhythm(
        "month", "06:05", day=LAST, working=True
    )
    assert of_form(every="week", at="23:59", days=["5", "1"]) == Rhythm("week", "23:59", days=(MONDAY, FRIDAY))
