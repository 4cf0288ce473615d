"""What became of rules: found in the first part of a period, tested on the later one, and month by month."""

import numbers

import numpy as np
import polars as pl
from scipy import sparse

from mining.errors import BadParameter, N_
from mining.itemsets import holds
from mining.lists import as_matrix
from mining.significance import benjamini_hochberg, fisher

# Rows of baskets that are matched with all rules at a time.
_ROWS = 50_000


def first_later_day(days, share, baskets=None):
    """Return the day with which the later part begins: at most `share` of the baskets are in it, and whole days.

    Parameters
    ----------
    days : ndarray of datetime64[D], shape (n_baskets,)
        NaT for a basket without a day, which is in neither part.
    share : float
        In (0, 1).
    baskets : ndarray of int, optional
        How many baskets each of `days` stands for; without, one.

    Raises
    ------
    mining.errors.BadParameter
        When there are not two such parts.
    """
    if isinstance(share, bool) or not isinstance(share, numbers.Real) or not 0 < share < 1:
        raise BadParameter(
            N_("The later part cannot be %(value)s of the orders."),
            hint=N_("Write a share above 0 and below 1, such as 30%%."),
            field="hold_out",
            value=share if isinstance(share, str) else repr(share),
        )
    baskets = np.ones(len(days), np.int64) if baskets is None else baskets
    dated = ~np.isnat(days)
    known, place = np.unique(days[dated], return_inverse=True)
    from_then = np.bincount(place, baskets[dated], minlength=len(known))[::-1].cumsum()[::-1]
    n_dated = int(baskets[dated].sum())
    later = known[from_then <= share * n_dated]
    if not len(later):
        raise BadParameter(
            N_("The orders cannot be parted by time: %(dated)d of %(all)d have a day, these are %(days)d days."),
            hint=N_("Choose a larger later part, a longer period, or mine without one."),
            field="hold_out",
            dated=n_dated,
            all=int(baskets.sum()),
            days=len(known),
        )
    return later[0]


def tested_on(rules, X):
    """Test rules on baskets in which they were not found.

    Parameters
    ----------
    rules : polars.DataFrame
        ``rules_`` of `mining.rules.AssociationRules`.
    X : csr_array of bool, shape (n_baskets, n_items)

    Returns
    -------
    polars.DataFrame
        A row a rule: count, antecedent_count, consequent_count : Int64; confidence, lift : Float64, null where no
        basket holds the antecedent, or the consequent; p_value (Fisher, one-sided), q_value (Benjamini-Hochberg over
        these rules); held : Boolean, q_value at most 0.05.
    """
    return tested(*(counts[0] for counts in counted(sides(rules, X.shape[1]), X)), X.shape[0])


def tested(left, right, both, n_baskets):
    """Return what `tested_on` does, from how many of `n_baskets` hold antecedent, consequent and both of each rule."""
    p_values = fisher(both, left, right, n_baskets)
    q_values = benjamini_hochberg(p_values)
    frame = pl.DataFrame({"count": both, "antecedent_count": left, "consequent_count": right})
    return frame.with_columns(
        confidence=_share("count", "antecedent_count"),
        lift=_share("count", "antecedent_count") * n_baskets / _seen("consequent_count"),
        p_value=p_values,
        q_value=q_values,
        held=q_values <= 0.05,
    )


def by_month(rules, X, days):
    """Return how sure rules were month by month.

    Parameters
    ----------
    rules : polars.DataFrame
    X : csr_array of bool, shape (n_baskets, n_items)
    days : ndarray of datetime64[D], shape (n_baskets,)

    Returns
    -------
    polars.DataFrame
        rule (row of `rules`), month (such as 2026-05), baskets, antecedent_count, count, confidence (null without the
        antecedent), base_rate; by rule, then month; months without a basket are left out.
    """
    dated = ~np.isnat(days)
    names, month = np.unique(days[dated].astype("datetime64[M]").astype(str), return_inverse=True)
    counts = counted(sides(rules, X.shape[1]), X[np.flatnonzero(dated)], month, len(names))
    return monthly(*counts, names, np.bincount(month, minlength=len(names)))


def monthly(left, right, both, names, baskets):
    """Return what `by_month` does, from the counts of each month, (n_months, n_rules), and its number of baskets."""
    n_rules = left.shape[1]
    return pl.DataFrame(
        {
            "rule": np.repeat(np.arange(n_rules), len(names)),
            "month": np.tile(names, n_rules),
            "baskets": np.tile(baskets, n_rules),
            "antecedent_count": left.T.ravel(),
            "consequent_count": right.T.ravel(),
            "count": both.T.ravel(),
        }
    ).select(
        "rule",
        "month",
        "baskets",
        "antecedent_count",
        "count",
        confidence=_share("count", "antecedent_count"),
        base_rate=_share("consequent_count", "baskets"),
    )


def sides(rules, n_items):
    """Return antecedents, consequents and both together of `rules`, each as csr_array of bool (n_rules, n_items)."""
    lists = rules.select("antecedent", "consequent", both=pl.concat_list("antecedent", "consequent"))
    return [as_matrix(each, n_items) for each in lists]


def counted(itemsets, X, group=None, n_groups=1):
    """Return how many baskets of each group hold which itemsets.

    Parameters
    ----------
    itemsets : list of csr_array of bool, each (n_itemsets, n_items)
    X : csr_array of bool, shape (n_baskets, n_items)
    group : ndarray of int, shape (n_baskets,), optional
        Of each basket; without, all are one.
    n_groups : int

    Returns
    -------
    list of ndarray of int64, each (n_groups, n_itemsets)
    """
    group = np.zeros(X.shape[0], np.int64) if group is None else group
    found = [np.zeros((n_groups, each.shape[0]), np.int64) for each in itemsets]
    for start in range(0, X.shape[0], _ROWS):
        rows = X[start : start + _ROWS]
        whose = group[start : start + _ROWS]
        grouped = sparse.csr_array(
            (np.ones(len(whose), np.int64), (whose, np.arange(len(whose)))), shape=(n_groups, len(whose))
        )
        for counts, each in zip(found, itemsets, strict=True):
            counts += (grouped @ holds(rows, each).astype(np.int64)).toarray()
    return found


def _seen(name):
    return pl.when(pl.col(name) > 0).then(pl.col(name))


def _share(part, whole):
    return pl.col(part) / _seen(whole)
