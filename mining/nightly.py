"""What a worker has done beside the runs, at night or when it is due: ``python -m mining.nightly HOME PARENT TASK``.

In a process of its own, so that what it takes of memory is given back and no run waits for it.
"""

import os
import subprocess
import sys
from pathlib import Path

from kb import duplicates, view_news
from kb.store import open_store, utc_now
from mining import slices
from mining.jobs import die_with


class Nightly:
    """The nightly work of one worker; at most one process at a time."""

    def __init__(self, db, home):
        self._db = db
        self._home = home
        self._child = None

    def tend(self):
        """Start what is due, unless it is going on."""
        if self._child is not None and self._child.poll() is None:
            return
        if duplicates.claim_scan(self._db, self._home, now=utc_now()):
            self._start("duplicates")
        elif slices.is_due(self._db):
            self._start("slices")
        elif view_news.is_due(self._db, self._home, now=utc_now()):
            self._start("news")

    def stop(self):
        """End what is going on; the next night does it again."""
        if self._child is not None and self._child.poll() is None:
            self._child.kill()
            self._child.wait()

    def _start(self, task):
        command = [sys.executable, "-m", "mining.nightly", str(self._home), str(os.getpid()), task]
        self._child = subprocess.Popen(command, start_new_session=True)


def main():
    """Do a task in the home that the worker names.

    Look for duplicates, count the figures that notes rest on, or search what members are told the news of.
    """
    home, parent, task = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    die_with(parent)
    # Pages and runs come first on a machine that serves them too.
    os.nice(15)
    if task == "duplicates":
        duplicates.scan(open_store(home), now=utc_now())
    elif task == "news":
        view_news.gather(open_store(home), home, now=utc_now())
    else:
        slices.follow(open_store(home), home, now=utc_now())


if __name__ == "__main__":
    main()
