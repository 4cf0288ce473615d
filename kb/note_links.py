"""What hangs on a note by its id and goes along when the note is merged into another: evidence, uses, a question …"""

import json

from kb import access

# Table: what names a row of it beside its note. Of the second kind a note has one row for each of these at most.
_ROWS = {
    "evidence": "id",
    "quote": "id",
    "note_use": "id",
    "note_comment": "id",
    "attachment": "id",
    "member_mention": "id",
    "question": "id",
    "note_unmerged": "id",
}
# Some keep what was taken off, for as long as that can be undone.
_LIVE = dict.fromkeys(("evidence", "quote", "attachment"), "AND removed_at IS NULL")
_ONCE = {"note_thanks": "member_id", "interaction_note": "interaction_id"}


def move(db, note_id, to_id):
    """Hang all of it on another note, and return ``{table: ids}`` for `move_back`; only inside ``writing``.

    Who thanked for both has thanked once: that row stays where it is.
    """
    told = {"note": note_id, "to": to_id}
    moved = {}
    for table, key in (_ROWS | _ONCE).items():
        rows = db.execute(
            f"""UPDATE {table} SET note_id = :to
                 WHERE note_id = :note AND {key} NOT IN (SELECT {key} FROM {table} WHERE note_id = :to)
                RETURNING {key}""",
            told,
        )
        moved[table] = sorted(row[0] for row in rows.fetchall())
    return moved


def move_back(db, note_id, from_id, moved):
    """Hang on a note again what `move` took from it, as far as it was not taken back since; only inside ``writing``."""
    for table, ids in moved.items():
        db.execute(
            f"""UPDATE {table} SET note_id = :note
                 WHERE note_id = :from AND {(_ROWS | _ONCE)[table]} IN (SELECT value FROM json_each(:ids))""",
            {"note": note_id, "from": from_id, "ids": json.dumps(ids)},
        )


def counts(db, *note_ids, reader):
    """Return ``{table: how many}`` of what hangs on a note, or would hang on one that two became.

    Of what rests on a source that is closed to `reader` or archived, nothing is counted.
    """
    of_talks, values = access.visible(reader, "interaction")
    of_notes, _ = access.visible(reader)
    talks = f"SELECT id FROM interaction WHERE archived = 0 AND {of_talks}"
    seen = f"SELECT note.id FROM note WHERE NOT note.archived AND {of_notes}"
    of_questions, _ = access.visible(reader, "question")
    shown = {
        "question": f"NOT archived AND {of_questions}",
        "interaction_note": f"interaction_id IN ({talks})",
        "evidence": f"(source_note_id IS NULL OR source_note_id IN ({seen}))",
        "quote": f"""(interaction_id IS NULL OR interaction_id IN ({talks}))
            AND (interaction_file_id IS NULL
                 OR interaction_file_id IN (SELECT id FROM interaction_file WHERE interaction_id IN ({talks})))
            AND (source_note_id IS NULL OR source_note_id IN ({seen}))
            AND (attachment_id IS NULL OR attachment_id IN (SELECT id FROM attachment WHERE note_id IN ({seen})))""",
    }
    found = {}
    for table, key in (_ROWS | _ONCE).items():
        row = db.execute(
            f"""SELECT count(DISTINCT {key}) FROM {table}
                 WHERE note_id IN (SELECT value FROM json_each(:ids)) {_LIVE.get(table, "")}
                   AND {shown.get(table, "1")}""",
            {**values, "ids": json.dumps(note_ids)},
        ).fetchone()
        found[table] = row[0]
    return found
