"""`SequentialPatterns`: what customers buy one after another."""

import bisect
from datetime import timedelta

import numpy as np
import polars as pl
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_consistent_length, check_is_fitted

from mining import sequence_search
from mining.errors import BadParameter, N_, budget_exceeded
from mining.itemsets import holds, item_names, presence, validated
from mining.lists import as_matrix
from mining.sequence_search import Sequences, TooMany
from mining.threshold import least_count, whole

KINDS = ("all", "closed")
MOST_PATTERNS = 1_000_000
_DAY = np.timedelta64(1, "D")


class SequentialPatterns(TransformerMixin, BaseEstimator):
    """Sequences of itemsets that enough customers follow: first a basket with these items, later one with those.

    A customer follows a pattern when each of its itemsets is held by a basket of theirs, in this order, one basket an
    itemset, within `max_gap` and `window`. Baskets of a customer at the same time are taken together.

    Parameters
    ----------
    min_support : float or int, default=0.01
        Of customers; see `FrequentItemsets`.
    max_length : int, optional
        Most items in a pattern, over all its itemsets.
    kind : {"all", "closed"}, default="all"
        ``closed``: no pattern with one item more that contains it is followed by as many customers. Without `max_gap`
        and `window` that is: no larger one at all.
    max_gap, window : float or timedelta, optional
        Most time between neighbouring baskets of a pattern, and from its first to its last; in the unit of the times,
        in days where these are dates, in baskets where there are none.
    max_patterns : int, default=1_000_000
        More than this many patterns, closed or not, is an error that names a support that fits.

    Attributes
    ----------
    patterns_ : polars.DataFrame
        pattern : List(List(Int32)), columns of `X` ascending in each itemset; count : Int64, customers;
        support : Float64. By number of items, then by the items.
    least_count_ : int
        The minimum support as a number of customers.
    n_customers_, n_features_in_ : int
    """

    def __init__(
        self, min_support=0.01, *, max_length=None, kind="all", max_gap=None, window=None, max_patterns=MOST_PATTERNS
    ):
        self.min_support = min_support
        self.max_length = max_length
        self.kind = kind
        self.max_gap = max_gap
        self.window = window
        self.max_patterns = max_patterns

    def fit(self, X, y=None, *, customers=None, times=None):
        """Find the patterns in `X`, a matrix of (n_baskets, n_items) in which anything but 0 means present.

        Parameters
        ----------
        X : matrix of shape (n_baskets, n_items)
        customers : array-like of shape (n_baskets,), optional
            Whose basket it is; without, each is a customer of its own.
        times : array-like of shape (n_baskets,), optional
            Numbers or dates; without, the rows are in order.
        """
        if self.kind not in KINDS:
            raise BadParameter(
                N_("The kind of patterns cannot be %(value)s."),
                hint=N_("It is one of: %(choices)s."),
                field="kind",
                value=repr(self.kind),
                choices=", ".join(KINDS),
            )
        longest = whole("max_length", self.max_length, least=1, optional=True)
        limit = whole("max_patterns", self.max_patterns, least=0)
        bounds = self._bounds()
        sequences = _sequences(presence(validated(self, X)), customers, times)
        least = least_count(self.min_support, sequences.n_customers)
        try:
            found = self._found(sequences, least, longest, bounds, limit)
        except TooMany:
            raise budget_exceeded(
                "patterns", limit=limit, **self._what_fits(sequences, least, longest, bounds, limit)
            ) from None
        if self.kind == "closed":
            found = found.closed(longest)
        self.n_customers_ = sequences.n_customers
        self.least_count_ = least
        self.patterns_ = found.frame(self.n_customers_)
        return self

    def transform(self, X, *, customers=None, times=None):
        """Return which customers follow which patterns, as csr_array of bool, shape (n_customers, n_patterns).

        Customers stand in ascending order; without any, each basket is one, in the order of the rows.
        """
        check_is_fitted(self)
        sequences = _sequences(presence(validated(self, X, reset=False)), customers, times)
        patterns = self.patterns_["pattern"]
        items = patterns.list.eval(pl.element().explode()).list.unique().list.sort()
        candidates = holds(sequences.by_customer(), as_matrix(items, self.n_features_in_))
        return sequences.followed(patterns, candidates, self._bounds())

    def get_feature_names_out(self, input_features=None):
        """Return a name for each pattern: items of a basket joined by `` + ``, baskets by `` > ``."""
        check_is_fitted(self)
        names = item_names(self, input_features)
        patterns = self.patterns_["pattern"].to_list()
        return np.array([" > ".join(" + ".join(names[each]) for each in one) for one in patterns], dtype=object)

    def _found(self, sequences, least, longest, bounds, limit):
        # One item more than is listed says whether the longest are closed.
        longest = longest + 1 if longest and self.kind == "closed" else longest
        return sequence_search.find(sequences, least, longest, bounds, limit)

    def _what_fits(self, sequences, least, longest, bounds, limit):
        def fits(least, longest):
            try:
                self._found(sequences, least, longest, bounds, limit)
            except TooMany:
                return False
            return True

        counts = range(least + 1, sequences.n_customers + 1)
        at = bisect.bisect_left(counts, True, key=lambda count: fits(count, longest))
        length = 0
        while fits(least, length + 1):
            length += 1
        return {"min_support": counts[at] if at < len(counts) else None, "max_length": length}

    def _bounds(self):
        return _bound("max_gap", self.max_gap), _bound("window", self.window)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.positive_only = True
        tags.transformer_tags.preserves_dtype = []
        return tags


def _bound(name, value):
    if value is None:
        return np.inf
    if isinstance(value, timedelta | np.timedelta64):
        value = np.timedelta64(value) / _DAY
    if isinstance(value, bool) or not isinstance(value, int | float | np.number) or not value > 0:
        raise BadParameter(
            N_("%(parameter)s must be a span of time above 0, not %(value)s."),
            field=name,
            parameter=name,
            value=repr(value),
        )
    return float(value)


def _sequences(baskets, customers, times):
    n_baskets = baskets.shape[0]
    customers = np.arange(n_baskets) if customers is None else np.asarray(customers)
    times = np.arange(n_baskets) if times is None else np.asarray(times)
    check_consistent_length(baskets, customers, times)
    if np.issubdtype(times.dtype, np.datetime64):
        times = (times - np.datetime64(0, "D")) / _DAY
    try:
        times = times.astype(float)
    except (TypeError, ValueError):
        times = np.full(n_baskets, np.nan)
    if not np.isfinite(times).all():
        at = int(np.flatnonzero(~np.isfinite(times))[0])
        raise BadParameter(
            N_("times[%(row)d] is neither a number nor a date."),
            hint=N_("Give every basket its time, or leave it out."),
            field="times",
            row=at,
        )
    return Sequences(baskets, np.unique(customers, return_inverse=True)[1], times)
