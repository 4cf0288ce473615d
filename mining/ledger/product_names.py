"""What people call a product that the records know by a code, and its category."""

import polars as pl

from mining.ledger import batches, parts


def of_ledger(db, home, *, batch_ids=None, of=None):
    """Return ``{item: name}`` as `commonest` does of the lines that count.

    Parameters
    ----------
    db : sqlite_utils.Database
    home : pathlib.Path
    batch_ids : list of int, optional
        The imports to look in; None for all that count.
    of : iterable of str, optional
        The items to look for; None for all.
    """
    paths = [part["path"] for part in batches.live_parts(db, batch_ids)]
    if not paths:
        return {}
    lines = parts.scan(home, paths)
    return commonest(lines if of is None else lines.filter(pl.col("item").is_in(sorted(set(of)))))


def categories_of_ledger(db, home, *, batch_ids=None):
    """Return ``{item: category}`` as `categories` does of the lines that count."""
    paths = [part["path"] for part in batches.live_parts(db, batch_ids)]
    return categories(parts.scan(home, paths)) if paths else {}


def commonest(lines):
    """Return ``{item: name}`` of the products with a name beside their code: the one on most lines.

    Parameters
    ----------
    lines : polars.LazyFrame
        With columns ``item`` and ``name``.
    """
    return _commonest(lines.filter(pl.col("name") != pl.col("item")), "name")


def categories(lines):
    """Return ``{item: category}`` of the products with a category: the one on most lines.

    Parameters
    ----------
    lines : polars.LazyFrame
        With columns ``item`` and ``category``.
    """
    return _commonest(lines.drop_nulls("category"), "category")


def _commonest(lines, told):
    return chosen(lines.select("item", told).group_by("item", told).len(), told)


def chosen(counted, told):
    """Return ``{item: told}``, the one on most lines, in a lazy frame of ``item``, `told` and how many, ``len``."""
    by_number = counted.sort("item", "len", told, descending=[False, True, False])
    return dict(by_number.unique("item", keep="first", maintain_order=True).select("item", told).collect().iter_rows())
