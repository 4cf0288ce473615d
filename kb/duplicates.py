"""Likely duplicates: groups of notes that say nearly the same, looked for once a night and whenever somebody asks.

Who says of two that they are not the same is not shown them together again.
"""

import json
from dataclasses import dataclass

import kb.home
from kb import access, feed, notes
from kb.dimensions import DIMENSIONS
from kb.errors import Conflict, Invalid, N_, NotFound
from kb.store import writing
from kb.text import folded

# Two notes of which half of the pairs of neighbouring characters, or words, are the same say nearly the same.
_LEAST = 0.5
# Notes that are read at once.
_READ = 1000


@dataclass(frozen=True, slots=True)
class Scan:
    """When duplicates were looked for last, and among how many notes; ``wanted_at`` when somebody last asked for it."""

    wanted_at: str | None
    started_at: str | None
    finished_at: str | None
    notes: int

    @property
    def is_waiting(self):
        """Whether what was asked for is still to come."""
        return self.wanted_at is not None and (self.finished_at is None or self.finished_at < self.wanted_at)


def listing(db, *, reader, limit=20, offset=0):
    """Return ``(groups, total)``: notes that say nearly the same and that `reader` may merge, the largest group first.

    Each group is a list of `kb.note_rows.Note`; a note that is not open to `reader` is in none and counts nowhere.
    """
    members = {}
    for group_id, note_id in db.execute(*_members_sql(reader)):
        members.setdefault(group_id, []).append(note_id)
    distinct = _distinct(db)
    found = [part for ids in members.values() for part in _parts(ids, distinct) if len(part) > 1]
    found.sort(key=lambda ids: (-len(ids), ids))
    shown = found[offset:][:limit]
    known = {note.id: note for note in notes.of_ids(db, [each for ids in shown for each in ids], reader=reader)}
    return [[known[each] for each in ids] for ids in shown], len(found)


def beside(db, note_id, *, reader):
    """Return the notes that stand in a group with one and that `reader` may merge."""
    row = db.execute("SELECT group_id FROM duplicate WHERE note_id = :note", {"note": note_id}).fetchone()
    if row is None:
        return []
    ids = [note for group, note in db.execute(*_members_sql(reader)) if group == row[0]]
    part = next((part for part in _parts(ids, _distinct(db)) if note_id in part), [])
    return notes.of_ids(db, [each for each in part if each != note_id], reader=reader)


def tell_apart(db, note_id, other_ids, *, by, now):
    """Say that a note is not the same as others, and return the seq of the change, which `undo` takes.

    Raises
    ------
    kb.errors.Conflict
        When that was said already.
    kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    access.require(by, "note.write")
    others = sorted(set(other_ids) - {note_id})
    with writing(db):
        for each in (note_id, *others):
            notes.require_editable(notes.get(db, each, reader=by), by)
        if not others:
            raise Invalid(N_("From which note does it differ?"), hint=N_("Name another one."), field="others")
        known = _distinct(db)
        new = [each for each in others if _key(note_id, each) not in known]
        if not new:
            raise Conflict(N_("That they are not the same was said already."))
        rows = [dict(zip(("one_id", "other_id"), _key(note_id, each), strict=True)) for each in new]
        db["note_distinct"].insert_all({**row, "said_by": by.member_id, "said_at": now} for row in rows)
        return feed.append(db, by=by, did="likeness.deny", of=note_id, at=now, after={"others": new})


def undo(db, seq, *, by, now):
    """Take back that notes are not the same, as who said it or whoever may change others' notes; return the note."""
    with writing(db):
        change = feed.change(db, seq)
        is_ours = change is not None and (change["noun"], change["action"]) == ("likeness", "deny")
        note = next(iter(notes.of_ids(db, [change["noun_id"]] if is_ours else [], reader=by)), None)
        # What was said of another's private note must read like what was never said.
        if note is None:
            raise NotFound(N_("There is nothing to undo."), hint=N_("Look at the history of the note."))
        if change["member_id"] != by.member_id:
            notes.require_editable(note, by)
        pairs = [_key(note.id, each) for each in change["after"]["others"]]
        gone = sum(
            db.execute("DELETE FROM note_distinct WHERE one_id = :one AND other_id = :other",
                       {"one": one, "other": other}).rowcount
            for one, other in pairs
        )  # fmt: skip
        if not gone:
            raise Conflict(N_("This was taken back already."))
        feed.append(db, by=by, did="likeness.undo", of=note.id, at=now, before=change["after"])
    return note


def scan(db, *, now):
    """Look for duplicates among all notes and keep what was found; takes a minute for 100,000 notes."""
    # Heavy, and only here: no process that answers pages looks for duplicates.
    from kb import likeness

    with writing(db):
        db.execute("UPDATE duplicate_scan SET started_at = :now", {"now": now})
    distinct, found, count = _distinct(db), [], 0
    for dimension in DIMENSIONS:
        rows = db.execute(
            "SELECT id FROM note WHERE archived = 0 AND dimension = :dimension ORDER BY id", {"dimension": dimension}
        )
        ids = [row[0] for row in rows]
        places, apart = {note_id: at for at, note_id in enumerate(ids)}, {}
        for one, other in distinct:
            if one in places and other in places:
                apart.setdefault(places[one], set()).add(places[other])
                apart.setdefault(places[other], set()).add(places[one])
        del places
        groups = likeness.groups(_texts(db, ids), _LEAST, apart)
        found += [[ids[each] for each in group] for group in groups]
        count += len(ids)
    # Derived, as an index is: it tells nothing new, so the feed does not hear of it.
    with writing(db):
        db.execute("DELETE FROM duplicate")
        db.execute(
            """INSERT INTO duplicate (note_id, group_id, position)
               SELECT each.value ->> 0, each.value ->> 1, each.value ->> 2 FROM json_each(:rows) AS each
                WHERE each.value ->> 0 IN (SELECT id FROM note)""",
            {"rows": json.dumps([(note, n, at) for n, group in enumerate(found) for at, note in enumerate(group)])},
        )
        db.execute("UPDATE duplicate_scan SET finished_at = :now, notes = :notes", {"now": now, "notes": count})


def state(db):
    """Return the `Scan` as it stands."""
    return Scan(*db.execute("SELECT wanted_at, started_at, finished_at, notes FROM duplicate_scan").fetchone())


def ask_for_scan(db, *, by, now):
    """Have duplicates looked for as soon as a worker is free."""
    access.require(by, "note.write")
    with writing(db):
        db.execute("UPDATE duplicate_scan SET wanted_at = :now", {"now": now})
        feed.append(db, by=by, did="duplicates.ask", of=None, at=now)


def claim_scan(db, home, *, now):
    """Return whether a scan is due, asked for or at night, and take it, so that no other worker does.

    At night none is where there are no two notes.
    """
    due = kb.home.start_of_night(home, now)
    condition = """coalesce(started_at, '') < wanted_at
        OR (coalesce(started_at, '') < :due AND (SELECT count(*) FROM (SELECT 1 FROM note LIMIT 2)) > 1)"""
    if db.execute(f"SELECT 1 FROM duplicate_scan WHERE {condition}", {"due": due}).fetchone() is None:
        return False
    with writing(db):
        return bool(
            db.execute(
                f"UPDATE duplicate_scan SET started_at = :now WHERE {condition}", {"due": due, "now": now}
            ).rowcount
        )


def forget(db, note_id):
    """Remove what is kept of a note that is erased; only inside ``writing``."""
    db.execute("DELETE FROM duplicate WHERE note_id = :id", {"id": note_id})
    db.execute("DELETE FROM note_distinct WHERE :id IN (one_id, other_id)", {"id": note_id})


def _texts(db, ids):
    """Yield what each of some notes says; they are read a few at a time."""
    for at in range(0, len(ids), _READ):
        rows = db.execute(
            """SELECT id, title || char(10) || summary || char(10) || substr(body, 1, 2000) FROM note
                WHERE id IN (SELECT value FROM json_each(:ids))""",
            {"ids": json.dumps(ids[at : at + _READ])},
        )
        texts = dict(rows.fetchall())
        # One that was erased meanwhile keeps its place.
        yield from (folded(texts.get(each, "")) for each in ids[at : at + _READ])


def _members_sql(reader):
    clause, values = access.visible(reader)
    whose = "1" if access.may(reader, "note.edit_others") else "note.owner_id = :editor"
    statement = f"""SELECT duplicate.group_id, note.id FROM duplicate JOIN note ON note.id = duplicate.note_id
                     WHERE note.archived = 0 AND {clause} AND {whose}
                     ORDER BY duplicate.group_id, duplicate.position"""
    return statement, {**values, "editor": reader.member_id}


def _distinct(db):
    return set(db.execute("SELECT one_id, other_id FROM note_distinct").fetchall())


def _key(one, other):
    return (min(one, other), max(one, other))


def _parts(ids, distinct):
    """Return a group in parts, within each of which nobody said of two that they are not the same."""
    parts = []
    for each in ids:
        fitting = (part for part in parts if not any(_key(each, member) in distinct for member in part))
        part = next(fitting, None)
        if part is None:
            parts.append([each])
        else:
            part.append(each)
    return parts
