"""The trie that found itemsets are written into: ``parents``, ``items``, ``counts`` int32, ``depths`` int16.

One entry a node, a parent before its children.
"""

import numpy as np

from mining.numba_setup import kernel

# Positions in `state`, the numbers a search shares; STOP is set by another thread.
USED, CAPACITY, LIMIT, LONGEST, LEAST, COUNT_ONLY, STOP = range(7)
# What a search may answer: the trie has to grow, there are more itemsets than the limit, somebody stopped it.
DONE, GROW, TOO_MANY, STOPPED = 0, -1, -2, -3


@kernel
def emit(trie, state, parent, item, count, depth, perfect, n_perfect):
    """Write an itemset and its combinations with the perfect extensions; return its node, or GROW or TOO_MANY."""
    free = n_perfect
    if state[LONGEST]:
        free = min(free, state[LONGEST] - depth)
    added = combinations(n_perfect, free, state[LIMIT])
    if added > state[LIMIT] - state[USED]:
        return TOO_MANY
    node = state[USED]
    if state[COUNT_ONLY]:
        state[USED] += added
        return node
    if node + added > state[CAPACITY]:
        return GROW
    parents, items, counts, depths = trie
    parents[node], items[node], counts[node], depths[node] = parent, item, count, depth
    used = node + 1
    for at in range(n_perfect):
        for before in range(node, used):
            if depths[before] - depth < free:
                parents[used], items[used] = before, perfect[at]
                counts[used], depths[used] = count, depths[before] + 1
                used += 1
    state[USED] = used
    return node


@kernel
def combinations(n, most, limit):
    """Return how many subsets of `n` have at most `most` elements, or more than `limit` when there are more."""
    total, term = 1.0, 1.0
    for size in range(1, most + 1):
        term = term * (n - size + 1) / size
        total += term
        if total > limit:
            return limit + 1
    return np.int64(total + 0.5)
