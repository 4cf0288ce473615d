"""Times of purchases: the many ways to write a day, as instants in UTC."""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from mining.ledger.numbers import Unreadable

_MISSING = frozenset({"", "-", "na", "null", "无"})
_YEAR_FIRST = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_RUN = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?")
_SHORT_YEAR = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)")
_CLOCK = re.compile(
    r"(\d{1,2})(?::|时|点)(\d{1,2})(?:(?::|分)(\d{1,2})(?:\.\d+)?)?[秒分]?"
    r"\s*(am|pm)?\s*(z|[+-]\d{2}:?\d{2})?"
)
_HALF = {"上午": "am", "下午": "pm", "凌晨": "am", "晚上": "pm"}
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?")
_EPOCHS = {"1900": datetime(1899, 12, 30), "1904": datetime(1904, 1, 1)}


def forms(cell):
    """Return the rules of `mining.ledger.cleaning` that a cell needs to be a time: none for 2010-12-01 08:26:00."""
    if cell is None or (isinstance(cell, str) and (not cell.strip() or _ISO.fullmatch(cell))):
        return ()
    return ("dates",)


def is_serial(text):
    """Return whether a text may be a spreadsheet's day number, as 40513 for 2010-12-01."""
    return isinstance(text, str) and _SERIAL.fullmatch(text.strip()) is not None


def day_order(text):
    """Return ``"dmy"`` or ``"mdy"`` where a day with its year last can only be read one way, ``"?"`` where both.

    None for every other text.
    """
    match = _YEAR_LAST.match(unicodedata.normalize("NFKC", text).strip()) if isinstance(text, str) else None
    if match is None:
        return None
    first, second = int(match[1]), int(match[2])
    if first > 12 >= second:
        return "dmy"
    return "mdy" if second > 12 >= first else "?"


def instant(cell, *, zone, order=None, serials=None):
    """Return a cell as a naive datetime in UTC, or None where nothing stands.

    Parameters
    ----------
    cell : str or datetime or date or time or float or None
    zone : str
        Of times that name none.
    order : {"dmy", "mdy"}, optional
        How days with the year last are read.
    serials : {"1900", "1904"}, optional
        From which year mere numbers count.

    Raises
    ------
    mining.ledger.numbers.Unreadable
    """
    if cell is None or cell == "":
        return None
    if isinstance(cell, datetime):
        return _utc(cell, zone)
    if isinstance(cell, date):
        return _utc(datetime.combine(cell, time()), zone)
    if isinstance(cell, time | timedelta):
        raise Unreadable("day_missing")
    if isinstance(cell, int | float):
        cell = repr(cell).removesuffix(".0")
    return _parsed(cell, zone, order, serials)


@lru_cache
def steady_offset(zone, first, last):
    """Return how far the clocks of a zone are ahead of UTC from a year to another; None where that changes."""
    day, found = datetime(first, 1, 1, tzinfo=ZoneInfo(zone)), set()
    while day.year <= last and len(found) < 2:
        found.add(day.utcoffset())
        day += timedelta(days=1)
    found.add(day.utcoffset())
    return found.pop() if len(found) == 1 else None


@lru_cache(maxsize=100_000)
def _parsed(text, zone, order, serials):
    plain = unicodedata.normalize("NFKC", text).strip().strip("'`").lower()
    if plain in _MISSING:
        return None
    if _SERIAL.fullmatch(plain):
        if serials is None:
            raise Unreadable("not_a_date")
        # Parts of a day are rounded to the second: a float of days has no finer truth.
        seconds = round(float(plain) * 86_400)
        return _utc(_EPOCHS[serials] + timedelta(seconds=seconds), zone)
    day, rest = _day(plain, order)
    return _utc(_with_clock(day, rest, plain), zone)


def _day(plain, order):
    half = next((mark for mark in _HALF if plain.startswith(mark)), None)
    if half:
        # 上午 08:26 2010-12-01: the clock stands first.
        head, _, tail = plain.removeprefix(half).strip().partition(" ")
        plain = f"{tail} {half}{head}"
    if match := _RUN.fullmatch(plain):
        clock = [int(part) for part in match.groups()[3:] if part]
        return _date(*map(int, match.groups()[:3])), "{:02d}:{:02d}:{:02d}".format(
            *(clock + [0] * 3)[:3]
        ) if clock else ""
    if match := _YEAR_FIRST.match(plain):
        return _date(*map(int, match.groups())), plain[match.end() :]
    if match := _YEAR_LAST.match(plain):
        first, second, year = map(int, match.groups())
        found = day_order(plain)
        order = order if found == "?" else found
        if order is None:
            raise Unreadable("not_a_date")
        return _date(year, *((second, first) if order == "dmy" else (first, second))), plain[match.end() :]
    if _SHORT_YEAR.match(plain):
        raise Unreadable("year_unclear")
    if re.fullmatch(r"\d{4}[-/.年]\d{1,2}月?", plain) or _CLOCK.fullmatch(plain):
        raise Unreadable("day_missing")
    raise Unreadable("not_a_date")


def _with_clock(day, rest, plain):
    rest = rest.strip().removeprefix("t").strip(" ,")
    if not rest:
        return datetime.combine(day, time())
    half = next((mark for mark in _HALF if mark in rest), None)
    match = _CLOCK.fullmatch(rest.replace(half, "").strip() if half else rest)
    if match is None:
        raise Unreadable("not_a_date")
    hour, minute, second = (int(part or 0) for part in match.groups()[:3])
    half = _HALF.get(half, match[4])
    if half and not 1 <= hour <= 12 and not (half == "am" and hour == 0):
        half = None
    hour = hour % 12 + (12 if half == "pm" else 0) if half else hour
    try:
        found = datetime.combine(day, time(hour, minute, second))
    except ValueError as problem:
        raise Unreadable("no_such_day") from problem
    offset = match[5]
    if offset and offset != "z":
        digits = offset[1:].replace(":", "")
        shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        return (found - shift if offset[0] == "+" else found + shift).replace(tzinfo=UTC)
    return found.replace(tzinfo=UTC) if offset else found


def _date(year, month, day):
    if not 1970 <= year <= 2099:
        raise Unreadable("year_out_of_range")
    try:
        return date(year, month, day)
    except ValueError as problem:
        raise Unreadable("no_such_day") from problem


def _utc(moment, zone):
    if not 1970 <= moment.year <= 2099:
        raise Unreadable("year_out_of_range")
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    return moment.astimezone(UTC).replace(tzinfo=None)
