"""Whether a note still holds: who doubts it says what is out of date, who answers for it mends or confirms it."""

from kb import access, doubts, notes
from kb.errors import Conflict, Invalid, N_
from kb.store import writing
from kb.text import clean


def doubt(db, note_id, words, *, by, now):
    """Say what is out of date in a note and return the seq of the change; once a colleague.

    Raises
    ------
    kb.errors.Invalid
        Without words: a mere doubt helps nobody.
    kb.errors.Conflict, kb.errors.Forbidden, kb.errors.NotFound
    """
    access.require(by, "note.write")
    words = clean(words, field="doubt", label=N_("What is out of date"), limit=300, lines=False)
    if not words:
        raise Invalid(
            N_("%(label)s is missing."), hint=N_("Fill it in."), field="doubt", label=N_("What is out of date")
        )
    with writing(db):
        before = notes.get(db, note_id, reader=by)
        if any(each["member_id"] == by.member_id for each in before.doubts):
            raise Conflict(N_("You said so already."), hint=N_("Take that back first, to say it in other words."))
        doubts.store(db, note_id, [*before.doubts, {"words": words, "member_id": by.member_id, "raised_at": now}])
        return _save(db, before, "note.doubt", by, now)


def confirm(db, note_id, *, by, now):
    """Say that a note still holds, as who may change it, and return the seq of the change.

    Raises
    ------
    kb.errors.Conflict
        When nobody doubts it.
    kb.errors.Forbidden, kb.errors.NotFound
    """
    with writing(db):
        before = notes.get(db, note_id, reader=by)
        notes.require_editable(before, by)
        if not before.doubts:
            raise Conflict(N_("Nobody doubts this note."))
        doubts.store(db, note_id, ())
        return _save(db, before, "note.confirm", by, now)


def waiting(db, *, reader):
    """Return the notes with open doubts that `reader` answers for as their author, the longest doubted first."""
    rows = db.execute(
        """SELECT note.id FROM note JOIN note_doubt ON note_doubt.note_id = note.id
            WHERE note.owner_id = :member AND note.archived = 0
            GROUP BY note.id ORDER BY min(note_doubt.raised_at)""",
        {"member": reader.member_id},
    )
    ids = [row[0] for row in rows]
    found = {note.id: note for note in notes.of_ids(db, ids, reader=reader)}
    return [found[note_id] for note_id in ids]


def _save(db, before, did, by, now):
    # The text is as old as it was.
    db["note"].update(before.id, {"version": before.version + 1})
    after = notes.get(db, before.id, reader=access.OPERATOR)
    return notes.log(db, did, before, after, by, now)
