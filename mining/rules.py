"""`AssociationRules`: what goes with what, how surely, and how likely by chance."""

import numbers

import numpy as np
import polars as pl
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from mining import rule_kernels as kernels
from mining.errors import BadParameter, N_, budget_exceeded
from mining.itemsets import MOST_ITEMSETS, FrequentItemsets, holds, item_names, presence, validated
from mining.measures import measures
from mining.significance import benjamini_hochberg, fisher
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
    max_itemsets, max_rules : int
        More than this many is an error that names a support that fits; `max_rules` counts the rules tested.

    Attributes
    ----------
    rules_ : polars.DataFrame
        antecedent, consequent : List(Int32), columns of `X`; count, antecedent_count, consequent_count : Int64; the
        measures of `mining.measures`; p_value (Fisher, one-sided), q_value (Benjamini-Hochberg over all rules tested);
        redundant : Boolean. By leverage falling, then antecedent, consequent.
    n_tested_ : int
        Pairs antecedent => consequent that were formed, before the confidence.
    n_itemsets_, n_baskets_, n_features_in_ : int
    """

    def __init__(
        self,
        min_support=0.01,
        min_confidence=0.5,
        *,
        max_length=None,
        max_consequent=None,
        max_itemsets=MOST_ITEMSETS,
        max_rules=MOST_RULES,
    ):
        self.min_support = min_support
        self.min_confidence = min_confidence
        self.max_length = max_length
        self.max_consequent = max_consequent
        self.max_itemsets = max_itemsets
        self.max_rules = max_rules

    def fit(self, X, y=None):
        """Find the rules in `X`, a matrix of (n_baskets, n_items) in which anything but 0 means present."""
        least_confidence = _confidence(self.min_confidence)
        most = whole("max_consequent", self.max_consequent, least=1, optional=True)
        limit = whole("max_rules", self.max_rules, least=0)
        baskets = presence(validated(self, X))
        found = FrequentItemsets(self.min_support, max_length=self.max_length, max_itemsets=self.max_itemsets)
        found.fit(baskets)
        itemsets, counts = found.itemsets_, found.counts_
        splitter = _Splitter(itemsets, counts, most or itemsets.shape[1])
        if splitter.number > limit:
            raise budget_exceeded("rules", limit=limit, **splitter.what_fits(limit, found.n_baskets_))
        self.n_baskets_ = found.n_baskets_
        self.n_itemsets_ = len(counts)
        self.n_tested_ = splitter.number
        self.rules_ = splitter.rules(least_confidence, self.n_baskets_)
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
        says = holds(baskets, _side(rules["antecedent"], self.n_features_in_)).tocoo()
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
        self._most = most
        # Any odd numbers would do; the same ones at every run.
        numbers_ = np.random.default_rng(_SEED).integers(1, 2**63, itemsets.shape[1], dtype=np.uint64)
        self._codes = numbers_ * np.uint64(2) + np.uint64(1)
        self._lengths = np.diff(self._indptr)
        self.number = self._number(self._lengths)

    def rules(self, least_confidence, n_baskets):
        """Return the frame of the rules whose confidence is enough."""
        table = kernels.table_of(self._indptr, self._indices, self._codes)
        parts = [np.empty(self.number, np.int32) for _ in range(3)]
        lookup = (self._indptr, self._indices, table, self._codes)
        kernels.splits(*lookup, self._most, *parts)
        counts = [self._counts[part] for part in (parts[2], parts[0], parts[1])]
        both, left, _ = counts
        p_values = fisher(*counts, n_baskets)
        q_values = benjamini_hochberg(p_values)
        kept = np.flatnonzero(both / left >= least_confidence)
        parts = [part[kept] for part in parts]
        both, left, right = (each[kept] for each in counts)
        frame = {
            "antecedent": self._lists(parts[0]),
            "consequent": self._lists(parts[1]),
            "count": both,
            "antecedent_count": left,
            "consequent_count": right,
            **measures(both, left, right, n_baskets),
            "p_value": p_values[kept],
            "q_value": q_values[kept],
            "redundant": kernels.redundant(*lookup, self._counts, *parts),
        }
        surplus = pl.Series("surplus", both * n_baskets - left * right)
        order = ["surplus", "antecedent", "consequent"]
        rows = pl.DataFrame(frame).with_columns(surplus)
        return rows.sort(order, descending=[True, False, False]).drop("surplus")

    def what_fits(self, limit, n_baskets):
        """Return the least support and the greatest length at which the splits fit into `limit`."""
        by_length = [self._number(self._lengths[self._lengths <= length]) for length in range(1, 65)]
        fits = [length for length, number in enumerate(by_length, 1) if number <= limit]
        falling = np.argsort(-self._counts, kind="stable")
        total = np.cumsum(self._splits(self._lengths[falling]))
        # At a support of c all itemsets with at least c baskets count; so c is one more than the first too many.
        first = int(np.searchsorted(total, limit, side="right"))
        least = int(self._counts[falling[first]]) + 1
        return {"min_support": least if least <= n_baskets else None, "max_length": max(fits, default=0)}

    def _number(self, lengths):
        return int(self._splits(lengths).sum())

    def _splits(self, lengths):
        known = {length: kernels.number_of_splits(length, self._most) for length in np.unique(lengths)}
        return np.array([known[length] for length in lengths])

    def _lists(self, positions):
        starts, lengths = self._indptr[positions], self._lengths[positions]
        ends = np.cumsum(lengths)
        flat = self._indices[np.repeat(starts - (ends - lengths), lengths) + np.arange(ends[-1] if len(ends) else 0)]
        rules = np.repeat(np.arange(len(positions)), lengths)
        if not len(positions):
            return pl.Series([], dtype=pl.List(pl.Int32))
        frame = pl.DataFrame({"rule": rules, "item": flat.astype(np.int32)})
        return frame.group_by("rule", maintain_order=True).agg("item")["item"]


def _confidence(value):
    if isinstance(value, bool) or not isinstance(value, numbers.Real) or not 0 <= value <= 1:
        raise BadParameter(
            N_("The minimum confidence cannot be %(value)s."),
            hint=N_("Write a share from 0 to 1 such as 0.35 or 35%%."),
            field="min_confidence",
            value=value if isinstance(value, str) else repr(value),
        )
    return float(value)


def _side(lists, n_items):
    lengths = lists.list.len().to_numpy()
    indptr = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    indices = lists.explode(empty_as_null=False).to_numpy().astype(np.int32) if len(lists) else np.zeros(0, np.int32)
    return sparse.csr_array((np.ones(len(indices), bool), indices, indptr), shape=(len(lengths), n_items))


def _named(lists, names):
    return lists.to_frame("items").select(
        pl.col("items").list.eval(pl.element().replace_strict(list(range(len(names))), [str(each) for each in names]))
    )["items"]


def _n_rows(X):
    return X.shape[0] if hasattr(X, "shape") else len(X)
