"""The plain facts of the purchase records: how much there is, what sells, when and where.

An order is what `mining.baskets` mines: lines with one order number, else one customer's lines of one day.
"""

from decimal import Decimal

import polars as pl

import kb.home
from mining.ledger import batches, orders, parts, product_names
from mining.ledger.numbers import SCALE
from mining.ledger.orders import Slice

TOP = 20
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
    # Numbers in place of texts: every count after this is several times as fast.
    lines = found.drop("category").with_columns(pl.col("basket", "shop", "item").cast(pl.Categorical)).collect()
    lacking = lines.select(
        order=pl.col("basket").null_count(),
        customer=pl.col("customer").null_count(),
        time=pl.col("day").null_count(),
        price=pl.col("amount").null_count(),
        shop=pl.col("shop").null_count(),
    ).row(0, named=True)
    pairs = lines.select("basket", "item").drop_nulls().unique()
    sizes = pairs.group_by("basket").len()
    baskets = lines["basket"].drop_nulls().n_unique()
    known = {name: count < len(lines) for name, count in lacking.items()}
    single = sizes.filter(pl.col("len") == 1).height
    # Money per order is that of the orders whose lines say what they cost.
    priced = lines.filter(pl.col("basket").is_not_null() & pl.col("amount").is_not_null())
    in_orders, paid = priced["amount"], priced["basket"].n_unique()
    return {
        "lines": len(lines),
        "orders": baskets if known["order"] else None,
        "customers": lines["customer"].drop_nulls().n_unique() if known["customer"] else None,
        "products": lines["item"].drop_nulls().n_unique(),
        "period": [str(lines["day"].min()), str(lines["day"].max())] if known["time"] else None,
        "amount": money(lines["amount"].sum()) if known["price"] else None,
        "amount_per_order": money(in_orders.sum(), paid) if paid else None,
        "products_per_order": len(pairs) / len(sizes) if len(sizes) else None,
        "single": {"orders": single, "share": single / len(sizes)} if len(sizes) else None,
        "top": _named(db, home, _top(lines, pairs, baskets, known["price"]), batch_ids),
        "months": _months(lines, known) if known["time"] else [],
        "shops": _shops(lines, known["price"]) if known["shop"] else [],
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


def _top(lines, pairs, baskets, has_price):
    held = pairs.group_by("item").agg(orders=pl.len())
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
    table = sold.join(held, on="item", how="left").with_columns(pl.col("item").cast(pl.String))
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


def _months(lines, known):
    """Return every month from the first to the last; an order counts in the month of its first line."""
    dated = lines.filter(pl.col("day").is_not_null()).with_columns(month=pl.col("day").dt.truncate("1mo"))
    begun = dated.filter(pl.col("basket").is_not_null()).group_by("basket").agg(pl.col("month").min())
    counted = begun.group_by("month").agg(orders=pl.len())
    sums = dated.group_by("month").agg(pl.col("amount").sum(), lines=pl.len(), priced=pl.col("amount").count())
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


def _shops(lines, has_price):
    table = (
        lines.filter(pl.col("shop").is_not_null())
        .group_by("shop")
        .agg(
            orders=pl.col("basket").drop_nulls().n_unique(),
            amount=pl.col("amount").sum(),
            priced=pl.col("amount").count(),
        )
    )
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
