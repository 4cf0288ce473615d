"""Texts that could not be put together with what others saved: each is kept for its author until used or discarded."""

import json
from dataclasses import dataclass, replace

from kb import access, feed, merge, note_rows, notes
from kb.errors import Conflict, N_, NotFound
from kb.store import writing

_COLUMNS = ("note_id", "member_id", "version", "text", "kept_at")


@dataclass(frozen=True, slots=True)
class Unmerged:
    """A text of somebody, seen by nobody else.

    ``wanted`` is the text and the details of the note as `kb.note_rows.state` names them, ``version`` that of the note
    it began with.
    """

    id: int
    note_id: int
    member_id: int
    version: int
    wanted: dict
    kept_at: str


def keep(db, note_id, version, wanted, *, by, now, instead_of=None):
    """Keep what `by` wrote on top of a version of a note, and return its id; raises as `kb.notes.get`.

    Parameters
    ----------
    instead_of : int, optional
        One of theirs that this is a later state of.
    """
    with writing(db):
        notes.get(db, note_id, reader=by)
        after = {
            "note_id": note_id,
            "member_id": by.member_id,
            "version": version,
            "text": json.dumps(wanted, ensure_ascii=False),
            "kept_at": now,
        }
        before = _row(db, instead_of, by)
        if before is not None:
            db["note_unmerged"].update(before["id"], after)
            feed.append(db, by=by, did="unmerged.keep", of=before["id"], at=now, before=_told(before), after=after)
            return before["id"]
        unmerged_id = db["note_unmerged"].insert(after).last_pk
        feed.append(db, by=by, did="unmerged.keep", of=unmerged_id, at=now, after=after)
        return unmerged_id


def get(db, unmerged_id, *, reader):
    """Return one of the reader's own; raises `NotFound` for any other, and where its note is closed to them by now."""
    row = _row(db, unmerged_id, reader)
    if row is None:
        raise NotFound(N_("This text is no longer kept."), hint=N_("Look at the history of the note."))
    notes.get(db, row["note_id"], reader=reader)
    return _read(row)


def leaning(db, kept, theirs, *, reader):
    """Return what was written, with what only others changed since as they have it; see `kb.merge.leaning`.

    Parameters
    ----------
    kept : Unmerged
    theirs : kb.note_rows.Note
        The note as it stands now.
    """
    base = note_rows.state_of_version(db, theirs.id, kept.version)
    if base is None or not access.sees(reader, base):
        return kept
    return replace(kept, wanted=merge.leaning(base, kept.wanted, note_rows.state(theirs)))


def of_note(db, note_id, *, reader):
    """Return what `reader` wrote of a note, or of one that is merged into it, and was not merged, the newest first."""
    rows = db.query(
        """WITH RECURSIVE its (id) AS (
                 SELECT :note UNION SELECT note.id FROM note JOIN its ON note.merged_into = its.id)
           SELECT * FROM note_unmerged
            WHERE note_id IN (SELECT id FROM its) AND member_id = :me
            ORDER BY kept_at DESC, id DESC""",
        {"note": note_id, "me": reader.member_id},
    )
    return [_read(row) for row in rows] if reader.looker is None else []


def drop(db, unmerged_id, *, by, now, did="drop"):
    """Let one go, and return the seq of that: it was discarded, or with ``take`` what stands in the note now."""
    with writing(db):
        row = _row(db, unmerged_id, by)
        if row is None:
            raise NotFound(N_("This text is no longer kept."), hint=N_("Look at the history of the note."))
        db.execute("DELETE FROM note_unmerged WHERE id = :id", {"id": unmerged_id})
        return feed.append(db, by=by, did=f"unmerged.{did}", of=unmerged_id, at=now, before=_told(row))


def undo(db, seq, *, by, now):
    """Take back what `by` did with such a text, the last there was, and return the id of its note."""
    with writing(db):
        change = feed.change(db, seq)
        if change is None or change["noun"] != "unmerged" or change["member_id"] != by.member_id:
            raise NotFound(N_("There is nothing to undo."), hint=N_("Look at the activity page."))
        feed.refuse_if_erased(change)
        unmerged_id, before, after = int(change["noun_id"]), change["before"], change["after"]
        row = _row(db, unmerged_id, by)
        if (_told(row) if row else None) != after:
            raise Conflict(N_("This was changed again since, so it cannot be undone."))
        db.execute("DELETE FROM note_unmerged WHERE id = :id", {"id": unmerged_id})
        if before is not None:
            notes.get(db, before["note_id"], reader=by)
            db["note_unmerged"].insert({"id": unmerged_id, **before})
        feed.append(db, by=by, did="unmerged.undo", of=unmerged_id, at=now, before=after, after=before)
        return (before or after)["note_id"]


def of_ids(db, unmerged_ids, *, reader):
    """Return ``{id: id of the note}`` of those of some changes of the reader's own, also of what is let go by now."""
    rows = db.execute(
        """SELECT DISTINCT noun_id, coalesce(after ->> 'note_id', before ->> 'note_id')
             FROM change JOIN change_text USING (seq)
            WHERE noun = 'unmerged' AND member_id = :me AND noun_id IN (SELECT value FROM json_each(:ids))""",
        {"me": reader.member_id, "ids": json.dumps([str(each) for each in unmerged_ids])},
    )
    return {int(number): note_id for number, note_id in rows.fetchall()}


def erase(db, note_id, *, by, now, reason):
    """Erase those of a note that is erased, in the feed too; only inside ``writing``."""
    feed.erase_of_note(db, "unmerged", "note_unmerged", note_id, by=by, at=now, reason=reason)
    db.execute("DELETE FROM note_unmerged WHERE note_id = :id", {"id": note_id})


def _row(db, unmerged_id, by):
    if by.looker is not None:
        return None
    values = {"id": unmerged_id, "me": by.member_id}
    return next(iter(db.query("SELECT * FROM note_unmerged WHERE id = :id AND member_id = :me", values)), None)


def _told(row):
    return {name: row[name] for name in _COLUMNS}


def _read(row):
    kept = {name: row[name] for name in ("id", *_COLUMNS) if name != "text"}
    return Unmerged(**kept, wanted=json.loads(row["text"]))
