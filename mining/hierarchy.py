"""Items and their categories in one matrix, so that rules of both levels are found together."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse


@dataclass(frozen=True, slots=True)
class Levels:
    """Baskets over items and categories.

    Attributes
    ----------
    X : csr_array of bool, shape (n_baskets, n_items + n_categories)
        A basket holds a category when it holds one of its items.
    names : list of str
        Of the columns: the items, then the categories in square brackets, by code point.
    ancestors : ndarray of int64, shape (n_pairs, 2)
        Columns of an item, or a category, and of each category above it.
    """

    X: sparse.csr_array
    names: list
    ancestors: np.ndarray


def with_categories(X, items, categories):
    """Return `Levels`: the columns of `X` and one a category.

    Parameters
    ----------
    X : csr_array of bool, shape (n_baskets, n_items)
    items : sequence of str
        Names of the columns.
    categories : mapping of str to str
        The category of an item; that of a category is what is above it. Items may be without.

    Raises
    ------
    ValueError
        When a category is above itself.
    """
    chains = [_chain(item, categories) for item in items]
    names = sorted({name for chain in chains for name in chain})
    column = {name: len(items) + at for at, name in enumerate(names)}
    pairs = [(at, column[name]) for at, chain in enumerate(chains) for name in chain]
    pairs += [(column[name], column[above]) for name in names for above in _chain(name, categories)]
    below = np.array([pair for pair in pairs if pair[0] < len(items)], np.int64).reshape(-1, 2)
    shape = (len(items), len(names))
    member = sparse.csr_array((np.ones(len(below), bool), (below[:, 0], below[:, 1] - len(items))), shape=shape)
    whole = sparse.csr_array(sparse.hstack([X, X.astype(bool) @ member], format="csr", dtype=bool))
    return Levels(whole, [*items, *(f"[{name}]" for name in names)], np.array(pairs, np.int64).reshape(-1, 2))


def without_ancestors(itemsets, ancestors):
    """Return which itemsets, rows of a csr_array of bool, hold no item together with one of its ancestors.

    What is left has all its parts: leaving an item out brings no ancestor in.
    """
    pairs = np.asarray(ancestors, np.int64).reshape(-1, 2)
    each = np.arange(len(pairs))
    shape = (itemsets.shape[1], len(pairs))
    ends = [sparse.csr_array((np.ones(len(pairs), bool), (pairs[:, side], each)), shape=shape) for side in (0, 1)]
    both = (itemsets @ ends[0]).multiply(itemsets @ ends[1])
    return np.asarray(both.sum(axis=1)).ravel() == 0


def _chain(name, categories):
    found = []
    while name in categories:
        name = categories[name]
        if name in found:
            raise ValueError(f"the category {name!r} is above itself")
        found.append(name)
    return found
