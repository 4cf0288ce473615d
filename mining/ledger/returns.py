"""Goods that came back, taken off the sale they belong to."""

import polars as pl

from mining.ledger.numbers import SCALE

_NUMBERS = ("quantity", "price", "amount")
_READ = ("at", "item", "order", "customer_key", "time", *_NUMBERS)


def taken_off(lines):
    """Return what becomes of lines when the returns among them are taken off their sales.

    A return belongs to a sale of the same product to the same customer, or in the same order where no customer is
    known, that was not later: to the latest of them first. What no sale explains is a return all the same.

    Parameters
    ----------
    lines : polars.LazyFrame
        With ``at``, their place, and the columns of `mining.ledger.stage.COLUMNS`.

    Returns
    -------
    polars.DataFrame
        ``at``; ``code``, why the line does not count: "netted" for a return with its sale, "returned" for a sale that
        came back whole, "return" for what is left, null for a sale of which some came back; of that, ``quantity`` and
        ``amount``.
    """
    is_back = pl.any_horizontal(pl.col(*_NUMBERS).fill_null(0) < 0)
    who = pl.coalesce(
        pl.concat_str(pl.lit("c"), pl.col("customer_key").cast(pl.String)), pl.concat_str(pl.lit("o"), "order")
    )
    lines = lines.select(_READ).with_columns(who=who, is_back=is_back)
    back = lines.filter("is_back").collect()
    wanted = back.select("item", "who").drop_nulls().unique().lazy()
    sales = lines.filter(~pl.col("is_back")).join(wanted, on=["item", "who"], how="semi").collect()
    sold = {}
    for sale in sales.sort("time", "at", nulls_last=False).iter_rows(named=True):
        left = {**sale, "was": _pieces(sale), "left": _pieces(sale)}
        sold.setdefault((sale["item"], sale["who"]), []).append(left)
    told = []
    for each in back.sort("time", "at", nulls_last=False).iter_rows(named=True):
        code = "netted" if _match(each, sold.get((each["item"], each["who"]), ())) else "return"
        told.append((each["at"], code, None, None))
    told += [_left(sale) for group in sold.values() for sale in group if sale["left"] < sale["was"]]
    schema = {"at": pl.UInt32, "code": pl.String, "quantity": pl.Int64, "amount": pl.Int64}
    return pl.DataFrame(told, schema=schema, orient="row").sort("at")


def _pieces(line):
    return SCALE if line["quantity"] is None else abs(line["quantity"])


def _match(back, sales):
    """Take a return off the sales before it, and return whether they explain all of it."""
    if back["quantity"] is not None and back["quantity"] >= 0:
        return False  # a correction of money: nothing came back
    before = [each for each in sales if not (each["time"] and back["time"]) or each["time"] <= back["time"]]
    if back["quantity"] is None:
        # Goods or only some money: without a quantity nobody knows, so only all of its money is the whole sale.
        whole = next((each for each in reversed(before) if _is_all_of(back, each)), None)
        if whole is not None:
            whole["left"] = 0
        return whole is not None
    wanted = _pieces(back)
    if sum(each["left"] for each in before) < wanted:
        return False
    for each in reversed(before):
        taken = min(wanted, each["left"])
        each["left"] -= taken
        wanted -= taken
    return True


def _is_all_of(back, sale):
    name = "price" if back["amount"] is None else "amount"
    return 0 < sale["left"] == sale["was"] and sale[name] == -back[name]


def _left(sale):
    if not sale["left"]:
        return sale["at"], "returned", None, None
    amount = sale["amount"]
    return sale["at"], None, sale["left"], None if amount is None else round(amount * sale["left"] / sale["was"])
