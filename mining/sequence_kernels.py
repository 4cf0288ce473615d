"""The compiled search for sequential patterns: prefix growth over the baskets where a prefix can end.

Zaki's idlists (2001), grown as in PrefixSpan (Pei et al. 2001). For every basket in which a pattern can end the latest
basket it can begin in is kept: nothing else is needed to know where it can go on within a gap and a window. Of two such
baskets of a customer the later one never begins earlier, so the last one before a basket decides.
"""

import numpy as np

from mining.numba_setup import kernel

USED, CAPACITY, LIMIT, LEAST, LONGEST, NODES = range(6)
DONE, GROW, TOO_MANY = range(3)


@kernel
def grow(ends, starts, parent, last_item, length, baskets, bounds, work, trie, state):
    """Find all patterns that begin with one; return `DONE`, `GROW` when the trie is full, or `TOO_MANY`.

    Parameters
    ----------
    ends, starts : ndarray of int32
        The baskets in which the pattern ends, and the latest basket in which it then begins.
    parent, last_item, length : int
        Its place in the trie, or -1 for the empty one; its last item; its number of items.
    baskets : tuple of ndarray
        ``indptr``, ``items``, ``times``, ``lasts`` (the first basket that is of another customer) and ``customers``.
    bounds : tuple of float
        Most time between neighbours, and from the first to the last.
    work : tuple of ndarray
        ``counts``, ``sizes``, ``stamps``: zeros, two an item.
    trie : tuple of ndarray
        ``parents``, ``codes``, ``counts``: the patterns. A code is an item, plus the number of items where it joins
        the basket before it.
    """
    indptr, items, times, lasts, customers = baskets
    counts, sizes, stamps = work
    n_items = len(counts) // 2
    touched = np.empty(len(counts), np.int32)
    n_touched = 0
    is_free = bounds[0] == np.inf and bounds[1] == np.inf
    # Of each node and customer another stamp, so that nothing has to be wiped between customers.
    state[NODES] += 2
    node = state[NODES] * (customers[-1] + 1)
    for at in range(len(ends)):
        basket = ends[at]
        stamp = node + customers[basket]
        place, end = indptr[basket + 1] - 1, indptr[basket + 1]
        while place >= indptr[basket] and items[place] > last_item:
            is_spare = is_free and place + 1 == end
            n_touched = _touch(n_items + items[place], is_spare, stamp, counts, sizes, stamps, touched, n_touched)
            place -= 1
        for later in range(basket + 1, _reach(ends, starts, at, baskets, bounds, is_free)):
            end = indptr[later + 1]
            for place in range(indptr[later], end):
                is_spare = is_free and place + 1 == end
                n_touched = _touch(items[place], is_spare, stamp, counts, sizes, stamps, touched, n_touched)
    codes, their_counts, begins = _frequent(touched[:n_touched], counts, sizes, state[LEAST])
    is_last = length + 1 == state[LONGEST]
    child_ends = np.empty(0 if is_last else begins[-1], np.int32)
    child_starts = np.empty(len(child_ends), np.int32)
    if len(child_ends):
        # `sizes` now says where the next one of a code goes; -1 for those that are not frequent.
        node += customers[-1] + 1
        for at in range(len(ends)):
            basket = ends[at]
            stamp = node + customers[basket]
            place, end = indptr[basket + 1] - 1, indptr[basket + 1]
            while place >= indptr[basket] and items[place] > last_item:
                is_spare = is_free and place + 1 == end
                code = n_items + items[place]
                _put(code, is_spare, stamp, basket, starts[at], sizes, stamps, child_ends, child_starts)
                place -= 1
            for later in range(basket + 1, _reach(ends, starts, at, baskets, bounds, is_free)):
                end = indptr[later + 1]
                for place in range(indptr[later], end):
                    is_spare = is_free and place + 1 == end
                    _put(items[place], is_spare, stamp, later, starts[at], sizes, stamps, child_ends, child_starts)
    for at in range(n_touched):
        counts[touched[at]] = 0
        sizes[touched[at]] = 0
    for at in range(len(codes)):
        status = emit(parent, codes[at], their_counts[at], trie, state)
        if status == DONE and not is_last:
            part = slice(begins[at], begins[at + 1])
            item = codes[at] % n_items
            node = state[USED] - 1
            status = grow(
                child_ends[part], child_starts[part], node, item, length + 1, baskets, bounds, work, trie, state
            )
        if status != DONE:
            return status
    return DONE


@kernel
def contained(pattern_ends, element_ends, items, candidates, baskets, bounds):
    """Return whether customers have patterns.

    Parameters
    ----------
    pattern_ends, element_ends, items : ndarray
        Which elements make a pattern, which items an element.
    candidates : tuple of ndarray
        ``patterns``, and ``begins`` and ``ends``, the baskets of a customer.
    """
    patterns, begins, ends = candidates
    found = np.zeros(len(patterns), np.bool_)
    for at in range(len(patterns)):
        pattern = patterns[at]
        # For each basket where what was followed so far can end, the latest that it can begin in.
        before = np.empty(ends[at] - begins[at], np.int64)
        for element in range(pattern_ends[pattern], pattern_ends[pattern + 1]):
            is_first = element == pattern_ends[pattern]
            after = np.full(len(before), -1, np.int64)
            latest = -1
            for place in range(len(before)):
                basket = begins[at] + place
                start = basket if is_first else -1
                if latest >= 0:
                    near = baskets[2][basket] - baskets[2][begins[at] + latest] <= bounds[0]
                    if near and baskets[2][basket] - baskets[2][before[latest]] <= bounds[1]:
                        start = before[latest]
                if start >= 0 and _holds(baskets, basket, items, element_ends[element], element_ends[element + 1]):
                    after[place] = start
                if not is_first and before[place] >= 0:
                    latest = place
            before = after
        found[at] = before.max() >= 0
    return found


@kernel
def _holds(baskets, basket, items, first, last):
    for at in range(first, last):
        is_there = False
        for place in range(baskets[0][basket], baskets[0][basket + 1]):
            if baskets[1][place] == items[at]:
                is_there = True
                break
        if not is_there:
            return False
    return True


@kernel
def _reach(ends, starts, at, baskets, bounds, is_free):
    # Up to the next end, it included: beyond it that one decides.
    basket = ends[at]
    stop = baskets[3][basket]
    if at + 1 < len(ends):
        stop = min(stop, ends[at + 1] + 1)
    if is_free:
        return stop
    times = baskets[2]
    for later in range(basket + 1, stop):
        if times[later] - times[basket] > bounds[0] or times[later] - times[starts[at]] > bounds[1]:
            return later
    return stop


@kernel
def _touch(code, is_spare, stamp, counts, sizes, stamps, touched, n_touched):
    # Without bounds a pattern goes on best from where it can first end. A later end serves for more items of its basket
    # alone, so it is spare where there is none.
    if stamps[code] == stamp:
        sizes[code] += not is_spare
        return n_touched
    if counts[code] == 0:
        touched[n_touched] = code
        n_touched += 1
    stamps[code] = stamp
    counts[code] += 1
    sizes[code] += 1
    return n_touched


@kernel
def _put(code, is_spare, stamp, end, start, places, stamps, child_ends, child_starts):
    place = places[code]
    if place < 0 or (is_spare and stamps[code] == stamp):
        return
    stamps[code] = stamp
    child_ends[place], child_starts[place] = end, start
    places[code] = place + 1


@kernel
def _frequent(touched, counts, sizes, least):
    """Return the codes that are frequent, their counts and where the parts of each begin; `sizes` becomes places."""
    n_frequent = 0
    for code in touched:
        n_frequent += counts[code] >= least
    codes = np.empty(n_frequent, np.int32)
    their_counts = np.empty(n_frequent, np.int64)
    begins = np.zeros(n_frequent + 1, np.int64)
    at = 0
    for code in touched:
        if counts[code] < least:
            sizes[code] = -1
            continue
        codes[at], their_counts[at] = code, counts[code]
        begins[at + 1] = begins[at] + sizes[code]
        sizes[code] = begins[at]
        at += 1
    return codes, their_counts, begins


@kernel
def emit(parent, code, count, trie, state):
    """Add a pattern to the trie; return as `grow` does."""
    used = state[USED]
    if used == state[LIMIT]:
        return TOO_MANY
    if used == state[CAPACITY]:
        return GROW
    trie[0][used], trie[1][used], trie[2][used] = parent, code, count
    state[USED] = used + 1
    return DONE
