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
from kb.access import OPERATOR
from kb.duplicates import listing, scan
from kb.home import DATABASE
from kb.migrations import migrations as kb_migrations
from kb.store import migrate, open_store, utc_now
from mining.migrations import migrations as mining_migrations

SIZES = (25_000, None)


def main():
    """Measure and print, or write into RESULTS.md."""
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--most", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
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
            rows.append(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())
    table = results.table(["notes", "groups", "CPU s", "seconds", "MB of memory at most"], rows)
    print(table)
    if asked.write:
        command = "python -m benchmarks.duplicates HOME --write"
        results.write("Likely duplicates", command, table, ("numpy", "scipy"))


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
    spent, busy = time.monotonic() - start, time.process_time() - busy
    _, groups = listing(db, reader=OPERATOR)
    most_used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(count, groups, f"{busy:.0f}", f"{spent:.0f}", f"{most_used:.0f}")


if __name__ == "__main__":
    main()
