"""Workers killed with -9 at random moments, and whether all ends as without a kill.

A home with an import, the mining of it and a schedule that is due is worked at by one worker. At each moment the worker
alone, its job alone, or both are killed, and another worker goes on. In the end the rows of runs, imports, rules and
schedules must be those of a home where nobody was killed, with nothing twice; else the command fails.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import results
from kb import home as homes
from kb.access import OPERATOR
from kb.migrations import migrations as kb_migrations
from kb.store import close_store, create_store, open_store, utc_now
from mining import check, runs, schedules
from mining.migrations import migrations
from mining.rhythm import Rhythm

ITEMS = ("啤酒", "纸尿裤", "牛奶", "面包", "鸡蛋", "大米")
ARGS = {"min_support": 0.01, "min_confidence": 0.3, "max_length": 3, "batches": None}
PATIENCE_SECONDS = 300
WHOM = ("worker", "job", "both")


def main():
    """Kill at so many moments; print what happened, or write it into RESULTS.md."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--moments", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    print(f"seed {asked.seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        first = prepared(Path(folder, "first"), chance)
        begun = time.monotonic()
        expected, _ = worked(shutil.copytree(first, Path(folder, "whole")))
        seconds = time.monotonic() - begun
        rows = []
        for number in range(asked.moments):
            moment, whom = chance.uniform(0, seconds), chance.choice(WHOM)
            found, stood = worked(shutil.copytree(first, Path(folder, str(number))), moment, whom)
            is_same = found == expected
            rows.append([f"{moment:.2f}", whom, stood, "yes" if is_same else "NO"])
            print(*rows[-1], sep="  ", flush=True)
            if not is_same:
                sys.exit(f"not as without a kill:\n{found}\n{expected}")
    print(f"{asked.moments} moments of {seconds:.1f} s: all as without a kill")
    if asked.write:
        head = ["killed after s", "killed", "what worked then", "ends as without"]
        command = f"python -m benchmarks.kill --seed {asked.seed} --write"
        results.write(
            "Killed workers", command, results.table(head, rows), ("polars", "numba"), __doc__.split("\n\n")[1].strip()
        )


def prepared(home, chance):
    """Return a home with an import and rules in line, and a schedule that is due."""
    homes.create(home, homes.Settings())
    create_store(home, kb_migrations, migrations)
    db, now = open_store(home), utc_now()
    (home / "uploads").mkdir()
    lines = ["order,item"]
    for order in range(3000):
        lines += [f"{order},{item}" for item in ITEMS if chance.random() < 0.3]
    (home / "uploads" / "token").write_text("\n".join(lines), "utf-8")
    args = {"upload": "token", "file": "orders.csv", "options": {}}
    runs.queue(db, kind="import", args=args, by=OPERATOR, now=now)
    runs.queue(db, kind="rules", args=ARGS, by=OPERATOR, now=now)
    schedules.add(db, ARGS, Rhythm("day", "00:00"), by=OPERATOR, now=now)
    db["schedule"].update(1, {"done_day": "2026-01-01"})
    close_store(home)
    return home


def worked(home, moment=None, whom="worker"):
    """Return what a home holds once all is done, and what worked when `whom` was killed."""
    db, stood = open_store(home), ""
    worker = started(home)
    try:
        if moment is not None:
            time.sleep(moment)
            stood = going(db)
            jobs = children(worker.pid)
            for pid in {"worker": [worker.pid], "job": jobs, "both": [*jobs, worker.pid]}[whom]:
                killed(pid)
            if whom != "job":
                worker.wait()
                worker = started(home)
        wait_until_done(db, home)
        return outcome(db, home), stood
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        close_store(home)


def started(home):
    """Return a worker in a process of its own."""
    command = [sys.executable, "-m", "mining.worker", str(home), str(os.getpid())]
    return subprocess.Popen(command, start_new_session=True)


def killed(pid):
    """Kill a process, which may have ended by itself."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def children(pid):
    """Return the processes that a process started."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text() if Path(f"/proc/{pid}").exists() else ""
    return [int(each) for each in text.split()]


def going(db):
    """Return what works in words."""
    rows = db.execute(
        "SELECT id, kind, state, stage FROM run WHERE state IN ('running', 'queued') ORDER BY state DESC, id"
    )
    row = rows.fetchone()
    return "nothing" if row is None else " ".join(str(each) for each in row if each is not None)


def wait_until_done(db, home):
    """Wait until the import, the rules and the run of the schedule are over."""
    end = time.monotonic() + PATIENCE_SECONDS
    over = "SELECT count(*) FROM run WHERE state NOT IN ('queued', 'running')"
    while db.execute(over).fetchone()[0] < 3:
        if time.monotonic() > end:
            sys.exit(f"not done after {PATIENCE_SECONDS} s: {going(db)} in {home}")
        time.sleep(0.1)


def outcome(db, home):
    """Return all that was published, without times, attempts and random names."""
    problems = [str(problem) for each in check.check(db, home) for problem in each.problems]
    told = [
        (run["kind"], run["state"], run["args"], _plain(run["result"]), run["schedule_id"]) for run in db["run"].rows
    ]
    batches = [(row["file"], row["sha256"], row["rows"], row["state"]) for row in db["batch"].rows]
    parts = sorted((row["batch_id"], row["rows"]) for row in db["ledger_part"].rows)
    rules = [(row["run_id"], row["position"], row["data"]) for row in db.query("SELECT * FROM finding ORDER BY id")]
    done = [row["done_day"] for row in db["schedule"].rows]
    ends = db.execute("""SELECT noun_id, action, count(*) FROM change WHERE noun IN ('run', 'batch')
                          GROUP BY noun_id, action ORDER BY noun_id, action""").fetchall()
    return json.dumps([problems, told, batches, parts, rules, done, ends], ensure_ascii=False)


def _plain(result):
    return {name: value for name, value in json.loads(result or "{}").items() if name != "rejects"}


if __name__ == "__main__":
    main()
