"""Found itemsets from the trie into arrays, by length, then by their columns: sorting by digits, no Python object."""

import numpy as np

from mining.numba_setup import kernel
from mining.popcount import popcount

_DIGIT = 11


@kernel
def sort_with(keys, values, bits):
    """Return `keys`, of which the lowest `bits` count, in rising order, and `values` moved along; both are used up.

    Equal keys keep their order.
    """
    n = len(keys)
    other_keys, other_values = np.empty_like(keys), np.empty_like(values)
    mask = np.uint64((1 << _DIGIT) - 1)
    for start in range(0, bits, _DIGIT):
        shift = np.uint64(start)
        places = np.zeros(1 << _DIGIT, np.int64)
        for key in keys:
            places[(key >> shift) & mask] += 1
        total = 0
        for digit in range(len(places)):
            total, places[digit] = total + places[digit], total
        for at in range(n):
            digit = (keys[at] >> shift) & mask
            place = places[digit]
            other_keys[place], other_values[place] = keys[at], values[at]
            places[digit] = place + 1
        keys, other_keys = other_keys, keys
        values, other_values = other_values, values
    return keys, values


@kernel
def lengths_of(depths, first):
    """Return how many nodes from `first` on have which depth."""
    number = np.zeros(1 << 15, np.int64)
    deepest = 0
    for at in range(first, len(depths)):
        number[depths[at]] += 1
        deepest = max(deepest, depths[at])
    return number[: deepest + 1].copy()


@kernel
def from_masks(parents, items, counts, depths, first, columns, number):
    """Return the itemsets of the nodes from `first` on, for at most 64 `columns`.

    Each is one word: the first column is the highest bit, so that among sets of one length the order of columns is
    the falling order of words.

    Parameters
    ----------
    columns : ndarray of int32
        The columns in the trie, ascending.
    number : ndarray of int64
        What `lengths_of` returned.

    Returns
    -------
    indptr, indices, counts : ndarray
    """
    n, m = len(parents) - first, len(columns)
    bit_of = np.zeros(columns[-1] + 1, np.uint64)
    for at in range(m):
        bit_of[columns[at]] = np.uint64(1) << np.uint64(m - 1 - at)
    words = np.zeros(len(parents), np.uint64)
    keys, values = np.empty(n, np.uint64), np.empty(n, np.int32)
    next_of = np.cumsum(number) - number
    for node in range(1, len(parents)):
        words[node] = words[parents[node]] | bit_of[items[node]]
        if node >= first:
            at = next_of[depths[node]]
            # Turned over, so that rising is falling.
            keys[at], values[at] = ~words[node], counts[node]
            next_of[depths[node]] = at + 1
    indptr = np.zeros(n + 1, np.int64)
    ordered = np.empty(n, np.int64)
    indices = np.empty((number * np.arange(len(number))).sum(), np.int32)
    used, row = 0, 0
    for length in range(1, len(number)):
        if not number[length]:
            continue
        own_keys, own_values = sort_with(keys[row : row + number[length]], values[row : row + number[length]], m)
        for at in range(number[length]):
            word = ~own_keys[at]
            place = used + length
            while place > used:
                place -= 1
                lowest = word & (~word + np.uint64(1))
                indices[place] = columns[m - 1 - np.int64(popcount(lowest - np.uint64(1)))]
                word ^= lowest
            used += length
            indptr[row + 1] = used
            ordered[row] = own_values[at]
            row += 1
    return indptr, indices, ordered


@kernel
def from_nodes(parents, items, counts, depths, first, columns, number):
    """Do the same for any number of columns: several short column numbers to a word, sorted word by word."""
    n, m = len(parents) - first, len(columns)
    short = np.zeros(columns[-1] + 1, np.int32)
    short[columns] = np.arange(m)
    bits = 1
    while 1 << bits < m:
        bits += 1
    to_a_word = 64 // bits
    nodes = np.empty(n, np.int32)
    next_of = np.cumsum(number) - number
    for node in range(first, len(parents)):
        nodes[next_of[depths[node]]] = node
        next_of[depths[node]] += 1
    indptr = np.zeros(n + 1, np.int64)
    ordered = np.empty(n, np.int64)
    indices = np.empty((number * np.arange(len(number))).sum(), np.int32)
    used, row = 0, 0
    for length in range(1, len(number)):
        size = number[length]
        if not size:
            continue
        found = np.empty(size * length, np.int32)
        for at in range(size):
            node = nodes[row + at]
            start = at * length
            for step in range(length):
                column = short[items[node]]
                place = start + step
                while place > start and found[place - 1] > column:
                    found[place] = found[place - 1]
                    place -= 1
                found[place] = column
                node = parents[node]
        order = np.arange(size).astype(np.int32)
        for last in range(length, 0, -to_a_word):
            begin = max(0, last - to_a_word)
            keys = np.empty(size, np.uint64)
            for at in range(size):
                key = np.uint64(0)
                for place in range(begin, last):
                    key = (key << np.uint64(bits)) | np.uint64(found[order[at] * length + place])
                keys[at] = key
            _, order = sort_with(keys, order, bits * (last - begin))
        for at in range(size):
            for place in range(length):
                indices[used + place] = columns[found[order[at] * length + place]]
            used += length
            indptr[row + at + 1] = used
            ordered[row + at] = counts[nodes[row + order[at]]]
        row += size
    return indptr, indices, ordered
