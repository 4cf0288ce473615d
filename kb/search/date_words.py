"""Days as questions write them: ``2026-01..``, ``2026年3月``, ``近30天``, ``last 30 days``, ``本月``."""

import calendar
import re
from datetime import date, timedelta

from kb.errors import Invalid, N_

_FIRST, _LAST = 1900, 2199
_DAY = r"\d{4}(?:[-/.年]\d{1,2}(?:[-/.月]\d{1,2}日?|月)?|年)?"
_BETWEEN = r"(?:\.{2,3}|。。|…{1,2}|~|～|至)"
_RANGE = re.compile(rf"(?P<first>{_DAY})?(?P<between>{_BETWEEN})(?P<last>{_DAY})?")
# Without its field only what nobody writes of anything else is one.
_BARE_RANGE = re.compile(rf"{_DAY}(?:\.\.|。。)(?:{_DAY})?|(?:\.\.|。。){_DAY}")
_NUMBER = r"\d{1,4}|[一二两三四五六七八九十半]"
_RECENT = re.compile(
    rf"(?:(?:最近|近)(?P<zh>{_NUMBER})(?P<unit_zh>天|日|周|星期|个月|月|年)"
    r"|(?:last)?[ -]?(?P<en>\d{1,4})[ -]?(?P<unit_en>days?|d|weeks?|w|months?|m|years?|y))",
    re.IGNORECASE,
)
_BARE_RECENT = re.compile(rf"(?:最近|近)(?:{_NUMBER})(?:天|日|周|个月|月|年)")
_NUMERALS = {each: at for at, each in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365, "天": 1, "日": 1, "周": 7, "星期": 7, "个月": 30, "月": 30, "年": 365}
_NAMED = {
    "今天": "today", "today": "today", "昨天": "yesterday", "yesterday": "yesterday", "本周": "week",
    "this week": "week", "week": "week", "上周": "last week", "last week": "last week", "本月": "month",
    "this month": "month", "month": "month", "上月": "last month", "上个月": "last month", "last month": "last month",
    "今年": "year", "this year": "year", "year": "year", "去年": "last year", "last year": "last year",
}  # fmt: skip


def stands_alone(word):
    """Return whether a word of a question is days though no field is named before it: ``2026-01..``, 近30天."""
    return bool(_BARE_RANGE.fullmatch(word) or _BARE_RECENT.fullmatch(word))


def between(text, today):
    """Return the first and the last day that `text` says, both counted, ``""`` where it is open.

    Parameters
    ----------
    text : str
    today : str
        ``YYYY-MM-DD``, where the company is.

    Raises
    ------
    kb.errors.Invalid
        For a day that the calendar does not have, and for what says no days.
    """
    asked = text.strip().lower()
    here = date.fromisoformat(today)
    if named := _NAMED.get(asked.replace("-", " ")):
        first, last = _named(named, here)
        return first.isoformat(), last.isoformat()
    if recent := _RECENT.fullmatch(asked):
        days = min(_days(recent), (here - date(_FIRST, 1, 1)).days)
        return (here - timedelta(days=days - 1)).isoformat(), today
    if ranged := _RANGE.fullmatch(asked):
        ends = ranged["first"], ranged["last"]
        if not any(ends):
            raise _no_day(text)
        first = _period(ends[0], text)[0] if ends[0] else ""
        last = _period(ends[1], text)[1] if ends[1] else ""
        if first and last and first > last:
            raise Invalid(
                N_("“%(value)s” ends before it begins."),
                hint=N_("Write the earlier day first, such as 2026-01..2026-03."),
                field="query",
                value=text,
            )
        return first, last
    return _period(asked, text)


def _named(name, here):
    monday = here - timedelta(days=here.weekday())
    begin = here.replace(day=1)
    before = begin - timedelta(days=1)
    return {
        "today": (here, here),
        "yesterday": (here - timedelta(days=1), here - timedelta(days=1)),
        "week": (monday, monday + timedelta(days=6)),
        "last week": (monday - timedelta(days=7), monday - timedelta(days=1)),
        "month": (begin, _end(here.year, here.month)),
        "last month": (before.replace(day=1), before),
        "year": (date(here.year, 1, 1), date(here.year, 12, 31)),
        "last year": (date(here.year - 1, 1, 1), date(here.year - 1, 12, 31)),
    }[name]


def _days(recent):
    number = recent["zh"] or recent["en"]
    unit = _DAYS[recent["unit_zh"] or recent["unit_en"][0]]
    if number == "半":
        return max(1, (unit + 1) // 2)
    return max(1, (_NUMERALS.get(number) or int(number)) * unit)


def _period(text, whole):
    """Return the first and the last day of a year, a month or a day."""
    parts = [int(each) for each in re.findall(r"\d+", text)] if re.fullmatch(_DAY, text) else []
    try:
        if not parts or not _FIRST <= parts[0] <= _LAST:
            raise ValueError(text)
        if len(parts) == 1:
            first, last = date(parts[0], 1, 1), date(parts[0], 12, 31)
        elif len(parts) == 2:
            first, last = date(*parts, 1), _end(*parts)
        else:
            first = last = date(*parts)
    except ValueError:
        raise _no_day(whole) from None
    return first.isoformat(), last.isoformat()


def _end(year, month):
    return date(year, month, calendar.monthrange(year, month)[1]) if 1 <= month <= 12 else date(year, month, 1)


def _no_day(text):
    return Invalid(
        N_("“%(value)s” is no day."),
        hint=N_("Write a day or a span, such as 2026-12-01, 2026-01.. or last 30 days."),
        field="query",
        value=text,
    )
