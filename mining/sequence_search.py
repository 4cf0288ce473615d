"""Baskets as the sequences of customers, the search through them, and the patterns it finds."""

import numpy as np
import polars as pl
from scipy import sparse

from mining import sequence_kernels as kernels

_FIRST_CAPACITY = 1 << 14


class TooMany(Exception):
    """More patterns than the limit."""


class Sequences:
    """The baskets of each customer by time, those at the same time as one.

    Parameters
    ----------
    X : csr_array of bool, shape (n_baskets, n_items)
    customers : ndarray of int, shape (n_baskets,)
        From 0 on.
    times : ndarray of float, shape (n_baskets,)
    """

    def __init__(self, X, customers, times):
        order = np.lexsort((times, customers))
        customers, times = customers[order], times[order]
        is_new = np.ones(len(order), bool)
        is_new[1:] = (customers[1:] != customers[:-1]) | (times[1:] != times[:-1])
        basket = np.cumsum(is_new) - 1
        together = sparse.csr_array(
            (np.ones(len(order), bool), (basket, order)), shape=(int(basket[-1]) + 1, X.shape[0])
        )
        self._X = sparse.csr_array(together @ X)
        self._X.sort_indices()
        self._customers, self._times = customers[is_new], times[is_new]
        self.n_customers = int(customers[-1]) + 1
        self._begins = np.searchsorted(self._customers, np.arange(self.n_customers + 1)).astype(np.int64)

    def by_customer(self):
        """Return which customer ever bought which item."""
        shape = (self.n_customers, self._X.shape[0])
        whose = sparse.csr_array((np.ones(shape[1], bool), (self._customers, np.arange(shape[1]))), shape=shape)
        return sparse.csr_array(whose @ self._X)

    def frequent(self, least):
        """Return the items that at least `least` customers bought, and the baskets with these alone."""
        counts = np.asarray(self.by_customer().sum(axis=0, dtype=np.int64)).ravel()
        kept = np.flatnonzero(counts >= least)
        return kept.astype(np.int32), sparse.csr_array(self._X[:, kept])

    def arrays(self, X):
        """Return `X`, the baskets, as the kernels take them."""
        lasts = self._begins[self._customers + 1]
        return X.indptr.astype(np.int64), X.indices.astype(np.int32), self._times, lasts, self._customers

    def followed(self, patterns, candidates, bounds):
        """Return which of the `candidates`, csr_array of (n_customers, n_patterns), are really followed."""
        customers, at = candidates.tocoo().coords
        elements = patterns.explode(empty_as_null=False)
        pattern_ends, element_ends = (_ends(each) for each in (patterns, elements))
        items = elements.explode(empty_as_null=False).to_numpy() if len(elements) else np.zeros(0, np.int32)
        chosen = (at.astype(np.int64), self._begins[customers], self._begins[customers + 1])
        found = kernels.contained(pattern_ends, element_ends, items, chosen, self.arrays(self._X), bounds)
        return sparse.csr_array((found[found], (customers[found], at[found])), shape=candidates.shape)


class Patterns:
    """Patterns by their number of items.

    Parameters
    ----------
    by_length : list of (ndarray of int32, shape (k, length), ndarray of bool, shape (k, length), ndarray of int64)
        Items, whether an item is in the same basket as the one before it, and the number of customers.
    """

    def __init__(self, by_length):
        self._by_length = by_length

    def closed(self, longest):
        """Return those up to `longest` items of which none with one item more has as many customers."""
        kept = []
        for length, (items, joined, counts) in enumerate(self._by_length, 1):
            if longest and length > longest:
                break
            is_closed = np.ones(len(counts), bool)
            if length < len(self._by_length):
                larger = self._by_length[length]
                here = _keyed(items, joined).with_columns(count=counts, row=np.arange(len(counts)))
                for left_out in range(length + 1):
                    parts = _keyed(*_without(larger[0], larger[1], left_out)).with_columns(count=larger[2])
                    equal = here.join(parts.unique(), on=parts.columns)["row"].to_numpy()
                    is_closed[equal] = False
            kept.append((items[is_closed], joined[is_closed], counts[is_closed]))
        return Patterns(kept)

    def frame(self, n_customers):
        """Return the frame of `SequentialPatterns.patterns_`."""
        parts = [_frame(*each) for each in self._by_length if len(each[2])]
        kinds = {"pattern": pl.List(pl.List(pl.Int32)), "count": pl.Int64}
        whole = pl.concat(parts) if parts else pl.DataFrame(schema=kinds)
        return whole.with_columns(support=pl.col("count") / n_customers)


def find(sequences, least, longest, bounds, limit):
    """Return the `Patterns` that at least `least` customers follow; raises `TooMany` above `limit`.

    Parameters
    ----------
    sequences : Sequences
    least : int
    longest : int or None
        Most items of a pattern.
    bounds : tuple of float
        Most time between neighbouring baskets, and from the first to the last.
    limit : int
    """
    names, X = sequences.frequent(least)
    by_item = X.tocsc()
    rows = np.split(by_item.indices.astype(np.int32), by_item.indptr[1:-1])
    baskets = sequences.arrays(X)
    capacity = _FIRST_CAPACITY
    while True:
        work = [np.zeros(2 * len(names), np.int64) for _ in range(3)]
        trie = (np.empty(capacity, np.int64), np.empty(capacity, np.int32), np.empty(capacity, np.int64))
        state = np.array([0, capacity, limit, least, longest or 0, 0], np.int64)
        status = _search(rows, baskets, bounds, tuple(work), trie, state)
        if status == kernels.TOO_MANY:
            raise TooMany
        if status == kernels.DONE:
            parents, codes, counts = (each[: state[kernels.USED]] for each in trie)
            return Patterns(_by_length(parents, codes, counts, names))
        capacity *= 4


def _search(rows, baskets, bounds, work, trie, state):
    # Each item by a call of its own: a kernel that calls a recursive one crashes when it comes from numba's cache.
    customers = baskets[-1]
    for item, ends in enumerate(rows if baskets[1].size else ()):
        status = kernels.emit(-1, item, len(np.unique(customers[ends])), trie, state)
        if status == kernels.DONE and state[kernels.LONGEST] != 1:
            status = kernels.grow(ends, ends, state[kernels.USED] - 1, item, 1, baskets, bounds, work, trie, state)
        if status != kernels.DONE:
            return status
    return kernels.DONE


def _by_length(parents, codes, counts, names):
    found = []
    nodes = np.flatnonzero(parents < 0)
    rows = codes[nodes][:, None]
    n_items = max(len(names), 1)
    while len(nodes):
        items, joined = names[rows % n_items], rows >= n_items
        order = np.lexsort([key for at in range(rows.shape[1])[::-1] for key in (items[:, at], joined[:, at])])
        found.append((items[order], joined[order], counts[nodes[order]]))
        row_of = np.full(len(parents), -1)
        row_of[nodes] = np.arange(len(nodes))
        before = np.where(parents >= 0, row_of[parents], -1)
        nodes = np.flatnonzero(before >= 0)
        rows = np.column_stack([rows[before[nodes]], codes[nodes]])
    return found


def _without(items, joined, left_out):
    """Return patterns without one item; where it began a basket with more, the next one begins it."""
    items, joined = np.delete(items, left_out, axis=1), joined.copy()
    if left_out + 1 < joined.shape[1]:
        joined[:, left_out + 1] &= joined[:, left_out]
    return items, np.delete(joined, left_out, axis=1)


def _keyed(items, joined):
    keys = items.astype(np.int64) * 2 + joined
    return pl.DataFrame({f"item_{at}": keys[:, at] for at in range(keys.shape[1])})


def _frame(items, joined, counts):
    length = items.shape[1]
    patterns = np.repeat(np.arange(len(counts)), length)
    frame = pl.DataFrame(
        {"pattern": patterns, "basket": np.cumsum(~joined.ravel()), "item": items.ravel().astype(np.int32)}
    )
    return (
        frame.group_by("pattern", "basket", maintain_order=True)
        .agg("item")
        .group_by("pattern", maintain_order=True)
        .agg("item")
        .select(pattern="item", count=pl.Series(counts))
    )


def _ends(lists):
    return np.concatenate([[0], np.cumsum(lists.list.len().to_numpy())]).astype(np.int64)
