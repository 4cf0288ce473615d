"""The same rules from the same ledger, counted here and by Spark on this machine: when should one change over?

``python -m benchmarks.spark [--write] [--lines 100000,1000000,10000000]``; needs ``pip install 'kezhi[spark]'`` and
Java. Each part runs in a process of its own; Spark's time has its start in it, and its memory that of its Java.
"""

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import results
from benchmarks.ledger import invent

_ASKED = {"min_support": 0.002, "min_confidence": 0.1}


def main():
    """Measure and print, or write into RESULTS.md."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--lines", default="100000,1000000,10000000")
    parser.add_argument("--part", nargs=2)
    asked = parser.parse_args()
    if asked.part:
        return _part(*asked.part)
    rows = []
    for lines in map(int, asked.lines.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder, "home")
            _fill(home, lines)
            here, there = (_apart(engine, home) for engine in ("local", "spark"))
        if here["answer"] != there["answer"]:
            raise SystemExit(f"{lines} lines: the two do not find the same")
        rows.append(_row(lines, here, there))
    head = ["lines", "orders", "rules", "here, s", "Spark, s", "ratio", "here, MB", "Spark, MB"]
    table = results.table(head, rows)
    print(table)
    if asked.write:
        remarks = "Wall seconds of reading the ledger and mining it; a ratio above 1 means that Spark is slower."
        results.write("Spark", "python -m benchmarks.spark --write", table, ("polars", "pyspark"), remarks)
    return None


def _fill(home, lines):
    import kb.home
    from kb.access import OPERATOR
    from kb.migrations import migrations as kb_migrations
    from kb.store import create_store, open_store, utc_now
    from mining.ledger import load
    from mining.ledger.options import Options
    from mining.migrations import migrations

    kb.home.create(home, kb.home.Settings(name="x"))
    create_store(home, kb_migrations, migrations)
    path = home / "orders.csv"
    invent(path, lines)
    load.import_file(open_store(home), home, path, Options(), by=OPERATOR, now=utc_now())
    path.unlink()


def _apart(engine, home):
    command = [sys.executable, "-m", "benchmarks.spark", "--part", engine, str(home)]
    answer = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(answer.stdout.splitlines()[-1])


def _part(engine, home):
    from kb.store import open_store
    from mining import baskets, mine

    home = Path(home)
    db = open_store(home)
    start = time.perf_counter()
    if engine == "local":
        answer = mine.rules(baskets.from_ledger(db, home), **_ASKED)
        told = {"seconds": time.perf_counter() - start, "memory": _peak()}
    else:
        from mining import spark

        with spark.session() as session:
            answer = mine.rules(spark.from_ledger(session, db, home), **_ASKED)
            # Before Java ends: afterwards nothing tells what it took.
            told = {"seconds": time.perf_counter() - start, "memory": _peak() + _of_children()}
    print(json.dumps({**told, "answer": answer}))


def _peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _of_children():
    """Return the peak memory of all processes below this one, MB."""
    total, pending = 0, [Path("/proc/self").resolve().name]
    while pending:
        process = Path("/proc", pending.pop())
        for task in (process / "task").iterdir():
            children = (task / "children").read_text().split()
            pending += children
            for child in children:
                # A child that has ended has no memory any more.
                told = re.search(r"VmHWM:\s+(\d+)", Path("/proc", child, "status").read_text())
                total += int(told[1]) // 1024 if told else 0
    return total


def _row(lines, here, there):
    told = [f"{lines:,}", f"{here['answer']['baskets']:,}", len(here["answer"]["rules"])]
    seconds = [f"{each['seconds']:.1f}" for each in (here, there)]
    memory = [f"{each['memory']:.0f}" for each in (here, there)]
    return [*map(str, told), *seconds, f"{there['seconds'] / here['seconds']:.1f}", *memory]


if __name__ == "__main__":
    main()
