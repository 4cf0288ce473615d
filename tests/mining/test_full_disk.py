"""A worker on a disk that takes nothing: it lives on, and does what waits once there is room."""

import os
import resource
import signal
import subprocess
import sys
import time

import pytest

from kb.access import OPERATOR
from mining import check, runs

# Less than one page of the store with what belongs to it.
_MOST_BYTES = 4096


def _limit():
    resource.setrlimit(resource.RLIMIT_FSIZE, (_MOST_BYTES, resource.RLIM_INFINITY))


@pytest.fixture
def worker(home):
    """A worker none of whose files may grow."""
    command = [sys.executable, "-m", "mining.worker", str(home), str(os.getpid())]
    process = subprocess.Popen(command, start_new_session=True, preexec_fn=_limit, stderr=subprocess.PIPE, text=True)
    yield process
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def test_a_worker_on_a_full_disk_lives_on_and_does_what_waits_once_there_is_room(db, home, people, now, worker):
    (home / "uploads").mkdir()
    (home / "uploads" / "token").write_text("order,item\n1,a\n1,b\n2,a\n", "utf-8")
    args = {"upload": "token", "file": "orders.csv", "options": {}}
    run_id = runs.queue(db, kind="import", args=args, by=people["lin"], now=now)
    assert "the disk may be full" in worker.stderr.readline()
    assert (worker.poll(), runs.get(db, run_id, reader=OPERATOR).state) == (None, "queued")
    assert db["batch"].count == 0

    resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    end = time.monotonic() + 90
    while runs.get(db, run_id, reader=OPERATOR).state in ("queued", "running"):
        assert time.monotonic() < end
        time.sleep(0.05)
    run = runs.get(db, run_id, reader=OPERATOR)
    assert (run.state, run.attempts, db["batch"].count) == ("done", 1, 1)
    assert [each.problems for each in check.check(db, home)] == [[], []]
