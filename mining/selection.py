"""Which purchases a job looks at: a period, and products that are left out."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

import polars as pl

from kb.errors import Invalid, N_

_PARTED = re.compile(r"[,，、;；\n]")


@dataclass(frozen=True, slots=True)
class Selection:
    """What counts.

    Attributes
    ----------
    first, last : str
        Days in the zone of the instance, both included; "" for no limit.
    exclude : tuple of str
        Products whose name contains one of these do not count.
    """

    first: str = ""
    last: str = ""
    exclude: tuple = ()

    def lines(self, frame, zone):
        """Return the lines of a frame with ``item`` and ``time`` (naive, UTC) that count."""
        if self.first or self.last:
            day = pl.col("time").dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.date()
            frame = frame.filter(day.is_between(_day(self.first) or date.min, _day(self.last) or date.max))
        for name in self.exclude:
            frame = frame.filter(~_holds(name))
        return frame

    def refuse_unknown(self, items):
        """Refuse a name that no product in `items`, a column of names, contains."""
        for name in self.exclude:
            if not items.to_frame("item").select(_holds(name).any()).item():
                raise Invalid(
                    N_("No product is called anything like “%(value)s”."),
                    hint=N_("Write part of a name as it stands in the purchase records, or leave it out."),
                    field="exclude",
                    value=name,
                )


EVERYTHING = Selection()


def selection(*, first="", last="", exclude=""):
    """Return the `Selection` of what a person typed; `exclude` names with commas between.

    Raises
    ------
    kb.errors.Invalid
        Names the field.
    """
    days = {}
    for field, text in (("first", first), ("last", last)):
        days[field] = unicodedata.normalize("NFKC", text).strip()
        if days[field] and _day(days[field]) is None:
            raise Invalid(
                N_("“%(value)s” is no day."), hint=N_("Write it like 2026-05-01."), field=field, value=text.strip()
            )
    if days["first"] and days["last"] and days["first"] > days["last"]:
        raise Invalid(
            N_("The period ends on %(last)s, before it begins on %(first)s."),
            hint=N_("Swap the two days."),
            field="last",
            **days,
        )
    names = dict.fromkeys(each.strip() for each in _PARTED.split(exclude) if each.strip())
    return Selection(**days, exclude=tuple(names))


def _day(text):
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
    except ValueError:
        return None


def _holds(name):
    plain = unicodedata.normalize("NFKC", name).lower()
    return pl.col("item").str.to_lowercase().str.contains(plain, literal=True).fill_null(False)
