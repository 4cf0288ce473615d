"""The miners ours is measured against: each asked in its own manner.

Each contestant turns baskets into its native input first, which is not timed; what it then answers is reduced to a
signature, so that answers can be compared whatever their form.
"""

import importlib

import numpy as np

from benchmarks import itemset_packages  # noqa: F401

# isort: split
import pandas as pd
from scipy import sparse

from mining.itemsets import FrequentItemsets

# Pure Python: once instead of in turn, and only where a set says that it ends.
SLOW = ("mlxtend fpgrowth", "efficient-apriori")


def contestants(X, count, *, slow):
    """Return ``{name: (function, signature of its answer)}`` for baskets `X` and a least `count`."""
    fim = importlib.import_module("fim")
    rusket = importlib.import_module("rusket")
    lists = [row.tolist() for row in np.split(X.indices, X.indptr[1:-1])]
    frame = pd.DataFrame.sparse.from_spmatrix(sparse.csr_matrix(X), columns=[str(at) for at in range(X.shape[1])])
    # Half a basket less, so that every way to round gives the same threshold.
    share = (count - 0.5) / X.shape[0]
    found = {
        "Kezhi": (lambda: FrequentItemsets(count).fit(X), _of_ours),
        "PyFIM eclat": (lambda: fim.eclat(lists, supp=-count), _of_pairs),
        "PyFIM fpgrowth": (lambda: fim.fpgrowth(lists, supp=-count), _of_pairs),
        "rusket fpgrowth": (lambda: rusket.fpgrowth(frame, min_support=share), _of_frame(X.shape[0])),
    }
    if slow:
        fpgrowth = importlib.import_module("mlxtend.frequent_patterns").fpgrowth
        apriori = importlib.import_module("efficient_apriori").itemsets_from_transactions
        # Its own limit of 8 items would make it do less work.
        most = X.shape[1]
        tuples = list(map(tuple, lists))
        found["mlxtend fpgrowth"] = (lambda: fpgrowth(frame, min_support=share), _of_frame(X.shape[0]))
        found["efficient-apriori"] = (lambda: apriori(tuples, share, max_length=most)[0], _of_levels)
    return found


def _of_ours(fitted):
    itemsets = fitted.itemsets_
    return _signature(itemsets.indices, np.diff(itemsets.indptr), fitted.counts_)


def _of_pairs(pairs):
    lengths = [len(items) for items, _ in pairs]
    return _signature([item for items, _ in pairs for item in items], lengths, [count for _, count in pairs])


def _of_frame(n_baskets):
    def signature(frame):
        itemsets = [[int(item) for item in items] for items in frame["itemsets"]]
        counts = np.rint(frame["support"].to_numpy() * n_baskets)
        return _signature([item for items in itemsets for item in items], list(map(len, itemsets)), counts)

    return signature


def _of_levels(levels):
    return _of_pairs([pair for level in levels.values() for pair in level.items()])


def _signature(items, lengths, counts):
    """Return the number of itemsets, the sum of their counts, and a sum over hashes of items and count."""
    lengths, counts = np.asarray(lengths, np.int64), np.asarray(counts).astype(np.uint64)
    if not len(lengths):
        return 0, 0, 0
    codes = np.random.default_rng(1).integers(1, 2**63, 1 << 17, dtype=np.uint64)
    hashes = np.add.reduceat(codes[np.asarray(items, np.int64)], np.cumsum(lengths) - lengths)
    mixed = (hashes ^ (hashes >> np.uint64(29))) * (counts * np.uint64(2) + np.uint64(1))
    return len(lengths), int(counts.sum()), int(mixed.sum())
