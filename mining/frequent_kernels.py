"""The compiled search for all frequent itemsets, depth first, over ever smaller parts of the data.

Items are numbered by falling support. The part of an item is what its baskets hold of the items before it, so each
itemset is met once, from its rarest item on. A part that is small or dense becomes a matrix of bits. Items that
occur wherever the prefix does (perfect extensions) are not searched, only written out in all combinations.
"""

import numpy as np

from mining.bit_kernels import matrix, search_bits
from mining.constraint_kernels import are_apart, is_bound
from mining.numba_setup import kernel
from mining.order_kernels import sort_with
from mining.trie_kernels import DONE, LEAST, LONGEST, STOP, emit

# A matrix of bits pays when m^2 * words is at most this often the sum of the squared row lengths.
_BITS_FACTOR = 4
# Rows up to here are sorted by insertion.
_SHORT = 48


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
                place = used
                if used - start <= _SHORT:
                    while place > start and kept[place - 1] > number:
                        kept[place] = kept[place - 1]
                        place -= 1
                kept[place] = number
                used += 1
        if used - start < 2:
            used = start
            continue
        if used - start > _SHORT:
            kept[start:used].sort()
        rows += 1
        ends[rows] = used
    # No copy: what was not written takes no memory.
    return ends[: rows + 1], kept[:used]


@kernel
def merged_rows(ends, items, codes, bits):
    """Return the different rows and how often each occurs.

    Parameters
    ----------
    ends, items : ndarray
        What `frequent_rows` returned.
    codes : ndarray of uint64
        One an item; the sum over a row is its key, of which only the lowest `bits` count. Rows of one key that differ
        are not taken for equal, only perhaps found less often.
    """
    n = len(ends) - 1
    keys = np.empty(n, np.uint64)
    for row in range(n):
        key = np.uint64(0)
        for at in range(ends[row], ends[row + 1]):
            key += codes[items[at]]
        keys[row] = key
    keys, rows = sort_with(keys, np.arange(n).astype(np.int32), bits)
    own_ends, own_items = np.zeros(n + 1, np.int64), np.empty(len(items), np.int32)
    weights = np.zeros(n, np.int64)
    used, different = 0, 0
    for at in range(n):
        first, last = ends[rows[at]], ends[rows[at] + 1]
        length = last - first
        is_new = at == 0 or keys[at] != keys[at - 1] or length != used - own_ends[different - 1]
        if not is_new:
            for step in range(length):
                if items[first + step] != own_items[own_ends[different - 1] + step]:
                    is_new = True
                    break
        if is_new:
            own_items[used : used + length] = items[first:last]
            used += length
            different += 1
            own_ends[different] = used
        weights[different - 1] += 1
    return own_ends[: different + 1].copy(), own_items[:used].copy(), weights[:different].copy()


@kernel
def pairs_of(ends, items, first, last, names, limits, state):
    """Return in how many rows each item from `first` to before `last` is with each before it, 0 for those kept apart.

    Pairs of an item stand together, those of `first` first; nonsense once `state` says stop. Places are unsigned here
    and in `project`: of signed ones numba asks each time whether they count from the end, which takes half the time.
    """
    offset = first * (first - 1) // 2
    pairs = np.zeros(last * (last - 1) // 2 - offset, np.int32)
    for row in range(len(ends) - 1):
        if state[STOP]:
            break
        start = np.uint64(ends[row])
        for at in range(start, np.uint64(ends[row + 1])):
            item = items[at]
            if first <= item < last:
                base = np.uint64(item * (item - 1) // 2 - offset)
                for before in range(start, at):
                    pairs[base + np.uint64(items[before])] += 1
    if len(limits[1]) > 0:
        for item in range(first, last):
            for before in range(item):
                if are_apart(limits, names[item], names[before]):
                    pairs[item * (item - 1) // 2 - offset + before] = 0
    return pairs


@kernel
def entries_of(pairs, first, last, least):
    """Return how many entries the part of each of these items has at most."""
    total = np.zeros(last - first, np.int64)
    offset = first * (first - 1) // 2
    for item in range(first, last):
        for cell in pairs[item * (item - 1) // 2 - offset : item * (item + 1) // 2 - offset]:
            if cell >= least:
                total[item - first] += cell
    return total


@kernel
def project(ends, items, first, last, pairs, pairs_from, counts, names, limits, state):
    """Return the parts of the items from `first` to before `last`; nonsense once `state` says stop.

    Parameters
    ----------
    pairs : ndarray of int32
        What `pairs_of` returned from the item `pairs_from` on.

    Returns
    -------
    partner_ends, partners, partner_counts : ndarray
        Per item the items before it that it is frequent with, and in how many rows.
    row_starts, row_ends, part_rows, part_items : ndarray
        Per item its rows (positions in ``part_rows``, which holds where each row ends in ``part_items``): what they
        hold of the partners, as positions among them; perfect extensions and rows of fewer than two are left out.
    """
    size = last - first
    least = state[LEAST]
    offset = first * (first - 1) // 2
    skipped = offset - pairs_from * (pairs_from - 1) // 2
    pairs = pairs[skipped : skipped + last * (last - 1) // 2 - offset]
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
                if count < counts[item] or is_bound(limits, names[before]):
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
        if state[STOP]:
            break
        start = np.uint64(ends[row])
        for at in range(start, np.uint64(ends[row + 1])):
            item = items[at]
            if not first <= item < last:
                continue
            base = np.uint64(item * (item - 1) // 2 - offset)
            begin = next_entry[item - first]
            end = np.uint64(begin)
            for before in range(start, at):
                number = place[base + np.uint64(items[before])]
                if number >= 0:
                    part_items[end] = number
                    end += np.uint64(1)
            end = np.int64(end)
            if end - begin >= 2:
                next_entry[item - first] = end
                part_rows[next_row[item - first]] = end
                next_row[item - first] += 1
    return partner_ends, partners, partner_counts, rows[:-1].copy(), next_row, entries, part_rows, part_items


@kernel
def prefers_bits(row_ends, first, last, begin, m):
    """Return whether a matrix of bits is the cheaper way through these rows."""
    work = 0
    for row in range(first, last):
        work += (row_ends[row] - begin) ** 2
        begin = row_ends[row]
    return m * m * ((last - first + 63) // 64) <= _BITS_FACTOR * work


@kernel
def search_part(part, at, names, counts, limits, item, parent, depth, perfect, n_perfect, trie, state):
    """Find the itemsets that begin with one item of a projection and go on with its partners.

    Parameters
    ----------
    part : tuple
        What `project` returned.
    at : int
        The item's position in it.
    names, counts : ndarray
        What the items are called at the root, and in how many rows each is.
    limits : tuple
        As in `search_bits`.
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
    is_perfect = np.zeros(m, np.bool_)
    for number in range(m):
        own_names[number] = names[partners[start + number]]
        if deeper and own_counts[number] == counts[item] and not is_bound(limits, own_names[number]):
            is_perfect[number] = True
            perfect[known] = own_names[number]
            known += 1
    node = emit(trie, state, parent, names[item], counts[item], depth + 1, perfect, known)
    if node < 0 or not deeper:
        return min(node, DONE)
    first, last, begin = row_starts[at], row_ends[at], entries[at]
    if prefers_bits(part_rows, first, last, begin, m):
        # The perfect ones come last and are left off.
        order = np.argsort(own_counts.astype(np.int64) * 2 + is_perfect)
        arena, shifts = matrix(part_rows, first, last, begin, part_items, np.ones(last - first, np.int64), order, m)
        m -= known - n_perfect
        return search_bits(
            arena,
            shifts,
            m,
            np.int64(0),
            m,
            own_counts[order],
            own_names[order],
            limits,
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
    pairs = pairs_of(ends, items, 0, m, own_names, limits, state)
    inner = project(ends, items, 0, m, pairs, 0, own_counts, own_names, limits, state)
    for number in range(m):
        if is_perfect[number]:
            continue
        status = search_part(
            inner, number, own_names, own_counts, limits, number, node, depth + 1, perfect, known, trie, state
        )
        if status < 0:
            return status
    return DONE
