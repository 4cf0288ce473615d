"""From order files to baskets and rules: the ledger against the fastest bare readers, and against pandas and mlxtend.

``python -m benchmarks.ledger [--write] [--lines 10000000]``. Each part runs in a process of its own, so that its peak
memory is its own. Online Retail needs ``KEZHI_TEST_DATA``.

The peers read the same file, but clean nothing, keep no rejected row, no undo and no record of where a line came from;
they are the floor that the ledger is measured against.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import peers, results

_SUPPORT, _CONFIDENCE = 0.02, 0.5
_PEERS = ("pyarrow==26.0.1", "mlxtend==0.25.0")


def invent(path, lines, seed=20260101):
    """Write a csv of `lines` purchase lines: 5 a basket, 20,000 products, 200,000 customers, one year.

    Beside it the same in GB18030, and a twentieth of it as a workbook.
    """
    import numpy as np
    import polars as pl
    import xlsxwriter

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
    with path.open(encoding="utf-8") as source, path.with_suffix(".gb.csv").open("w", encoding="gb18030") as target:
        while text := source.read(1 << 24):
            target.write(text)
    with xlsxwriter.Workbook(path.with_suffix(".xlsx"), {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, named.columns)
        for at, row in enumerate(named.head(lines // 20).iter_rows(), 1):
            sheet.write_row(at, 0, row)


def ours(path, *, require, rules):
    """Import a file into a fresh ledger and read its baskets back; with `rules` mine and store them too."""
    import kb.home
    from kb.access import OPERATOR
    from kb.migrations import migrations as kb_migrations
    from kb.store import create_store, open_store, utc_now
    from mining import baskets, mine
    from mining.ledger import facts, load
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
        import_memory, found = _memory(), []
        _timed(spent, "baskets", lambda: found.append(baskets.from_ledger(db, home, None)))
        if rules:
            answer = []
            wanted = {"min_support": _SUPPORT, "min_confidence": _CONFIDENCE}
            _timed(spent, "rules", lambda: answer.append(mine.rules(found[0], **wanted)))
            found.append(len(answer[0]["rules"]))
        else:
            _timed(spent, "facts", lambda: facts.summary(db, home))
    X = found[0].X
    return {"spent": spent, "lines": told["rows"]["loaded"], "baskets": X.shape[0], "items": X.shape[1],
            "rules": found[1] if rules else None, "import_memory": import_memory}  # fmt: skip


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


def bare(path):
    """Read a csv and write it as Parquet with polars alone, and with pandas alone."""
    import pandas as pd
    import polars as pl

    spent, target = {}, path.with_suffix(".parquet")
    _timed(spent, "polars", lambda: pl.scan_csv(path).sink_parquet(target))
    _timed(spent, "pandas", lambda: pd.read_csv(path).to_parquet(target))
    again = path.with_suffix(".again.parquet")
    _timed(spent, "parquet", lambda: pl.scan_parquet(target).sink_parquet(again))
    return {"spent": spent}


def grouped(path):
    """Make baskets of Parquet with pandas groupby and scipy."""
    import pandas as pd
    from scipy import sparse

    spent = {}

    def matrix():
        frame = pd.read_parquet(path.with_suffix(".parquet"), columns=["订单号", "商品"])
        orders = frame.groupby("订单号").ngroup().to_numpy()
        items = frame.groupby("商品").ngroup().to_numpy()
        X = sparse.csr_matrix(([1] * len(orders), (orders, items)))
        X.data[:] = 1
        return X

    _timed(spent, "baskets", matrix)
    return {"spent": spent}


def sheets(path):
    """Read a workbook with the reader alone."""
    from python_calamine import CalamineWorkbook

    spent = {}

    def rows():
        book = CalamineWorkbook.from_path(str(path))
        return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]

    _timed(spent, "workbook", rows)
    return {"spent": spent}


def _timed(spent, what, act):
    began, busy = time.monotonic(), time.process_time()
    act()
    spent[what] = (time.monotonic() - began, time.process_time() - busy)


def _memory():
    """Return the peak memory of this process in MB; `resource` tells that of the process that started it, if larger."""
    told = Path("/proc/self/status").read_text("utf-8")
    return int(re.search(r"VmHWM:\s*(\d+)", told)[1]) / 1024


def _apart(who, path, **asked):
    """Run one part in a fresh process and return what it tells, with its peak memory in MB."""
    command = [sys.executable, "-m", "benchmarks.ledger", "--part", json.dumps([who, str(path), asked])]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(answer.stdout.splitlines()[-1])


def _part(text):
    peers.install(_PEERS, "ledger-peers")
    who, path, asked = json.loads(text)
    parts = {"ours": ours, "theirs": theirs, "bare": bare, "grouped": grouped, "sheets": sheets}
    told = parts[who](Path(path), **asked)
    told["memory"] = _memory()
    print(json.dumps(told))


def _row(label, what, mine, peer, told=""):
    """Return a row of the table: wall and processor seconds of both, and their ratios."""
    (wall, busy), (their_wall, their_busy) = mine, peer
    ratios = [f"{wall / their_wall:.1f}", f"{busy / their_busy:.1f}"]
    return [label, what, f"{wall:.1f} ({busy:.1f})", f"{their_wall:.1f} ({their_busy:.1f})", *ratios, told]


def _with_rules(path):
    mine = _apart("ours", path, require=["customer"], rules=True)
    peer = _apart("theirs", path, require=["CustomerID"], rules=True)
    told = f"{mine['lines']:,} lines, {mine['baskets']:,} baskets, {mine['rules']} rules (peer {peer['rules']})"
    label = "Online Retail, against pandas and mlxtend"
    return [_row(label, what, seconds, peer["spent"][what], told) for what, seconds in mine["spent"].items()]


def _of_size(path, lines):
    mine, bare_reader, by_groups = (_apart(who, path, **asked) for who, asked in (
        ("ours", {"require": [], "rules": False}), ("bare", {}), ("grouped", {})))  # fmt: skip
    chinese = _apart("ours", path.with_suffix(".gb.csv"), require=[], rules=False)
    columnar = _apart("ours", path.with_suffix(".parquet"), require=[], rules=False)
    book = _apart("ours", path.with_suffix(".xlsx"), require=[], rules=False)
    alone = _apart("sheets", path.with_suffix(".xlsx"))
    label, spent, floor = f"{lines:,} invented lines", mine["spent"], bare_reader["spent"]
    told = f"{mine['lines']:,} lines, {mine['baskets']:,} baskets, peak {mine['import_memory']:.0f} MB"
    wall, busy = spent["facts"]
    return [
        _row(label, "import, against polars scan_csv, sink_parquet", spent["import"], floor["polars"], told),
        _row(label, "import, against pandas read_csv, to_parquet", spent["import"], floor["pandas"]),
        _row(label, "import of GB18030, against that of UTF-8", chinese["spent"]["import"], spent["import"]),
        _row(label, "import of Parquet, against polars scan_parquet, sink_parquet", columnar["spent"]["import"],
             floor["parquet"], f"peak {columnar['import_memory']:.0f} MB"),
        _row(label, "baskets, against pandas groupby and scipy", spent["baskets"], by_groups["spent"]["baskets"],
             f"peak {mine['memory']:.0f} MB, of the peer {by_groups['memory']:.0f} MB; all facts of the page take "
             f"{wall:.1f} ({busy:.1f}) s"),
        _row(f"{lines // 20:,} of them as xlsx", "import, against calamine alone", book["spent"]["import"],
             alone["spent"]["workbook"], f"peak {book['import_memory']:.0f} MB"),
    ]  # fmt: skip


def main():
    """Measure and print, or write into RESULTS.md."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--lines", type=int, default=10_000_000)
    parser.add_argument("--part")
    asked = parser.parse_args()
    if asked.part:
        return _part(asked.part)
    peers.install(_PEERS, "ledger-peers")
    rows = []
    if "KEZHI_TEST_DATA" in os.environ:
        rows += _with_rules(Path(os.environ["KEZHI_TEST_DATA"], "purchases_en", "online_retail.csv.gz"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "orders.csv")
        invent(path, asked.lines)
        rows += _of_size(path, asked.lines)
    head = ["data", "step", "Kezhi, s (of processor)", "peer, s (of processor)", "ratio", "of processor", "what"]
    table = results.table(head, rows)
    print(table)
    if asked.write:
        load = os.getloadavg()[0]
        remarks = f"A ratio above 1 means that Kezhi is slower. The load of the machine at the end was {load:.1f}."
        command = "python -m benchmarks.ledger --write"
        packages = ("polars", "pandas", "pyarrow", "mlxtend", "python-calamine")
        results.write("Order files", command, table, packages, remarks)
    return None


if __name__ == "__main__":
    main()
