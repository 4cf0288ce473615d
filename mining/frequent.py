"""All frequent itemsets of a matrix: chooses how to search, lets the answer grow, and keeps to a limit.

The algorithm: Zaki's Eclat (2000) over projections as in FP-growth (Han et al. 2000), with perfect extensions set
aside (Borgelt 2003).
"""

import numpy as np

from mining import bit_kernels, frequent_kernels as kernels, order_kernels, trie_kernels
from mining.stopping import watched

# Pairs counted and entries projected at a time: 16 and 32 MB.
_CELLS = 4_000_000
_ENTRIES = 8_000_000
# Nodes of the trie at first: only what is written takes memory.
_FIRST_CAPACITY = 1 << 20
# At the root a matrix of bits pays less than deeper down: it is made once, of everything.
_ROOT_FACTOR = 0.2
# Equal rows are looked for where they could make a matrix pay, or smaller.
_MERGED_FACTOR = 40
_SEED = 20260101


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
        self._groups = np.zeros(0, np.int32)
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
        return int(state[trie_kernels.USED]) - 1

    def find(self, limit, progress=None):
        """Return the itemsets by length, then by their columns; raises `TooMany` above `limit`.

        Parameters
        ----------
        limit : int
        progress : callable, optional
            Called a few times a second with the share of the work done, in [0, 1], and the number of itemsets so far;
            what it raises ends the search.

        Returns
        -------
        indptr, indices, counts : ndarray of int64, int32, int64
            Columns ascending in each row, and the number of baskets of each.
        """
        state, trie = self._run(limit, count_only=False, progress=progress)
        used = state[trie_kernels.USED]
        columns = np.sort(np.concatenate([self._names, self._perfect]))
        number = order_kernels.lengths_of(trie[3][:used], 1)
        if used == 1:
            return np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int64)
        in_order = order_kernels.from_masks if len(columns) <= 64 else order_kernels.from_nodes
        return in_order(*(part[:used] for part in trie), 1, columns, number)

    def _run(self, limit, *, count_only, progress=None):
        state = np.zeros(7, np.int64)
        # The empty set is a node too, the first, but is not listed.
        state[trie_kernels.LIMIT] = limit + 1
        state[trie_kernels.CAPACITY] = min(_FIRST_CAPACITY, limit + 1)
        state[trie_kernels.LONGEST] = self._longest
        state[trie_kernels.LEAST] = self._least
        state[trie_kernels.COUNT_ONLY] = count_only
        done = [0.0]
        trie = watched(lambda: self._fill(state, done), state, progress and (lambda: progress(done[0], int(state[0]))))
        return state, trie

    def _fill(self, state, done):
        trie = _trie(1 if state[trie_kernels.COUNT_ONLY] else state[trie_kernels.CAPACITY])
        perfect = np.empty(len(self._names) + len(self._perfect), np.int32)
        perfect[: len(self._perfect)] = self._perfect
        for at, step in enumerate(self._steps(perfect, state)):
            done[0] = at / (len(self._names) + 1)
            while True:
                before = state[trie_kernels.USED]
                status = step(trie, state)
                if status == trie_kernels.TOO_MANY:
                    raise TooMany
                if status == trie_kernels.STOPPED or state[trie_kernels.STOP]:
                    return trie
                if status != trie_kernels.GROW:
                    break
                state[trie_kernels.USED] = before
                trie = _grown(trie, state)
        return trie

    def _steps(self, perfect, state):
        """Yield the parts of the search, each a function of trie and state that can be repeated."""
        known = len(self._perfect)
        names, counts, groups = self._names, self._counts, self._groups
        yield lambda trie, state: min(
            trie_kernels.emit(trie, state, -1, -1, self._n_baskets, 0, perfect, known), trie_kernels.DONE
        )
        rows = self._as_bits()
        if rows is not None:
            order = np.argsort(counts, kind="stable")
            arena, shifts = rows(order)
            rising, order_names = counts[order], names[order]
            for at in range(len(names)):
                yield lambda trie, state, at=at: bit_kernels.search_bits(
                    arena,
                    shifts,
                    len(names),
                    at,
                    at + 1,
                    rising,
                    order_names,
                    groups,
                    0,
                    0,
                    perfect,
                    known,
                    trie,
                    state,
                )
            return
        for first, last in self._blocks():
            part = kernels.project(self._ends, self._items, first, last, counts, names, groups, state)
            for item in range(first, last):
                yield lambda trie, state, part=part, first=first, item=item: kernels.search_part(
                    part, item - first, names, counts, groups, item, 0, 0, perfect, known, trie, state
                )

    def _as_bits(self):
        """Return a function from the order of items to their matrix of bits, or None where it does not pay."""
        rows, m = len(self._ends) - 1, len(self._names)
        if not rows:
            return None
        bound = _ROOT_FACTOR * rows * (len(self._items) / rows) ** 2
        if m * m * ((rows + 63) // 64) > _MERGED_FACTOR * bound:
            return None
        codes = np.uint64(1) << np.arange(m, dtype=np.uint64)
        if m > 64:
            codes = np.random.default_rng(_SEED).integers(1, 2**63, m, dtype=np.uint64)
        ends, items, weights = kernels.merged_rows(self._ends, self._items, codes, min(m, 64))
        _, shifts = bit_kernels.planes(ends[1:], 0, len(weights), 0, items, weights)
        if m * m * len(shifts) > bound:
            return None
        return lambda order: bit_kernels.matrix(ends[1:], 0, len(weights), 0, items, weights, order, m)

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
    capacity = min(int(state[trie_kernels.CAPACITY]) * 4, int(state[trie_kernels.LIMIT]))
    larger = _trie(capacity)
    used = state[trie_kernels.USED]
    for old, new in zip(trie, larger, strict=True):
        new[:used] = old[:used]
    state[trie_kernels.CAPACITY] = capacity
    return larger
