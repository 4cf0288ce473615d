"""Closed and maximal itemsets: the few that stand for all others."""

from functools import partial

import numpy as np

from mining import closed_kernels as kernels, trie_kernels
from mining.frequent import TooMany
from mining.stopping import forward, watched

_FIRST_SETS = 1 << 14
_FIRST_ENTRIES = 1 << 17


def find(X, least, longest, limit, *, maximal, progress=None):
    """Return closed or maximal itemsets by length, then by their columns.

    Parameters
    ----------
    X : csr_array of bool, shape (n_baskets, n_items)
    least : int
        Number of baskets an itemset must be in.
    longest : int or None
        Longer ones are left out of the list, though they are searched.
    limit : int
    maximal : bool
    progress : callable, optional
        As in `mining.frequent.Search.find`; the share stays 0 till the end.

    Returns
    -------
    indptr, indices, counts : ndarray of int64, int32, int64

    Raises
    ------
    mining.frequent.TooMany
        For more than `limit` in the list.
    """
    ends, items, counts = _search(X, least, longest, limit, maximal, progress)
    starts = np.concatenate([[0], ends[:-1]]).astype(np.int64)
    lengths = ends - starts
    order = np.empty(len(ends), np.int64)
    used = 0
    for length in np.unique(lengths):
        chosen = np.flatnonzero(lengths == length)
        rows = items[starts[chosen][:, None] + np.arange(length)]
        order[used : used + len(chosen)] = chosen[np.lexsort(rows.T[::-1])]
        used += len(chosen)
    indptr = np.concatenate([[0], np.cumsum(lengths[order])]).astype(np.int64)
    indices = items[np.repeat(starts[order] - indptr[:-1], lengths[order]) + np.arange(len(items))]
    return indptr, indices, counts[order]


def _search(X, least, longest, limit, maximal, progress):
    X.sort_indices()
    everything = np.arange(X.shape[0])
    nothing = np.zeros(X.shape[1], bool)
    sets, entries = _FIRST_SETS, _FIRST_ENTRIES
    progress = progress and forward(progress)
    while True:
        ends, items = np.empty(sets, np.int64), np.empty(entries, np.int32)
        counts = np.empty(sets, np.int64)
        state = np.array([0, 0, sets, entries, limit, longest or 0, 0, least, maximal], np.int64)
        arrays = (ends, items, counts, state)
        tell = progress and partial(_tell, progress, state)
        status = watched(partial(kernels.extend, X.indptr, X.indices, everything, -1, nothing, *arrays), state, tell)
        if status == trie_kernels.TOO_MANY:
            raise TooMany
        if status == trie_kernels.DONE:
            n_sets = state[kernels.SETS]
            return ends[:n_sets], items[: state[kernels.ENTRIES]], counts[:n_sets]
        sets, entries = sets * 4, entries * 4


def _tell(progress, state):
    progress(0.0, int(state[kernels.SETS]))
