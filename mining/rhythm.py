"""A rhythm: on which days, and when, something is done again by itself, where the company is.

Days are counted, not hours: so a clock set back, a night with an hour more or less and another time zone make nothing
twice and leave nothing out.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kb.errors import Invalid, N_
from kb.working_days import is_working_day

EVERY = ("day", "week", "month")
WEEKDAYS = tuple(range(1, 8))
LAST = 0
_TIME = re.compile(r"([01]?\d|2[0-3])[:：]([0-5]\d)")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When something is done again.

    Attributes
    ----------
    every : {"day", "week", "month"}
    at : str
        ``HH:MM``; in an hour that a night leaves out it is as much later as is left out, in one that comes twice it is
        the first.
    days : tuple of int
        Days of the week, 1 is Monday; only of a week.
    day : int
        Day of the month, `LAST` for the last; in a month without it the last.
    working : bool
        On working days only: what falls on another is put off to the next, the last day of a month is its last working
        day.
    """

    every: str
    at: str
    days: tuple = ()
    day: int = 1
    working: bool = False

    def after(self, day):
        """Return the first `datetime.date` after a day that it falls on."""
        found = day + _DAY
        while not self._falls_on(found):
            found += _DAY
        return found

    def instant(self, day, zone):
        """Return the moment of a day at which it is time, as it is stored."""
        hour, minute = map(int, self.at.split(":"))
        local = datetime.combine(day, time(hour, minute), ZoneInfo(zone))
        return local.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def _falls_on(self, day):
        if not self.working:
            return self._names(day)
        if not is_working_day(day):
            return False
        if self.every == "month" and self.day == LAST:
            left = range(day.day + 1, monthrange(day.year, day.month)[1] + 1)
            return not any(is_working_day(day.replace(day=later)) for later in left)
        while not self._names(day):
            day -= _DAY
            if is_working_day(day):
                return False
        return True

    def _names(self, day):
        if self.every == "day":
            return True
        if self.every == "week":
            return day.isoweekday() in self.days
        last = monthrange(day.year, day.month)[1]
        return day.day == (min(self.day, last) if self.day != LAST else last)


def of_form(*, every, at, days=(), day="1", working=False):
    """Return the `Rhythm` that a person typed.

    Parameters
    ----------
    every, at, day : str
        ``day`` is a number, or ``last``.
    days : sequence of str
    working : bool

    Raises
    ------
    kb.errors.Invalid
        Names the field.
    """
    if every not in EVERY:
        raise Invalid(
            N_("It cannot be repeated every “%(value)s”."), hint=N_("One of: %(choices)s."), field="every", value=every,
            choices=", ".join(EVERY),
        )  # fmt: skip
    found = _TIME.fullmatch(at.strip())
    if found is None:
        raise Invalid(
            N_("“%(value)s” is no time of the day."), hint=N_("Write it as 06:00."), field="at", value=at.strip()
        )
    chosen = {each for each in WEEKDAYS if str(each) in days}
    if every == "week" and not chosen:
        raise Invalid(N_("No day of the week is chosen."), hint=N_("Choose one or more."), field="days")
    plain = day.strip()
    number = LAST if plain == "last" else int(plain) if plain.isascii() and plain.isdigit() else -1
    if every == "month" and (number not in range(32) or plain == "0"):
        raise Invalid(
            N_("“%(value)s” is no day of the month."), hint=N_("Write a number from 1 to 31, or choose the last day."),
            field="day", value=plain,
        )  # fmt: skip
    named = {"days": tuple(sorted(chosen))} if every == "week" else {"day": number} if every == "month" else {}
    return Rhythm(every, f"{int(found[1]):02}:{found[2]}", **named, working=bool(working))


def of_row(row):
    """Return the `Rhythm` that was kept as a dict."""
    return Rhythm(**{**row, "days": tuple(row["days"])})


def here(now, zone):
    """Return the day it is at an instant where the company is."""
    return datetime.fromisoformat(now).astimezone(ZoneInfo(zone)).date()


def last_due(rhythm, done, now, zone):
    """Return the last day whose time has come by now and that is after the day `done`, or None.

    Parameters
    ----------
    rhythm : Rhythm
    done, now : datetime.date, str
    zone : str
    """
    day, found = rhythm.after(done), None
    while rhythm.instant(day, zone) <= now:
        found, day = day, rhythm.after(day)
    return found
