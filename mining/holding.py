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


def first_later_day(days, share):
    """Return the day with which the later part begins: at most `share` of the baskets are in it, and whole days.

    Parameters
    ----------
    days : ndarray of datetime64[D], shape (n_baskets,)
        NaT for a basket without a day, which is in neither part.
    share : float
        In (0, 1).

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
    known = np.sort(days[~np.isnat(days)])
    later = [day for day in np.unique(known) if (known >= day).sum() <= share * len(known)]
    if not later:
        raise BadParameter(
            N_("The orders cannot be parted by time: %(dated)d of %(all)d have a day, these are %(days)d days."),
            hint=N_("Choose a larger later part, a longer period, or mine without one."),
            field="hold_out",
            dated=len(known),
            all=len(days),
            days=len(np.unique(known)),
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
    left, right, both = (counts[0] for counts in _counted(rules, X, np.zeros(X.shape[0], np.int64), 1))
    p_values = fisher(both, left, right, X.shape[0])
    q_values = benjamini_hochberg(p_values)
    frame = pl.DataFrame({"count": both, "antecedent_count": left, "consequent_count": right})
    return frame.with_columns(
        confidence=_share("count", "antecedent_count"),
        lift=_share("count", "antecedent_count") * X.shape[0] / _seen("consequent_count"),
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
    baskets = np.bincount(month, minlength=len(names))
    left, right, both = _counted(rules, X[np.flatnonzero(dated)], month, len(names))
    n_rules = len(rules)
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


def _counted(rules, X, group, n_groups):
    """Return how many baskets of each group hold the antecedent, the consequent and both, each (n_groups, n_rules)."""
    sides = rules.select("antecedent", "consequent", both=pl.concat_list("antecedent", "consequent"))
    itemsets = [as_matrix(side, X.shape[1]) for side in sides]
    found = [np.zeros((n_groups, len(rules)), np.int64) for _ in itemsets]
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
