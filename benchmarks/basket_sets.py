"""Baskets to measure miners on: known sets, seeded generators, and shapes of sets that cannot be had."""

import csv
import gzip
import hashlib
import os
from collections import Counter
from pathlib import Path

import numpy as np
from scipy import sparse

_SEED = 20260101


def matrix(rows, items, shape):
    """Return baskets from cells (row, item); a cell given twice is one."""
    X = sparse.csr_array((np.ones(len(rows), bool), (rows, items)), shape=shape)
    X.sum_duplicates()
    return X


def first_baskets(X):
    """Return the SHA-256 of the first 1,000 baskets, to know a set again."""
    head = X[:1000]
    return hashlib.sha256(head.indptr.astype("<i8").tobytes() + head.indices.astype("<i8").tobytes()).hexdigest()


def power_law(n_baskets, n_items=20_000, n_patterns=300):
    """Return baskets over items whose popularity falls as 1/rank, each pattern planted into 0.5 % of them."""
    rng = np.random.default_rng(_SEED)
    popularity = 1 / np.arange(1, n_items + 1)
    lengths = 1 + rng.poisson(7, n_baskets)
    rows = [np.repeat(np.arange(n_baskets, dtype=np.int32), lengths)]
    bounds = np.cumsum(popularity / popularity.sum())
    items = [np.searchsorted(bounds, rng.random(lengths.sum())).clip(max=n_items - 1).astype(np.int32)]
    for _ in range(n_patterns):
        pattern = rng.choice(n_items, rng.integers(2, 7), replace=False).astype(np.int32)
        held = rng.choice(n_baskets, n_baskets // 200, replace=False).astype(np.int32)
        rows.append(np.repeat(held, len(pattern)))
        items.append(np.tile(pattern, len(held)))
    return matrix(np.concatenate(rows), np.concatenate(items), (n_baskets, n_items))


def quest(n_baskets, length, pattern_length, n_items=1000, n_patterns=800):
    """Return baskets of the classic generator (Agrawal & Srikant, VLDB 1994, section 4.1)."""
    rng = np.random.default_rng(_SEED)
    weights = rng.exponential(1, n_patterns)
    corruption = rng.normal(0.5, np.sqrt(0.1), n_patterns).clip(0, 1)
    patterns = [rng.choice(n_items, max(1, rng.poisson(pattern_length)), replace=False)]
    for _ in range(n_patterns - 1):
        size = max(1, rng.poisson(pattern_length))
        shared = rng.permutation(patterns[-1])[: round(min(1, rng.exponential(0.5)) * size)]
        patterns.append(np.union1d(shared, rng.choice(n_items, max(1, size - len(shared)), replace=False)))
    chosen = iter(rng.choice(n_patterns, 20 * n_baskets, p=weights / weights.sum()))
    rows, items = [], []
    for row, size in enumerate(np.maximum(1, rng.poisson(length, n_baskets))):
        basket = set()
        while len(basket) < size:
            pattern = patterns[at := next(chosen)]
            dropped = rng.geometric(1 - 0.99 * corruption[at]) - 1
            kept = rng.permutation(pattern)[dropped:]
            # One that does not fit is dropped in every second case.
            if basket and len(basket) + len(kept) > size and rng.random() < 0.5:
                break
            basket.update(kept.tolist())
        items += sorted(basket)
        rows += [row] * len(basket)
    return matrix(np.array(rows), np.array(items), (n_baskets, n_items))


def categorical(n_rows, values, steepness=0.5, alike=0.0):
    """Return a table with a column for each of `values`, the numbers of its categories, one item a category.

    A category has `steepness` times the share of the one before it; a share `alike` of the cells follows the row's
    own rank instead of chance, so that columns depend on each other.
    """
    rng = np.random.default_rng(_SEED)
    rank = rng.random(n_rows)
    items, first = [], 0
    for number in values:
        share = steepness ** np.arange(number)
        at = np.where(rng.random(n_rows) < alike, rank, rng.random(n_rows))
        items.append(first + np.searchsorted(np.cumsum(share / share.sum()), at).clip(max=number - 1))
        first += number
    rows = np.repeat(np.arange(n_rows), len(values))
    return matrix(rows, np.stack(items, axis=1).ravel(), (n_rows, first))


def dense67k():
    """Return 67,557 rows of 43 very skewed columns of 3 values each, 1,192 of them different."""
    rng = np.random.default_rng(_SEED)
    columns = np.arange(43)
    rare = np.linspace(0.0005, 0.042, 43)
    kinds = {}
    while len(kinds) < 1192:
        row = np.where(rng.random(43) < rare, 1 + (rng.random(43) < 0.3), 0)
        kinds.setdefault(tuple(row.tolist()), None)
    kinds = np.array(list(kinds))
    weight = 1 / (10 + np.arange(len(kinds)))
    more = rng.choice(len(kinds), 67_557 - len(kinds), p=weight / weight.sum())
    drawn = np.concatenate([np.arange(len(kinds)), more])
    items = 3 * columns + kinds[drawn]
    return matrix(np.repeat(np.arange(len(items)), 43), items.ravel(), (len(items), 129))


def connect():
    """Return every position of connect-4 after 8 moves that nobody has won and that forces no move.

    The 42 cells of the UCI set (Tromp 1995), a column each of empty, first, second player; without its class. Of two
    mirror images one stands for both.
    """
    lines = [
        [(column + step * right, row + step * up) for step in range(4)]
        for column in range(7)
        for row in range(6)
        for right, up in ((1, 0), (0, 1), (1, 1), (1, -1))
        if 0 <= column + 3 * right < 7 and 0 <= row + 3 * up < 6
    ]
    through = {spot: [line for line in lines if spot in line] for line in lines for spot in line}

    def wins(position, column, player):
        spot = (column, len(position[column]))
        return any(
            all((c, r) == spot or (r < len(position[c]) and position[c][r] == player) for c, r in line)
            for line in through[spot]
        )

    positions = {("",) * 7}
    for move in range(8):
        player = "12"[move % 2]
        after = (
            (*position[:column], position[column] + player, *position[column + 1 :])
            for position in positions
            for column in range(7)
            if len(position[column]) < 6 and not wins(position, column, player)
        )
        positions = {min(position, position[::-1]) for position in after}
    forced = {p for p in positions for c in range(7) if len(p[c]) < 6 and (wins(p, c, "1") or wins(p, c, "2"))}
    cells = [[int(digit) for column in p for digit in column.ljust(6, "0")] for p in sorted(positions - forced)]
    items = 3 * np.arange(42) + np.array(cells)
    return matrix(np.repeat(np.arange(len(items)), 42), items.ravel(), (len(items), 126))


def clicks(n_baskets=990_002, n_items=41_270):
    """Return sessions as in kosarak: few pages in most, very many in some, the front page in most."""
    rng = np.random.default_rng(_SEED)
    popularity = 1 / np.arange(1, n_items + 1) ** 1.25
    lengths = np.minimum(2500, 1 + (rng.pareto(1.35, n_baskets) * 3).astype(int))
    bounds = np.cumsum(popularity / popularity.sum())
    items = np.searchsorted(bounds, rng.random(lengths.sum())).clip(max=n_items - 1)
    return matrix(np.repeat(np.arange(n_baskets), lengths), items, (n_baskets, n_items))


def lines(path):
    """Return a file of one basket of numbers a line."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return named(line.split() for line in data.decode().splitlines() if line.strip())


def named(baskets):
    """Return baskets of names; the columns are the sorted names."""
    baskets = [list(basket) for basket in baskets]
    rows = np.repeat(np.arange(len(baskets)), list(map(len, baskets)))
    names, items = np.unique([name for basket in baskets for name in basket], return_inverse=True)
    return matrix(rows, items, (len(baskets), len(names)))


def shared(name):
    """Return a set from the folder that KEZHI_TEST_DATA names, or None."""
    folder = os.environ.get("KEZHI_TEST_DATA")
    if not folder:
        return None
    if name == "Groceries":
        with (Path(folder) / "purchases_en" / "groceries.csv").open(encoding="utf-8", newline="") as file:
            return named(csv.reader(file))
    return lines(Path(folder) / "fim" / name)


def distinct_rows(X):
    """Return how many baskets differ."""
    return len(Counter(row.tobytes() for row in np.split(X.indices, X.indptr[1:-1])))
