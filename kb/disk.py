"""What must be on the disk before anybody is told so, and what a full one looks like."""

import errno
import os
import sqlite3

# Of a file that outgrows what the system grants, and of a quota, one hears in other words.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

_NOT_WRITTEN = (
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_TRUNCATE,
    sqlite3.SQLITE_IOERR_SHMSIZE,
)  # fmt: skip


def is_full(error):
    """Return whether a failure says that the disk takes no more."""
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return isinstance(error, OSError) and error.errno in _FULL


def takes_nothing(error):
    """Return whether a failure says that nothing can be written for now: the disk is full, or takes no more otherwise.

    Of a quota and of a limit of the system SQLite says only what it could not write, and whether in a journal.
    """
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", None) in _NOT_WRITTEN
    return is_full(error)


def sync(path):
    """Wait until a file, or the entries of a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
