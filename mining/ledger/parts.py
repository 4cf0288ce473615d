"""The Parquet files of the ledger: written whole or not at all, never changed, named by their content."""

import hashlib
import secrets
import shutil

from kb.disk import sync

FOLDER = "ledger"
_BLOCK = 1 << 20
_LINES = 1_000_000


def folder(home):
    """Make a folder for the files of one batch: the same lines imported again after an undo are other files."""
    made = home / FOLDER / secrets.token_hex(8)
    made.mkdir(mode=0o700, parents=True)
    return made


def write(home, frame, into=None):
    """Write lines beside the ledger and return ``{"path", "sha256", "rows"}``; the database makes them part of it.

    Parameters
    ----------
    home : pathlib.Path
    frame : polars.DataFrame
    into : pathlib.Path, optional
        The folder of their batch, as `folder` makes one; None for one of their own.
    """
    made = folder(home) if into is None else into
    try:
        path = _written(made, frame)
        for each in (made, made.parent, home):
            sync(each)
    except Exception:
        # A full disk most of all must not keep half a file.
        shutil.rmtree(made)
        raise
    return {"path": str(path.relative_to(home)), "sha256": path.stem, "rows": len(frame)}


def scan(home, paths):
    """Return a lazy frame over parts of the ledger."""
    import polars as pl

    # Parts of old have two columns more, which nothing reads. The folder of a home may be named like a pattern.
    paths = [home / path for path in paths]
    return pl.scan_parquet(paths, glob=False, missing_columns="insert", extra_columns="ignore")


def frames(home, paths, columns):
    """Yield these columns of parts of the ledger, so many lines at a time that they can be held."""
    for path in paths:
        lines, at = scan(home, [path]).select(columns), 0
        while len(frame := lines.slice(at, _LINES).collect()):
            yield frame
            at += len(frame)


def digest(path):
    """Return the SHA-256 of a file."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            found.update(block)
    return found.hexdigest()


def _written(folder, frame):
    aside = folder / f"{secrets.token_hex(4)}.new"
    # Two thirds of the time for a seventh more of disk.
    frame.write_parquet(aside, compression_level=1)
    path = folder / f"{digest(aside)}.parquet"
    sync(aside)
    return aside.rename(path)
