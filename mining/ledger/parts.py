"""The Parquet files of the ledger: written whole or not at all, never changed, named by their content."""

import hashlib
import os
import secrets

FOLDER = "ledger"
_BLOCK = 1 << 20


def write(home, frame):
    """Write lines beside the ledger and return ``{"path", "sha256", "rows"}``; the database makes them part of it.

    Parameters
    ----------
    home : pathlib.Path
    frame : polars.DataFrame
    """
    # A folder of its own: the same lines imported again after an undo are another file.
    folder = home / FOLDER / secrets.token_hex(8)
    folder.mkdir(mode=0o700, parents=True)
    aside = folder / "new"
    frame.write_parquet(aside)
    sha256 = digest(aside)
    path = folder / f"{sha256}.parquet"
    _sync(aside)
    aside.rename(path)
    for each in (folder, folder.parent, home):
        _sync(each)
    return {"path": str(path.relative_to(home)), "sha256": sha256, "rows": len(frame)}


def remove(home, part):
    """Delete a file that never became part of the ledger."""
    path = home / part["path"]
    path.unlink(missing_ok=True)
    path.parent.rmdir()


def scan(home, paths):
    """Return a lazy frame over parts of the ledger."""
    import polars as pl

    return pl.scan_parquet([home / path for path in paths])


def digest(path):
    """Return the SHA-256 of a file."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            found.update(block)
    return found.hexdigest()


def _sync(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
