"""Months as people count them: from a day to the same day of another month, at the hour it was where the company is."""

from calendar import monthrange
from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def later(instant, months, zone):
    """Return the instant some months after another, as it is stored, in whole milliseconds.

    Parameters
    ----------
    instant : str
        ISO 8601, UTC.
    months : int
        Less than 0 for before. A month without that day gives its last one.
    zone : str
        Name of the time zone days are counted in.
    """
    local = datetime.fromisoformat(instant).astimezone(ZoneInfo(zone))
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    day = min(local.day, monthrange(year, month + 1)[1])
    there = local.replace(year=year, month=month + 1, day=day).astimezone(UTC)
    return there.strftime("%Y-%m-%dT%H:%M:%S.") + f"{there.microsecond // 1000:03d}Z"
