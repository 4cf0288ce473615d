"""The one reader of files: takes their text, one after another, once they are stored, and sweeps what is over."""

import fcntl
import logging
import threading
import time

from kb import access, drafts, evidence, extract, feed, files, held_pictures
from kb.file_kinds import PICTURES
from kb.store import close_store, open_store, utc_now, writing

_log = logging.getLogger(__name__)

_LOOK_SECONDS = 0.5
_RETRY_SECONDS = 30
_SWEEP_SECONDS = 3600


class FileReader:
    """The reader of files of a process that serves `home`, in a thread of its own."""

    def __init__(self, home):
        self._home = home
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="file reader", daemon=True)

    def start(self):
        """Begin to read what waits."""
        self._thread.start()

    def stop(self):
        """Stop after the file at hand."""
        self._stopping.set()
        self._thread.join()

    def _run(self):
        try:
            with open(files.folder(self._home) / "reader.lock", "w") as lock:
                while not self._stopping.wait(_LOOK_SECONDS):
                    try:
                        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    except BlockingIOError:
                        continue
                    self._follow()
        finally:
            close_store(self._home)

    def _follow(self):
        swept = None
        while not self._stopping.is_set():
            try:
                db = open_store(self._home)
                if swept is None or time.monotonic() - swept > _SWEEP_SECONDS:
                    evidence.sweep(db, now=utc_now())
                    drafts.sweep(db, now=utc_now())
                    held_pictures.sweep(db, now=utc_now())
                    files.sweep(db, self._home, now=utc_now())
                    swept = time.monotonic()
                has_read = read_next(db, self._home)
            except Exception:  # noqa: BLE001  logged, tried again
                # A full disk ends one try, not the reader.
                _log.exception("a file could not be read")
                self._stopping.wait(_RETRY_SECONDS)
                continue
            if not has_read:
                self._stopping.wait(_LOOK_SECONDS)


def read_next(db, home):
    """Read the text of the next file that waits for it, or make the next picture; return whether there was one."""
    row = files.waiting(db)
    if row is None:
        return False
    if row["kind"] in PICTURES:
        files.make_waiting(db, home, row, now=utc_now())
        return True
    pieces, problem = extract.pieces(files.path_of(home, row["sha256"]), row["kind"])
    with writing(db):
        files.store_text(db, row["id"], pieces, problem)
        # The index hears of it here: the notes themselves did not change.
        feed.append(db, by=access.OPERATOR, did="file.read", of=row["id"], at=utc_now())
    return True
