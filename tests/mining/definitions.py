"""Itemsets and rules by their definition, written naively: the oracle of the miner's tests."""

from itertools import combinations

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
