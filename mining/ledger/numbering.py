"""Whose order numbers a file uses: those of an earlier import, or its own.

Two tills both count from 1, and two exports of one till overlap. Told apart wrongly, the first gives orders that nobody
placed, the second counts orders twice. So imports whose numbers mean the same orders are one *series*, and an order is
a number in a series.
"""

from dataclasses import dataclass

import polars as pl

from mining.ledger import batches, parts

# So few orders are cut by the end of an export, or shared by chance.
FEW = 20
# The same orders agree on all lines; other orders of one shop, of 169 goods, on 8 % (GoodsOrder against itself moved by
# 1,234 numbers), those of another shop on none.
SAME_FROM = 0.5
_ENOUGH = 200_000
_LINE = ("order", "item", "time")


@dataclass(frozen=True, slots=True)
class Known:
    """A series: its ``id``, its lines (lazy: order, item, time), and whether its files have the columns of this one."""

    id: int
    lines: pl.LazyFrame
    is_alike: bool


@dataclass(frozen=True, slots=True)
class Numbering:
    """What was found: the ``series``, None for one of its own, and how many orders have a number it ``shares``."""

    series: int | None
    shared: int


def known(home, series, *, mapping, profile):
    """Return the `Known` series of the ledger, newest first.

    Parameters
    ----------
    home : pathlib.Path
    series : list of dict
        As `mining.ledger.batches.series` returns.
    mapping : dict of str to str
        Of the file to import.
    profile : str or None
    """
    return [
        Known(
            each["id"],
            parts.scan(home, batches.paths_of(each)),
            any(_is_alike(read, mapping, profile) for read in each["read"]),
        )
        for each in series
    ]


def of_lines(frame, series, asked=None):
    """Return the `Numbering` of the lines of a file.

    Parameters
    ----------
    frame : polars.DataFrame or polars.LazyFrame
        With columns ``order``, ``item``, ``time``.
    series : list of Known
        Newest first.
    asked : {"same", "own"}, optional
        What a person says; None to find it out.
    """
    numbers = frame.lazy().select("order").drop_nulls().unique()
    found = [(each, *_agreement(frame, numbers, each)) for each in series]
    shared = max((shared for _, shared, _ in found), default=0)
    if asked == "own" or not found:
        return Numbering(None, shared)
    # Where all lines were corrected none agrees: then that series is meant with which more orders are shared.
    best = max(found, key=lambda each: (each[1] * each[2], each[1] > 0, each[0].is_alike, each[1]))
    if best[1] and best[2] >= SAME_FROM:
        return Numbering(best[0].id, best[1])
    alike = next((each for each in found if each[0].is_alike and each[1] < FEW), None)
    chosen = best if asked == "same" else alike
    return Numbering(None, shared) if chosen is None else Numbering(chosen[0].id, chosen[1])


def _is_alike(read, mapping, profile):
    if profile is not None and read["profile"] is not None:
        return profile == read["profile"]
    return mapping == read["mapping"]


def _agreement(frame, numbers, series):
    """Return how many orders of a file have a number of the series, and which share of their lines is there too."""
    there = series.lines.select(_LINE).join(numbers, on="order", how="semi")
    shared = there.select(pl.col("order").n_unique()).collect(engine="streaming").item()
    if not shared:
        return 0, 0.0
    # Of very many orders every so many-th tells as much as all, and can be held.
    is_looked_at = pl.col("order").hash() % max(1, shared // _ENOUGH) == 0
    there = there.filter(is_looked_at).unique().collect(engine="streaming")
    lines = frame.lazy().select(_LINE).filter(is_looked_at).join(there.lazy(), on="order", how="semi")
    lines = lines.unique().collect(engine="streaming")
    same = lines.join(there, on=list(_LINE), how="semi", nulls_equal=True)
    return shared, len(same) / len(lines)
