"""What the records say of each order that was mined: number, day, shop, customer, what it came to."""

import polars as pl

import kb.home
from mining.ledger import batches, facts, orders, parts
from mining.ledger.numbers import SCALE


def of(db, home, baskets):
    """Return a frame with a row a basket of ``baskets.X``.

    Parameters
    ----------
    baskets : mining.baskets.Baskets
        From the ledger.

    Returns
    -------
    polars.DataFrame
        ``order``, its number or null; ``day``, ``shop``, ``customer`` (its key), ``amount`` (a decimal as text), each
        null where the records do not say; ``is_first``: whether the customer bought nothing on an earlier day.
    """
    zone = kb.home.settings(home).zone
    lines = facts.lines_of(db, home, zone, baskets.batches)
    begun = lines.filter(pl.col("customer").is_not_null()).group_by("customer").agg(first=pl.col("day").min())
    told = (
        lines.filter(pl.col("basket").is_not_null())
        .group_by("basket")
        .agg(
            pl.col("day").min(),
            pl.col("shop", "customer").drop_nulls().sort().first(),
            pl.col("by_day").first(),
            amount=pl.when(pl.col("amount").is_not_null().all()).then(pl.col("amount").sum()),
        )
        .join(begun, on="customer", how="left")
        .collect()
    )
    return (
        pl.DataFrame({"basket": baskets.keys})
        .join(told, on="basket", how="left", maintain_order="left")
        .select(
            order=pl.when(~pl.col("by_day")).then(pl.col("basket").str.split(" ").list.slice(1).list.join(" ")),
            day="day",
            shop="shop",
            customer="customer",
            amount=pl.col("amount").map_elements(facts.money, return_dtype=pl.String),
            is_first=pl.col("day") == pl.col("first"),
        )
    )


def margins(db, home, batch_ids):
    """Return ``{item: what an order with it earns on it}`` of the products whose lines say price and cost."""
    frames = []
    found = batches.live_paths(db, batch_ids)
    sources = {each.id: each for each in batches.of_ids(db, found)}
    zone = kb.home.settings(home).zone
    for batch_id, paths in found.items():
        batch = sources[batch_id]
        if "cost" not in batch.mapping or not {"price", "amount"} & set(batch.mapping):
            continue
        lines = parts.scan(home, paths).rename({"customer_key": "customer"})
        counts = lines.select(pl.col("order", "customer", "time").count()).collect().row(0, named=True)
        basket = orders.basket(counts, zone, batch.series)
        if basket is None:
            continue
        quantity = pl.col("quantity").fill_null(SCALE) if "quantity" in batch.mapping else pl.lit(SCALE)
        amount = pl.col("amount") if "amount" in batch.mapping else pl.col("price") * quantity // SCALE
        frames.append(lines.select(item="item", basket=basket, earned=amount - pl.col("cost") * quantity // SCALE))
    if not frames:
        return {}
    table = (
        pl.concat(frames)
        .drop_nulls()
        .group_by("item")
        .agg(each=pl.col("earned").sum() / pl.col("basket").n_unique() / SCALE)
    )
    return dict(table.collect().iter_rows())
