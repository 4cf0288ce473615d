"""Who looked at what: sign-ins and searches, chained like the change feed.

A page that only reads may write nothing else, so its lines are gathered and written in groups.
"""

import atexit
import hashlib
import json
import logging
import sqlite3
import threading

from kb.errors import N_
from kb.feed import GENESIS
from kb.store import close_store, open_store, utc_now, writing

_GATHER_SECONDS = 0.5
_log = logging.getLogger(__name__)


def record(db, *, member_id, action, noun=None, noun_id=None, at=None):
    """Append one line; inside the caller's transaction where there is one."""
    with writing(db):
        _append(db, [(at or utc_now(), member_id, action, noun, None if noun_id is None else str(noun_id))])


def verify(db):
    """Return the findings about the chain of the log; empty when it is whole."""
    findings = []
    previous, expected = GENESIS, 1
    for row in db.query("SELECT * FROM access_log ORDER BY seq"):
        kept = tuple(row[name] for name in ("at", "member_id", "action", "noun", "noun_id"))
        if row["seq"] != expected or row["hash"] != _chain(previous, row["seq"], kept):
            findings.append((N_("access log, line %(seq)d: the chain is broken"), {"seq": row["seq"]}))
        previous, expected = row["hash"], row["seq"] + 1
    return findings


class Gatherer:
    """Writes the lines of reading pages in groups, within a second, from a thread of its own."""

    def __init__(self, home):
        self._home = home
        self._lines = []
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._wake = threading.Event()
        self._thread = None
        atexit.register(self.flush)

    def add(self, *, member_id, action, noun=None, noun_id=None):
        """Remember one line; it is on disk within a second."""
        line = (utc_now(), member_id, action, noun, None if noun_id is None else str(noun_id))
        with self._lock:
            self._lines.append(line)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="access-log", daemon=True)
                self._thread.start()
        self._wake.set()

    def flush(self):
        """Write what is waiting, and wait for what is just being written."""
        with self._writing:
            self._write()

    def _write(self):
        with self._lock:
            lines, self._lines = self._lines, []
        if not lines:
            return
        db = open_store(self._home)
        try:
            with writing(db):
                _append(db, lines)
        except sqlite3.Error:
            # Kept for the next round: the disk may be full, a line must not be lost for it.
            with self._lock:
                self._lines = lines + self._lines
            _log.exception("the access log could not be written; it is tried again")

    def _run(self):
        while True:
            self._wake.wait()
            self._wake.clear()
            threading.Event().wait(_GATHER_SECONDS)
            self.flush()
            close_store(self._home)


def _append(db, lines):
    rows = db.query("SELECT seq, hash FROM access_log ORDER BY seq DESC LIMIT 1")
    last = next(iter(rows), {"seq": 0, "hash": GENESIS})
    seq, previous = last["seq"], last["hash"]
    for line in lines:
        seq, previous = seq + 1, _chain(previous, seq + 1, line)
        names = ("at", "member_id", "action", "noun", "noun_id")
        db["access_log"].insert({"seq": seq, **dict(zip(names, line, strict=True)), "hash": previous})


def _chain(previous, seq, line):
    text = json.dumps([seq, *line], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256((previous + text).encode()).hexdigest()
