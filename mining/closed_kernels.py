"""The compiled search for closed and maximal itemsets: LCM (Uno, Asai, Uchida, Arimura 2003).

Each closed itemset is the closure of exactly one smaller one extended by one item, so none is met twice and nothing
has to be remembered.
"""

import numpy as np

from mining.numba_setup import kernel
from mining.trie_kernels import DONE, GROW, STOP, STOPPED, TOO_MANY

# Positions in `state`; STOP, between them, is set by another thread.
SETS, ENTRIES, MOST_SETS, MOST_ENTRIES, LIMIT, LONGEST = range(6)
LEAST, MAXIMAL = 7, 8


@kernel
def extend(indptr, indices, baskets, core, closure, ends, items, counts, state):
    """List the closure of the items all `baskets` share, unless another way leads there, and what extends it.

    Parameters
    ----------
    indptr, indices : ndarray
        The matrix, columns ascending in each row.
    baskets : ndarray of int64
        Rows that hold the prefix.
    core : int
        The item the prefix was extended by; -1 at the root.
    closure : ndarray of bool
        The closed itemset that was extended.
    ends, items, counts : ndarray
        Where the answer is written: where each itemset ends in `items`, and its number of baskets.
    """
    if state[STOP]:
        return STOPPED
    held = np.zeros(len(closure), np.int32)
    for row in baskets:
        for at in range(indptr[row], indptr[row + 1]):
            held[indices[at]] += 1
    for item in range(core):
        if held[item] == len(baskets) and not closure[item]:
            return DONE
    own = held == len(baskets)
    length, is_maximal = 0, True
    for item in range(len(held)):
        if own[item]:
            length += 1
        elif held[item] >= state[LEAST]:
            is_maximal = False
    if length and (is_maximal or not state[MAXIMAL]) and (state[LONGEST] == 0 or length <= state[LONGEST]):
        if state[SETS] >= state[LIMIT]:
            return TOO_MANY
        if state[SETS] >= state[MOST_SETS] or state[ENTRIES] + length > state[MOST_ENTRIES]:
            return GROW
        for item in range(len(held)):
            if own[item]:
                items[state[ENTRIES]] = item
                state[ENTRIES] += 1
        ends[state[SETS]] = state[ENTRIES]
        counts[state[SETS]] = len(baskets)
        state[SETS] += 1
    for item in range(core + 1, len(held)):
        if own[item] or held[item] < state[LEAST]:
            continue
        inner = np.empty(held[item], np.int64)
        found = 0
        for row in baskets:
            begin, end = indptr[row], indptr[row + 1]
            place = begin + np.searchsorted(indices[begin:end], item)
            if place < end and indices[place] == item:
                inner[found] = row
                found += 1
        status = extend(indptr, indices, inner, item, own, ends, items, counts, state)
        if status < 0:
            return status
    return DONE
