"""Whether rules go on: sure in the earlier part of the orders, tested on the later part, and how they went by month."""

import numpy as np

from mining import group_counts
from mining.errors import BadParameter
from mining.holding import first_later_day
from mining.rule_figures import RELIABLE
from mining.significance import fisher

LATER_SHARE = 0.3
# Of so many standard deviations a trend over the months is one: of a hundred rules that stay as they are, one.
_TREND = 2.58
_LEAST_MONTHS = 3


def add_times(rules, sides, X, days, tested):
    """Add to rules what became of them in the later part of their orders, and return what became of all.

    A rule is asked whether it held only where the earlier part alone would have shown it as reliable: there its q is at
    most `RELIABLE` over all `tested`, of which those that nobody lists count as the least likely. It held where more of
    the later orders with the antecedent than of all later orders hold the consequent.

    Parameters
    ----------
    rules : list of dict
        Each gets ``later_orders``, ``later_antecedents``, ``later_confidence``, ``later_base_rate``, ``held`` (None
        where nothing can be said) and ``trend``: "up", "down", "flat" or None.
    sides : (list of tuple of int, list of tuple of int)
        Columns of the antecedents and of the consequents.
    X : csr_array of bool, shape (n_baskets, n_items)
    days : ndarray of datetime64[D], shape (n_baskets,)
    tested : int

    Returns
    -------
    dict or None
        ``since``, the first day of the later part, ``baskets`` in it, ``sure`` rules that could be asked and ``held``
        of them; None where the orders cannot be parted.
    """
    try:
        since = first_later_day(days, LATER_SHARE)
    except BadParameter:
        return None
    dated = np.flatnonzero(~np.isnat(days))
    months, month = np.unique(days[dated].astype("datetime64[M]"), return_inverse=True)
    is_later = days[dated] >= since
    counts = group_counts.sides(*sides, X[dated], 2 * month + is_later, 2 * len(months))
    sizes = np.bincount(2 * month + is_later, minlength=2 * len(months))
    earlier, later = ([each[:, part::2].sum(axis=1) for each in counts] for part in (0, 1))
    asked = _sure(earlier, int(sizes[0::2].sum()), tested)
    confidence, base_rate = _share(later[2], later[0]), later[1] / sizes[1::2].sum()
    trends = _trends(*(counts[at].reshape(len(rules), -1, 2).sum(axis=2) for at in (0, 2)))
    for at, rule in enumerate(rules):
        is_seen = later[0][at] > 0
        rule["later_orders"], rule["later_antecedents"] = int(later[2][at]), int(later[0][at])
        rule["later_confidence"] = float(confidence[at]) if is_seen else None
        rule["later_base_rate"] = float(base_rate[at])
        rule["held"] = bool(confidence[at] > base_rate[at]) if asked[at] and is_seen else None
        rule["trend"] = trends[at]
    told = [rule["held"] for rule in rules if rule["held"] is not None]
    return {"since": str(since), "baskets": int(sizes[1::2].sum()), "sure": len(told), "held": sum(told)}


def _sure(counts, baskets, tested):
    """Return which rules are sure by these counts alone."""
    left, right, both = counts
    p_values = fisher(both, left, right, baskets)
    order = np.argsort(p_values)
    ranked = p_values[order] * max(tested, len(p_values)) / np.arange(1, len(p_values) + 1)
    q_values = np.empty(len(p_values))
    q_values[order] = np.minimum.accumulate(ranked[::-1])[::-1]
    return (q_values <= RELIABLE) & (both * baskets > left * right)


def _trends(left, both):
    """Return which way each rule's confidence went, by the test of Cochran (1954) and Armitage (1955) for trend."""
    at = np.arange(left.shape[1])
    total, hits = left.sum(axis=1), both.sum(axis=1)
    share = _share(hits, total)
    moved = (both * at).sum(axis=1) - share * (left * at).sum(axis=1)
    spread = (left * at * at).sum(axis=1) - _share((left * at).sum(axis=1) ** 2, total)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.nan_to_num(moved / np.sqrt(share * (1 - share) * spread), posinf=0.0, neginf=0.0)
    known = (left > 0).sum(axis=1) >= _LEAST_MONTHS
    return [
        (("up" if score > 0 else "down") if abs(score) > _TREND else "flat") if is_known else None
        for score, is_known in zip(z, known, strict=True)
    ]


def _share(part, whole):
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)
