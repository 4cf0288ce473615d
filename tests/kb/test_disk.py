"""Which failures say that the disk takes nothing more."""

import errno
import sqlite3

import pytest

from kb import disk


@pytest.mark.parametrize(
    ("code", "is_so"),
    [
        ("SQLITE_FULL", True),
        ("SQLITE_IOERR_WRITE", True),
        ("SQLITE_IOERR_FSYNC", True),
        # The disk is broken, or the store: nobody is to wait for room.
        ("SQLITE_IOERR_READ", False),
        ("SQLITE_IOERR_CORRUPTFS", False),
        ("SQLITE_IOERR", False),
        ("SQLITE_CORRUPT", False),
        ("SQLITE_BUSY", False),
    ],
)
def test_a_store_that_cannot_be_read_is_not_taken_for_a_full_disk(code, is_so):
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = getattr(sqlite3, code)
    assert disk.takes_nothing(error) is is_so


@pytest.mark.parametrize(("number", "is_so"), [(errno.EDQUOT, True), (errno.ENOSPC, True), (errno.EIO, False)])
def test_a_quota_that_is_used_up_is_a_full_disk(number, is_so):
    assert disk.takes_nothing(OSError(number, "")) is is_so
