"""What a note rests on may change: one whose sources are edited, archived or gone is to be verified, once per cause.

A cause is one piece of evidence, ``"quote 5"``; whoever verifies the note answers all that asked, and a later change
asks anew. Where a change brings back what was quoted, nobody has to look any more.
"""

from kb import access, duties, evidence, notes
from kb.anchors import digest, find, line, whole

# By what evidence asks; the action in the feed is called the same.
_KINDS = ("source", "gone", "purchases", "contradicted")


def follow_interaction(db, before, after, *, by, now):
    """Ask for the notes that quote words of which a change took some, or their line, or a file of it; in ``writing``.

    Parameters
    ----------
    before, after : kb.interactions.Interaction
    """
    for row in evidence.resting_on(db, "interaction", after.id):
        texts = [getattr(each, row["part"]) for each in (before, after)]
        _follow_quote(db, row, *texts, _moved(before.archived, after.archived), by=by, now=now)
    hung = [set() if each.archived else {file["id"] for file in each.attachments} for each in (before, after)]
    for number in sorted(hung[0] ^ hung[1]):
        for row in evidence.resting_on(db, "interaction_file", number):
            settle(db, row["note_id"], f"quote {row['id']}", "gone" if number in hung[0] else None, by=by, now=now)


def follow_note(db, before, after, *, by, now):
    """Ask for the notes that rest on a note, or on a file on it, which a change took away; only inside ``writing``.

    Parameters
    ----------
    before, after : kb.note_rows.Note
    """
    texts = [whole(each) for each in (before, after)]
    move = _moved(before.archived, after.archived)
    if texts[0] != texts[1] or move:
        for row in _of_others(evidence.resting_on(db, "note", after.id), after):
            _follow_quote(db, row, *texts, move, by=by, now=now)
        for row in _of_others(evidence.citing(db, after.id), after):
            is_same = digest(texts[1]) == row["digest"]
            kind = {"gone": "gone", "back": None}.get(move, None if is_same else "source")
            settle(db, row["note_id"], f"evidence {row['id']}", kind, by=by, now=now)
    files = [{each["id"] for each in note.attachments} for note in (before, after)]
    for number in sorted(files[0] ^ files[1]):
        for row in _of_others(evidence.resting_on(db, "file", number), after):
            kind = "gone" if number in files[0] else None
            settle(db, row["note_id"], f"quote {row['id']}", kind, by=by, now=now)


def follow_erasure(db, note, *, by, now):
    """Ask for the notes that rest on one that is erased; only inside ``writing``."""
    quotes = evidence.resting_on(db, "note", note.id)
    for each in note.attachments:
        quotes += evidence.resting_on(db, "file", each["id"])
    for table, rows in (("quote", quotes), ("evidence", evidence.citing(db, note.id))):
        for row in _of_others(rows, note):
            settle(db, row["note_id"], f"{table} {row['id']}", "gone", by=by, now=now)


def follow_erasure_of_interaction(db, interaction_id, *, by, now):
    """Ask for the notes that quote an interaction that is erased, or a file of it; only inside ``writing``."""
    for row in evidence.resting_on_talk(db, interaction_id):
        settle(db, row["note_id"], f"quote {row['id']}", "gone", by=by, now=now)


def settle(db, note_id, cause, kind, *, by, now):
    """Ask for a check of a note because of one piece of evidence, with None no longer; only inside ``writing``.

    Parameters
    ----------
    cause : str
        Its table and id, as in ``"quote 5"``.
    kind : {"source", "gone", "purchases", "contradicted", None}
    """
    note = next(iter(notes.of_ids(db, [note_id], reader=access.OPERATOR)))
    if note.archived or any((each["kind"], each["cause"]) == (kind, cause) for each in note.asks):
        return
    # What asked before there were causes names none.
    kept = [each for each in note.asks if each["kind"] not in _KINDS or each["cause"] not in (cause, "")]
    if kind is None and len(kept) == len(note.asks):
        return
    duties.store(db, note_id, kept)
    if kind is not None:
        duties.ask(db, [note_id], kind, by=by, now=now, cause=cause)
    db["note"].update(note_id, {"version": note.version + 1})
    notes.log(db, f"note.{kind or 'source'}", note, notes.get(db, note_id, reader=access.OPERATOR), by, now)


def _of_others(rows, note):
    # Two that were merged may have rested on one another.
    return [row for row in rows if row["note_id"] != note.id]


def _moved(was_archived, is_archived):
    return None if was_archived == is_archived else "gone" if is_archived else "back"


def _follow_quote(db, row, before, after, move, *, by, now):
    stood, stands = (line(text, find(text, row["text"], row["start"])) for text in (before, after))
    if move:
        kind = "gone" if move == "gone" else None
    elif stood == stands:
        return
    else:
        is_back = stood is None or digest(after) == row["digest"]
        kind = None if stands is not None and is_back else "source"
    settle(db, row["note_id"], f"quote {row['id']}", kind, by=by, now=now)
