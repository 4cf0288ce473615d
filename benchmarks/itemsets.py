"""Frequent itemsets: ours against PyFIM, rusket and mlxtend, in turn in one process.

``python -m benchmarks.itemsets [--write]``; needs ``pip install pyfim rusket mlxtend``. The known sets are read from
the folder ``KEZHI_TEST_DATA`` names and left out without it.
"""

import argparse
import gzip
import os
import time
from pathlib import Path

import fim
import numpy as np
import pandas as pd
import rusket
from mlxtend.frequent_patterns import fpgrowth
from scipy import sparse

from benchmarks import results
from mining.itemsets import FrequentItemsets

_ROUNDS = 3
_KNOWN = (
    ("mushroom.dat", 1625), ("mushroom.dat", 812), ("chess_plus1.dat", 1918), ("T10I4D100K.dat.gz", 100),
    ("BMS1.dat.gz", 60),
)  # fmt: skip


def power_law(n_baskets, n_items=20_000, seed=20260101):
    """Return baskets over items whose popularity falls as a power law, with 300 planted patterns."""
    rng = np.random.default_rng(seed)
    popularity = 1 / np.arange(1, n_items + 1)
    lengths = 1 + rng.poisson(7, n_baskets)
    rows = [np.repeat(np.arange(n_baskets), lengths)]
    items = [rng.choice(n_items, lengths.sum(), p=popularity / popularity.sum())]
    for _ in range(300):
        pattern = rng.choice(n_items, rng.integers(2, 7), replace=False)
        held = rng.choice(n_baskets, n_baskets // 200, replace=False)
        rows.append(np.repeat(held, len(pattern)))
        items.append(np.tile(pattern, len(held)))
    cells = np.ones(sum(map(len, rows)), bool)
    X = sparse.csr_array((cells, (np.concatenate(rows), np.concatenate(items))), shape=(n_baskets, n_items))
    X.sum_duplicates()
    return X


def categorical(n_rows=48_842, n_columns=14, seed=20260101):
    """Return a table of skewed categories, one item a column and value, as in the Adult set."""
    rng = np.random.default_rng(seed)
    parts = []
    for column in range(n_columns):
        values = 2 + column % 15
        share = 0.5 ** np.arange(values)
        parts.append(np.eye(values, dtype=bool)[rng.choice(values, n_rows, p=share / share.sum())])
    return sparse.csr_array(np.hstack(parts))


def known(path):
    """Return a file of one basket a line."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    rows = [np.array(line.split(), int) for line in data.decode().splitlines() if line.strip()]
    items, ends = np.concatenate(rows), np.cumsum([0, *map(len, rows)])
    names, columns = np.unique(items, return_inverse=True)
    return sparse.csr_array((np.ones(len(items), bool), columns, ends), shape=(len(rows), len(names)))


def contestants(X, count):
    """Return ``{name: function}``, each with its native input ready made."""
    lists = [row.tolist() for row in np.split(X.indices, X.indptr[1:-1])]
    frame = pd.DataFrame.sparse.from_spmatrix(sparse.csr_matrix(X), columns=list(map(str, range(X.shape[1]))))
    least = (count - 0.5) / X.shape[0]
    return {
        "Kezhi": lambda: len(FrequentItemsets(count).fit(X).counts_),
        "PyFIM eclat": lambda: len(fim.eclat(lists, supp=-count)),
        "PyFIM fpgrowth": lambda: len(fim.fpgrowth(lists, supp=-count)),
        "rusket": lambda: len(rusket.fpgrowth(frame, min_support=least)),
        "mlxtend": lambda: len(fpgrowth(frame, min_support=least)),
    }


def measured(functions):
    """Return ``{name: (least CPU seconds, itemsets)}``, the contestants taking turns."""
    best = {}
    for _ in range(_ROUNDS):
        for name, function in functions.items():
            start = time.process_time()
            number = function()
            seconds = time.process_time() - start
            best[name] = min(best.get(name, (seconds, number)), (seconds, number))
    return best


def main():
    """Measure and print, or write into RESULTS.md."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    write = parser.parse_args().write
    sets = [("power law 100k x 20k", power_law(100_000), 100), ("categorical 48842 x 14", categorical(), 488)]
    if folder := os.environ.get("KEZHI_TEST_DATA"):
        sets += [(name, known(Path(folder) / "fim" / name), count) for name, count in _KNOWN]
    FrequentItemsets(1).fit(np.eye(3))
    rows = []
    for name, X, count in sets:
        best = measured(contestants(X, count))
        ours, number = best.pop("Kezhi")
        ratios = [f"{seconds / ours:.1f}{'' if n == number else f' ({n} itemsets)'}" for seconds, n in best.values()]
        rows.append([name, count, number, f"{ours:.4f}", *ratios])
    head = ["set", "count", "itemsets", "Kezhi, CPU s", *(f"{name} / Kezhi" for name in best)]
    table = results.table(head, rows)
    print(table)
    if write:
        remarks = "Least CPU seconds of three rounds; a ratio above 1 means that Kezhi is faster."
        packages = ("numpy", "scipy", "numba", "pyfim", "rusket", "mlxtend")
        results.write("Frequent itemsets", "python -m benchmarks.itemsets --write", table, packages, remarks)


if __name__ == "__main__":
    main()
