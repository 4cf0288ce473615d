"""Which order a line belongs to, and which lines a question leaves out."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import polars as pl

from kb.errors import Invalid, N_


def local(zone):
    """Return the moment of a line as the clock in `zone` shows it; the ledger keeps times naive in UTC."""
    return pl.col("time").dt.replace_time_zone("UTC").dt.convert_time_zone(str(ZoneInfo(zone)))


def basket(counts, zone, series):
    """Return the expression for the order of a line: its number, else the customer's day; None when there is neither.

    Parameters
    ----------
    counts : mapping
        How many lines have ``order``, ``customer`` and ``time``.
    zone : str
    series : int
        Which numbers those of the lines are: the same number of another series is another order.
    """
    match kind(counts):
        case "order":
            # A line without its order belongs to no basket.
            return pl.concat_str(pl.lit(f"o{series} "), "order")
        case "day":
            return pl.concat_str(pl.lit("d"), local(zone).dt.date().cast(pl.String), pl.lit(" "), "customer")
    return None


def kind(counts):
    """Return what a basket is where so many lines have ``order``, ``customer`` and ``time``: "order", "day" or None."""
    if counts["order"]:
        return "order"
    return "day" if counts["customer"] and counts["time"] else None


@dataclass(frozen=True, slots=True)
class Slice:
    """The lines a question is about.

    Attributes
    ----------
    since, until : datetime.date or None
        Both included.
    without, within : tuple of str
        Products to leave out; the only products, or categories, to look at, empty for all.
    shops : tuple of str
        The only shops to look at, empty for all.
    customers : tuple of int or None
        Keys of the only customers to look at; None for all.
    """

    since: date | None = None
    until: date | None = None
    without: tuple = ()
    within: tuple = ()
    shops: tuple = ()
    customers: tuple | None = None

    @classmethod
    def of_args(cls, args, customers=None):
        """Return the slice that the arguments of a job ask for; jobs of old ask for all."""
        since, until = (args.get(name) and date.fromisoformat(args[name]) for name in ("since", "until"))
        lists = (tuple(args.get(name) or ()) for name in ("without", "within", "shops"))
        return cls(since, until, *lists, None if customers is None else tuple(customers))

    def columns(self):
        """Return the columns, beside ``item`` and ``time``, that are looked at; no more of a large file is read."""
        asked = (("category", self.within), ("shop", self.shops), ("customer", self.customers is not None))
        return [name for name, is_asked in asked if is_asked]

    def of(self, frame, zone):
        """Return the lines of `frame`, lazy or not, that are asked for; one without a time is on no day."""
        day = local(zone).dt.date()
        if self.since is not None:
            frame = frame.filter(day >= self.since)
        if self.until is not None:
            frame = frame.filter(day <= self.until)
        if self.without:
            frame = frame.filter(~pl.col("item").is_in(list(self.without)))
        if self.within:
            frame = frame.filter(pl.any_horizontal(pl.col("item", "category").is_in(list(self.within))))
        if self.shops:
            frame = frame.filter(pl.col("shop").is_in(list(self.shops)))
        if self.customers is not None:
            frame = frame.filter(pl.col("customer").is_in(list(self.customers)))
        return frame

    def refuse(self, items, *, has_times):
        """Refuse a product that is not among `items`, and a period where no line has a time.

        Raises
        ------
        kb.errors.Invalid
        """
        if not has_times and (self.since or self.until):
            raise Invalid(
                N_("The purchase records have no dates, so no period can be chosen."),
                hint=N_("Leave the period empty."),
                field="since" if self.since else "until",
            )
        unknown = [name for name in self.without if name not in items]
        if unknown:
            raise Invalid(
                N_("No product is called “%(value)s”."),
                hint=N_("Write it as it stands in the purchase records, or take it out of the list."),
                field="without",
                value="”, “".join(unknown),
            )
