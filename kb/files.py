"""Files as they are kept: once for each content, under its hash, never changed; with the text that was read of them.

A file is written aside, synced and moved to its place before any row names it. So a kill in between leaves at most a
file that no row names, and `sweep` takes that away a day later.
"""

import fcntl
import hashlib
import json
import os
import secrets
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from kb import access, answers, evidence, feed, pictures
from kb.activity import DAYS
from kb.disk import is_full, sync
from kb.errors import Invalid, N_
from kb.file_kinds import PICTURES, TEXTS, is_locked, kind_of
from kb.store import writing

_BLOCK = 1024 * 1024
_ABANDONED_SECONDS = 86_400
# What a file can be attached to.
_HOLDERS = ("attachment", "interaction_file")


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that lies at its place; ``thumbnail`` is the hash of a small picture, or None."""

    sha256: str
    size: int
    kind: str
    thumbnail: str | None
    width: int | None
    height: int | None
    reading: str
    problem: str | None


def folder(home):
    """Return the folder of all files."""
    path = home / "files"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def path_of(home, sha256):
    """Return where the file with this hash lies."""
    return home / "files" / sha256[:2] / sha256


def take(home, stream, *, name, most_megabytes, later=False):
    """Bring what is sent to its place and return it as `Kept`; only inside `holding`.

    A picture is made anew now, or `later` by who calls `make_waiting`: until then it is nothing to be shown.

    Parameters
    ----------
    home : pathlib.Path
    stream : file
        Open for reading bytes.
    name : str
        What its sender calls it, for sentences.
    most_megabytes : int
    later : bool

    Raises
    ------
    kb.errors.Invalid
        For an empty or too large one, a picture that cannot be read, a full disk; nothing is left of it.
    """
    aside = folder(home) / "new"
    aside.mkdir(mode=0o700, exist_ok=True)
    sent, anew, small = (aside / secrets.token_hex(16) for _ in range(3))
    try:
        _write(sent, stream, name, most_megabytes)
        kind = kind_of(sent)
        if kind not in PICTURES:
            problem = "doc" if kind == "doc" else "encrypted" if kind == "other" and is_locked(sent) else None
            reading = "waiting" if kind in TEXTS else "failed" if problem else "none"
            size = sent.stat().st_size
            return Kept(_placed(home, sent), size, kind, None, None, None, reading, problem)
        if later:
            size = sent.stat().st_size
            return Kept(_placed(home, sent), size, kind, None, None, None, "waiting", None)
        width, height = pictures.make_anew(sent, kind, anew, small, name=name)
        size = anew.stat().st_size
        return Kept(_placed(home, anew), size, kind, _placed(home, small), width, height, "none", None)
    except OSError as problem:
        if not is_full(problem):
            raise
        raise Invalid(
            N_("“%(file)s” was not stored: the disk of the server is full."),
            hint=N_("Tell your administrator; nothing of it was kept."),
            field="files",
            file=name,
        ) from problem
    finally:
        for each in (sent, anew, small):
            each.unlink(missing_ok=True)


def register(db, kept, *, now):
    """Let the store know a file that lies at its place, and return its id; only inside ``writing``."""
    row = next(db.query("SELECT id FROM file WHERE sha256 = :sha256", {"sha256": kept.sha256}), None)
    if row is not None:
        return row["id"]
    columns = {name: getattr(kept, name) for name in Kept.__slots__}
    return db["file"].insert({**columns, "stored_at": now}).last_pk


def holding(home):
    """Return a context that keeps `sweep` away while files lie at their places that no row names yet."""
    return _lock(home, fcntl.LOCK_SH)


def alone(home):
    """Return a context in which no file lies at its place that is only about to get its row."""
    return _lock(home, fcntl.LOCK_EX)


def is_ready(file):
    """Return whether a file may be shown and handed out: not a picture as it was sent, which says where it was taken.

    Parameters
    ----------
    file : dict
        With ``kind``, ``reading`` and ``problem``.
    """
    return file["kind"] not in PICTURES or file["reading"] == "none"


def make_waiting(db, home, row, *, now):
    """Make a picture that waits anew, so that it can be shown; the one that was sent goes.

    Parameters
    ----------
    row : dict
        As `waiting` returns it, of a picture.
    """
    aside = folder(home) / "new"
    anew, small = (aside / secrets.token_hex(16) for _ in range(2))
    try:
        with holding(home):
            try:
                sent = path_of(home, row["sha256"])
                width, height = pictures.make_anew(sent, row["kind"], anew, small, name="")
            except Invalid as problem:
                with writing(db):
                    db["file"].update(row["id"], {"reading": "failed", "problem": _unmade(problem)})
                    _tell(db, row["id"], now)
                return
        # From the new row to the end of the old file nobody may look, nor bring the same file again.
        with alone(home):
            if row["sha256"] not in named(db):
                return
            made = {"size": anew.stat().st_size, "width": width, "height": height, "reading": "none"}
            made |= {"sha256": _placed(home, anew), "thumbnail": _placed(home, small)}
            with writing(db):
                _replace(db, row["id"], made)
                _tell(db, row["id"], now)
            _remove(home, [row["sha256"]], db)
    finally:
        for each in (anew, small):
            each.unlink(missing_ok=True)


def waiting(db):
    """Return the next file to be read, or picture to be made, as a dict of id, sha256 and kind, or None."""
    return next(db.query("SELECT id, sha256, kind FROM file WHERE reading = 'waiting' ORDER BY id LIMIT 1"), None)


def store_text(db, file_id, pieces, problem):
    """Keep what was read of a file; only inside ``writing``.

    Parameters
    ----------
    pieces : list of (str, str)
    problem : str or None
        As `kb.extract.pieces` returns them.
    """
    db.execute("DELETE FROM file_text WHERE file_id = :id", {"id": file_id})
    rows = ({"position": at, "place": place, "text": text} for at, (place, text) in enumerate(pieces))
    db["file_text"].insert_all({"file_id": file_id, **row} for row in rows)
    db["file"].update(file_id, {"reading": "failed" if problem else "read", "problem": problem})


def text_of(db, file_id):
    """Return the pieces of the text of a file as dicts of position, place and text."""
    return list(
        db.query("SELECT position, place, text FROM file_text WHERE file_id = :id ORDER BY position", {"id": file_id})
    )


def piece(db, file_id, position):
    """Return one piece of the text of a file as `text_of` does, or None.

    Parameters
    ----------
    position : int or str
    """
    rows = db.query(
        """SELECT position, place, text FROM file_text
            WHERE file_id = :id AND CAST(position AS TEXT) = CAST(:position AS TEXT)""",
        {"id": file_id, "position": position},
    )
    return next(rows, None)


def forget_unnamed(db, file_ids=None):
    """Delete the rows of files that nothing holds, nor an unsaved text, of these or of all; only inside ``writing``.

    Returns
    -------
    list of str
        The hashes that no row names any more: `remove` takes their files away.
    """
    some = "" if file_ids is None else "AND id IN (SELECT value FROM json_each(:ids))"
    rows = list(
        db.query(
            f"""SELECT * FROM file WHERE NOT EXISTS (SELECT 1 FROM attachment WHERE file_id = file.id)
                  AND NOT EXISTS (SELECT 1 FROM interaction_file WHERE file_id = file.id)
                  AND NOT EXISTS (SELECT 1 FROM held_picture WHERE file_id = file.id) {some}""",
            {"ids": json.dumps(file_ids)},
        )
    )
    for row in rows:
        db.execute("DELETE FROM file_text WHERE file_id = :id", {"id": row["id"]})
        db.execute("DELETE FROM file WHERE id = :id", {"id": row["id"]})
    gone = {row[name] for row in rows for name in ("sha256", "thumbnail") if row[name]}
    return sorted(gone - named(db))


def remove(home, hashes, db):
    """Take files away that no row names; after the transaction that forgot them."""
    with alone(home):
        _remove(home, hashes, db)


def sweep(db, home, *, now):
    """Take away for good what was removed from its note longer ago than it can be undone, and what a kill left.

    Parameters
    ----------
    now : str
    """
    before = (datetime.fromisoformat(now) - timedelta(days=DAYS)).isoformat().replace("+00:00", "Z")
    with writing(db):
        evidence.forget_attachments(db, before=before)
        answers.forget_scans(db, before=before)
        for table in _HOLDERS:
            db.execute(f"DELETE FROM {table} WHERE removed_at < :before", {"before": before})
        forget_unnamed(db)
    with alone(home):
        kept, abandoned = named(db), time.time() - _ABANDONED_SECONDS
        for path in stored(home):
            if path.name not in kept and path.stat().st_mtime < abandoned:
                path.unlink()
        for path in (folder(home) / "new").glob("*"):
            if path.stat().st_mtime < abandoned:
                path.unlink()


def stored(home):
    """Return the paths of all files that lie at a place."""
    return sorted(path for path in (home / "files").glob("??/*") if path.is_file())


def named(db):
    """Return the hashes of all files that a row names."""
    return {row[0] for row in db.execute("SELECT sha256 FROM file UNION SELECT thumbnail FROM file")} - {None}


def digest(path):
    """Return the SHA-256 of a file."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path, stream, name, most_megabytes):
    size = 0
    with open(path, "xb", opener=_private) as file:
        while block := stream.read(_BLOCK):
            size += len(block)
            if size > most_megabytes * _BLOCK:
                raise Invalid(
                    N_("“%(file)s” is larger than %(limit)d MB."),
                    hint=N_("Make it smaller, or part it; the administrator sets how large a file may be."),
                    field="files",
                    file=name,
                    limit=most_megabytes,
                )
            file.write(block)
    if not size:
        raise Invalid(N_("“%(file)s” is empty."), hint=N_("Choose another file."), field="files", file=name)


def _unmade(problem):
    return "pixels" if "limit" in problem.values else "picture"


def _remove(home, hashes, db):
    for sha256 in set(hashes) - named(db):
        path_of(home, sha256).unlink(missing_ok=True)


def _replace(db, file_id, made):
    """Let a picture that waited be what was made of it, which may be here already; only inside ``writing``."""
    twin = db.execute("SELECT id FROM file WHERE sha256 = :sha256", made).fetchone()
    if twin is None or twin[0] == file_id:
        db["file"].update(file_id, made)
        return
    for table in _HOLDERS:
        db.execute(f"UPDATE {table} SET file_id = :twin WHERE file_id = :id", {"twin": twin[0], "id": file_id})
    db.execute("DELETE FROM file WHERE id = :id", {"id": file_id})


def _tell(db, file_id, now):
    # The index hears of it, and of nothing else: the notes themselves did not change.
    feed.append(db, by=access.OPERATOR, did="file.read", of=file_id, at=now)


def _private(path, flags):
    return os.open(path, flags, 0o600)


def _placed(home, path):
    """Move a whole file to its place and return its hash."""
    sha256 = digest(path)
    target = path_of(home, sha256)
    target.parent.mkdir(mode=0o700, exist_ok=True)
    sync(path)
    os.replace(path, target)
    # The entry of the file, and that of its folder, which may be new.
    sync(target.parent)
    sync(target.parent.parent)
    return sha256


@contextmanager
def _lock(home, how):
    with open(Path(folder(home)) / "lock", "w") as file:
        fcntl.flock(file, how)
        yield
