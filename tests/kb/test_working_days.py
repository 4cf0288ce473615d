"""Two working days, as the State Council counts them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings, strategies as st

from kb import working_days

ZONE = "Asia/Shanghai"


def asked(day, hour=10):
    """Return an instant of a day, at an hour of the clock in Shanghai, as it is stored."""
    return (datetime.fromisoformat(f"{day}T00:00:00+00:00") + timedelta(hours=hour - 8)).isoformat()


@pytest.mark.parametrize(
    ("day", "last"),
    [
        ("2026-11-23", "2026-11-25"),  # a Monday like any other
        ("2026-11-27", "2026-12-01"),  # Friday: the week-end does not count
        ("2026-09-30", "2026-10-09"),  # the week of the National Day
        ("2026-02-13", "2026-02-24"),  # Saturday the 14th is worked, for the New Year's week after it
        ("2026-10-09", "2026-10-12"),  # and Saturday the 10th of October too
        ("2033-04-29", "2033-05-04"),  # not announced so far: Sunday and Monday, the 1st and 2nd of May, are known
    ],
)
def test_a_question_waits_to_the_end_of_the_second_working_day(day, last):
    end = datetime.fromisoformat(working_days.end_after(asked(day), 2, ZONE))
    assert end + timedelta.resolution == datetime.fromisoformat(f"{last}T16:00:00+00:00")  # midnight in Shanghai


def test_the_day_is_the_one_where_the_company_is():
    late = asked("2026-11-24", hour=1)  # it is still the 23rd in Greenwich
    assert working_days.end_after(late, 2, ZONE)[:16] == "2026-11-26T15:59"
    assert working_days.end_after(late, 2, "UTC")[:16] == "2026-11-25T23:59"


@settings(max_examples=30)
@given(st.dates(date(2004, 1, 1), date(2034, 1, 1)), st.integers(1, 6))
def test_just_so_many_working_days_lie_between(day, count):
    end = working_days.end_after(f"{day}T12:00:00+00:00", count, "UTC")
    last = datetime.fromisoformat(end).astimezone(UTC).date()
    between = [day + timedelta(days=n) for n in range(1, (last - day).days + 1)]
    assert sum(map(working_days.is_working_day, between)) == count
    assert working_days.is_working_day(last)
