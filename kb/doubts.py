"""Doubts: what a colleague says is out of date in a note, until who mends it says so, or somebody verifies it."""

import json

COLUMNS = ("words", "member_id", "raised_at")


def of_notes(db, note_ids):
    """Return ``{note_id: doubts}`` that are open, the oldest first, each a dict of `COLUMNS` and ``member``."""
    found = {note_id: [] for note_id in note_ids}
    rows = db.query(
        """SELECT note_doubt.*, member.name AS member
             FROM note_doubt JOIN member ON member.id = note_doubt.member_id
            WHERE note_doubt.note_id IN (SELECT value FROM json_each(:ids)) ORDER BY note_doubt.id""",
        {"ids": json.dumps(list(note_ids))},
    )
    for row in rows:
        found[row["note_id"]].append({name: row[name] for name in (*COLUMNS, "member")})
    return found


def clear(db, note_ids, until):
    """Let no doubts be open on some notes but those raised after an instant; only inside ``writing``."""
    db.execute(
        "DELETE FROM note_doubt WHERE raised_at <= :until AND note_id IN (SELECT value FROM json_each(:ids))",
        {"until": until, "ids": json.dumps(list(note_ids))},
    )


def answer(db, note, until):
    """Let the doubts go that were raised on a note up to an instant, none where there is none; only in ``writing``."""
    if until:
        store(db, note.id, [each for each in note.doubts if each["raised_at"] > until])


def store(db, note_id, doubts):
    """Let these doubts and no others be open on a note; only inside ``writing``."""
    db.execute("DELETE FROM note_doubt WHERE note_id = :id", {"id": note_id})
    db["note_doubt"].insert_all({"note_id": note_id, **{name: each[name] for name in COLUMNS}} for each in doubts)
