"""Which itemsets are wanted: what they must contain, what not, and which items not together."""

import numbers
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from mining.errors import BadParameter, N_
from mining.hierarchy import without_ancestors

NO_LIMITS = np.zeros(0, np.int32), np.zeros(0, bool), np.zeros(0, np.int64), np.zeros(0, np.int32)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Constraints as columns.

    ``must`` and ``must_not`` are arrays of int32; ``limits`` is what `mining.constraint_kernels` takes.
    """

    must: np.ndarray
    must_not: np.ndarray
    limits: tuple

    def bound(self, n_items):
        """Return which columns may not be together with some other."""
        return self.limits[1] if len(self.limits[1]) else np.zeros(n_items, bool)

    def apart(self, item):
        """Return which columns may not be together with `item`."""
        groups, bound, ends, above = self.limits
        if not len(bound):
            return bound
        found = (groups >= 0) & (groups == groups[item])
        found[above[ends[item] : ends[item + 1]]] = True
        found[np.repeat(np.arange(len(bound)), np.diff(ends))[above == item]] = True
        return found

    def chosen(self, indptr, indices):
        """Return which itemsets, as CSR arrays, are wanted."""
        lengths = np.diff(indptr)
        rows = np.repeat(np.arange(len(lengths)), lengths)
        must = np.bincount(rows[np.isin(indices, self.must)], minlength=len(lengths)) == len(self.must)
        wrong = np.bincount(rows[np.isin(indices, self.must_not)], minlength=len(lengths)) > 0
        groups, bound, ends, above = self.limits
        if len(bound):
            grouped = groups[indices] >= 0
            pairs = np.stack([rows[grouped], groups[indices[grouped]]])
            found, times = np.unique(pairs, axis=1, return_counts=True)
            wrong[found[0][times > 1]] = True
            itemsets = sparse.csr_array(
                (np.ones(len(indices), bool), indices, indptr), shape=(len(lengths), len(bound))
            )
            wrong |= ~without_ancestors(itemsets, np.stack([np.repeat(np.arange(len(bound)), np.diff(ends)), above], 1))
        return must & ~wrong


def wanted(must_contain, must_not_contain, at_most_one, ancestors, names, n_items):
    """Return the constraints on columns.

    Parameters
    ----------
    must_contain, must_not_contain : iterable of int or str
        Columns, or names of columns.
    at_most_one : iterable of iterable of int or str
        Groups; an item is in one at most.
    ancestors : array-like of int, shape (n_pairs, 2), or None
        Of an item and what is above it.
    names : sequence of str or None
    n_items : int

    Raises
    ------
    mining.errors.BadParameter
    """
    known = {} if names is None else {name: at for at, name in enumerate(names)}

    def columns(parameter, items):
        if isinstance(items, str) or not np.iterable(items):
            raise _unknown(parameter, items, n_items)
        return np.array(sorted({_column(parameter, item, known, n_items) for item in items}), np.int32)

    must, must_not = columns("must_contain", must_contain), columns("must_not_contain", must_not_contain)
    if isinstance(at_most_one, str) or not np.iterable(at_most_one):
        raise _unknown("at_most_one", at_most_one, n_items)
    members = [columns("at_most_one", group) for group in at_most_one]
    groups = np.full(n_items, -1, np.int32)
    for number, group in enumerate(members):
        if (groups[group] >= 0).any():
            raise BadParameter(
                N_("at_most_one names item %(value)s in two groups."),
                field="at_most_one",
                value=int(group[groups[group] >= 0][0]),
            )
        groups[group] = number
    found = Wanted(must, must_not, _limits(groups, _pairs(ancestors, n_items)))
    apart = [int(item) for item in must if len(of := found.apart(item)) and of[must[must != item]].any()]
    if refused := [*np.intersect1d(must, must_not).tolist(), *apart]:
        raise BadParameter(
            N_("must_contain names item %(value)s, which another constraint rules out."),
            field="must_contain",
            value=refused[0],
        )
    return found


def _pairs(ancestors, n_items):
    try:
        pairs = np.asarray([] if ancestors is None else ancestors).reshape(-1, 2)
    except ValueError:
        raise _unknown("ancestors", ancestors, n_items) from None
    if len(pairs) and (pairs.dtype.kind not in "iu" or pairs.min() < 0 or pairs.max() >= n_items):
        raise _unknown("ancestors", pairs.tolist(), n_items)
    return pairs[np.argsort(pairs[:, 0], kind="stable")].astype(np.int32)


def _limits(groups, pairs):
    if not len(pairs) and (groups < 0).all():
        return NO_LIMITS
    bound = groups >= 0
    bound[pairs.ravel()] = True
    ends = np.concatenate([[0], np.cumsum(np.bincount(pairs[:, 0], minlength=len(groups)))]).astype(np.int64)
    return groups, bound, ends, np.ascontiguousarray(pairs[:, 1])


def _column(parameter, item, known, n_items):
    if isinstance(item, str) and item in known:
        return known[item]
    if isinstance(item, numbers.Integral) and not isinstance(item, bool) and 0 <= item < n_items:
        return int(item)
    raise _unknown(parameter, item, n_items)


def _unknown(parameter, value, n_items):
    return BadParameter(
        N_("%(parameter)s cannot be %(value)s: no such column."),
        hint=N_("Write a list of columns by number, from 0 to %(last)d, or by name."),
        field=parameter,
        parameter=parameter,
        value=repr(value),
        last=n_items - 1,
    )
