"""The Parquet files of the ledger: written whole or not at all, never changed, named by their content."""

import hashlib
import secrets
import shutil

from kb.disk import sync

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
    try:
        path = _written(folder, frame)
        for each in (folder, folder.parent, home):
            sync(each)
    except Exception:
        # A full disk most of all must not keep half a file.
        shutil.rmtree(folder)
        raise
    return {"path": str(path.relative_to(home)), "sha256": path.stem, "rows": len(frame)}


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


def _written(folder, frame):
    aside = folder / "new"
    frame.write_parquet(aside)
    path = folder / f"{digest(aside)}.parquet"
    sync(aside)
    return aside.rename(path)
