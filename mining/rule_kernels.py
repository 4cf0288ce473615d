"""The compiled way from itemsets to rules: every split of every itemset, and what its shorter rules say.

The hash of an itemset is the sum of one random number an item, so the hash of what is left without an item is found by
subtracting; what it leads to is compared item by item. From there on no hash is needed: every part of an itemset is
reached by leaving out one item at a time.

A split is named by its consequent, a mask over the items of the whole; masks are numbered within their length.
"""

import numpy as np

from mining.numba_setup import kernel
from mining.order_kernels import sort_with
from mining.popcount import popcount


@kernel
def remainders(indptr, indices, codes):
    """Return, an entry of `indices` each, the position of its itemset without that item; -1 where nothing is left."""
    table = _table_of(indptr, indices, codes)
    found = np.full(len(indices), -1, np.int32)
    for itemset in range(len(indptr) - 1):
        start, end = indptr[itemset], indptr[itemset + 1]
        if end - start < 2:
            continue
        code = _code_of(indptr, indices, codes, itemset)
        for at in range(start, end):
            found[at] = _position_without(table, indptr, indices, itemset, at, code - codes[indices[at]])
    return found


@kernel
def numbering(longest, most):
    """Return for each length up to `longest` how many splits it has, and the number of each mask.

    The numbers of the masks of length n begin at place ``1 << n``; -1 for a consequent of none, of all or of more than
    `most` items.
    """
    totals = np.zeros(longest + 1, np.int64)
    numbers = np.full(2 << longest, -1, np.int32)
    for length in range(2, longest + 1):
        for mask in range(1, (1 << length) - 1):
            if popcount(np.uint64(mask)) <= most:
                numbers[(1 << length) + mask] = totals[length]
                totals[length] += 1
    return totals, numbers


@kernel
def splits(indptr, counts, rest, numbers, firsts, antecedents, consequents, wholes, best_count, best_of):
    """Write every antecedent => consequent as positions of itemsets, and the surest of its shorter rules.

    ``best_count / best_of`` is the highest confidence of a proper non-empty part of the antecedent for the same
    consequent, 0 / 1 where there is none. Itemsets come by length, so what a shorter rule says is known already: this
    takes as many steps a rule as its antecedent has items.
    """
    longest = 0
    for itemset in range(len(indptr) - 1):
        longest = max(longest, indptr[itemset + 1] - indptr[itemset])
    parts = np.empty(1 << longest, np.int32)
    for itemset in range(len(indptr) - 1):
        start = indptr[itemset]
        length = indptr[itemset + 1] - start
        if length < 2:
            continue
        full = (1 << length) - 1
        parts[full] = itemset
        for mask in range(full - 1, 0, -1):
            # All items before the first that is missing are there, so that is its place in the larger part.
            missing = 0
            while mask >> missing & 1:
                missing += 1
            parts[mask] = rest[indptr[parts[mask | 1 << missing]] + missing]
        for mask in range(1, full):
            number = numbers[(1 << length) + mask]
            if number < 0:
                continue
            rule = firsts[itemset] + number
            antecedents[rule], consequents[rule], wholes[rule] = parts[full ^ mask], parts[mask], itemset
            above, below = np.int64(0), np.int64(1)
            if popcount(np.uint64(full ^ mask)) > 1:
                for at in range(length):
                    if mask >> at & 1:
                        continue
                    shorter = rest[start + at]
                    left_out = mask & ((1 << at) - 1) | mask >> (at + 1) << at
                    other = firsts[shorter] + numbers[(1 << (length - 1)) + left_out]
                    of = counts[antecedents[other]]
                    # Whole numbers: two equal confidences must not differ in their last bit.
                    if counts[shorter] * below > above * of:
                        above, below = counts[shorter], of
                    if best_count[other] * below > above * best_of[other]:
                        above, below = best_count[other], best_of[other]
            best_count[rule], best_of[rule] = above, below


@kernel
def places(indptr, rest):
    """Return the place of each itemset when they stand by their items, whatever their length.

    They come by length, then by items; so each stands after the one without its last item, and those of its sisters
    that come before it with all that begins with them.
    """
    n = len(indptr) - 1
    with_larger = np.ones(n, np.int32)
    for itemset in range(n - 1, -1, -1):
        last = indptr[itemset + 1] - 1
        if rest[last] >= 0:
            with_larger[rest[last]] += with_larger[itemset]
    found, free, first = np.empty(n, np.int32), np.empty(n, np.int32), 0
    for itemset in range(n):
        before = rest[indptr[itemset + 1] - 1]
        place = first if before < 0 else free[before]
        if before < 0:
            first += with_larger[itemset]
        else:
            free[before] += with_larger[itemset]
        found[itemset], free[itemset] = place, place + 1
    return found


@kernel
def in_order(surplus, antecedents, consequents, n_places):
    """Return the order of rules by `surplus` falling, then by the places of both sides; all of int64."""
    order = np.arange(len(surplus)).astype(np.int32)
    if not len(surplus):
        return order
    sides, bits = antecedents.astype(np.uint64) * np.uint64(n_places) + consequents.astype(np.uint64), 1
    while bits < 64 and n_places * n_places >> bits:
        bits += 1
    _, order = sort_with(sides, order, bits)
    most, bits = surplus.max(), 1
    falling = (most - surplus[order]).astype(np.uint64)
    while bits < 64 and falling.max() >> np.uint64(bits):
        bits += 1
    _, order = sort_with(falling, order, bits)
    return order


@kernel
def number_of_splits(length, most):
    """Return how many ways there are to split an itemset into antecedent and consequent of at most `most` items."""
    total, term = 0.0, 1.0
    for size in range(1, min(most, length - 1) + 1):
        term = term * (length - size + 1) / size
        total += term
    return total


@kernel
def _code_of(indptr, indices, codes, itemset):
    code = np.uint64(0)
    for at in range(indptr[itemset], indptr[itemset + 1]):
        code += codes[indices[at]]
    return code


@kernel
def _table_of(indptr, indices, codes):
    # Open addressing: positions, -1 where free; the size is a power of 2.
    size = 16
    while size < 2 * len(indptr):
        size *= 2
    table = np.full(size, -1, np.int64)
    for itemset in range(len(indptr) - 1):
        place = np.int64(_code_of(indptr, indices, codes, itemset) & np.uint64(size - 1))
        while table[place] >= 0:
            place = (place + 1) & (size - 1)
        table[place] = itemset
    return table


@kernel
def _position_without(table, indptr, indices, itemset, left_out, code):
    place = np.int64(code & np.uint64(len(table) - 1))
    start, length = indptr[itemset], indptr[itemset + 1] - indptr[itemset] - 1
    while True:
        found = table[place]
        at = indptr[found]
        if indptr[found + 1] - at == length:
            of = start
            while of < start + length + 1 and (of == left_out or indices[at] == indices[of]):
                at += of != left_out
                of += 1
            if of == start + length + 1:
                return found
        place = (place + 1) & (len(table) - 1)
