"""Leases: which process holds a run, and whether that process still lives.

A clock can be set back and a pid can be given out again, so neither alone says that a run was abandoned. On the same
machine the process itself is asked; of another machine only a beat that stands still tells, timed by our own
monotonic clock.
"""

import os
import platform
import secrets
import time
from functools import cache
from pathlib import Path

# RELIABILITY R9: no run is "running" longer than this without somebody who works at it.
STALE_SECONDS = 60


def new():
    """Return a token no other lease has, naming this machine and this process."""
    return " ".join((_place(), str(os.getpid()), _started(os.getpid()), secrets.token_hex(8)))


def is_mine(token):
    """Return whether `token` was made by this process."""
    return token.split(" ")[:3] == [_place(), str(os.getpid()), _started(os.getpid())]


def holder_lives(token):
    """Return whether the process that made `token` lives; None when it ran somewhere we cannot look."""
    place, pid, started, _ = token.split(" ")
    if place != _place():
        return None
    return _started(int(pid)) == started


class Watch:
    """Remembers when each lease was last seen to beat, by a clock that cannot be set."""

    def __init__(self, clock=time.monotonic):
        self._clock = clock
        self._seen = {}

    def is_abandoned(self, token, beat):
        """Return whether nobody works under `token` any more.

        Parameters
        ----------
        token : str
        beat : str
            The lease's last heartbeat; only whether it changes counts, not what time it says.
        """
        if holder_lives(token) is False:
            return True
        now = self._clock()
        last_beat, since = self._seen.get(token, (None, now))
        if beat != last_beat:
            since = now
        self._seen[token] = (beat, since)
        return now - since > STALE_SECONDS

    def keep(self, tokens):
        """Forget every lease that is not among `tokens`."""
        self._seen = {token: seen for token, seen in self._seen.items() if token in tokens}


@cache
def _place():
    # Within one boot and one space of pids a pid with its start means one process; in another container it does not.
    boot = _read(Path("/proc/sys/kernel/random/boot_id"))
    try:
        space = os.readlink("/proc/self/ns/pid")
    except OSError:
        space = ""
    return "/".join((platform.node().replace(" ", "-"), boot, space))


def _started(pid):
    """Return when a process started, in ticks since boot; "" if it does not live."""
    stat = _read(Path(f"/proc/{pid}/stat"))
    if stat:
        # The name in brackets may hold blanks and brackets itself. A zombie has ended, only nobody asked.
        state, *fields = stat.rpartition(")")[2].split()
        return "" if state in "ZX" else fields[18]
    return _answers(pid)


def _answers(pid):
    if Path("/proc/self/stat").exists():
        return ""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return ""
    except PermissionError:
        pass
    return "?"


def _read(path):
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
