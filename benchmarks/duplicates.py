"""What the nightly search for likely duplicates takes in a home of many notes: seconds of CPU, and memory of its own.

Give it a home that ``python -m benchmarks.fill`` made; it works at a copy. In a process of its own, as the worker
does it.
"""

import argparse
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import results
from kb import likeness
from kb.access import OPERATOR
from kb.duplicates import listing, scan
from kb.home import DATABASE
from kb.migrations import migrations as kb_migrations
from kb.store import migrate, open_store, utc_now
from mining.migrations import migrations as mining_migrations

SIZES = (25_000, None)
# Of texts that differ in a number alone each is near to each.
NUMBERED = (5_000, 20_000)
TEXT = "客户第 {} 次来电说密封罐的胶圈在梅雨天会变硬，盖不紧，饼干两天就软了。"


def main():
    """Measure and print, or write into RESULTS.md."""
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--most", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--numbered", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.numbered is not None:
        _measure_numbered(asked.numbered)
        return
    if asked.most is not None:
        _measure(asked.home, asked.most)
        return
    rows = []
    for most in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder, "home")
            copy.mkdir()
            for name in (DATABASE, "config.toml"):
                shutil.copy(asked.home / name, copy / name)
            command = [sys.executable, "-m", "benchmarks.duplicates", str(copy), "--most", str(most or 0)]
            rows.append(["of the home", *_told(command)])
    for count in NUMBERED:
        command = [sys.executable, "-m", "benchmarks.duplicates", str(asked.home), "--numbered", str(count)]
        rows.append(["differ in a number alone", *_told(command)])
    table = results.table(["which", "notes", "groups", "CPU s", "seconds", "MB of memory at most"], rows)
    print(table)
    if asked.write:
        command = "python -m benchmarks.duplicates HOME --write"
        results.write("Likely duplicates", command, table, ("numpy", "scipy"))


def _told(command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def _measure_numbered(count):
    """Look for groups among texts that differ in a number alone, and print a row of the table."""
    texts = [TEXT.format(n) for n in range(count)]
    start, busy = time.monotonic(), time.process_time()
    groups = likeness.groups(texts, 0.5, {})
    _print(count, len(groups), time.process_time() - busy, time.monotonic() - start)


def _measure(home, most):
    """Look for duplicates in a home, or among its first notes, and print a row of the table."""
    migrate(home, kb_migrations, mining_migrations)
    db = open_store(home)
    if most:
        db.execute(
            "UPDATE note SET archived = 1 WHERE id NOT IN (SELECT id FROM note WHERE NOT archived LIMIT ?)", [most]
        )
    count = db.execute("SELECT count(*) FROM note WHERE NOT archived").fetchone()[0]
    start, busy = time.monotonic(), time.process_time()
    scan(db, now=utc_now())
    spent = time.process_time() - busy, time.monotonic() - start
    _, groups = listing(db, reader=OPERATOR)
    _print(count, groups, *spent)


def _print(count, groups, busy, seconds):
    most_used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(count, groups, f"{busy:.1f}", f"{seconds:.1f}", f"{most_used:.0f}")


if __name__ == "__main__":
    main()
