"""Has the classes of notes, and which words go together, learned anew, in a process of its own, whenever it is time."""

import subprocess
import sys
import time

from kb import examples
from kb.search import lsa

_LOOK_SECONDS = 10
# What failed, for want of memory say, is not tried again at once.
_RETRY_SECONDS = 600


class Learner:
    """The learning of one home; `tend` is called again and again by whoever works for it in the background."""

    def __init__(self, home, clock=time.monotonic):
        self._home = home
        self._clock = clock
        self._child = None
        self._next = clock()

    def tend(self, db, *, now):
        """Start to learn when it is time, and notice when that ended."""
        if self._child is not None:
            code = self._child.poll()
            if code is None:
                return
            self._child = None
            self._next = self._clock() + (_RETRY_SECONDS if code else _LOOK_SECONDS)
        if self._clock() < self._next:
            return
        self._next = self._clock() + _LOOK_SECONDS
        if examples.is_due(db, self._home, now) or lsa.is_due(db, self._home):
            self._child = subprocess.Popen([sys.executable, "-m", "kb.learning", str(self._home)])

    def stop(self):
        """End what is being learned; nothing half done is left."""
        if self._child is not None and self._child.poll() is None:
            self._child.kill()
            self._child.wait()
