"""What one customer bought: the newest orders and the usual products, from the lines of the ledger."""

from dataclasses import dataclass

import polars as pl

import kb.home
from mining.ledger import batches, parts
from mining.ledger.numbers import SCALE

_USUAL_FROM = 2


@dataclass(frozen=True, slots=True)
class Bought:
    """What a customer bought.

    Attributes
    ----------
    orders : int
        Orders; a line without an order number is one with the others of its day.
    first, last : str or None
        Instants of the first and the last of them.
    latest : list of dict
        Newest first: ``order`` (str or None), ``at`` (instant or None), ``items`` (list of str), ``amount`` (float, in
        the currency of the file, or None).
    usual : list of dict
        ``item``, and in how many ``orders`` it was: products bought more than once, the most usual first.
    """

    orders: int
    first: str | None
    last: str | None
    latest: list
    usual: list


def bought(db, home, names, *, limit=5):
    """Return what the customer of these names bought, or None where the ledger does not know them.

    Parameters
    ----------
    db : sqlite_utils.Database
    home : pathlib.Path
    names : sequence of str
        Texts a file may call the customer by: member number, phone.
    limit : int
        Most orders and products told.
    """
    lines = _lines(db, home, names)
    if lines is None:
        return None
    found = _orders(lines)
    times = lines["time"].drop_nulls()
    return Bought(
        len(found),
        _instant(times.min()) if len(times) else None,
        _instant(times.max()) if len(times) else None,
        [_order(row) for row in found.head(limit).iter_rows(named=True)],
        _usual(lines, limit),
    )


def orders(db, home, names, *, limit):
    """Return ``(orders, total)``: the newest orders of the customer of these names that have a time, as in `Bought`."""
    lines = _lines(db, home, names)
    if lines is None:
        return [], 0
    found = _orders(lines).drop_nulls("time")
    return [_order(row) for row in found.head(limit).iter_rows(named=True)], len(found)


def _lines(db, home, names):
    found = list(batches.customer_keys(db, names).values())
    series = batches.series(db) if found else []
    if not series:
        return None
    scans = [parts.scan(home, batches.paths_of(each)).with_columns(series=pl.lit(str(each["id"]))) for each in series]
    lines = pl.concat(scans).filter(pl.col("customer_key").is_in(found)).collect()
    if lines.is_empty():
        return None
    day = pl.col("time").dt.replace_time_zone("UTC").dt.convert_time_zone(kb.home.settings(home).zone).dt.date()
    return lines.with_columns(
        basket=pl.coalesce(pl.concat_str("series", pl.lit(" "), "order"), day.cast(pl.String), pl.lit("")),
        product=pl.coalesce("name", "item"),
        worth=pl.coalesce("amount", pl.col("price") * pl.coalesce("quantity", pl.lit(SCALE)) // SCALE),
    )


def _orders(lines):
    return (
        lines.group_by("basket")
        .agg(
            pl.col("order").first(),
            pl.col("time").max(),
            pl.col("product").drop_nulls().unique(maintain_order=True),
            pl.col("worth").sum(),
            known=pl.col("worth").is_not_null().all(),
        )
        .sort("time", "basket", descending=True, nulls_last=True)
    )


def _usual(lines, limit):
    counted = (
        lines.drop_nulls("product")
        .group_by("product")
        .agg(pl.col("basket").n_unique().alias("orders"))
        .filter(pl.col("orders") >= _USUAL_FROM)
        .sort("orders", "product", descending=[True, False])
        .head(limit)
    )
    return [{"item": item, "orders": orders} for item, orders in counted.iter_rows()]


def _order(row):
    return {
        "order": row["order"],
        "at": row["time"] and _instant(row["time"]),
        "items": row["product"],
        "amount": row["worth"] / SCALE if row["known"] else None,
    }


def _instant(moment):
    return f"{moment.isoformat()}Z"
