"""The one writer of the index: follows the change feed, and builds a new generation aside when it must.

Which process writes is settled by a lock on a file; the others stand by and take over when it dies. No request does
index work, and no reader repairs anything.
"""

import fcntl
import logging
import threading
import time
from contextlib import closing, contextmanager
from functools import partial

from kb import feed
from kb.search import generation, texts
from kb.search.analyzing import analyzed
from kb.search.generation import Damaged
from kb.search.postings import columns_of
from kb.search.reading import Index
from kb.search.schema import index_version
from kb.store import close_store, open_store

_log = logging.getLogger(__name__)

# A save is to be found within 300 ms: look often, gather briefly after a commit.
_LOOK_SECONDS = 0.05
_GATHER_SECONDS = 0.15
# RELIABILITY R7: damage is found within ten minutes.
_EXAMINE_SECONDS = 540
_STAND_BY_SECONDS = 0.5
_RETRY_SECONDS = 5
# Notes of one commit while a generation is built: what a kill costs at most, and more where there are so many notes
# that they would become more segments than are kept.
_BATCH = 25_000
_SEGMENTS_BUILT = generation.MOST_SEGMENTS - 2
# What a segment of more notes takes to write would no longer fit into a gigabyte.
_LARGEST = 60_000
# Changes of one commit, so that a large import does not become many small segments.
_MOST_CHANGES = 5000
# Large segments are merged when nobody has saved for so long.
_IDLE_SECONDS = 2
# A commit takes less; a merge of large segments takes minutes and is left as a kill would leave it: undone.
_STOP_SECONDS = 5


class Indexer:
    """The indexer of a process that serves `home`, in a thread of its own."""

    def __init__(self, home):
        self._home = home
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="indexer", daemon=True)

    def start(self):
        """Begin to follow the feed."""
        self._thread.start()

    def stop(self):
        """Stop after the commit at hand; a merge that takes longer ends with the process."""
        self._stopping.set()
        self._thread.join(_STOP_SECONDS)

    def _run(self):
        try:
            while not self._stopping.is_set():
                with _lock(self._home) as is_ours:
                    if is_ours:
                        self._follow()
                self._stopping.wait(_STAND_BY_SECONDS)
        finally:
            close_store(self._home)

    def _follow(self):
        examined, worked_at, seen, is_tidy = None, time.monotonic(), None, False
        while not self._stopping.is_set():
            try:
                db = open_store(self._home)
                if examined is None or time.monotonic() - examined > _EXAMINE_SECONDS:
                    _make_whole(db, self._home)
                    examined, seen = time.monotonic(), None
                # Asked before the feed is read, so that what is written meanwhile is a new version.
                version = db.execute("PRAGMA data_version").fetchone()[0]
                worked = version != seen and _advance(db, self._home)
                seen = None if worked else version
                if worked:
                    worked_at, is_tidy = time.monotonic(), False
                elif not is_tidy and time.monotonic() - worked_at > _IDLE_SECONDS:
                    _tidy(self._home)
                    is_tidy = True
            except Exception:  # noqa: BLE001  logged, tried again
                # A full disk or a damaged index ends one try, not the indexer.
                _log.exception("the index could not be brought up to date")
                examined = None
                self._stopping.wait(_RETRY_SECONDS)
                continue
            self._stopping.wait(_GATHER_SECONDS if worked else _LOOK_SECONDS)


def catch_up(db, home):
    """Return when the index reflects everything written so far: by doing it, or by waiting for who does."""
    wanted = feed.last_seq(db)
    while position(home) < wanted:
        with _lock(home) as is_ours:
            if is_ours:
                _make_whole(db, home, examine=False)
                while _advance(db, home):
                    pass
                return
        time.sleep(_LOOK_SECONDS)


def rebuild(db, home, *, on_progress=None):
    """Build a new generation aside while the old one answers, then switch; waits for the lock."""
    while True:
        with _lock(home) as is_ours:
            if is_ours:
                _build(db, home, generation.create(home), on_progress)
                return
        time.sleep(_LOOK_SECONDS)


def position(home):
    """Return the seq of the last change that search answers with, -1 where the index has to be built first."""
    path = generation.current(home)
    try:
        commit = None if path is None else generation.last_commit(path)
    except Damaged:
        return -1
    return -1 if commit is None or commit.version != index_version() else commit.seq


@contextmanager
def _lock(home):
    """Yield whether this process may write now."""
    with open(generation.folder(home) / "lock", "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _make_whole(db, home, *, examine=True):
    """See that a generation of today's version answers and is as it was written; else build one."""
    path = generation.current(home)
    damaged = path is not None and position(home) < 0 and _is_of_today(path)
    if path is not None and examine and generation.damaged_files(path):
        damaged = True
    if damaged:
        generation.withdraw(home)
    if damaged or path is None or position(home) < 0:
        _build(db, home, generation.unfinished(home) or generation.create(home))


def _is_of_today(path):
    try:
        return generation.last_commit(path).version == index_version()
    except Damaged:
        return True


def _build(db, home, path, on_progress=None):
    commit = generation.last_commit(path)
    # Notes are read after this position was, so whatever changes meanwhile is done again by following the feed.
    seq = commit.seq or feed.last_seq(db)
    count = texts.count(db)
    size = min(max(_BATCH, count // _SEGMENTS_BUILT + 1), _LARGEST)
    found = analyzed(partial(texts.after_id, db), count, after=commit.built_to or 0, most=size)
    writer = generation.Writer(path)
    try:
        with closing(found):
            for part, built_to in found:
                writer.add(part)
                if writer.doc_count() >= size:
                    writer.save(seq=seq, built_to=built_to)
                    writer = generation.Writer(path)
                if on_progress:
                    on_progress(built_to)
    except BaseException:
        if not writer.is_closed:
            writer.cancel()
        raise
    writer.save(seq=seq)
    generation.switch(home, path)


def _tidy(home):
    """Merge segments where there are many; nothing else changes."""
    path = generation.current(home)
    number = generation.newest(path)
    if len(generation.segments(path, number)) > generation.MOST_SEGMENTS:
        generation.Writer(path).save(seq=generation.last_commit(path, number).seq, has_time=True)


def _advance(db, home):
    """Bring the index up to the next changes of the feed; return whether there were any."""
    path = generation.current(home)
    number = generation.newest(path)
    commit = generation.last_commit(path, number)
    changes = feed.after(db, commit.seq, limit=_MOST_CHANGES)
    if not changes:
        return False
    # A batch is reduced to the last state of each note: the same id twice in one commit would leave both texts.
    ids = sorted(texts.changed(db, changes))
    if not ids:
        generation.advance(path, changes[-1]["seq"])
        return True
    index = Index(path, number)
    writer = generation.Writer(path)
    try:
        for number in index.documents(ids):
            writer.delete_document(int(number))
        if found := texts.of_ids(db, ids):
            writer.add(columns_of(found))
    except BaseException:
        writer.cancel()
        raise
    writer.save(seq=changes[-1]["seq"])
    if any((each["noun"], each["action"]) == ("note", "erase") for each in changes):
        # A deleted document leaves its words in its segment until that is merged one day: what is erased goes now.
        _build(db, home, generation.create(home))
    return True
