"""Workers in real processes, killed at awkward moments."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kb.access import OPERATOR
from kb.store import open_store
from mining import check, findings, runs

ARGS = {"min_support": 0.01, "min_confidence": 0.3, "max_length": 3, "batches": None}


@pytest.fixture
def worker(home):
    """Return a function that starts a worker in a process of its own, by this module and its arguments."""
    started = []

    def start(module="mining.worker", *arguments, **options):
        command = [sys.executable, "-m", module, *map(str, arguments or (home, os.getpid()))]
        process = subprocess.Popen(command, start_new_session=True, **options)
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def jobs(db, home, people, now, many_orders):
    """Queue an import and the mining of it, and return their ids."""
    (home / "uploads").mkdir()
    (home / "uploads" / "token").write_bytes(many_orders.read_bytes())
    args = {"upload": "token", "file": "订单.csv", "options": {}}
    first = runs.queue(db, kind="import", args=args, by=people["lin"], now=now)
    return first, runs.queue(db, kind="rules", args=ARGS, by=people["lin"], now=now)


def wait_until(true, seconds=90):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def state(db, run_id):
    return db.execute("SELECT state FROM run WHERE id = :id", {"id": run_id}).fetchone()[0]


def outcome(db, ids):
    """Return all that was published, without times and random names."""
    wait_until(lambda: all(state(db, run_id) not in ("queued", "running") for run_id in ids))
    first, second = (runs.get(db, run_id, reader=OPERATOR) for run_id in ids)
    rules, _ = findings.of_run(db, second.id, limit=None)
    batches = [(row["file"], row["sha256"], row["rows"], row["state"]) for row in db["batch"].rows]
    read = second.args["batches"]
    return first.state, first.result["rows"], second.state, second.result, batches, read, [rule.data for rule in rules]


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory, many_orders, _empty_home):
    """What comes out when nobody is killed."""
    import shutil

    home = tmp_path_factory.mktemp("undisturbed") / "home"
    shutil.copytree(_empty_home, home)
    db = open_store(home)
    (home / "uploads").mkdir()
    (home / "uploads" / "token").write_bytes(many_orders.read_bytes())
    now = "2026-01-01T00:00:00.000000Z"
    args = {"upload": "token", "file": "订单.csv", "options": {}}
    ids = [runs.queue(db, kind=kind, args=a, by=OPERATOR, now=now) for kind, a in (("import", args), ("rules", ARGS))]
    process = subprocess.Popen(
        [sys.executable, "-m", "mining.worker", str(home), str(os.getpid())], start_new_session=True
    )
    try:
        return outcome(db, ids)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_an_import_and_its_rules_come_out_as_planted(undisturbed):
    first, rows, second, result, batches, read, rules = undisturbed
    assert (first, second) == ("done", "done")
    assert rows["loaded"] == rows["read"] > 3000
    assert (len(batches), read) == (1, [1])
    assert result["rules"] == len(rules)
    assert (rules[0]["antecedent"], rules[0]["consequent"]) in ((["啤酒"], ["纸尿裤"]), (["纸尿裤"], ["啤酒"]))


@pytest.mark.parametrize(
    ("whom", "at"),
    # At an import that has begun, and at what is mined of it.
    [("worker", (0, None)), ("everything", (1, "stage"))],
)
def test_a_killed_run_finishes_after_the_next_start_with_the_same_result(db, home, jobs, worker, undisturbed, at, whom):
    first = worker()
    job, column = at
    wait_until(lambda: state(db, jobs[job]) == "running" and (column is None or db["run"].get(jobs[job])[column]))
    if whom == "worker":
        first.kill()
    else:
        os.killpg(first.pid, signal.SIGKILL)
    first.wait()

    worker()

    assert outcome(db, jobs) == undisturbed
    assert [each.problems for each in check.check(db, home)] == [[], []]


def test_a_job_that_is_killed_alone_is_done_again_by_the_same_worker(db, home, jobs, worker, undisturbed):
    worker()
    wait_until(lambda: state(db, jobs[0]) == "running")
    wait_until(lambda: children("mining.jobs", home))
    for pid in children("mining.jobs", home):
        os.kill(pid, signal.SIGKILL)

    assert outcome(db, jobs) == undisturbed


@pytest.mark.parametrize(("by_hand", "number"), [(False, signal.SIGTERM), (True, signal.SIGINT)])
def test_a_worker_that_is_told_to_stop_gives_its_run_back_as_if_it_had_not_begun(
    db, home, jobs, worker, by_hand, number
):
    command = ("web.commands", "worker", "--home", home) if by_hand else ()
    process = worker(*command, stderr=subprocess.PIPE, text=True)
    wait_until(lambda: children("mining.jobs", home))
    os.killpg(process.pid, number)
    _, said = process.communicate(timeout=20)

    assert process.returncode == 0
    assert "Traceback" not in said
    assert (db["run"].get(jobs[0])["attempts"], state(db, jobs[0])) == (0, "queued")


def test_a_job_dies_with_its_worker(db, home, jobs, worker):
    process = worker()
    # It has begun: before that, it finds by itself that its parent is gone.
    wait_until(lambda: db["run"].get(jobs[0])["stage"])
    # While somebody else writes, the job can neither go on nor end by itself.
    db.execute("BEGIN IMMEDIATE")
    process.kill()
    process.wait()
    wait_until(lambda: not children("mining.jobs", home), seconds=10)
    db.execute("ROLLBACK")


def test_two_workers_do_each_run_once(db, jobs, worker, undisturbed):
    worker()
    worker()
    # The second run may start before the first has ended, and then has nothing to mine: only the import is compared.
    wait_until(lambda: all(state(db, run_id) not in ("queued", "running") for run_id in jobs))
    assert [row["attempts"] for row in db["run"].rows] == [1, 1]
    assert db["batch"].count == 1


def test_a_run_is_cancelled_within_a_second_and_nothing_is_written(db, home, jobs, people, worker, now):
    worker()
    wait_until(lambda: children("mining.jobs", home))
    runs.request_cancel(db, jobs[0], by=people["lin"], now=now)
    wait_until(lambda: state(db, jobs[0]) == "cancelled", seconds=5)
    assert db["batch"].count == 0


def test_a_run_is_cancelled_within_a_second_in_the_midst_of_mining(db, home, people, worker, now, imported, tmp_path):
    # Four and a half million rules: more than a second of mining on any machine.
    chance = random.Random(3)
    lines = [f"{order},{item}" for order in range(400) for item in range(54) if chance.random() < 0.4]
    path = tmp_path / "many.csv"
    path.write_text("\n".join(["order,item", *lines]), "utf-8")
    imported(path)
    args = {"min_support": 1, "min_confidence": 0.0, "max_length": 4, "batches": None}
    run_id = runs.queue(db, kind="rules", args=args, by=people["lin"], now=now)
    worker()
    wait_until(lambda: runs.get(db, run_id, reader=OPERATOR).stage in ("Mining", "Preparing the miner, once"))
    share = runs.get(db, run_id, reader=OPERATOR)
    assert 0 < share.progress < share.total
    runs.request_cancel(db, run_id, by=people["lin"], now=now)
    wait_until(lambda: state(db, run_id) == "cancelled", seconds=1)
    assert db["finding"].count == 0
    assert not children("mining.jobs", home)


@pytest.mark.parametrize("seconds", [0, 1])
def test_a_worker_ends_with_who_started_it(home, seconds):
    script = (
        "import os, subprocess, sys, time;"
        "p = subprocess.Popen([sys.executable, '-m', 'mining.worker', sys.argv[1], str(os.getpid())]);"
        "print(p.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script, str(home)], stdout=subprocess.PIPE, text=True)
    pid = int(parent.stdout.readline())
    # At once: the worker has not even begun.
    time.sleep(seconds)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    wait_until(lambda: not lives(pid), seconds=30)


def test_a_file_that_cannot_be_read_fails_with_its_sentence_and_the_worker_goes_on(db, home, people, jobs, worker, now):
    (home / "uploads" / "png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50))
    args = {"upload": "png", "file": "图.csv", "options": {}}
    bad = runs.queue(db, kind="import", args=args, by=people["lin"], now=now)
    worker()
    wait_until(lambda: state(db, bad) == "failed")
    error = runs.get(db, bad, reader=OPERATOR).error
    assert "图.csv is not a table but a picture" in error.sentence()
    assert state(db, jobs[0]) == state(db, jobs[1]) == "done"


def test_a_job_that_needs_more_memory_than_it_may_take_says_how_much_that_is(db, home, jobs, worker):
    config = home / "config.toml"
    config.write_text(config.read_text("utf-8").replace("job_megabytes = 0", "job_megabytes = 200"), "utf-8")
    worker()
    wait_until(lambda: state(db, jobs[0]) == "failed")
    run = runs.get(db, jobs[0], reader=OPERATOR)
    assert "more than the 200 MB of memory" in run.error.sentence()
    assert (run.attempts, db["batch"].count) == (1, 0)


def test_rejected_rows_are_kept_in_the_senders_language_and_their_place_is_not_told(db, home, people, worker, now):
    (home / "uploads").mkdir()
    (home / "uploads" / "some").write_bytes(b"order,item\n1,a\n2\n")
    sentences = {
        "%(file)s, row %(row)d: the row has fewer columns than the header.": "%(file)s 第 %(row)d 行：列数比表头少。"
    }
    args = {"upload": "some", "file": "x.csv", "options": {}, "sentences": sentences}
    run_id = runs.queue(db, kind="import", args=args, by=people["lin"], now=now)
    worker()
    wait_until(lambda: state(db, run_id) == "done")
    assert runs.get(db, run_id, reader=OPERATOR).result["rejects"] == f"{run_id}.csv"
    path = runs.rejects_path(db, home, run_id, reader=people["lin"])
    assert "x.csv 第 3 行：列数比表头少。" in path.read_text("utf-8-sig")


def children(module, home):
    """Return the processes that run a module for this home; others of the machine are none of our business."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                command = Path(f"/proc/{name}/cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if {module.encode(), str(home).encode()} <= set(command) and lives(int(name)):
                found.append(int(name))
    return found


def lives(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"
