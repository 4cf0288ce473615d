"""What a worker has done beside the runs, at night or when it is due: ``python -m mining.nightly HOME PARENT TASK``.

In a process of its own, so that what it takes of memory is given back and no run waits for it.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from kb import duplicates, view_news
from kb.store import open_store, utc_now
from mining import kernel_cache, rule_columns, slices
from mining.jobs import die_with

# What failed is not tried again at once.
_RETRY_SECONDS = 600


class Nightly:
    """The nightly work of one worker; at most one process at a time, its ``child``."""

    def __init__(self, db, home, clock=time.monotonic):
        self._db = db
        self._home = home
        self._clock = clock
        self.child = None
        self._task = None
        self._resting = {}

    def tend(self):
        """Start what is due, unless something is going on; what failed rests for ten minutes."""
        if self.child is not None:
            code = self.child.poll()
            if code is None:
                return
            self.child = None
            if code:
                self._resting[self._task] = self._clock() + _RETRY_SECONDS
        if duplicates.claim_scan(self._db, self._home, now=utc_now()):
            self._start("duplicates")
        elif self._may("slices") and slices.is_due(self._db):
            self._start("slices")
        elif self._may("news") and view_news.is_due(self._db, self._home, now=utc_now()):
            self._start("news")
        elif self._may("columns") and rule_columns.missing(self._db):
            self._start("columns")
        elif self._may("miner") and kernel_cache.IS_SHARED and not kernel_cache.is_prepared():
            self._start("miner")

    def stop(self):
        """End what is going on; the next night does it again."""
        if self.child is not None and self.child.poll() is None:
            self.child.kill()
            self.child.wait()

    def _may(self, task):
        return self._clock() >= self._resting.get(task, 0)

    def _start(self, task):
        command = [sys.executable, "-m", "mining.nightly", str(self._home), str(os.getpid()), task]
        self.child, self._task = subprocess.Popen(command, start_new_session=True), task


def main():
    """Do a task in the home that the worker names.

    Look for duplicates, count the figures that notes rest on, search what members are told the news of, keep the
    columns of runs that have none, or compile the miner before anybody waits for it.
    """
    home, parent, task = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    die_with(parent)
    # Pages and runs come first on a machine that serves them too.
    os.nice(15)
    if task == "duplicates":
        duplicates.scan(open_store(home), now=utc_now())
    elif task == "news":
        sys.exit(0 if view_news.gather(open_store(home), home, now=utc_now()) else 1)
    elif task == "columns":
        rule_columns.fill(open_store(home))
    elif task == "miner":
        from mining import preparing

        preparing.prepare()
    else:
        slices.follow(open_store(home), home, now=utc_now())


if __name__ == "__main__":
    main()
