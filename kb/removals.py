"""Removals: what was taken off a note, a file or a piece of evidence, comes back whatever became of the note since."""

import json

from kb import access, attached, duties, evidence, notes, standing
from kb.store import writing

_OFF = ("detach", "uncite")


def is_of_note(change):
    """Return whether a change of the feed, or None, is one that `undo` takes."""
    return change is not None and change["noun"] == "note" and change["action"] in _OFF


def undo(db, seq, *, believed, by, now):
    """Put back what one change took off a note, as a new change, and return the note; rights as of `kb.notes.undo`.

    Parameters
    ----------
    believed : sequence of int
        All findings somebody vouches for.

    Raises
    ------
    kb.errors.Conflict
        When it is there again, was taken away for good, or the text of the change is erased.
    kb.errors.Forbidden, kb.errors.NotFound
    """
    with writing(db):
        before, change = notes.change_of(db, seq, by)
        files, proofs = _off(change["before"], change["after"])
        attached.give_back(db, "attachment", "note_id", before.id, files)
        evidence.give_back(db, before.id, proofs)
        if proofs:
            standing.settle(db, before, believed=believed)
            causes = {f"{table} {number}" for table, number in proofs}
            asked = [each for each in change["before"].get("asks", ()) if each["cause"] in causes]
            duties.store(db, before.id, [*before.asks, *asked])
        db["note"].update(before.id, {"version": before.version + 1, **({"updated_at": now} if files else {})})
        note = notes.get(db, before.id, reader=access.OPERATOR)
        notes.log(db, "note.undo", before, note, by, now)
    return note


def standing_off(db, seqs):
    """Return those among some changes of notes and interactions whose removal can be taken back still."""
    rows = db.execute(
        """SELECT change.seq, noun, CAST(noun_id AS INTEGER), before, after
             FROM change JOIN change_text USING (seq)
            WHERE change.seq IN (SELECT value FROM json_each(:seqs))
              AND (noun, action) IN (VALUES ('note', 'detach'), ('note', 'uncite'), ('interaction', 'detach'))""",
        {"seqs": json.dumps(list(seqs))},
    ).fetchall()
    told = [
        (seq, noun, owner_id, *_off(json.loads(before), json.loads(after)))
        for seq, noun, owner_id, before, after in rows
    ]
    places = {"note": ("attachment", "note_id"), "interaction": ("interaction_file", "interaction_id")}
    off = {
        noun: attached.off(db, *place, [each["id"] for _, its, _, files, _ in told if its == noun for each in files])
        for noun, place in places.items()
    }
    off_proofs = evidence.off(db, [part for *_, proofs in told for part in proofs])
    return {
        seq
        for seq, noun, owner_id, files, proofs in told
        if all(off[noun].get(each["id"]) == owner_id for each in files)
        and all(off_proofs.get(tuple(part)) == owner_id for part in proofs)
    }


def _off(before, after):
    """Return the files, and the evidence, that stand in the one state of a thing and not in the other."""
    left = {each["id"] for each in after.get("attachments", ())}
    files = [each for each in before.get("attachments", ()) if each["id"] not in left]
    return files, [each for each in before.get("proofs", ()) if each not in after.get("proofs", ())]
