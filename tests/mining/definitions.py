"""Itemsets and rules by their definition, written naively: the oracle of the miner's tests."""

from collections import Counter
from itertools import combinations, pairwise, product

import numpy as np


def itemsets(X, least):
    """Return ``{itemset: count}`` of all non-empty itemsets in at least `least` rows of a dense matrix."""
    rows = [frozenset(np.flatnonzero(row).tolist()) for row in np.asarray(X)]
    found = {}
    for length in range(1, np.shape(X)[1] + 1):
        for items in combinations(range(np.shape(X)[1]), length):
            count = sum(row.issuperset(items) for row in rows)
            if count >= least:
                found[items] = count
    return found


def constrained(found, must, must_not, groups):
    """Return those that hold all of `must`, none of `must_not`, and of each of `groups` at most one."""
    return {
        items: n
        for items, n in found.items()
        if set(must) <= set(items)
        and not set(must_not) & set(items)
        and all(len(set(group) & set(items)) <= 1 for group in groups)
    }


def closed(found):
    """Return those of which no larger itemset is in as many baskets."""
    return {a: n for a, n in found.items() if not any(set(a) < set(b) and n == m for b, m in found.items())}


def maximal(found):
    """Return those of which no larger itemset is frequent."""
    return {a: n for a, n in found.items() if not any(set(a) < set(b) for b in found)}


def rules(found, least_confidence):
    """Return ``{(antecedent, consequent): count}`` of all rules that are sure enough."""
    kept = {}
    for items, count in found.items():
        for length in range(1, len(items)):
            for left in combinations(items, length):
                right = tuple(item for item in items if item not in left)
                if count / found[left] >= least_confidence:
                    kept[left, right] = count
    return kept


def sequences(customers, least, max_gap, window):
    """Return ``{pattern: customers}`` of all sequences of itemsets in at least `least` customers.

    A customer is a list of (time, basket); a pattern a tuple of tuples of items.
    """
    counts = Counter(pattern for bought in customers for pattern in _followed(_at_one_time(bought), max_gap, window))
    return {pattern: count for pattern, count in counts.items() if count >= least}


def is_part(smaller, larger):
    """Return whether a pattern is a proper part of another."""
    places = combinations(range(len(larger)), len(smaller))
    return smaller != larger and any(
        all(set(one) <= set(larger[at]) for one, at in zip(smaller, chosen, strict=True)) for chosen in places
    )


def _at_one_time(bought):
    return [(time, set().union(*(b for t, b in bought if t == time))) for time in sorted({time for time, _ in bought})]


def _followed(bought, max_gap, window):
    found = set()
    for length in range(1, len(bought) + 1):
        for chosen in combinations(bought, length):
            times = [time for time, _ in chosen]
            gaps = [later - time for time, later in pairwise(times)]
            if (max_gap and any(gap > max_gap for gap in gaps)) or (window and times[-1] - times[0] > window):
                continue
            found.update(product(*(_parts(basket) for _, basket in chosen)))
    return found


def _parts(basket):
    return [part for length in range(1, len(basket) + 1) for part in combinations(sorted(basket), length)]
