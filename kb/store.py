"""The store: one SQLite file that is the truth, and the one way to write to it."""

import fcntl
import itertools
import os
import sqlite3
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from kb.errors import Invalid, N_
from kb.home import DATABASE, settings
from kb.months import later
from kb.sqlite import Database

_BUSY_MS = 30_000
ROWS_OF_A_PART = 300
# Longer than those who wait sleep between two tries, or the next part would always be first.
_LET_OTHERS_SECONDS = 0.02
_NEXT_TRY_SECONDS = 0.002
_open = threading.local()


def utc_now():
    """Return this instant as it is stored: ISO 8601, UTC, microseconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def open_store(home):
    """Return the database of `home` for this thread, opened once.

    Raises
    ------
    kb.errors.Invalid
        If the home holds no database.
    """
    path = home / DATABASE
    stores = _open.__dict__.setdefault("stores", {})
    key = (os.getpid(), str(path))
    if key not in stores:
        if not path.exists():
            raise Invalid(
                N_("There is no Kezhi home in %(home)s."),
                hint=N_("Run “kezhi init --admin LOGIN” or “kezhi demo” first."),
                home=str(home),
            )
        stores[key] = _connect(path)
    return stores[key]


def home_of(db):
    """Return the home whose store this is."""
    return Path(next(row[2] for row in db.execute("PRAGMA database_list") if row[1] == "main")).parent


def close_store(home):
    """Close this thread's connection to `home`, if there is one."""
    stores = _open.__dict__.get("stores", {})
    db = stores.pop((os.getpid(), str(home / DATABASE)), None)
    if db is not None:
        db.close()


@contextmanager
def writing(db):
    """Run a block as one transaction that takes the write lock first: all of it, or nothing.

    A deferred transaction that reads and then writes fails at once, whatever the timeout, when somebody else
    commits in between. Inside an open transaction the block is a savepoint.
    """
    conn = db.conn
    if conn.in_transaction:
        with _savepoint(conn):
            yield
        return
    _begin(conn)
    try:
        yield
        conn.execute("COMMIT")
    except BaseException:
        # A full disk may already have ended the transaction.
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise


def _begin(conn):
    # SQLite's waiters sleep ever longer between two tries, up to 100 ms, so whoever waited longest comes last.
    patience_ms = conn.execute("PRAGMA busy_timeout").fetchone()[0]
    give_up = time.monotonic() + patience_ms / 1000
    conn.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                conn.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as problem:
                if problem.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                    raise
            time.sleep(_NEXT_TRY_SECONDS)
    finally:
        conn.execute(f"PRAGMA busy_timeout = {patience_ms}")


def write_in_parts(db, rows, write, *, at_end=lambda: None):
    """Call `write` with each of `rows`, a few hundred in one transaction, letting others write in between.

    For imports, whose rows are each whole by themselves: in one transaction a colleague's save would wait for minutes.
    What broke off is finished by importing again, which finds the rows that are in already.

    Parameters
    ----------
    rows : iterable
    write : callable
        Takes one row; called inside `writing`.
    at_end : callable
        Called at the end of each transaction, for what is done to all its rows at once.
    """
    rows = iter(rows)
    while part := list(itertools.islice(rows, ROWS_OF_A_PART)):
        with writing(db):
            for row in part:
                write(row)
            at_end()
        time.sleep(_LET_OTHERS_SECONDS)


def create_store(home, *sets):
    """Make the database of a new home with the tables of the migration `sets`."""
    path = home / DATABASE
    conn = sqlite3.connect(path, isolation_level=None)
    path.chmod(0o600)
    conn.execute("PRAGMA journal_mode = WAL")
    conn.close()
    migrate(home, *sets)


def migrate(home, *sets):
    """Bring the store of `home` to today's schema; a backup is made before anything changes.

    Parameters
    ----------
    home : Path
    *sets : sqlite_utils.Migrations
    """
    with open(home / "migrate.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        db = _connect(home / DATABASE)
        try:
            if any(each.pending(db) for each in sets):
                _migrate(db, home, sets)
        finally:
            db.close()


def is_behind(home, *sets):
    """Return whether the store of `home` waits for a migration of these."""
    if not (home / DATABASE).exists():
        return False
    db = _connect(home / DATABASE)
    try:
        return any(each.pending(db) for each in sets)
    except sqlite3.Error:
        # What cannot be read says nothing of its age.
        return False
    finally:
        db.close()


def _migrate(db, home, sets):
    if any(each.applied(db) for each in sets):
        backup(db, home / "backups" / f"before-migration-{datetime.now(UTC):%Y%m%dT%H%M%S}.db")
    # sqlite-utils refuses to transform a referenced table while foreign keys are on.
    db.execute("PRAGMA foreign_keys = OFF")
    with writing(db):
        for each in sets:
            each.apply(db)
        broken = db.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise sqlite3.IntegrityError(f"migration breaks foreign keys: {broken[:3]}")


def backup(db, path):
    """Write a consistent copy of the database to `path`, also while others write."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    copy = sqlite3.connect(path)
    try:
        path.chmod(0o600)
        db.conn.backup(copy)
    finally:
        copy.close()


def _connect(path):
    conn = sqlite3.connect(path, isolation_level=None, timeout=_BUSY_MS / 1000)
    try:
        conn.execute("PRAGMA foreign_keys = ON")
        # FULL: what was acknowledged survives a power cut. Erased text must not stay in free pages.
        conn.execute("PRAGMA synchronous = FULL")
        conn.execute("PRAGMA secure_delete = ON")
    except UnicodeDecodeError as problem:
        # SQLite's message quotes what is damaged, which need not be text.
        raise sqlite3.DatabaseError("the schema is damaged") from problem
    conn.create_function("months_later", 2, _months_in(path.parent), deterministic=True)
    conn.create_function("today_here", 0, _today_in(path.parent))
    return Database(conn)


def _months_in(home):
    """Return what SQL counts months with, in the zone of the company; it is asked for only where it is needed."""

    @cache
    def zone():
        return settings(home).zone

    return lambda instant, months: later(instant, months, zone())


def _today_in(home):
    """Return what SQL asks which day it is where the company is."""

    @cache
    def zone():
        return ZoneInfo(settings(home).zone)

    return lambda: datetime.now(zone()).date().isoformat()


@contextmanager
def _savepoint(conn):
    # Always of one name, which means the innermost: the statements are prepared once.
    conn.execute("SAVEPOINT part")
    try:
        yield
        conn.execute("RELEASE part")
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK TO part")
            conn.execute("RELEASE part")
        raise
