"""`AssociationRules`: what goes with what, how surely, and how likely by chance."""

import numbers
from functools import cached_property

import numpy as np
import polars as pl
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from mining import rule_kernels as kernels
from mining.errors import BadParameter, N_, budget_exceeded
from mining.hierarchy import without_ancestors
from mining.itemsets import MOST_ITEMSETS, FrequentItemsets, holds, item_names, presence, validated
from mining.lists import as_matrix
from mining.measures import improvement, measures
from mining.significance import benjamini_hochberg, bonferroni, fisher
from mining.threshold import whole

MOST_RULES = 5_000_000
_SEED = 20260101
# Rows of baskets that are matched with all rules at a time.
_ROWS = 4096


class AssociationRules(BaseEstimator):
    """Rules antecedent => consequent between items of baskets.

    Parameters
    ----------
    min_support : float or int, default=0.01
        Of antecedent and consequent together; see `FrequentItemsets`.
    min_confidence : float, default=0.5
        In [0, 1]; a rule is kept when ``count / antecedent_count >= min_confidence`` in double division.
    max_length : int, optional
        Most items of a rule, both sides together.
    max_consequent : int, optional
        Most items of a consequent.
    min_improvement : float, optional
        In [-1, 1]; a rule is kept when its improvement is at least this; 0 hides what a shorter rule, or no rule at
        all, says as surely.
    ancestors : array-like of int, shape (n_pairs, 2), optional
        Columns of an item and of one of its ancestors, as of `mining.hierarchy`: no rule holds both, on either side.
    max_itemsets, max_rules : int
        More than this many is an error that names a support that fits; `max_rules` counts the rules tested.

    Attributes
    ----------
    rules_ : polars.DataFrame
        antecedent, consequent : List(Int32), columns of `X`; count, antecedent_count, consequent_count : Int64; the
        measures of `mining.measures`; p_value (Fisher, one-sided), q_value (Benjamini-Hochberg) and p_bonferroni, over
        all rules tested; improvement: confidence less the highest of its shorter rules (a proper part of the
        antecedent, also none) for the same consequent (Bayardo, Agrawal, Gunopulos 2000); redundant : Boolean, when a
        proper non-empty part of the antecedent is as sure. By leverage falling, then antecedent, consequent.
    n_tested_ : int
        Pairs antecedent => consequent that were formed, before the confidence.
    hidden_ : dict of str to int
        How many of them are not in `rules_`, by the first cause: ``confidence``, ``improvement``.
    n_itemsets_, n_baskets_, n_features_in_ : int
    """

    def __init__(
        self,
        min_support=0.01,
        min_confidence=0.5,
        *,
        max_length=None,
        max_consequent=None,
        min_improvement=None,
        ancestors=None,
        max_itemsets=MOST_ITEMSETS,
        max_rules=MOST_RULES,
    ):
        self.min_support = min_support
        self.min_confidence = min_confidence
        self.max_length = max_length
        self.max_consequent = max_consequent
        self.min_improvement = min_improvement
        self.ancestors = ancestors
        self.max_itemsets = max_itemsets
        self.max_rules = max_rules

    def fit(self, X, y=None):
        """Find the rules in `X`, a matrix of (n_baskets, n_items) in which anything but 0 means present."""
        self._checked()
        baskets = presence(validated(self, X))
        asked = {name: getattr(self, name) for name in ("max_length", "max_itemsets", "ancestors")}
        found = FrequentItemsets(self.min_support, **asked).fit(baskets)
        return self._of_itemsets(found.itemsets_, found.counts_, found.n_baskets_)

    def fit_itemsets(self, itemsets, counts, n_baskets):
        """Find the rules among itemsets that were counted elsewhere.

        Parameters
        ----------
        itemsets : csr_array of bool, shape (n_itemsets, n_items)
            All that are frequent, by length, then by ascending columns, as `FrequentItemsets` gives them.
        counts : ndarray of int64, shape (n_itemsets,)
        n_baskets : int
        """
        self.n_features_in_ = itemsets.shape[1]
        if self.ancestors is not None:
            kept = without_ancestors(itemsets, self.ancestors)
            itemsets, counts = itemsets[kept], counts[kept]
        return self._of_itemsets(itemsets, counts, n_baskets)

    def _checked(self):
        return {
            "least_confidence": _confidence(self.min_confidence),
            "least_improvement": _improvement(self.min_improvement),
            "most": whole("max_consequent", self.max_consequent, least=1, optional=True),
            "limit": whole("max_rules", self.max_rules, least=0),
        }

    def _of_itemsets(self, itemsets, counts, n_baskets):
        asked = self._checked()
        splitter = _Splitter(itemsets, counts, asked["most"] or itemsets.shape[1])
        limit = asked["limit"]
        if splitter.number > limit:
            raise budget_exceeded("rules", limit=limit, **splitter.what_fits(limit, n_baskets))
        self.n_baskets_ = n_baskets
        self.n_itemsets_ = len(counts)
        self.n_tested_ = splitter.number
        self.rules_, self.hidden_ = splitter.rules(asked["least_confidence"], asked["least_improvement"], n_baskets)
        return self

    def rules_named(self, input_features=None):
        """Return `rules_` with names of items instead of columns, as List(String)."""
        check_is_fitted(self)
        names = item_names(self, input_features)
        named = {side: _named(self.rules_[side], names) for side in ("antecedent", "consequent")}
        return self.rules_.with_columns(**named)

    def predict(self, X):
        """Return for each basket the item that most likely belongs to it too.

        Returns
        -------
        ndarray of int64, shape (n_baskets,)
            Column of the item; -1 where no rule speaks.
        """
        best = self.recommend(X, 1)
        found = np.full(_n_rows(X), -1, np.int64)
        found[best["basket"].to_numpy()] = best["item"].to_numpy()
        return found

    def recommend(self, X, k):
        """Return up to `k` items that likely belong to each basket too, each with the rule that says so.

        Parameters
        ----------
        X : matrix of shape (n_baskets, n_items)
        k : int

        Returns
        -------
        polars.DataFrame
            basket, rank (from 1), item, rule (row of `rules_`), confidence, lift; by confidence, then count (both
            falling), then item; each item once a basket, with its best rule.
        """
        check_is_fitted(self)
        k = whole("k", k, least=1)
        baskets = presence(validated(self, X, reset=False))
        starts = range(0, baskets.shape[0], _ROWS)
        rows = [self._spoken(baskets[start : start + _ROWS], start, k) for start in starts]
        return pl.concat(rows)

    def _spoken(self, baskets, start, k):
        rules = self.rules_
        says = holds(baskets, as_matrix(rules["antecedent"], self.n_features_in_)).tocoo()
        pairs = pl.DataFrame({"row": says.row.astype(np.int64), "rule": says.col.astype(np.int64)})
        figures = rules.select("consequent", "confidence", "lift", "count").with_row_index("rule")
        told = pairs.join(figures.with_columns(pl.col("rule").cast(pl.Int64)), on="rule").explode("consequent")
        rows, items = told["row"].to_numpy(), told["consequent"].to_numpy()
        held = np.asarray(baskets[rows, items]).ravel().astype(bool) if len(rows) else np.zeros(0, bool)
        order = {"by": ["row", "confidence", "count", "item", "rule"], "descending": [False, True, True, False, False]}
        return (
            told.filter(pl.Series(~held))
            .rename({"consequent": "item"})
            .sort(**order)
            .unique(["row", "item"], keep="first", maintain_order=True)
            .with_columns(rank=pl.int_range(1, pl.len() + 1).over("row"), basket=pl.col("row") + start)
            .filter(pl.col("rank") <= k)
            .select("basket", "rank", "item", "rule", "confidence", "lift")
        )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.positive_only = True
        return tags


class _Splitter:
    """All splits of the itemsets of one search."""

    def __init__(self, itemsets, counts, most):
        self._indptr, self._indices = itemsets.indptr.astype(np.int64), itemsets.indices
        self._counts = counts
        self._most = min(most, 64)
        self._n_items = itemsets.shape[1]
        self._lengths = np.diff(self._indptr)
        self.number = self._number(self._lengths)

    def rules(self, least_confidence, least_improvement, n_baskets):
        """Return the frame of the rules that are sure enough, and how many are not, by cause."""
        antecedents, consequents, wholes, *best = self._split()
        both, left, right = (self._counts[part] for part in (wholes, antecedents, consequents))
        tested = fisher(both, left, right, n_baskets)
        sure = np.flatnonzero(both / left >= least_confidence)
        gained, is_redundant = improvement(both[sure], left[sure], right[sure], n_baskets, *(b[sure] for b in best))
        is_kept = gained >= least_improvement
        kept = sure[is_kept]
        hidden = {"confidence": len(both) - len(sure), "improvement": len(sure) - len(kept)}
        surplus = both[kept] * n_baskets - left[kept] * right[kept]
        places = kernels.places(self._indptr, self._rest)
        order = kernels.in_order(surplus, places[antecedents[kept]], places[consequents[kept]], len(places))
        kept = kept[order]
        both, left, right, p_values = both[kept], left[kept], right[kept], tested[kept]
        frame = {
            "antecedent": self._lists[antecedents[kept]],
            "consequent": self._lists[consequents[kept]],
            "count": both,
            "antecedent_count": left,
            "consequent_count": right,
            **measures(both, left, right, n_baskets),
            "p_value": p_values,
            "q_value": benjamini_hochberg(p_values, tested),
            "p_bonferroni": bonferroni(p_values, len(tested)),
            "improvement": gained[is_kept][order],
            "redundant": is_redundant[is_kept][order],
        }
        return pl.DataFrame(frame), hidden

    def _split(self):
        longest = int(self._lengths.max(initial=1))
        totals, numbers = kernels.numbering(longest, self._most)
        firsts = np.concatenate([[0], np.cumsum(totals[self._lengths])])
        found = [np.empty(self.number, np.int32) for _ in range(3)] + [np.empty(self.number, np.int64) for _ in "ab"]
        kernels.splits(self._indptr, self._counts, self._rest, numbers, firsts, *found)
        return found

    @cached_property
    def _rest(self):
        # Any odd numbers would do; the same ones at every run.
        codes = np.random.default_rng(_SEED).integers(1, 2**63, self._n_items, dtype=np.uint64)
        codes = codes * np.uint64(2) + np.uint64(1)
        return kernels.remainders(self._indptr, self._indices, codes)

    def what_fits(self, limit, n_baskets):
        """Return the least support and the greatest length at which the splits fit into `limit`."""
        by_length = np.bincount(self._lengths, self._splits(self._lengths), minlength=65)[1:65].cumsum()
        fits = [length for length, number in enumerate(by_length.tolist(), 1) if number <= limit]
        falling = np.argsort(-self._counts, kind="stable")
        total = np.cumsum(self._splits(self._lengths[falling]))
        # At a support of c all itemsets with at least c baskets count; so c is one more than the first too many.
        first = int(np.searchsorted(total, limit, side="right"))
        least = int(self._counts[falling[first]]) + 1
        return {"min_support": least if least <= n_baskets else None, "max_length": max(fits, default=0)}

    def _number(self, lengths):
        return int(self._splits(lengths).sum())

    def _splits(self, lengths):
        known = [kernels.number_of_splits(length, self._most) for length in range(int(lengths.max(initial=0)) + 1)]
        return np.array(known)[lengths]

    @cached_property
    def _lists(self):
        parts = [pl.Series([], dtype=pl.List(pl.Int32))]
        for length in np.unique(self._lengths):
            # They come by length, so those of one are a table.
            first, last = np.searchsorted(self._lengths, [length, length + 1])
            items = self._indices[self._indptr[first] : self._indptr[last]].astype(np.int32)
            parts.append(pl.Series(items.reshape(-1, length)).arr.to_list())
        # In one piece, else to take many of them takes ten times as long.
        return pl.concat(parts, rechunk=True)


def _confidence(value):
    if isinstance(value, bool) or not isinstance(value, numbers.Real) or not 0 <= value <= 1:
        raise BadParameter(
            N_("The minimum confidence cannot be %(value)s."),
            hint=N_("Write a share from 0 to 1 such as 0.35 or 35%%."),
            field="min_confidence",
            value=value if isinstance(value, str) else repr(value),
        )
    return float(value)


def _improvement(value):
    if value is None:
        return -np.inf
    if isinstance(value, bool) or not isinstance(value, numbers.Real) or not -1 <= value <= 1:
        raise BadParameter(
            N_("The minimum improvement cannot be %(value)s."),
            hint=N_("Write a difference of two shares from -1 to 1, such as 0.05."),
            field="min_improvement",
            value=value if isinstance(value, str) else repr(value),
        )
    return float(value)


def _named(lists, names):
    return lists.to_frame("items").select(
        pl.col("items").list.eval(pl.element().replace_strict(list(range(len(names))), [str(each) for each in names]))
    )["items"]


def _n_rows(X):
    return X.shape[0] if hasattr(X, "shape") else len(X)
