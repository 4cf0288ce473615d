"""What a note rests on may change: one whose quoted words are gone from their interaction is to be verified at once."""

from kb import access, duties, notes


def follow(db, before, after, *, by, now):
    """Ask for the notes that quote words which a change took out of an interaction; only inside ``writing``.

    Where the change brings them back, nobody has to look any more.

    Parameters
    ----------
    before, after : kb.interactions.Interaction
    """
    rows = db.query(
        """SELECT quote.note_id, quote.part, quote.text FROM quote JOIN note ON note.id = quote.note_id
            WHERE quote.interaction_id = :id AND note.archived = 0 ORDER BY quote.id""",
        {"id": after.id},
    )
    for row in list(rows):
        stood, stands = (row["text"] in getattr(each, row["part"]) for each in (before, after))
        if stood != stands:
            _tell(db, row["note_id"], is_lost=stood, by=by, now=now)


def _tell(db, note_id, *, is_lost, by, now):
    note = notes.get(db, note_id, reader=access.OPERATOR)
    duties.store(db, note_id, [each for each in note.asks if each["kind"] != "source"])
    if is_lost:
        duties.ask(db, [note_id], "source", by=by, now=now)
    db["note"].update(note_id, {"version": note.version + 1})
    notes.log(db, "note.source", note, notes.get(db, note_id, reader=access.OPERATOR), by, now)
