"""The plain facts of the purchase records: how much there is, what sells, when and where.

An order is what `mining.baskets` mines: lines with one order number, else one customer's lines of one day.
"""

from decimal import Decimal

import numpy as np
import polars as pl

import kb.home
from mining.ledger import batches, orders, parts, product_names
from mining.ledger.codes import codes, pairs
from mining.ledger.numbers import SCALE
from mining.ledger.orders import Slice

TOP = 20
# Later than any day.
_NEVER = np.iinfo(np.int32).max
_READ = ("order", "item", "category", "customer_key", "time", "quantity", "price", "amount", "shop")
# Names of what goes over the counter with everything; they tell nothing about what is bought together.
_BY_THE_WAY = "|".join(
    (
        r"购物袋|塑料袋|手提袋|运费|快递费|配送费|包装费",
        # Of a word that also stands in the names of goods, as in French Carriage Lantern, it is the whole name.
        r"(?i:^(?:\w+ )?(?:postage|freight|shipping|delivery)(?: (?:fee|charge|cost)s?)?$)",
        r"(?i:^carriage(?: charges?)?$|\bcarrier bag\b)",
    )
)


def summary(db, home, batch_ids=None):
    """Return the facts of all lines that count, or of those of some imports.

    Parameters
    ----------
    db : sqlite_utils.Database
    home : pathlib.Path
    batch_ids : list of int, optional

    Returns
    -------
    dict
        ``lines``, ``orders``, ``customers``, ``products``; ``period`` as two days; ``amount`` and
        ``amount_per_order`` as exact decimals; ``products_per_order``, the average number of different products of an
        order; ``single``, the orders with one product: ``orders``, ``share``; ``top``: ``item``, ``name`` (None where
        the item is all there is), ``orders``, ``share``, ``quantity``, ``amount``; ``months``: ``month``, ``orders``,
        ``amount``; ``shops``: ``shop``, ``orders``, ``amount``. What no file says is None or empty. ``without`` counts
        the lines that lack ``order``, ``customer``, ``time``, ``price`` or ``shop``. ``by_day`` tells whether
        orders are customers' days.
    """
    zone = kb.home.settings(home).zone
    found = lines_of(db, home, zone, batch_ids)
    if found is None:
        return {"lines": 0}
    # Numbers in place of texts: every count after this is several times as fast. Two of ten million orders have the
    # same by a chance of one in a hundred thousand.
    basket = pl.when(pl.col("basket").is_not_null()).then(pl.col("basket").hash())
    lines = found.drop("category").with_columns(pl.col("shop", "item").cast(pl.Categorical), basket=basket).collect()
    lacking = lines.select(
        order=pl.col("basket").null_count(),
        customer=pl.col("customer").null_count(),
        time=pl.col("day").null_count(),
        price=pl.col("amount").null_count(),
        shop=pl.col("shop").null_count(),
    ).row(0, named=True)
    known = {name: count < len(lines) for name, count in lacking.items()}
    orders_of = codes(lines["basket"])
    lines = lines.drop("basket")
    baskets = int(orders_of.max(initial=-1)) + 1
    item, items = _numbers(lines["item"])
    of_pairs, bought = pairs(orders_of, item, items)
    sizes = np.bincount(of_pairs, minlength=1)
    sized, single = int((sizes > 0).sum()), int((sizes == 1).sum())
    held = np.bincount(bought, minlength=items)
    # Money per order is that of the orders whose lines say what they cost.
    is_priced = (orders_of >= 0) & lines["amount"].is_not_null().to_numpy()
    in_orders, paid = lines["amount"].filter(pl.Series(is_priced)), _different(orders_of[is_priced])
    return {
        "lines": len(lines),
        "orders": baskets if known["order"] else None,
        "customers": lines["customer"].drop_nulls().n_unique() if known["customer"] else None,
        "products": lines["item"].drop_nulls().n_unique(),
        "period": [str(lines["day"].min()), str(lines["day"].max())] if known["time"] else None,
        "amount": money(lines["amount"].sum()) if known["price"] else None,
        "amount_per_order": money(in_orders.sum(), paid) if paid else None,
        "products_per_order": len(of_pairs) / sized if sized else None,
        "single": {"orders": single, "share": single / sized} if sized else None,
        "top": _named(db, home, _top(lines, held, baskets, known["price"]), batch_ids),
        "months": _months(lines, orders_of, known) if known["time"] else [],
        "shops": _shops(lines, orders_of, known["price"]) if known["shop"] else [],
        "without": lacking,
        "by_day": bool(lines["by_day"].any()),
    }


def remaining(db, home, wanted, batch_ids=None):
    """Return how many orders and products a question is about.

    Parameters
    ----------
    db : sqlite_utils.Database
    home : pathlib.Path
    wanted : mining.ledger.orders.Slice
    batch_ids : list of int, optional
        The imports to look in; None for all that count.

    Returns
    -------
    dict
        ``orders``, ``products`` that remain, ``all_orders``, ``all_products``, and whether anything is ``in_period``.

    Raises
    ------
    kb.errors.Invalid
        When a product is not there, or a period is asked of lines without times.
    """
    zone = kb.home.settings(home).zone
    frames = [
        frame.select("basket", "item", "time", *wanted.columns()) for frame, _ in _parts(db, home, zone, batch_ids)
    ]
    if not frames:
        return dict.fromkeys(("orders", "products", "all_orders", "all_products", "in_period"), 0)
    lines = pl.concat(frames).filter(pl.col("basket").is_not_null() & pl.col("item").is_not_null()).collect()
    items = lines["item"].unique()
    wanted.refuse(set(items), has_times=lines["time"].count() > 0)
    left = wanted.of(lines, zone)
    return {
        "orders": left["basket"].n_unique(),
        "products": left["item"].n_unique(),
        "all_orders": lines["basket"].n_unique(),
        "all_products": len(items),
        "in_period": not Slice(wanted.since, wanted.until).of(lines, zone).is_empty(),
    }


def items(db, home, batch_ids=None):
    """Return the names of all products, or of those in some imports, by code point."""
    names = [scan.select("item").drop_nulls().unique() for scan in _scans(db, home, batch_ids)]
    return sorted(pl.concat(names).unique().collect()["item"]) if names else []


def shops(db, home, batch_ids=None):
    """Return the names of all shops, or of those in some imports, by code point."""
    names = [scan.select("shop").drop_nulls().unique() for scan in _scans(db, home, batch_ids)]
    return sorted(pl.concat(names).unique().collect()["shop"]) if names else []


def by_the_way(items, names=None):
    """Return those of `items` that are bags, freight and the like, by themselves or by their name in `names`."""
    called = pl.Series([(names or {}).get(item, item) for item in items], dtype=pl.String)
    return [item for item, found in zip(items, called.str.contains(_BY_THE_WAY), strict=True) if found]


def _scans(db, home, batch_ids):
    return [parts.scan(home, paths) for paths in batches.live_paths(db, batch_ids).values()]


def _parts(db, home, zone, batch_ids):
    """Yield the lines of each batch that counts, lazy, with its column ``basket``, and its batch."""
    found = batches.live_paths(db, batch_ids)
    sources = {each.id: each for each in batches.of_ids(db, found)}
    for batch_id, paths in found.items():
        frame = parts.scan(home, paths).select(_READ).rename({"customer_key": "customer"})
        counts = frame.select(pl.col("order", "customer", "time").count()).collect().row(0, named=True)
        basket = orders.basket(counts, zone, sources[batch_id].series)
        known = pl.lit(None, pl.String) if basket is None else basket
        by_day = pl.lit(not counts["order"] and basket is not None)
        yield frame.with_columns(basket=known, by_day=by_day), sources[batch_id]


def lines_of(db, home, zone, batch_ids=None):
    """Return the lines, lazy: ``basket, item, category, customer, day, quantity, amount, shop, by_day``; None for none.

    Amounts are whole numbers of 1/SCALE², so that sums stay exact.
    """
    frames = [
        frame.select(
            "basket", "item", "category", "customer", "shop", "by_day",
            day=orders.local(zone).dt.date(),
            quantity=pl.col("quantity").fill_null(SCALE) if "quantity" in batch.mapping else pl.lit(SCALE, pl.Int64),
            amount=_amount(batch.mapping),
        )
        for frame, batch in _parts(db, home, zone, batch_ids)
    ]  # fmt: skip
    if not frames:
        return None
    return pl.concat(frames)


def _amount(mapping):
    if "amount" in mapping:
        return pl.col("amount").cast(pl.Int128) * SCALE
    if "price" in mapping:
        quantity = pl.col("quantity").fill_null(SCALE) if "quantity" in mapping else pl.lit(SCALE)
        return pl.col("price").cast(pl.Int128) * quantity
    return pl.lit(None, pl.Int128)


def _numbers(names):
    """Return the number of each name, -1 for null, and one more than the largest."""
    found = names.to_physical().cast(pl.Int64).fill_null(-1).to_numpy()
    return found, int(found.max(initial=0)) + 1


def _different(found):
    return int((np.bincount(found, minlength=1) > 0).sum()) if len(found) else 0


def _top(lines, held, baskets, has_price):
    sold = (
        lines.filter(pl.col("item").is_not_null())
        .group_by("item")
        .agg(
            lines=pl.len(),
            quantity=pl.col("quantity").cast(pl.Int128).sum(),
            amount=pl.col("amount").sum(),
            priced=pl.col("amount").count(),
        )
    )
    counted = pl.Series("orders", held[_numbers(sold["item"])[0]] if len(sold) else [], pl.Int64).replace(0, None)
    table = sold.with_columns(counted, pl.col("item").cast(pl.String))
    order = {"by": ["orders", "lines", "item"], "descending": [True, True, False], "nulls_last": True}
    return [
        {
            "item": row["item"],
            "orders": row["orders"],
            "share": row["orders"] / baskets if row["orders"] else None,
            "quantity": float(Decimal(row["quantity"]) / SCALE),
            "amount": money(row["amount"]) if has_price and row["priced"] else None,
        }
        for row in table.sort(**order).head(TOP).iter_rows(named=True)
    ]


def _named(db, home, top, batch_ids):
    names = product_names.of_ledger(db, home, batch_ids=batch_ids, of=[row["item"] for row in top])
    return [{**row, "name": names.get(row["item"])} for row in top]


def _months(lines, orders_of, known):
    """Return every month from the first to the last; an order counts in the month of its first line."""
    is_dated = (orders_of >= 0) & lines["day"].is_not_null().to_numpy()
    days = lines["day"].to_physical().fill_null(0).to_numpy()
    begun = np.full(orders_of.max(initial=-1) + 1, _NEVER)
    np.minimum.at(begun, orders_of[is_dated], days[is_dated])
    begun = pl.Series("day", begun[begun < _NEVER]).cast(pl.Date).to_frame()
    month = pl.col("day").dt.truncate("1mo").alias("month")
    counted = begun.group_by(month).agg(orders=pl.len())
    sums = lines.drop_nulls("day").group_by("day").agg(
        pl.col("amount").sum(), lines=pl.len(), priced=pl.col("amount").count()
    )  # fmt: skip
    dated = sums.with_columns(month)
    sums = dated.group_by("month").agg(pl.col("amount", "lines", "priced").sum())
    span = dated.select(month=pl.date_range(pl.col("month").min(), pl.col("month").max(), "1mo"))
    table = span.join(counted, on="month", how="left").join(sums, on="month", how="left").sort("month")
    return [
        {
            "month": f"{row['month']:%Y-%m}",
            "orders": (row["orders"] or 0) if known["order"] else None,
            # A month in which nothing was sold made nothing; one of lines without prices made nobody knows what.
            "amount": money(row["amount"] or 0) if known["price"] and (row["priced"] or not row["lines"]) else None,
        }
        for row in table.iter_rows(named=True)
    ]


def _shops(lines, orders_of, has_price):
    shop, shops = _numbers(lines["shop"])
    _, shop_of = pairs(orders_of, shop, shops)
    counted = np.bincount(shop_of, minlength=shops)
    table = (
        lines.filter(pl.col("shop").is_not_null())
        .group_by("shop")
        .agg(amount=pl.col("amount").sum(), priced=pl.col("amount").count())
    )
    table = table.with_columns(orders=pl.Series(counted[_numbers(table["shop"])[0]]))
    table = table.with_columns(pl.col("shop").cast(pl.String)).sort(["orders", "shop"], descending=[True, False])
    return [
        {
            "shop": row["shop"],
            "orders": row["orders"],
            "amount": money(row["amount"]) if has_price and row["priced"] else None,
        }
        for row in table.iter_rows(named=True)
    ]


def money(total, shared_by=1):
    """Return a sum of 1/SCALE² as a decimal with two places, rounded half to even."""
    return f"{(Decimal(total) / SCALE**2 / shared_by).quantize(Decimal('0.01')):f}"
