"""What `mining.mine` counts in baskets, in the memory of one machine; `mining.spark` counts the same on a cluster."""

import numpy as np

from mining import budget
from mining.errors import BadParameter, N_
from mining.hierarchy import with_categories
from mining.holding import by_month, first_later_day, tested_on
from mining.itemsets import MOST_ITEMSETS
from mining.rules import MOST_RULES

# What a rule takes at most while all are tested, measured on 4.6 million of them: 280.
RULE_BYTES = 400


class Counting:
    """Baskets over the columns of one level, to find rules in and to test them on.

    Attributes
    ----------
    items : list of str
        Names of the columns.
    ancestors : ndarray of int64, shape (n_pairs, 2), or None
        Columns of an item and of what is above it, where there are levels.
    """

    def __init__(self, X, items, ancestors, days):
        self.items = items
        self.ancestors = ancestors
        self._X = X
        self._days = np.full(X.shape[0], "NaT", "M8[D]") if days is None else days

    def first_later_day(self, share):
        """Return the day with which the later part begins; see `mining.holding.first_later_day`."""
        return first_later_day(self._days, share)

    def first_part(self, hold_out):
        """Return the baskets in which rules are found, as csr_array of bool: all, or those before what is held out."""
        if hold_out is None:
            return self._X
        return self._X[np.flatnonzero(self._days < self.first_later_day(hold_out))]

    def limits(self, memory):
        """Return the limits of an `AssociationRules` whose search and whose rules take at most `memory` bytes."""
        itemsets = min(MOST_ITEMSETS, budget.itemsets_in(memory, self._X))
        return {"max_itemsets": itemsets, "max_rules": min(MOST_RULES, memory // RULE_BYTES)}

    def fit(self, rules, before=None):
        """Return `rules`, a `mining.rules.AssociationRules`, fitted to the baskets, or to those before a day."""
        return rules.fit(self._X if before is None else self._X[np.flatnonzero(self._days < before)])

    def tested_since(self, rules, since):
        """Return the number of baskets from a day on, and what `mining.holding.tested_on` says of `rules` there."""
        rows = np.flatnonzero(self._days >= since)
        return len(rows), tested_on(rules, self._X[rows])

    def by_month(self, rules):
        """Return `mining.holding.by_month` of `rules`, the frame of them."""
        return by_month(rules, self._X, self._days)


def of_level(X, items, categories, level):
    """Return the columns that rules are between: a matrix of baskets over them, their names, and their ancestors.

    Parameters
    ----------
    X : csr_array of bool, shape (n_baskets, n_items)
    items : list of str
    categories : mapping of str to str
        The category of the items that have one.
    level : {"item", "category", "both"}

    Raises
    ------
    mining.errors.BadParameter
        When there are no categories.
    """
    if level == "item":
        return X, items, None
    if not categories:
        raise BadParameter(
            N_("The purchase records have no categories."),
            hint=N_("Name their column with --map category=…, or mine products alone."),
            field="level",
        )
    levels = with_categories(X, items, categories)
    if level == "both":
        return levels.X, levels.names, levels.ancestors
    n_items = len(items)
    above = levels.ancestors[levels.ancestors[:, 0] >= n_items] - n_items
    return levels.X[:, n_items:], levels.names[n_items:], above
