"""From order files to baskets and rules: the ledger against what one writes with pandas and mlxtend.

``python -m benchmarks.ledger [--write] [--lines 10000000]``; needs ``pip install pandas pyarrow mlxtend``. Each part
runs in a process of its own, so that its peak memory is its own. Online Retail needs ``KEZHI_TEST_DATA``.

The peer reads the same file into the same baskets, but keeps no rejected row, no undo and no record of where a line
came from; it is the floor that the ledger is measured against.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import results

_SUPPORT, _CONFIDENCE = 0.02, 0.5


def invent(path, lines, seed=20260101):
    """Write a csv of `lines` purchase lines: 5 a basket, 20,000 products, 200,000 customers, one year."""
    import numpy as np
    import polars as pl

    rng = np.random.default_rng(seed)
    popularity = 1 / np.arange(1, 20_001)
    order = np.sort(rng.integers(0, lines // 5, lines))
    items = rng.choice(20_000, lines, p=popularity / popularity.sum())
    start = np.datetime64("2026-01-01T08:00:00", "ms")
    frame = pl.DataFrame(
        {
            "订单号": order,
            "商品": items,
            "会员号": 60_000_000 + order % 200_000,
            "下单时间": start + (order * 31_000_000_000 // max(lines // 5, 1)).astype("timedelta64[ms]"),
            "数量": rng.integers(1, 4, lines),
            "单价": rng.integers(100, 20_000, lines) / 100,
        }
    )
    named = frame.with_columns(
        pl.format("D{}", "订单号").alias("订单号"), pl.format("商品{}", "商品").alias("商品"),
        pl.col("下单时间").dt.strftime("%Y-%m-%d %H:%M:%S"),
    )  # fmt: skip
    named.write_csv(path)


def ours(path, *, require, rules):
    """Import a file into a fresh ledger and read its baskets back; with `rules` mine and store them too."""
    import kb.home
    from kb.access import OPERATOR
    from kb.migrations import migrations as kb_migrations
    from kb.store import create_store, open_store, utc_now
    from mining import baskets, mine
    from mining.ledger import load
    from mining.ledger.options import Options
    from mining.migrations import migrations

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "home")
        kb.home.create(home, kb.home.Settings(name="x"))
        create_store(home, kb_migrations, migrations)
        db = open_store(home)
        told, spent = {}, {}
        _timed(
            spent, "import",
            lambda: told.update(load.import_file(db, home, path, Options(require=require), by=OPERATOR, now=utc_now())),
        )  # fmt: skip
        found = []
        _timed(spent, "baskets", lambda: found.append(baskets.from_ledger(db, home, None)))
        if rules:
            answer = []
            wanted = {"min_support": _SUPPORT, "min_confidence": _CONFIDENCE}
            _timed(spent, "rules", lambda: answer.append(mine.rules(found[0], **wanted)))
            found.append(len(answer[0]["rules"]))
    X = found[0].X
    return {"spent": spent, "lines": told["rows"]["loaded"], "baskets": X.shape[0], "items": X.shape[1],
            "rules": found[1] if rules else None}  # fmt: skip


def theirs(path, *, require, rules):
    """Do the same with pandas and mlxtend, the fastest documented way."""
    import pandas as pd
    from mlxtend.frequent_patterns import association_rules, fpgrowth
    from scipy import sparse

    spent, found = {}, []
    names = {"order": "订单号", "item": "商品", "quantity": "数量", "price": "单价"}
    if rules:
        names = {"order": "InvoiceNo", "item": "StockCode", "quantity": "Quantity", "price": "UnitPrice"}

    def read():
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, engine="pyarrow")
        quantity, price = (pd.to_numeric(frame[names[name]]) for name in ("quantity", "price"))
        kept = (quantity > 0) & (price > 0)
        for column in require:
            kept &= frame[column] != ""
        found.append(frame[kept])

    def matrix():
        orders, order_names = pd.factorize(found[0][names["order"]])
        items, item_names = pd.factorize(found[0][names["item"]])
        X = sparse.csr_matrix((pd.array([1] * len(orders), dtype="int8"), (orders, items)))
        X.data[:] = 1
        found.append((X.astype(bool), item_names))

    def mine():
        X, item_names = found[1]
        table = pd.DataFrame.sparse.from_spmatrix(X, columns=item_names)
        sets = fpgrowth(table, min_support=_SUPPORT, use_colnames=True)
        found.append(len(association_rules(sets, metric="confidence", min_threshold=_CONFIDENCE)))

    _timed(spent, "import", read)
    _timed(spent, "baskets", matrix)
    if rules:
        _timed(spent, "rules", mine)
    X = found[1][0]
    return {"spent": spent, "lines": len(found[0]), "baskets": X.shape[0], "items": X.shape[1],
            "rules": found[2] if rules else None}  # fmt: skip


def _timed(spent, what, act):
    start = time.process_time()
    act()
    spent[what] = time.process_time() - start


def _apart(who, path, **asked):
    """Run one part in a fresh process and return what it tells, with its peak memory in MB."""
    command = [sys.executable, "-m", "benchmarks.ledger", "--part", json.dumps([who, str(path), asked])]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(answer.stdout.splitlines()[-1])


def _part(text):
    who, path, asked = json.loads(text)
    told = {"ours": ours, "theirs": theirs}[who](Path(path), **asked)
    told["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(told))


def _rows(label, mine, peer):
    rows = []
    for what, seconds in mine["spent"].items():
        other = peer["spent"][what]
        rows.append([label, what, f"{seconds:.1f}", f"{other:.1f}", f"{seconds / other:.1f}", ""])
    memory = [f"{mine['memory']:.0f}", f"{peer['memory']:.0f}", f"{mine['memory'] / peer['memory']:.1f}"]
    told = f"{mine['lines']:,} lines, {mine['baskets']:,} baskets"
    if mine["rules"] is not None:
        told += f", {mine['rules']} rules (peer {peer['rules']})"
    return [*rows, [label, "peak memory, MB", *memory, told]]


def main():
    """Measure and print, or write into RESULTS.md."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--lines", type=int, default=10_000_000)
    parser.add_argument("--part")
    asked = parser.parse_args()
    if asked.part:
        return _part(asked.part)
    rows = []
    if "KEZHI_TEST_DATA" in os.environ:
        path = Path(os.environ["KEZHI_TEST_DATA"], "purchases_en", "online_retail.csv.gz")
        found = _apart("ours", path, require=["customer"], rules=True)
        peer = _apart("theirs", path, require=["CustomerID"], rules=True)
        rows += _rows("Online Retail", found, peer)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "orders.csv")
        invent(path, asked.lines)
        found, peer = (_apart(who, path, require=[], rules=False) for who in ("ours", "theirs"))
        rows += _rows(f"{asked.lines:,} invented lines", found, peer)
    table = results.table(["data", "step", "Kezhi, CPU s", "peer, CPU s", "ratio", "what"], rows)
    print(table)
    if asked.write:
        remarks = "A ratio above 1 means that Kezhi is slower, or needs more memory."
        command = "python -m benchmarks.ledger --write"
        results.write("Order files", command, table, ("polars", "pandas", "pyarrow", "mlxtend"), remarks)
    return None


if __name__ == "__main__":
    main()
