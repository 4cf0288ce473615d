"""In how many baskets of each group itemsets are: months, shops, earlier and later."""

import numpy as np

_WORD = 64


def counted(itemsets, X, group, n_groups):
    """Return how many baskets of each group hold each itemset.

    Rows of bits, a column each, are anded: many rules share few items, and no table of baskets by rules is made.

    Parameters
    ----------
    itemsets : sequence of tuple of int
        Columns of `X`.
    X : csr_array of bool, shape (n_baskets, n_items)
    group : ndarray of int, shape (n_baskets,)
        In [0, n_groups).
    n_groups : int

    Returns
    -------
    ndarray of int64, shape (n_itemsets, n_groups)
    """
    # Each group begins with a word of its own, so that its words are counted without a look at its neighbours.
    sizes = np.bincount(group, minlength=n_groups)
    words = np.maximum(1, -(-sizes // _WORD))
    starts = np.concatenate([[0], np.cumsum(words)[:-1]])
    order = np.argsort(group, kind="stable")
    place = np.empty(len(group), np.int64)
    place[order] = np.arange(len(group)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + np.repeat(starts * _WORD, sizes)
    columns = X.tocsc()
    rows, known = {}, {}

    def bits(item):
        if item not in rows:
            held = np.zeros(int(words.sum()) * _WORD, bool)
            held[place[columns.indices[columns.indptr[item] : columns.indptr[item + 1]]]] = True
            rows[item] = np.packbits(held).view(np.uint64)
        return rows[item]

    found = np.empty((len(itemsets), n_groups), np.int64)
    for at, itemset in enumerate(itemsets):
        if itemset not in known:
            held = bits(itemset[0])
            for item in itemset[1:]:
                held = held & bits(item)
            known[itemset] = np.add.reduceat(np.bitwise_count(held), starts, dtype=np.int64)
        found[at] = known[itemset]
    return found


def sides(antecedents, consequents, X, group, n_groups):
    """Return how many baskets of each group hold the antecedent, the consequent and both, each (n_rules, n_groups)."""
    lists = [[tuple(each) for each in side] for side in (antecedents, consequents)]
    lists.append([tuple(sorted((*left, *right))) for left, right in zip(*lists, strict=True)])
    return tuple(counted(itemsets, X, group, n_groups) for itemsets in lists)
