"""What a search for itemsets will take: how many fit into memory, and what to expect before a run."""

import math
import time
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy import sparse

from mining.frequent import CELLS, ENTRIES, Search

# The trie, the keys it is sorted by, twice, and the end and count of an itemset; then each of its items.
_BYTES, _ITEM_BYTES = 14 + 24 + 16, 5
# Baskets that are looked at, and how many of them an itemset must be in, so that chance does not rule.
_SAMPLE, _SURE = 60_000, 15
_SAMPLE_SECONDS = 0.5
_SEED = 20260101
# To bring one itemset in order, measured on mushroom.
_ORDER_SECONDS = 1.2e-7


@dataclass(frozen=True, slots=True)
class Estimate:
    """What to expect of a run; ``is_exact`` when the number was counted to the end."""

    n_itemsets: int
    seconds: float
    memory_bytes: int
    is_exact: bool


def itemsets_in(memory, X):
    """Return how many itemsets surely fit into so many bytes, for baskets `X`."""
    free = max(0, memory - _working_bytes(X))
    number = free // _BYTES
    for _ in range(8):
        number = int(free // _bytes_each(number))
    return number


def estimate(X, least, longest, wanted):
    """Return the `Estimate` of a search for all itemsets; parameters as in `mining.frequent.Search`."""
    _make_ready()
    share = min(1.0, max(_SAMPLE / X.shape[0], _SURE / least))
    sample = X
    if share < 1:
        sample = X[np.sort(np.random.default_rng(_SEED).choice(X.shape[0], int(X.shape[0] * share), replace=False))]
    start = time.process_time()
    search = Search(sample, max(1, round(least * share)), longest, wanted)
    number, done = search.sample(_SAMPLE_SECONDS)
    number = int(number / done)
    seconds = (time.process_time() - start) / done / share + _ORDER_SECONDS * number
    memory = _working_bytes(X) + int(number * _bytes_each(number))
    return Estimate(number, seconds, memory, share == 1 and done == 1)


@cache
def _make_ready():
    """Search two small sets, one by bits and one by projections: their first calls compile, which is no part of a run.

    The seconds for a sample would be over before it began.
    """
    for X in (np.tile(np.tri(4, dtype=bool), (50, 1)), np.eye(3, dtype=bool)):
        Search(sparse.csr_array(X), 1, None).sample(math.inf)


def _working_bytes(X):
    rows, n_items = X.shape
    pairs = min(CELLS, n_items * n_items // 2)
    projected = min(ENTRIES, int((np.diff(X.indptr) ** 2).sum()) // 2)
    return 9 * X.nnz + 24 * rows + 8 * pairs + 8 * projected


def _bytes_each(number):
    # All parts of an itemset are frequent too, so the longest of n has at most log2(n + 1) items.
    return _BYTES + _ITEM_BYTES * math.log2(number + 2)
