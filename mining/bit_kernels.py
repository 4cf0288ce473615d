"""The compiled search over a matrix of bits: one row of words an item, depth first, AND and count.

Equal baskets are one, with a weight: its bits stand in one word plane for each bit of the weight, and what is counted
in a word is shifted by its plane. Without recursion: in numba each call with arrays costs as much as a short row.
"""

import numpy as np

from mining.constraint_kernels import are_apart, is_bound
from mining.numba_setup import kernel
from mining.popcount import popcount
from mining.trie_kernels import (
    CAPACITY,
    COUNT_ONLY,
    DONE,
    GROW,
    LEAST,
    LIMIT,
    LONGEST,
    STOP,
    STOPPED,
    TOO_MANY,
    USED,
    emit,
)


@kernel
def planes(row_ends, first, last, begin, items, weights):
    """Return in which bit each row begins a plane, the words in all, and the shift of each word."""
    size = np.zeros(32, np.int64)
    for row in range(first, last):
        weight, plane = weights[row - first], 0
        while weight:
            size[plane] += weight & 1
            weight >>= 1
            plane += 1
    starts = np.zeros(32, np.int64)
    words = 0
    for plane in range(32):
        starts[plane] = words * 64
        words += (size[plane] + 63) // 64
    shifts = np.zeros(words, np.uint64)
    for plane in range(1, 32):
        shifts[starts[plane] // 64 :] = plane
    return starts, shifts


@kernel
def matrix(row_ends, first, last, begin, items, weights, order, m):
    """Return rows as bits, item by item in `order`, with the shifts of the words.

    Returns
    -------
    arena : ndarray of uint64
        The matrix, then room for those of deeper levels.
    shifts : ndarray of uint64, shape (words,)
    """
    next_bit, shifts = planes(row_ends, first, last, begin, items, weights)
    words = len(shifts)
    position = np.empty(m, np.int64)
    for at in range(m):
        position[order[at]] = at
    # What is not touched costs address space, not memory.
    arena = np.empty(m * (m + 1) // 2 * words + words, np.uint64)
    arena[: m * words] = 0
    for row in range(first, last):
        weight, plane = weights[row - first], 0
        while weight:
            if weight & 1:
                word, bit = next_bit[plane] // 64, np.uint64(1) << np.uint64(next_bit[plane] % 64)
                next_bit[plane] += 1
                for at in range(begin, row_ends[row]):
                    arena[position[items[at]] * words + word] |= bit
            weight >>= 1
            plane += 1
        begin = row_ends[row]
    return arena, shifts


@kernel
def meet(arena, left, right, into, words, shifts, shift_at):
    """Write the AND of two rows and return how many baskets are in it."""
    count = np.uint64(0)
    for word in range(words):
        both = arena[left + word] & arena[right + word]
        arena[into + word] = both
        count += popcount(both) << shifts[shift_at + word]
    return np.int64(count)


@kernel
def meet_some(arena, left, right, into, filled, words, shifts, shift_at):
    """Do the same for the words in `filled`, side by side from now on."""
    count = np.uint64(0)
    for word in range(words):
        at = filled[word]
        both = arena[left + at] & arena[right + at]
        arena[into + word] = both
        count += popcount(both) << shifts[shift_at + word]
    return np.int64(count)


@kernel
def search_bits(arena, shifts, m, first, last, counts, items, limits, parent, depth, perfect, n_perfect, trie, state):
    """Find the itemsets that begin with the items from `first` to before `last` and go on with items after them.

    Parameters
    ----------
    arena, shifts : ndarray
        What `matrix` returned.
    counts, items : ndarray of int32
        How many baskets each row has, and what its item is called.
    limits : tuple
        Which items may not be together, by what they are called; see `mining.constraint_kernels`.
    """
    least, longest, limit, capacity = state[LEAST], state[LONGEST], state[LIMIT], state[CAPACITY]
    count_only = state[COUNT_ONLY]
    parents, trie_items, trie_counts, depths = trie
    words = len(shifts)
    is_limited = len(limits[1]) > 0
    levels = m + 1
    size, place, end = np.empty(levels, np.int64), np.empty(levels, np.int64), np.empty(levels, np.int64)
    base, width, known_at = np.empty(levels, np.uint64), np.empty(levels, np.int64), np.empty(levels, np.int64)
    node_at, entry, shift_at = np.empty(levels, np.int64), np.empty(levels, np.int64), np.empty(levels, np.uint64)
    own_counts = np.empty(m * (m + 1) // 2, np.int32)
    own_items = np.empty(m * (m + 1) // 2, np.int32)
    own_counts[:m], own_items[:m] = counts[:m], items[:m]
    own_shifts = np.empty(levels * words, np.uint64)
    own_shifts[:words] = shifts
    filled = np.empty(words, np.uint64)
    size[0], place[0], end[0], base[0], width[0] = m, first, last, 0, words
    known_at[0], node_at[0], entry[0], shift_at[0] = n_perfect, parent, 0, 0
    level = 0
    while level >= 0:
        at = place[level]
        if at == end[level]:
            level -= 1
            continue
        if state[STOP]:
            return STOPPED
        place[level] = at + 1
        here, here_m, here_width = entry[level], size[level], width[level]
        known, own = known_at[level], own_counts[here + at]
        found = 0
        below = depth + level + 1
        inner_width, inner_shift = here_width, shift_at[level]
        inner_base = base[level] + np.uint64(here_m * here_width)
        inner_entry = here + here_m
        if at + 1 < here_m and (longest == 0 or below < longest):
            left = base[level] + np.uint64(at * here_width)
            dense = 0
            for word in range(here_width):
                if arena[left + np.uint64(word)]:
                    filled[dense] = word
                    dense += 1
            packed = 2 * dense <= here_width
            if packed:
                inner_width, inner_shift = dense, np.uint64((level + 1) * words)
                for word in range(dense):
                    own_shifts[inner_shift + np.uint64(word)] = own_shifts[shift_at[level] + filled[word]]
            into = inner_base
            for other in range(at + 1, here_m):
                item = own_items[here + other]
                if is_limited and are_apart(limits, item, own_items[here + at]):
                    continue
                right = base[level] + np.uint64(other * here_width)
                if packed:
                    together = meet_some(arena, left, right, into, filled, np.uint64(dense), own_shifts, inner_shift)
                else:
                    together = meet(arena, left, right, into, np.uint64(here_width), own_shifts, inner_shift)
                if together == own and not is_bound(limits, item):
                    perfect[known] = item
                    known += 1
                elif together >= least:
                    own_counts[inner_entry + found], own_items[inner_entry + found] = together, item
                    found += 1
                    into += np.uint64(inner_width)
        node = state[USED]
        if known or count_only:
            node = emit(trie, state, node_at[level], own_items[here + at], own, below, perfect, known)
            if node < 0:
                return node
        else:
            if node >= limit:
                return TOO_MANY
            if node >= capacity:
                return GROW
            parents[node], trie_items[node] = node_at[level], own_items[here + at]
            trie_counts[node], depths[node] = own, below
            state[USED] = node + 1
        if found:
            level += 1
            size[level], place[level], end[level] = found, 0, found
            base[level], width[level], shift_at[level] = inner_base, inner_width, inner_shift
            known_at[level], node_at[level], entry[level] = known, node, inner_entry
    return DONE
