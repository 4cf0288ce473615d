"""All frequent itemsets of a matrix: chooses how to search, lets the answer grow, and keeps to a limit.

The algorithm: Zaki's Eclat (2000) over projections as in FP-growth (Han et al. 2000), with perfect extensions set
aside (Borgelt 2003).
"""

import numpy as np

from mining import frequent_kernels as kernels

# Pairs counted and entries projected at a time: 16 and 32 MB.
_CELLS = 4_000_000
_ENTRIES = 8_000_000
_FIRST_CAPACITY = 1 << 16
# At the root a matrix of bits pays less than deeper down: it is made once, of everything.
_ROOT_FACTOR = 0.2


class TooMany(Exception):
    """More itemsets than the limit."""


class Search:
    """One matrix at one threshold.

    Parameters
    ----------
    X : csr_array of bool, shape (n_baskets, n_items)
        Without explicit zeros and repeated cells.
    least : int
        Number of baskets an itemset must be in.
    longest : int or None
        Most items in an itemset.
    """

    def __init__(self, X, least, longest):
        self._n_baskets = X.shape[0]
        self._least = least
        self._longest = longest or 0
        in_baskets = np.bincount(X.indices, minlength=X.shape[1])
        order = np.argsort(-in_baskets, kind="stable")
        order = order[in_baskets[order] >= least]
        self._perfect = order[in_baskets[order] == self._n_baskets].astype(np.int32)
        self._names = order[len(self._perfect) :].astype(np.int32)
        self._counts = in_baskets[self._names].astype(np.int32)
        rank = np.full(X.shape[1], -1, np.int32)
        rank[self._names] = np.arange(len(self._names))
        self._ends, self._items = kernels.frequent_rows(X.indptr.astype(np.int64), X.indices, rank)

    def count(self, limit):
        """Return how many itemsets there are; raises `TooMany` above `limit`."""
        state, _ = self._run(limit, count_only=True)
        return int(state[kernels.USED]) - 1

    def find(self, limit):
        """Return the itemsets by length, then by their columns; raises `TooMany` above `limit`.

        Returns
        -------
        list of (ndarray of int32, shape (k, length), ndarray of int64, shape (k,))
            Columns ascending in each row, and the number of baskets; one pair a length, from 1 on.
        """
        state, trie = self._run(limit, count_only=False)
        parents, items, counts, depths = (part[: state[kernels.USED]] for part in trie)
        names = np.arange(max(self._n_names(), 1), dtype=np.int32)
        found = []
        for depth in range(1, int(depths.max()) + 1):
            nodes = np.flatnonzero(depths == depth)
            rows = kernels.unfold(parents, items, depths, names, nodes, depth)
            order = np.lexsort(rows.T[::-1])
            found.append((rows[order], counts[nodes[order]].astype(np.int64)))
        return found

    def _n_names(self):
        both = np.concatenate([self._names, self._perfect])
        return int(both.max()) + 1 if len(both) else 0

    def _run(self, limit, *, count_only):
        state = np.zeros(6, np.int64)
        # The empty set is a node too, the first, but is not listed.
        state[kernels.LIMIT] = limit + 1
        state[kernels.CAPACITY] = min(_FIRST_CAPACITY, limit + 1)
        state[kernels.LONGEST] = self._longest
        state[kernels.LEAST] = self._least
        state[kernels.COUNT_ONLY] = count_only
        trie = _trie(1 if count_only else state[kernels.CAPACITY])
        perfect = np.empty(len(self._names) + len(self._perfect), np.int32)
        perfect[: len(self._perfect)] = self._perfect
        for step in self._steps(perfect):
            while True:
                before = state[kernels.USED]
                status = step(trie, state)
                if status == kernels.TOO_MANY:
                    raise TooMany
                if status != kernels.GROW:
                    break
                state[kernels.USED] = before
                trie = _grown(trie, state)
        return state, trie

    def _steps(self, perfect):
        """Yield the parts of the search, each a function of trie and state that can be repeated."""
        known = len(self._perfect)
        names, counts = self._names, self._counts
        yield lambda trie, state: min(
            kernels.emit(trie, state, -1, -1, self._n_baskets, 0, perfect, known), kernels.DONE
        )
        if self._is_dense():
            order = np.argsort(counts, kind="stable")
            bits = kernels.matrix(self._ends[1:], 0, len(self._ends) - 1, 0, self._items, order, len(names))
            rising, order_names = counts[order], names[order]
            for at in range(len(names)):
                yield lambda trie, state, at=at: kernels.search_bits(
                    bits, *bits.shape, at, at + 1, rising, order_names, 0, 0, perfect, known, trie, state
                )
            return
        for first, last in self._blocks():
            part = kernels.project(self._ends, self._items, first, last, counts, self._least)
            for item in range(first, last):
                yield lambda trie, state, part=part, first=first, item=item: kernels.search_part(
                    part, item - first, names, counts, item, 0, 0, perfect, known, trie, state
                )

    def _is_dense(self):
        rows = len(self._ends) - 1
        if not rows:
            return False
        average = len(self._items) / rows
        return len(self._names) ** 2 * ((rows + 63) // 64) <= _ROOT_FACTOR * rows * average**2

    def _blocks(self):
        """Yield ranges of items whose pairs and projections fit into memory."""
        work = kernels.weights(self._ends, self._items, len(self._names))
        first, cells, entries = 0, 0, 0
        for item, weight in enumerate(work):
            if item > first and (cells + item > _CELLS or entries + weight > _ENTRIES):
                yield first, item
                first, cells, entries = item, 0, 0
            cells += item
            entries += weight
        if len(work):
            yield first, len(work)


def _trie(capacity):
    return (
        np.empty(capacity, np.int32),
        np.empty(capacity, np.int32),
        np.empty(capacity, np.int32),
        np.empty(capacity, np.int16),
    )


def _grown(trie, state):
    capacity = min(int(state[kernels.CAPACITY]) * 4, int(state[kernels.LIMIT]))
    larger = _trie(capacity)
    used = state[kernels.USED]
    for old, new in zip(trie, larger, strict=True):
        new[:used] = old[:used]
    state[kernels.CAPACITY] = capacity
    return larger
