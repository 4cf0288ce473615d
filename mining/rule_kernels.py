"""The compiled way from itemsets to rules: every split of every itemset, its parts found by hash.

The hash of an itemset is the sum of one random number an item, so the hash of a part is found by adding; what it leads
to is compared item by item.
"""

import numpy as np

from mining.numba_setup import kernel


@kernel
def table_of(indptr, indices, codes):
    """Return an open-addressing table of the itemsets' hashes: positions, -1 where free; its size is a power of 2."""
    size = 16
    while size < 2 * len(indptr):
        size *= 2
    table = np.full(size, -1, np.int64)
    for itemset in range(len(indptr) - 1):
        code = np.uint64(0)
        for at in range(indptr[itemset], indptr[itemset + 1]):
            code += codes[indices[at]]
        place = np.int64(code & np.uint64(size - 1))
        while table[place] >= 0:
            place = (place + 1) & (size - 1)
        table[place] = itemset
    return table


@kernel
def position(table, indptr, indices, codes, items, n_items):
    """Return the position of an itemset, given as its first `n_items` ascending items; it must be in the table."""
    code = np.uint64(0)
    for at in range(n_items):
        code += codes[items[at]]
    place = np.int64(code & np.uint64(len(table) - 1))
    while True:
        itemset = table[place]
        start = indptr[itemset]
        if indptr[itemset + 1] - start == n_items:
            at = 0
            while at < n_items and indices[start + at] == items[at]:
                at += 1
            if at == n_items:
                return itemset
        place = (place + 1) & (len(table) - 1)


@kernel
def number_of_splits(length, most):
    """Return how many ways there are to split an itemset into antecedent and consequent of at most `most` items."""
    total, term = 0.0, 1.0
    for size in range(1, min(most, length - 1) + 1):
        term = term * (length - size + 1) / size
        total += term
    return total


@kernel
def splits(indptr, indices, table, codes, most, antecedents, consequents, wholes):
    """Write every antecedent => consequent that can be formed, as positions of itemsets; return how many."""
    used = 0
    left = np.empty(64, np.int32)
    right = np.empty(64, np.int32)
    for itemset in range(len(indptr) - 1):
        start = indptr[itemset]
        length = indptr[itemset + 1] - start
        if length < 2:
            continue
        for mask in range(1, (1 << length) - 1):
            n_left, n_right = 0, 0
            for at in range(length):
                if mask >> at & 1:
                    right[n_right] = indices[start + at]
                    n_right += 1
                else:
                    left[n_left] = indices[start + at]
                    n_left += 1
            if n_right > most:
                continue
            antecedents[used] = position(table, indptr, indices, codes, left, n_left)
            consequents[used] = position(table, indptr, indices, codes, right, n_right)
            wholes[used] = itemset
            used += 1
    return used


@kernel
def redundant(indptr, indices, table, codes, counts, antecedents, consequents, wholes):
    """Return which rules have a proper non-empty part of the antecedent with a confidence at least as high."""
    found = np.zeros(len(antecedents), np.bool_)
    part = np.empty(64, np.int32)
    both = np.empty(64, np.int32)
    for rule in range(len(antecedents)):
        left, right = antecedents[rule], consequents[rule]
        start, length = indptr[left], indptr[left + 1] - indptr[left]
        n_right = indptr[right + 1] - indptr[right]
        for mask in range(1, (1 << length) - 1):
            n_part = 0
            for at in range(length):
                if mask >> at & 1:
                    part[n_part] = indices[start + at]
                    both[n_part] = part[n_part]
                    n_part += 1
            for at in range(n_right):
                both[n_part + at] = indices[indptr[right] + at]
            both[: n_part + n_right].sort()
            alone = counts[position(table, indptr, indices, codes, part, n_part)]
            together = counts[position(table, indptr, indices, codes, both, n_part + n_right)]
            # Whole numbers: two equal confidences must not differ in their last bit.
            if together * counts[left] >= counts[wholes[rule]] * alone:
                found[rule] = True
                break
    return found
