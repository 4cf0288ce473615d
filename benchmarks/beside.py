"""How long pages take while a run mines beside them, against the same pages without: 95 of 100 are as fast or faster.

A demo home is served by two processes as `kezhi serve` runs them, and one client asks for page after page. A run is
always going in every second stretch; the stretches alternate, so that whatever else the machine does falls on both.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import numpy as np

from benchmarks import life, results
from kb.access import OPERATOR
from kb.store import open_store, utc_now
from mining import runs
from mining.ledger import load
from mining.ledger.options import Options
from web.demo import home as demo

PAGES = (
    "/", "/notes", "/notes?dimension=from", "/notes/1", "/topics", "/topics/1", "/customers", "/customers/1",
    "/search?q=" + quote("质量"), "/runs", "/map", "/questions",
)  # fmt: skip
GOAL = 1.2
PROCESSES = 2
# Many products in every order: a minute of mining, then too many rules; it is asked again at once.
HARD = {"min_support": 1, "min_confidence": 0.0, "max_length": 5, "batches": None}


def main():
    """Measure and print, or write into RESULTS.md."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--stretches", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "home")
        demo.prepare(home, on_progress=lambda step: None)
        with serving(home) as port:
            client = life.Client(port, 0)
            for page in PAGES * 2:
                client.get(page)
            alone, beside = [], []
            for _ in range(asked.stretches // 2):
                alone += stretch(client, asked.rounds)
                with mining(home):
                    beside += stretch(client, asked.rounds)
    rows = [[name, len(each), *(f"{1000 * np.quantile(each, q):.0f}" for q in (0.5, 0.95))] for name, each in
            (("without a run", alone), ("while one mines", beside))]  # fmt: skip
    ratios = [np.quantile(beside, q) / np.quantile(alone, q) for q in (0.5, 0.95)]
    rows.append(["ratio", "", *(f"{each:.2f}" for each in ratios)])
    table = results.table(["pages", "asked", "median ms", "p95 ms"], rows)
    told = f"Goal: at most {GOAL} × at p95. The load of the machine at the end was {os.getloadavg()[0]:.1f}."
    print(table, told, sep="\n\n")
    if asked.write:
        results.write("Pages beside a run", "python -m benchmarks.beside --write", table, ("flask", "numba"), told)


def stretch(client, rounds):
    """Return the seconds of every page, asked some times in another order each time."""
    found, order = [], random.Random(1)
    for _ in range(rounds):
        for page in order.sample(PAGES, len(PAGES)):
            start = time.perf_counter()
            client.get(page)
            found.append(time.perf_counter() - start)
    return found


@contextmanager
def serving(home):
    """Serve a home and yield its port."""
    command = [sys.executable, "-c", "from web.commands import main; main()", "serve", "--home", str(home)]
    command += ["--port", "0", "--no-worker", "--processes", str(PROCESSES)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield int(re.search(r":(\d+)/", next(line for line in server.stdout if "http://" in line))[1])
    finally:
        server.terminate()
        server.communicate()


@contextmanager
def mining(home):
    """Have a worker mine all the time, once it has begun to."""
    db = open_store(home)
    _hard_orders(db, home)
    for _ in range(20):
        runs.queue(db, kind="rules", args=HARD, by=OPERATOR, now=utc_now())
    worker = subprocess.Popen([sys.executable, "-m", "mining.worker", str(home), str(os.getpid())])
    try:
        while not db.execute("SELECT 1 FROM run WHERE stage IN ('Mining', 'Preparing the miner, once')").fetchone():
            time.sleep(0.1)
        yield
        if not db.execute("SELECT 1 FROM run WHERE state IN ('queued', 'running')").fetchone():
            sys.exit("the runs were over before the pages: ask for more of them")
    finally:
        worker.terminate()
        worker.wait()
        for run in runs.listing(db, reader=OPERATOR, limit=100):
            if run.state in ("queued", "running"):
                runs.request_cancel(db, run.id, by=OPERATOR, now=utc_now())


def _hard_orders(db, home):
    """Import, once, orders in which almost everything goes together."""
    path, chance = home / "hard.csv", random.Random(3)
    if path.exists():
        return
    lines = [f"{order},p{item}" for order in range(3000) for item in range(80) if chance.random() < 0.4]
    path.write_text("\n".join(["order,item", *lines]), "utf-8")
    batch = load.import_file(db, home, path, Options(), by=OPERATOR, now=utc_now())["batch"]
    HARD["batches"] = [batch]


if __name__ == "__main__":
    main()
