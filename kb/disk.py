"""What must be on the disk before anybody is told so, and what a full one looks like."""

import errno
import os
import sqlite3

# Of a file that outgrows what the system grants, and of a quota, one hears in other words.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def is_full(error):
    """Return whether a failure says that the disk takes no more."""
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return isinstance(error, OSError) and error.errno in _FULL


def sync(path):
    """Wait until a file, or the entries of a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
