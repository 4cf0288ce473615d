"""`FrequentItemsets`: which items occur together in enough baskets."""

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, check_non_negative, validate_data

from mining import budget, closed
from mining.constraints import wanted
from mining.errors import BadParameter, N_, budget_exceeded
from mining.frequent import Search, TooMany
from mining.threshold import least_count, whole

KINDS = ("all", "closed", "maximal")
MOST_ITEMSETS = 10_000_000
# Cells of the product that `transform` makes at a time.
_CELLS = 20_000_000


class FrequentItemsets(TransformerMixin, BaseEstimator):
    """Sets of items that occur together in enough baskets.

    Parameters
    ----------
    min_support : float or int, default=0.01
        A float in (0, 1] is a fraction of all baskets, an int >= 1 a count; ``1`` is one basket, ``1.0`` every basket.
    max_length : int, optional
        Most items in an itemset; None is no limit.
    kind : {"all", "closed", "maximal"}, default="all"
        ``closed``: no larger itemset is in as many baskets; ``maximal``: no larger itemset is frequent. Both are judged
        among all frequent itemsets, then cut to `max_length`.
    max_itemsets : int, default=10_000_000
        More than this many listed itemsets is an error that names a support that fits.
    memory_limit : int, optional
        Bytes the search and its answer may take; more is the same kind of error, before it happens.
    must_contain, must_not_contain : iterable of int or str, default=()
        Columns, by number or name, all of which or none of which an itemset holds.
    at_most_one : iterable of iterable of int or str, default=()
        Groups of columns, such as the sizes of one product, of each of which an itemset holds at most one.
    ancestors : array-like of int, shape (n_pairs, 2), optional
        Columns of an item and of one of its ancestors, as of `mining.hierarchy`: no itemset holds both. Closed and
        maximal itemsets are judged, and their number limited, before these four.
    progress : callable, optional
        Called a few times a second with the share of the work done, in [0, 1], and the number of itemsets so far; what
        it raises ends the search.

    Attributes
    ----------
    itemsets_ : csr_array of bool, shape (n_itemsets, n_items)
        Without the empty set; by length, then by ascending columns.
    counts_ : ndarray of int64, shape (n_itemsets,)
        Number of baskets that hold each itemset.
    least_count_ : int
        The minimum support as a number of baskets.
    n_baskets_ : int
    n_features_in_ : int
    feature_names_in_ : ndarray of str
        Only when `X` is a frame.

    Raises
    ------
    mining.errors.BadParameter
        A ValueError and TypeError.
    mining.errors.BudgetExceeded
        A ValueError, with ``suggested_min_support`` and ``suggested_max_length``.
    """

    def __init__(
        self,
        min_support=0.01,
        *,
        max_length=None,
        kind="all",
        max_itemsets=MOST_ITEMSETS,
        memory_limit=None,
        must_contain=(),
        must_not_contain=(),
        at_most_one=(),
        ancestors=None,
        progress=None,
    ):
        self.min_support = min_support
        self.max_length = max_length
        self.kind = kind
        self.max_itemsets = max_itemsets
        self.memory_limit = memory_limit
        self.must_contain = must_contain
        self.must_not_contain = must_not_contain
        self.at_most_one = at_most_one
        self.ancestors = ancestors
        self.progress = progress

    def fit(self, X, y=None):
        """Find the itemsets in `X`, a matrix of (n_baskets, n_items) in which anything but 0 means present."""
        if self.kind not in KINDS:
            raise BadParameter(
                N_("The kind of itemsets cannot be %(value)s."),
                hint=N_("It is one of: %(choices)s."),
                field="kind",
                value=repr(self.kind),
                choices=", ".join(KINDS),
            )
        longest = whole("max_length", self.max_length, least=1, optional=True)
        limit = whole("max_itemsets", self.max_itemsets, least=0)
        memory = whole("memory_limit", self.memory_limit, least=1, optional=True)
        baskets = presence(validated(self, X))
        least = least_count(self.min_support, baskets.shape[0])
        wanted = self._wanted()
        fits = limit if memory is None else min(limit, budget.itemsets_in(memory, baskets))
        try:
            indptr, indices, counts = self._found(baskets, least, longest, fits, wanted)
        except TooMany:
            named = {"itemsets": limit} if fits == limit else {"memory": memory // 1_000_000}
            (what, number), *_ = named.items()
            raise budget_exceeded(what, limit=number, **_what_fits(baskets, least, longest, fits, wanted)) from None
        self.n_baskets_ = baskets.shape[0]
        self.least_count_ = least
        self.itemsets_, self.counts_ = _as_matrix(indptr, indices, baskets.shape[1]), counts
        return self

    def estimate(self, X):
        """Return what `fit` would find, from a sample and in about a second, as `mining.budget.Estimate`.

        Of all itemsets, also where `kind` asks for fewer.
        """
        longest = whole("max_length", self.max_length, least=1, optional=True)
        baskets = presence(validated(self, X))
        return budget.estimate(baskets, least_count(self.min_support, baskets.shape[0]), longest, self._wanted())

    def transform(self, X):
        """Return which baskets hold which itemsets, as csr_array of bool, shape (n_baskets, n_itemsets)."""
        check_is_fitted(self)
        baskets = presence(validated(self, X, reset=False))
        return holds(baskets, self.itemsets_)

    def get_feature_names_out(self, input_features=None):
        """Return a name for each itemset: the names of its items joined by `` + ``."""
        check_is_fitted(self)
        names = item_names(self, input_features)
        return np.array([" + ".join(names[each]) for each in _split(self.itemsets_)], dtype=object)

    def _wanted(self):
        names = getattr(self, "feature_names_in_", None)
        asked = self.must_contain, self.must_not_contain, self.at_most_one, self.ancestors
        return wanted(*asked, names, self.n_features_in_)

    def _found(self, baskets, least, longest, limit, wanted):
        if self.kind == "all":
            return Search(baskets, least, longest, wanted).find(limit, self.progress)
        maximal = self.kind == "maximal"
        indptr, indices, counts = closed.find(baskets, least, longest, limit, maximal=maximal, progress=self.progress)
        chosen = wanted.chosen(indptr, indices)
        lengths = np.diff(indptr)
        indices = indices[np.repeat(chosen, lengths)]
        return np.concatenate([[0], np.cumsum(lengths[chosen])]), indices, counts[chosen]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.positive_only = True
        tags.transformer_tags.preserves_dtype = []
        return tags


def validated(estimator, X, *, reset=True):
    """Return `X` as scikit-learn checks it; also refuses negative entries."""
    X = validate_data(estimator, X, accept_sparse=["csr", "csc"], reset=reset)
    check_non_negative(X, type(estimator).__name__)
    return X


def presence(X):
    """Return `X` as csr_array of bool, without explicit zeros and repeated cells; `X` itself is left alone."""
    if sparse.issparse(X):
        X = sparse.csr_array(X)
        is_there = X.data != 0
        if X.has_canonical_format and is_there.all():
            # Nothing will be moved, so the places need no copy.
            X = sparse.csr_array((is_there, X.indices, X.indptr), shape=X.shape)
        else:
            X = sparse.csr_array((is_there, X.indices.copy(), X.indptr.copy()), shape=X.shape)
            X.sum_duplicates()
            X.eliminate_zeros()
    else:
        X = sparse.csr_array(X != 0)
    X.indices = X.indices.astype(np.int32, copy=False)
    X.indptr = X.indptr.astype(np.int64, copy=False)
    return X


def holds(baskets, itemsets):
    """Return which baskets hold every item of which itemsets.

    Parameters
    ----------
    baskets : csr_array of bool, shape (n_baskets, n_items)
    itemsets : csr_array of bool, shape (n_itemsets, n_items)

    Returns
    -------
    csr_array of bool, shape (n_baskets, n_itemsets)
    """
    lengths = np.diff(itemsets.indptr).astype(np.int32)
    by_item = itemsets.astype(np.int32).T.tocsr()
    rows = max(1, _CELLS // max(1, itemsets.shape[0]))
    parts = []
    for start in range(0, baskets.shape[0], rows):
        shared = (baskets[start : start + rows].astype(np.int32) @ by_item).tocsr()
        whole = shared.data == lengths[shared.indices]
        part = sparse.csr_array((whole, shared.indices, shared.indptr), shape=shared.shape)
        part.eliminate_zeros()
        part.sort_indices()
        parts.append(part)
    return _narrow(sparse.vstack(parts, format="csr", dtype=bool))


def item_names(estimator, names=None):
    """Return the names of the columns: those given, those of the frame it was fitted on, or ``x0``, ``x1``, …."""
    known = getattr(estimator, "feature_names_in_", None)
    if names is None:
        names = known if known is not None else [f"x{at}" for at in range(estimator.n_features_in_)]
    names = np.asarray(names, dtype=object)
    if len(names) != estimator.n_features_in_:
        raise ValueError(f"input_features should have length equal to number of features, {estimator.n_features_in_}")
    if known is not None and not np.array_equal(names, known):
        raise ValueError("input_features is not equal to feature_names_in_")
    return names


def _what_fits(baskets, least, longest, limit, wanted):
    def fits(least, longest):
        try:
            Search(baskets, least, longest, wanted).count(limit)
        except TooMany:
            return False
        return True

    return {
        "min_support": _first(lambda count: fits(count, longest), least + 1, baskets.shape[0]),
        "max_length": _longest_that(lambda length: fits(least, length), longest or baskets.shape[1]),
    }


def _first(fits, low, high):
    """Return the least number from `low` to `high` that fits, or None; what fits goes on fitting above it."""
    if low > high or not fits(high):
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if fits(middle) else (middle + 1, high)
    return low


def _longest_that(fits, most):
    length = 0
    while length < most and fits(length + 1):
        length += 1
    return length


def _as_matrix(indptr, indices, n_items):
    if len(indices) <= np.iinfo(np.int32).max:
        # Before scipy does it, which takes a quarter of the time on a large answer.
        indptr = indptr.astype(np.int32)
    return sparse.csr_array((np.ones(len(indices), bool), indices, indptr), shape=(len(indptr) - 1, n_items))


def _narrow(matrix):
    # Many estimators of scikit-learn take no matrix with 64-bit indices.
    if matrix.nnz <= np.iinfo(np.int32).max:
        matrix.indptr = matrix.indptr.astype(np.int32, copy=False)
        matrix.indices = matrix.indices.astype(np.int32, copy=False)
    return matrix


def _split(itemsets):
    return np.split(itemsets.indices, itemsets.indptr[1:-1]) if itemsets.shape[0] else []
