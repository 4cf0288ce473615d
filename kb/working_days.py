"""Working days as a company in China counts them: with the holidays of the State Council and the days worked for them.

The table is that of `chinese_calendar`; it knows a year once the State Council has announced it, usually in November
before. Of later years only the holidays of fixed date are known.
"""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar

_FIXED = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
_SATURDAY = 5


def is_working_day(day):
    """Return whether a `datetime.date` is worked on."""
    try:
        return chinese_calendar.is_workday(day)
    except NotImplementedError:
        return day.weekday() < _SATURDAY and (day.month, day.day) not in _FIXED


def known_until():
    """Return the last year whose holidays are known."""
    return max(chinese_calendar.holidays).year


def end_after(instant, days, zone):
    """Return the last instant of the working day that so many whole ones after the day of another end with.

    Parameters
    ----------
    instant : str
        ISO 8601, UTC.
    days : int
        At least 1.
    zone : str
        Name of the time zone days are counted in.
    """
    day = datetime.fromisoformat(instant).astimezone(ZoneInfo(zone)).date()
    while days:
        day += timedelta(days=1)
        days -= is_working_day(day)
    midnight = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))
    return (midnight.astimezone(UTC) - timedelta.resolution).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
