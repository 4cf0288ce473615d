"""All frequent itemsets of a matrix: chooses how to search, lets the answer grow, and keeps to a limit.

The algorithm: Zaki's Eclat (2000) over projections as in FP-growth (Han et al. 2000), with perfect extensions set
aside (Borgelt 2003).
"""

import time

import numpy as np

from mining import bit_kernels, frequent_kernels as kernels, order_kernels, trie_kernels
from mining.constraints import NO_LIMITS
from mining.stopping import forward, watched

# Pairs counted and entries projected at a time, at most: what the second cache of a core holds, and 32 MB.
CELLS = 250_000
ENTRIES = 8_000_000
# Nodes of the trie at first: only what is written takes memory.
_FIRST_CAPACITY = 1 << 20
# At the root a matrix of bits pays less than deeper down: it is made once, of everything.
_ROOT_FACTOR = 0.2
# Equal rows are looked for where they could make a matrix pay, or smaller.
_MERGED_FACTOR = 40
_SEED = 20260101


# More than anybody can want, and small enough to count to.
_COUNTLESS = 10**15
_GOLDEN = (5**0.5 - 1) / 2


class _Enough(Exception):
    """The time for a sample is over."""


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
    wanted : mining.constraints.Wanted, optional
    """

    def __init__(self, X, least, longest, wanted=None):
        self._least = least
        self._longest = longest or 0
        self._must = wanted.must if wanted else np.zeros(0, np.int32)
        self._limits = wanted.limits if wanted else NO_LIMITS
        # Only baskets that hold what an itemset must contain; then only the rest is searched.
        for item in self._must:
            X = X[np.asarray(X[:, [item]].sum(axis=1)).ravel() > 0]
        self._n_baskets = X.shape[0]
        in_baskets = np.bincount(X.indices, minlength=X.shape[1])
        bound = wanted.bound(X.shape[1]) if wanted else np.zeros(X.shape[1], bool)
        if wanted:
            in_baskets[self._must] = 0
            in_baskets[wanted.must_not] = 0
            # What may not be together with one of them is out too.
            for item in self._must:
                if bound[item]:
                    in_baskets[wanted.apart(item)] = 0
        order = np.argsort(-in_baskets, kind="stable")
        order = order[in_baskets[order] >= least]
        # Of those in every basket too, one that rules others out cannot be joined to whatever is found.
        perfect = (in_baskets[order] == self._n_baskets) & ~bound[order]
        self._perfect = order[perfect].astype(np.int32)
        self._names = order[~perfect].astype(np.int32)
        self._counts = in_baskets[self._names].astype(np.int32)
        rank = np.full(X.shape[1], -1, np.int32)
        rank[self._names] = np.arange(len(self._names))
        self._ends, self._items = kernels.frequent_rows(X.indptr.astype(np.int64), X.indices, rank)

    def count(self, limit):
        """Return how many itemsets there are; raises `TooMany` above `limit`."""
        if not self._is_possible():
            return 0
        state, _ = self._run(limit, count_only=True)
        return int(state[trie_kernels.USED]) - self._first()

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
        nothing = np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int64)
        if not self._is_possible():
            return nothing
        state, trie = self._run(limit, count_only=False, progress=progress)
        used, first = state[trie_kernels.USED], self._first()
        if used == first:
            return nothing
        columns = np.sort(np.concatenate([self._names, self._perfect, self._must]))
        number = order_kernels.lengths_of(trie[3][:used], first)
        in_order = order_kernels.from_masks if len(columns) <= 64 else order_kernels.from_nodes
        return in_order(*(part[:used] for part in trie), first, columns, number)

    def _is_possible(self):
        return self._n_baskets >= self._least and not 0 < self._longest < len(self._must)

    def _first(self):
        """Return the first node that is listed: not the empty set, nor a part of what an itemset must contain."""
        return max(1, len(self._must))

    def sample(self, seconds):
        """Return how many itemsets were counted in so many seconds of CPU, and which share of the search that was.

        The share is above 0.
        """
        if not self._is_possible():
            return 0, 1.0
        state, done = self._state(_COUNTLESS, count_only=True), [0.0]
        end = time.process_time() + seconds

        def tell():
            if time.process_time() > end:
                raise _Enough

        share = 1.0
        try:
            watched(lambda: self._fill(state, done, scattered=True), state, tell)
        except TooMany:
            return _COUNTLESS, 1.0
        except _Enough:
            share = max(done[0], 0.5 / (len(self._names) + 1))
        return int(state[trie_kernels.USED]) - self._first(), share

    def _run(self, limit, *, count_only, progress=None):
        state, done = self._state(limit, count_only=count_only), [0.0]
        told = progress and forward(progress)
        tell = progress and (lambda: told(done[0], int(state[trie_kernels.USED])))
        return state, watched(lambda: self._fill(state, done), state, tell)

    def _state(self, limit, *, count_only):
        state = np.zeros(7, np.int64)
        state[trie_kernels.LIMIT] = limit + self._first()
        state[trie_kernels.CAPACITY] = min(_FIRST_CAPACITY, limit + self._first())
        state[trie_kernels.LONGEST] = self._longest
        state[trie_kernels.LEAST] = self._least
        state[trie_kernels.COUNT_ONLY] = count_only
        return state

    def _fill(self, state, done, *, scattered=False):
        trie = _trie(1 if state[trie_kernels.COUNT_ONLY] else state[trie_kernels.CAPACITY])
        perfect = np.empty(len(self._names) + len(self._perfect), np.int32)
        perfect[: len(self._perfect)] = self._perfect
        for depth in range(len(self._must)):
            if not state[trie_kernels.COUNT_ONLY]:
                item = self._must[depth - 1] if depth else -1
                trie[0][depth], trie[1][depth], trie[2][depth], trie[3][depth] = depth - 1, item, self._n_baskets, depth
            state[trie_kernels.USED] = depth + 1
        for at, step in enumerate(self._steps(perfect, state, _scattered if scattered else list)):
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

    def _steps(self, perfect, state, in_turn):
        """Yield the parts of the search, each a function of trie and state that can be repeated."""
        known, depth = len(self._perfect), len(self._must)
        names, counts, limits = self._names, self._counts, self._limits
        last = self._must[-1] if depth else -1
        yield lambda trie, state: min(
            trie_kernels.emit(trie, state, depth - 1, last, self._n_baskets, depth, perfect, known), trie_kernels.DONE
        )
        if 0 < self._longest <= depth:
            return
        rows = self._as_bits()
        if rows is not None:
            order = np.argsort(counts, kind="stable")
            arena, shifts = rows(order)
            rising, order_names = counts[order], names[order]
            for at in in_turn(range(len(names))):
                yield lambda trie, state, at=at: bit_kernels.search_bits(
                    arena,
                    shifts,
                    len(names),
                    at,
                    at + 1,
                    rising,
                    order_names,
                    limits,
                    depth,
                    depth,
                    perfect,
                    known,
                    trie,
                    state,
                )
            return
        for low, high in in_turn(_blocks(range(len(names)), CELLS)):
            pairs = kernels.pairs_of(self._ends, self._items, low, high, names, limits, state)
            sizes = kernels.entries_of(pairs, low, high, self._least).tolist()
            for start, end in in_turn(_blocks(sizes, ENTRIES)):
                first, last = low + start, low + end
                part = kernels.project(self._ends, self._items, first, last, pairs, low, counts, names, limits, state)
                for item in in_turn(range(first, last)):
                    yield lambda trie, state, part=part, first=first, item=item: kernels.search_part(
                        part, item - first, names, counts, limits, item, depth, depth, perfect, known, trie, state
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


def _blocks(sizes, most):
    """Yield ranges of places whose sizes are together at most `most`, or of a single place."""
    first, total = 0, 0
    for at, size in enumerate(sizes):
        if at > first and total + size > most:
            yield first, at
            first, total = at, 0
        total += size
    if len(sizes):
        yield first, len(sizes)


def _scattered(steps):
    """Return the steps in an order in which the first few are spread over all."""
    steps = list(steps)
    return [steps[at] for at in np.argsort(np.arange(len(steps)) * _GOLDEN % 1, kind="stable")]


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
