"""The compiled search for all frequent itemsets, depth first, over ever smaller parts of the data.

Items are numbered by falling support. The part of an item is what its baskets hold of the items before it, so each
itemset is met once, from its rarest item on. A part that is small or dense becomes a matrix of bits. Items that
occur wherever the prefix does (perfect extensions) are not searched, only written out in all combinations.

Found itemsets are a trie: ``parents`` int32, ``items`` int32, ``counts`` int32, ``depths`` int16, one entry a node.
"""

import numpy as np

from mining.numba_setup import kernel
from mining.popcount import popcount

# Positions in `state`, the numbers a search shares.
USED, CAPACITY, LIMIT, LONGEST, LEAST, COUNT_ONLY = range(6)
# What a search may answer: the trie has to grow, or there are more itemsets than the limit.
DONE, GROW, TOO_MANY = 0, -1, -2
# A matrix of bits pays when m^2 * words is at most this often the sum of the squared row lengths.
_BITS_FACTOR = 4


@kernel
def frequent_rows(indptr, indices, rank):
    """Return the rows with their frequent items renumbered and ascending, without rows of fewer than two."""
    ends = np.zeros(len(indptr), np.int64)
    kept = np.empty(len(indices), np.int32)
    used, rows = 0, 0
    for row in range(len(indptr) - 1):
        start = used
        for at in range(indptr[row], indptr[row + 1]):
            number = rank[indices[at]]
            if number >= 0:
                kept[used] = number
                used += 1
        if used - start < 2:
            used = start
            continue
        kept[start:used].sort()
        rows += 1
        ends[rows] = used
    return ends[: rows + 1].copy(), kept[:used].copy()


@kernel
def weights(ends, items, m):
    """Return for each item how many pairs it forms with the items before it, over all rows."""
    total = np.zeros(m, np.int64)
    for row in range(len(ends) - 1):
        for at in range(ends[row], ends[row + 1]):
            total[items[at]] += at - ends[row]
    return total


@kernel
def project(ends, items, first, last, counts, least):
    """Return the parts of the items from `first` to before `last`.

    Returns
    -------
    partner_ends, partners, partner_counts : ndarray
        Per item the items before it that it is frequent with, and in how many rows.
    row_starts, row_ends, part_rows, part_items : ndarray
        Per item its rows (positions in ``part_rows``, which holds where each row ends in ``part_items``): what they
        hold of the partners, as positions among them; perfect extensions and rows of fewer than two are left out.
    """
    size = last - first
    offset = first * (first - 1) // 2
    pairs = np.zeros(last * (last - 1) // 2 - offset, np.int32)
    for row in range(len(ends) - 1):
        start = ends[row]
        for at in range(start, ends[row + 1]):
            item = items[at]
            if first <= item < last:
                base = item * (item - 1) // 2 - offset
                for before in range(start, at):
                    pairs[base + items[before]] += 1

    total = 0
    for cell in pairs:
        total += cell >= least
    partner_ends = np.zeros(size + 1, np.int64)
    partners = np.empty(total, np.int32)
    partner_counts = np.empty(total, np.int32)
    # From a pair to its position among the partners; -1 for what is not searched.
    place = np.full(len(pairs), -1, np.int32)
    entries = np.zeros(size + 1, np.int64)
    rows = np.zeros(size + 1, np.int64)
    used = 0
    for item in range(first, last):
        base = item * (item - 1) // 2 - offset
        at = item - first
        for before in range(item):
            count = pairs[base + before]
            if count >= least:
                if count < counts[item]:
                    place[base + before] = used - partner_ends[at]
                    entries[at + 1] += count
                partners[used] = before
                partner_counts[used] = count
                used += 1
        partner_ends[at + 1] = used
        entries[at + 1] += entries[at]
        # A row with fewer than two entries is not written, so this is enough.
        rows[at + 1] = rows[at] + min(np.int64(counts[item]), (entries[at + 1] - entries[at]) // 2)

    part_items = np.empty(entries[size], np.int32)
    part_rows = np.empty(rows[size], np.int64)
    next_entry = entries[:-1].copy()
    next_row = rows[:-1].copy()
    for row in range(len(ends) - 1):
        start = ends[row]
        for at in range(start, ends[row + 1]):
            item = items[at]
            if not first <= item < last:
                continue
            base = item * (item - 1) // 2 - offset
            begin = next_entry[item - first]
            end = begin
            for before in range(start, at):
                number = place[base + items[before]]
                if number >= 0:
                    part_items[end] = number
                    end += 1
            if end - begin >= 2:
                next_entry[item - first] = end
                part_rows[next_row[item - first]] = end
                next_row[item - first] += 1
    return partner_ends, partners, partner_counts, rows[:-1].copy(), next_row, entries, part_rows, part_items


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


@kernel
def matrix(row_ends, first, last, begin, part_items, order, m):
    """Return the rows as bits: one row of words an item, in `order`."""
    position = np.empty(m, np.int64)
    for at in range(m):
        position[order[at]] = at
    bits = np.zeros((m, (last - first + 63) // 64), np.uint64)
    for row in range(first, last):
        word = (row - first) // 64
        bit = np.uint64(1) << np.uint64((row - first) % 64)
        for at in range(begin, row_ends[row]):
            bits[position[part_items[at]], word] |= bit
        begin = row_ends[row]
    return bits


@kernel
def prefers_bits(row_ends, first, last, begin, m):
    """Return whether a matrix of bits is the cheaper way through these rows."""
    work = 0
    for row in range(first, last):
        work += (row_ends[row] - begin) ** 2
        begin = row_ends[row]
    return m * m * ((last - first + 63) // 64) <= _BITS_FACTOR * work


@kernel
def search_bits(bits, m, words, first, last, counts, items, parent, depth, perfect, n_perfect, trie, state):
    """Find the itemsets that begin with the items from `first` to before `last` and go on with items after them.

    Only the first `m` rows and the first `words` words of `bits` count.
    """
    least, longest = state[LEAST], state[LONGEST]
    # Not a literal: as an argument of a recursive call it would make a second variant of the kernel, and numba crashes
    # when it loads those from its cache (numba/numba#6713).
    start = np.int64(0)
    inner = np.empty((max(m - first - 1, 0), words), np.uint64)
    inner_counts = np.empty(m, np.int32)
    inner_items = np.empty(m, np.int32)
    filled = np.empty(words, np.int64)
    for at in range(first, last):
        known = n_perfect
        found = start
        width = words
        if longest == 0 or depth + 1 < longest:
            dense = 0
            for word in range(words):
                if bits[at, word]:
                    filled[dense] = word
                    dense += 1
            packed = 2 * dense <= words
            if packed:
                width = dense
            for other in range(at + 1, m):
                count = np.uint64(0)
                if packed:
                    for word in range(dense):
                        both = bits[at, filled[word]] & bits[other, filled[word]]
                        inner[found, word] = both
                        count += popcount(both)
                else:
                    for word in range(words):
                        both = bits[at, word] & bits[other, word]
                        inner[found, word] = both
                        count += popcount(both)
                together = np.int64(count)
                if together == counts[at]:
                    perfect[known] = items[other]
                    known += 1
                elif together >= least:
                    inner_counts[found] = together
                    inner_items[found] = items[other]
                    found += 1
        node = emit(trie, state, parent, items[at], counts[at], depth + 1, perfect, known)
        if node < 0:
            return node
        if found:
            status = search_bits(
                inner,
                found,
                width,
                start,
                found,
                inner_counts,
                inner_items,
                node,
                depth + 1,
                perfect,
                known,
                trie,
                state,
            )
            if status < 0:
                return status
    return DONE


@kernel
def search_part(part, at, names, counts, item, parent, depth, perfect, n_perfect, trie, state):
    """Find the itemsets that begin with one item of a projection and go on with its partners.

    Parameters
    ----------
    part : tuple
        What `project` returned.
    at : int
        The item's position in it.
    names, counts : ndarray
        What the items are called at the root, and in how many rows each is.
    item : int
        The item's number among `names`.
    """
    partner_ends, partners, partner_counts, row_starts, row_ends, entries, part_rows, part_items = part
    start, end = partner_ends[at], partner_ends[at + 1]
    m = end - start
    known = n_perfect
    deeper = state[LONGEST] == 0 or depth + 1 < state[LONGEST]
    own_names = np.empty(m, np.int32)
    own_counts = partner_counts[start:end].copy()
    for number in range(m):
        own_names[number] = names[partners[start + number]]
        if deeper and own_counts[number] == counts[item]:
            perfect[known] = own_names[number]
            known += 1
    node = emit(trie, state, parent, names[item], counts[item], depth + 1, perfect, known)
    if node < 0 or not deeper:
        return min(node, DONE)
    first, last, begin = row_starts[at], row_ends[at], entries[at]
    if prefers_bits(part_rows, first, last, begin, m):
        order = np.argsort(own_counts)
        bits = matrix(part_rows, first, last, begin, part_items, order, m)
        # The perfect ones are the most frequent, so they come last and are left off.
        m -= known - n_perfect
        own_counts, own_names = own_counts[order], own_names[order]
        return search_bits(
            bits,
            m,
            np.int64(bits.shape[1]),
            np.int64(0),
            m,
            own_counts,
            own_names,
            node,
            depth + 1,
            perfect,
            known,
            trie,
            state,
        )
    ends = np.empty(last - first + 1, np.int64)
    ends[0] = 0
    for row in range(first, last):
        ends[row - first + 1] = part_rows[row] - begin
    items = part_items[begin : begin + ends[-1]]
    inner = project(ends, items, 0, m, own_counts, state[LEAST])
    for number in range(m):
        if own_counts[number] == counts[item]:
            continue
        status = search_part(inner, number, own_names, own_counts, number, node, depth + 1, perfect, known, trie, state)
        if status < 0:
            return status
    return DONE


@kernel
def unfold(parents, items, depths, names, nodes, depth):
    """Return the itemsets of some nodes of one depth as rows of ascending column indices."""
    found = np.empty((len(nodes), depth), np.int32)
    for at in range(len(nodes)):
        node = nodes[at]
        for place in range(depth):
            found[at, place] = names[items[node]]
            node = parents[node]
        found[at].sort()
    return found
