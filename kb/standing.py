"""Standing of a note about customers: found, then judged by somebody; what it was applied to comes later."""

import json

from kb import access, notes


def set_judged(db, finding_ids, is_judged, *, by, now, vouched=()):
    """Bring the notes that rest on findings to ``judged``, or back to ``found``; only inside ``writing``.

    A note that was applied already stays what it became; one that also rests on a finding in `vouched` stays judged.
    """
    old, new = ("found", "judged") if is_judged else ("judged", "found")
    rows = db.execute(
        """SELECT DISTINCT note.id FROM note JOIN evidence ON evidence.note_id = note.id
            WHERE note.standing = :old AND evidence.finding_id IN (SELECT value FROM json_each(:ids))
              AND NOT EXISTS (SELECT 1 FROM evidence AS other WHERE other.note_id = note.id
                                 AND other.finding_id IN (SELECT value FROM json_each(:vouched)))
            ORDER BY note.id""",
        {
            "old": old,
            "ids": json.dumps(list(finding_ids)),
            "vouched": json.dumps(list(vouched)),
        },
    ).fetchall()
    for (note_id,) in rows:
        before = notes.get(db, note_id, reader=access.OPERATOR)
        db["note"].update(note_id, {"standing": new, "version": before.version + 1, "updated_at": now})
        after = notes.get(db, note_id, reader=access.OPERATOR)
        notes.log(db, "note.standing", before, after, by, now)
