"""The figure of a slice of the purchase records: how many orders, how much of it, for how much money."""

from decimal import Decimal

import polars as pl

import kb.home
from kb import customers
from kb.errors import Invalid, N_
from mining.ledger import batches, facts, product_names
from mining.ledger.numbers import SCALE


def figure(db, home, question):
    """Return what the purchase records answer to a question today.

    Parameters
    ----------
    db : sqlite_utils.Database
    home : pathlib.Path
    question : mining.slices.Question

    Returns
    -------
    dict
        ``lines`` and ``orders``; ``quantity``; ``amount`` as an exact decimal; None where no line says.
    """
    lines = facts.lines_of(db, home, kb.home.settings(home).zone)
    if lines is None:
        return {"lines": 0, "orders": 0, "quantity": 0.0, "amount": None}
    for condition in _conditions(db, home, question):
        lines = lines.filter(condition)
    row = (
        lines.select(
            lines=pl.len(),
            orders=pl.col("basket").drop_nulls().n_unique(),
            quantity=pl.col("quantity").cast(pl.Int128).sum(),
            amount=pl.col("amount").sum(),
            priced=pl.col("amount").count(),
        )
        .collect()
        .row(0, named=True)
    )
    return {
        "lines": row["lines"],
        "orders": row["orders"],
        "quantity": float(Decimal(row["quantity"]) / SCALE),
        "amount": facts.money(row["amount"]) if row["priced"] else None,
    }


def refuse_unknown(db, home, question):
    """Refuse a product, a category or days that the purchase records do not have.

    Raises
    ------
    kb.errors.Invalid
    """
    lines = facts.lines_of(db, home, kb.home.settings(home).zone)
    known = None if lines is None else lines.select(pl.col("day").count()).collect()
    if (question.since or question.until) and (known is None or not known["day"][0]):
        raise Invalid(
            N_("The purchase records have no dates, so no period can be chosen."),
            hint=N_("Leave the period empty."),
            field="since" if question.since else "until",
        )
    if question.item and not _codes(db, home, question.item):
        raise Invalid(
            N_("No product is called “%(value)s”."),
            hint=N_("Write it as it stands in the purchase records."),
            field="item",
            value=question.item,
        )
    if question.category and (lines is None or not _has_category(lines, question.category)):
        raise Invalid(
            N_("No category is called “%(value)s”."),
            hint=N_("Write it as it stands in the purchase records."),
            field="category",
            value=question.category,
        )


def _conditions(db, home, question):
    if question.since:
        yield pl.col("day") >= pl.lit(question.since).str.to_date()
    if question.until:
        yield pl.col("day") <= pl.lit(question.until).str.to_date()
    if question.item:
        yield pl.col("item").is_in(_codes(db, home, question.item))
    if question.category:
        yield pl.col("category") == question.category
    if question.customer is not None:
        keys = batches.customer_keys(db, customers.ledger_names(db, question.customer))
        yield pl.col("customer").is_in(list(keys.values()))


def _codes(db, home, called):
    """Return the codes of the products of a name, or of that code."""
    items = facts.items(db, home)
    names = product_names.of_ledger(db, home)
    return [item for item in items if called in (item, names.get(item))]


def _has_category(lines, category):
    return lines.filter(pl.col("category") == category).select(pl.len()).collect().item() > 0
