"""Which itemsets are wanted: what they must contain, what not, and of which items at most one."""

import numbers
from dataclasses import dataclass

import numpy as np

from mining.errors import BadParameter, N_


@dataclass(frozen=True, slots=True)
class Wanted:
    """Constraints as columns.

    ``must`` and ``must_not`` are arrays of int32; ``groups`` int32 by column, -1 for none, and empty without a group.
    """

    must: np.ndarray
    must_not: np.ndarray
    groups: np.ndarray

    def chosen(self, indptr, indices):
        """Return which itemsets, as CSR arrays, are wanted."""
        lengths = np.diff(indptr)
        rows = np.repeat(np.arange(len(lengths)), lengths)
        must = np.bincount(rows[np.isin(indices, self.must)], minlength=len(lengths)) == len(self.must)
        wrong = np.bincount(rows[np.isin(indices, self.must_not)], minlength=len(lengths)) > 0
        if len(self.groups):
            grouped = self.groups[indices] >= 0
            pairs = np.stack([rows[grouped], self.groups[indices[grouped]]])
            found, times = np.unique(pairs, axis=1, return_counts=True)
            wrong[found[0][times > 1]] = True
        return must & ~wrong


def wanted(must_contain, must_not_contain, at_most_one, names, n_items):
    """Return the constraints on columns.

    Parameters
    ----------
    must_contain, must_not_contain : iterable of int or str
        Columns, or names of columns.
    at_most_one : iterable of iterable of int or str
        Groups; an item is in one at most.
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
    groups = np.full(n_items if members else 0, -1, np.int32)
    for number, group in enumerate(members):
        if (groups[group] >= 0).any():
            raise BadParameter(
                N_("at_most_one names item %(value)s in two groups."),
                field="at_most_one",
                value=int(group[groups[group] >= 0][0]),
            )
        groups[group] = number
    held = groups[must] if len(groups) else np.full(len(must), -1)
    twice = [int(item) for item, group in zip(must, held, strict=True) if group >= 0 and (held == group).sum() > 1]
    if refused := [*np.intersect1d(must, must_not).tolist(), *twice]:
        raise BadParameter(
            N_("must_contain names item %(value)s, which another constraint rules out."),
            field="must_contain",
            value=refused[0],
        )
    return Wanted(must, must_not, groups)


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
