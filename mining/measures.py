"""What is said of a rule: how often, how surely, how much more than by chance.

Counts are numbers of baskets: ``both`` with both sides, ``left`` with the antecedent, ``right`` with the consequent,
each int64 of shape (n_rules,); ``n`` all baskets. No measure is ever NaN.
"""

import numpy as np

_NAMES = (
    "support", "confidence", "base_rate", "lift", "leverage", "conviction", "zhang", "kulczynski", "imbalance",
    "cosine", "jaccard",
)  # fmt: skip
# Rules at a time: new memory for each step of the formulas takes longer than the steps.
_BLOCK = 4096


def measures(both, left, right, n):
    """Return all measures of all rules.

    Returns
    -------
    dict of str to ndarray of float, shape (n_rules,)
        support, confidence, base_rate in [0, 1]; lift in [0, inf) (Brin et al. 1997, there: interest); leverage in
        [-0.25, 0.25] (Piatetsky-Shapiro 1991); conviction in (0, inf], infinite where confidence is 1 (Brin et al.
        1997); zhang in [-1, 1], 0 where either side is in every basket (Zhang 2000); kulczynski and imbalance in
        [0, 1] (Wu, Chen, Han 2010); cosine and jaccard in [0, 1].
    """
    found = np.empty((len(_NAMES), len(both)))
    for start in range(0, len(both), _BLOCK):
        part = slice(start, start + _BLOCK)
        for values, told in zip(found, _measures(both[part], left[part], right[part], n), strict=True):
            values[part] = told
    return dict(zip(_NAMES, found, strict=True))


def _measures(both, left, right, n):
    confidence = both / left
    base_rate = right / n
    # Whole numbers first: a rule that is no more than chance gets 0, not the last bit of a difference.
    surplus = both * n - left * right
    weaker = np.maximum(both * (n - left), left * (right - both))
    return (
        both / n,
        confidence,
        base_rate,
        both * n / (left * right),
        surplus / n**2,
        _ratio(left * (n - right), n * (left - both), np.inf),
        _ratio(surplus, weaker, 0.0),
        (confidence + both / right) / 2,
        np.abs(left - right) / (left + right - both),
        both / np.sqrt(left * right.astype(float)),
        both / (left + right - both),
    )


def improvement(both, left, right, n, best_count, best_of):
    """Return how much surer rules are than their shorter ones, and which are redundant.

    Parameters
    ----------
    best_count, best_of : ndarray of int64, shape (n_rules,)
        The highest confidence of a proper non-empty part of the antecedent as a fraction; 0 of 1 where there is none.

    Returns
    -------
    improvement : ndarray of float, shape (n_rules,)
        In (-1, 1): less the highest of these confidences and the base rate, which is that of no antecedent.
    is_redundant : ndarray of bool, shape (n_rules,)
        A part of the antecedent is at least as sure.
    """
    # Whole numbers again: as sure is 0, and not the last bit of a difference.
    gained = both * best_of - best_count * left
    against_none = both * n - right * left
    return np.minimum(gained / (left * best_of), against_none / (left * n)), gained <= 0


def _ratio(above, below, otherwise):
    return np.divide(above, below, out=np.full(len(above), otherwise), where=below != 0)
