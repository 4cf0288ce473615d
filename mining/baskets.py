"""Baskets: what was bought together, as the sparse matrix that estimators take."""

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from scipy import sparse

import kb.home
from kb.errors import Invalid, N_, NotFound
from mining import nothing
from mining.counting import Counting, of_level
from mining.ledger import batches, keys, numbering, orders, parts, product_names
from mining.ledger.codes import codes, pairs
from mining.ledger.lines import read, refuse_questions

# Later than any moment a line can have.
_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Baskets:
    """Baskets over items.

    Attributes
    ----------
    X : csr_array of bool, shape (n_baskets, n_items)
    items : list of str
        Names of the columns, by code point.
    files : list of dict
        ``file``, ``encoding``, ``sha256`` of each source.
    rejected : int
        Rows that could not be read.
    batches : list of int
        The batches behind it; empty for files.
    names : dict of str to str
        What people call the items that the records know by a code.
    categories : dict of str to str
        The category of the items that have one.
    days : ndarray of datetime64[D], shape (n_baskets,), or None
        When it was bought, in the zone of the company; NaT where the records do not say.
    keys : polars.Series of str, shape (n_baskets,), or None
        What each basket is known by, as `mining.ledger.orders.basket` tells it.
    """

    X: sparse.csr_array
    items: list
    files: list
    rejected: int = 0
    batches: list = field(default_factory=list)
    names: dict = field(default_factory=dict)
    categories: dict = field(default_factory=dict)
    days: np.ndarray | None = None
    keys: pl.Series | None = None

    def refuse_too_few(self):
        """Refuse baskets in which nothing can be bought together; raises `kb.errors.Invalid`."""
        nothing.refuse_too_few(*self.X.shape, int(np.diff(self.X.indptr).max()))

    def has_days(self):
        """Return whether any basket says when it was bought."""
        return self.days is not None and not bool(np.isnat(self.days).all())

    def of_level(self, level):
        """Return the `mining.counting.Counting` of these baskets over items, their categories, or both."""
        return Counting(*of_level(self.X, self.items, self.categories, level), self.days)


def from_files(paths, options, wanted=orders.Slice()):  # noqa: B008  it is frozen
    """Return the baskets of several files taken together, without a ledger; of the lines that `wanted` names.

    Raises
    ------
    kb.errors.Invalid
        When a file cannot be read, or does not say what was bought together.
    """
    frames, called, files, rejected, before = [], [], [], 0, []
    for path in paths:
        lines = read(path, options)
        refuse_questions(lines)
        frame = keys.with_orders(lines.frame, lines.sha256, lines.mapping, options)
        known = [numbering.Known(number, each.lazy(), read == lines.mapping) for number, each, read in before]
        series = numbering.of_lines(frame, known, options.order_numbers).series
        series = len(files) if series is None else series
        before.insert(0, (series, frame, lines.mapping))
        frames.append(_basket_of(frame, wanted, options.zone, series, lines.file, lines.header))
        called.append(lines.frame.select("item", "name", "category"))
        files.append({"file": lines.file, "encoding": lines.encoding, "sha256": lines.sha256})
        rejected += lines.rejected
    X, items, days, baskets = _matrix(pl.concat(frames), wanted, options.zone)
    called = pl.concat(called).lazy()
    told = {"names": product_names.commonest(called), "categories": product_names.categories(called)}
    return Baskets(X, items, files, rejected, days=days, keys=baskets, **told)


def from_ledger(db, home, batch_ids=None, wanted=orders.Slice(), on_progress=None):  # noqa: B008  it is frozen
    """Return the baskets of the ledger: of all live batches, or of exactly these; of the lines that `wanted` names.

    ``on_progress`` is called with the number of imports read and of all imports.

    Raises
    ------
    kb.errors.Invalid
        When there is nothing to mine, or a batch does not say what was bought together.
    kb.errors.NotFound
        When one of the batches is not there.
    """
    found, sources = what_counts(db, batch_ids)
    zone = kb.home.settings(home).zone
    frames = []
    for done, (batch_id, paths) in enumerate(found.items()):
        if on_progress is not None:
            on_progress(done, len(found))
        source = sources[batch_id]
        lines = parts.scan(home, paths).rename({"customer_key": "customer"})
        frame = lines.select(list(dict.fromkeys(("order", "item", "customer", "time", *wanted.columns())))).collect()
        frames.append(_basket_of(frame, wanted, zone, source.series, source.file))
    X, items, days, baskets = _matrix(pl.concat(frames), wanted, zone)
    ids = list(sources)
    told = {
        "names": product_names.of_ledger(db, home, batch_ids=ids),
        "categories": product_names.categories_of_ledger(db, home, batch_ids=ids),
    }
    return Baskets(X, items, files_of(sources), batches=ids, days=days, keys=baskets, **told)


def what_counts(db, batch_ids=None):
    """Return the parts of the ledger to mine, as `mining.ledger.batches.live_paths`, and ``{id: import}`` behind them.

    Raises
    ------
    kb.errors.Invalid, kb.errors.NotFound
    """
    found = batches.live_paths(db, batch_ids)
    ids = list(found)
    for missing in set(batch_ids or ()).difference(ids):
        raise NotFound(N_("There is no import %(value)s."), hint=N_("Look for it in the list."), value=str(missing))
    if not found:
        raise Invalid(
            N_("There are no purchase records yet."), hint=N_("Import an order file first, or name one to mine.")
        )
    sources = {each.id: each for each in batches.of_ids(db, ids)}
    return found, {each: sources[each] for each in ids}


def files_of(sources):
    """Return the ``files`` of `Baskets` behind imports."""
    return [{"file": each.file, "encoding": each.encoding, "sha256": each.sha256} for each in sources.values()]


def _basket_of(frame, wanted, zone, series, file, header=None):
    """Return what is asked about of each line, and its basket: the order, else a customer's day, else there is none.

    ``header`` are the columns of a file that can still be read otherwise; None for what the ledger holds.
    """
    counts = frame.select(pl.col("order", "item", "customer", "time").count(), lines=pl.len()).row(0, named=True)
    refuse_unmineable(counts, file, header)
    # An empty file asks for no column.
    basket = orders.basket({**counts, "order": counts["order"] or frame.is_empty()}, zone, series)
    return frame.select("item", "time", *wanted.columns(), basket=basket).drop_nulls(["basket", "item"])


def refuse_unmineable(counts, file, header=None):
    """Refuse lines that do not say what was bought together.

    Parameters
    ----------
    counts : mapping
        How many ``lines`` there are, and how many of them have ``order``, ``item``, ``customer`` and ``time``.
    file : str
    header : list of str, optional
        The columns of a file that can still be read otherwise; None for what the ledger holds.

    Raises
    ------
    kb.errors.Invalid
    """
    again = N_("Undo that import, and import the file again with --map.") if header is None else None
    if counts["lines"] and not counts["item"]:
        raise Invalid(
            N_("%(file)s: no column says what was bought."),
            hint=again or N_("Name it with --map, for example --map item=商品."),
            field="mapping",
            file=file,
        )
    if counts["lines"] and orders.kind(counts) is None:
        raise Invalid(
            N_("%(file)s does not say what was bought together: there is no order, and not both customer and time."),
            hint=again or N_("Name the column with --map order=…. The columns are: %(columns)s."),
            field="mapping",
            file=file,
            columns=", ".join(filter(None, header or ())) or "—",
        )


def refuse_nothing_left(wanted):
    """Refuse to mine no line at all, after a question left out others or without one."""
    if wanted != orders.Slice():
        raise Invalid(
            N_("No line is left to mine."),
            hint=N_("Choose a longer period, or leave out fewer products."),
            field="since",
        )
    raise Invalid(N_("No line is left to mine."), hint=N_("See what was set aside with “kezhi purchases check”."))


def _refuse_nothing_of(frame, wanted, zone):
    """Refuse a question that leaves none of the lines in `frame`, with what takes them away."""
    if frame.is_empty() or wanted == orders.Slice():
        refuse_nothing_left(wanted)
    days = frame.select(day=orders.local(zone).dt.date())["day"].drop_nulls()
    in_period = not orders.Slice(wanted.since, wanted.until).of(frame, zone).is_empty()
    raise nothing.left_of(wanted, in_period=in_period, span=None if days.is_empty() else (days.min(), days.max()))


def _matrix(frame, wanted, zone):
    """Return the matrix of the (basket, item) pairs wanted, names of its columns, days and keys of its rows."""
    wanted.refuse(set(frame["item"].unique()) if wanted.without else (), has_times=frame["time"].count() > 0)
    left = wanted.of(frame, zone)
    if left.is_empty():
        _refuse_nothing_of(frame, wanted, zone)
    frame = left
    # Python's order of strings is by code point, whatever the locale.
    items = sorted(frame["item"].unique().to_list())
    row = codes(frame["basket"])
    column = frame["item"].cast(pl.Enum(items)).to_physical().cast(pl.Int64).to_numpy()
    rows, found = pairs(row, column, len(items))
    n_baskets = int(rows[-1]) + 1
    ends = np.searchsorted(rows, np.arange(n_baskets + 1)).astype(np.int32)
    X = sparse.csr_array((np.ones(len(found), bool), found.astype(np.int32), ends), shape=(n_baskets, len(items)))
    line = np.empty(n_baskets, np.int64)
    line[row] = np.arange(len(row))
    return X, items, _days(row, frame["time"], n_baskets, zone), frame["basket"].gather(line)


def _days(row, times, n_baskets, zone):
    """Return the day of each basket: of one over midnight that on which it began; NaT where no line has a time."""
    moments = times.to_physical().fill_null(_NEVER).to_numpy()
    begun = np.full(n_baskets, _NEVER)
    np.minimum.at(begun, row, moments)
    begun = pl.DataFrame({"time": begun}).select(pl.when(pl.col("time") != _NEVER).then("time").cast(times.dtype))
    return begun.select(day=orders.local(zone).dt.date())["day"].to_numpy().astype("datetime64[D]")
