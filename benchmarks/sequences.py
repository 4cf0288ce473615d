"""Sequential patterns: ours against prefixspan and rusket, in turn in one process.

``python -m benchmarks.sequences [--write]`` installs the peers into a folder of its own on first use. Neither knows
baskets of several items, gaps or windows: what is compared has one item a basket and no bounds.
"""

import argparse
import os
import time
import warnings

import numpy as np
from scipy import sparse

from benchmarks import peers, results
from mining.sequences import SequentialPatterns

_ROUNDS = 3
_PEERS = (
    "prefixspan==0.5.2", "extratools==0.8.2.1", "toolz==1.2.0", "sortedcontainers==2.4.0", "tabulate==0.10.0",
    "rusket==0.1.101",
)  # fmt: skip
_SETS = (("20,000 of about 10 out of 200", 20_000, 200, 10, 200), ("5,000 of about 20 out of 100", 5_000, 100, 20, 250))


def main():
    """Measure and print, or write into RESULTS.md."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    write = parser.parse_args().write
    peers.install(_PEERS, "benchmark-peers-sequences")
    warnings.simplefilter("ignore", DeprecationWarning)
    rows = [_row(name, _sequences(*sizes), count) for name, *sizes, count in _SETS]
    table = results.table(
        ["sequences", "count", "patterns", "Kezhi, CPU s", "prefixspan / Kezhi", "rusket / Kezhi"], rows
    )
    print(table)
    if write:
        remarks = (
            f"Least CPU seconds of {_ROUNDS} rounds; a ratio above 1 means that Kezhi is faster. Number of patterns and"
            " sum of their counts are equal. rusket, which keeps one place a customer, is faster: baskets of several"
            " items, gaps and windows need every place a pattern can end. The machine was shared: its load at the end"
            f" was {os.getloadavg()[0]:.1f}."
        )
        packages = ("numpy", "scipy", "numba", "prefixspan", "rusket")
        results.write("Sequential patterns", "python -m benchmarks.sequences --write", table, packages, remarks)


def _sequences(n_customers, n_items, length, seed=20260101):
    """Return sequences of items whose popularity falls as a power law, each as an array."""
    rng = np.random.default_rng(seed)
    popularity = 1 / np.arange(1, n_items + 1) ** 0.8
    lengths = 1 + rng.poisson(length - 1, n_customers)
    items = rng.choice(n_items, lengths.sum(), p=popularity / popularity.sum())
    return np.split(items, np.cumsum(lengths)[:-1])


def _row(name, sequences, count):
    import prefixspan
    import rusket

    lists = [each.tolist() for each in sequences]
    items = np.concatenate(sequences)
    X = sparse.csr_array((np.ones(len(items), bool), items, np.arange(len(items) + 1)))
    customers = np.repeat(np.arange(len(sequences)), [len(each) for each in sequences])

    def ours():
        patterns = SequentialPatterns(count).fit(X, customers=customers).patterns_
        return len(patterns), int(patterns["count"].sum())

    def peer():
        found = prefixspan.PrefixSpan(lists).frequent(count)
        return len(found), sum(number for number, _ in found)

    def other():
        found = rusket.prefixspan(lists, count)
        return len(found), int(found["support"].sum())

    ours()
    best, answers = {}, {}
    for _ in range(_ROUNDS):
        for who, function in {"Kezhi": ours, "prefixspan": peer, "rusket": other}.items():
            start = time.process_time()
            answers[who] = function()
            best[who] = min(best.get(who, np.inf), time.process_time() - start)
    if len(set(answers.values())) > 1:
        raise SystemExit(f"{name}: {answers}")
    ratios = [f"{best[who] / best['Kezhi']:.1f}" for who in ("prefixspan", "rusket")]
    return [name, count, answers["Kezhi"][0], f"{best['Kezhi']:.3f}", *ratios]


if __name__ == "__main__":
    main()
