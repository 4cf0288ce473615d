"""Standing of a note about customers: found, then judged by somebody; what it was applied to comes later."""

import json

from kb import access, duties, notes


def follow(db, finding_ids, *, believed, refuted, by, now):
    """Bring the notes that rest on findings to the standing these have; only inside ``writing``.

    One that rests on a believed finding is judged, else found; what was applied already stays what it became. One that
    rests on a refuted finding, of any type, is to be verified at once, unless it was verified since.

    Parameters
    ----------
    finding_ids : sequence of int
        What was judged.
    believed : sequence of int
        All findings somebody vouches for.
    refuted : dict of int to str
        All findings called of no use, and the instant of that.
    """
    rows = db.execute(
        """SELECT id, standing, is_refuted, standing IN ('found', 'judged') AND (standing = 'judged') <> is_believed
             FROM (SELECT note.id, note.standing,
                          EXISTS (SELECT 1 FROM evidence JOIN json_each(:believed) AS ok
                                   WHERE evidence.note_id = note.id AND evidence.finding_id = ok.value) AS is_believed,
                          EXISTS (SELECT 1 FROM evidence JOIN json_each(:refuted) AS no
                                   WHERE evidence.note_id = note.id AND evidence.finding_id = CAST(no.key AS INTEGER)
                                     AND no.value > coalesce(note.verified_at, '')) AS is_refuted,
                          EXISTS (SELECT 1 FROM note_ask
                                   WHERE note_ask.note_id = note.id AND note_ask.kind = 'finding') AS is_asked
                     FROM note WHERE note.id IN (SELECT note_id FROM evidence
                                                  WHERE finding_id IN (SELECT value FROM json_each(:ids))))
            WHERE is_refuted <> is_asked
               OR (standing IN ('found', 'judged') AND (standing = 'judged') <> is_believed)
            ORDER BY id""",
        {"ids": json.dumps(list(finding_ids)), "believed": json.dumps(list(believed)), "refuted": json.dumps(refuted)},
    ).fetchall()
    for note_id, standing, is_refuted, moves in rows:
        before = notes.get(db, note_id, reader=access.OPERATOR)
        if moves:
            standing = "found" if standing == "judged" else "judged"
        duties.store(db, note_id, [each for each in before.asks if each["kind"] != "finding"])
        if is_refuted:
            duties.ask(db, [note_id], "finding", by=by, now=now)
        db["note"].update(note_id, {"standing": standing, "version": before.version + 1, "updated_at": now})
        after = notes.get(db, note_id, reader=access.OPERATOR)
        notes.log(db, "note.standing", before, after, by, now)
