"""Taking back what was done to many notes at once: all of them, or none and the names of those that changed since."""

import json

from kb import access, duties, feed, notes
from kb.errors import Conflict, Forbidden, N_, NotFound
from kb.note_putting_back import put_back
from kb.store import writing

_NAMED = 20
_CHANGED = N_("%(count)d of these notes changed again since. Nothing was taken back.")


class ChangedSince(Conflict):
    """Some of the things changed since: ``changed`` are their titles, the first ones, ``count`` how many they are.

    ``ready`` is how many could be taken back without them.
    """

    def __init__(self, changed, ready, sentence=_CHANGED):
        super().__init__(
            sentence,
            hint=N_("Take back the others, or open those that changed."),
            count=len(changed),
        )
        self.count, self.ready = len(changed), ready
        self.changed = changed[:_NAMED]


def undo(db, seq, *, by, now, leave_changed=False):
    """Take back a deed as one new deed, and return how many notes went back and the seq of its newest change.

    What `by` did themselves is taken back also where they may not see the note any more: they knew it as it was.

    Parameters
    ----------
    seq : int
        Of any change of the deed.
    leave_changed : bool
        Whether to take back the others when some changed since.

    Raises
    ------
    ChangedSince
        Unless `leave_changed`; also when nothing is left to take back.
    kb.errors.NotFound, kb.errors.Forbidden
    """
    with writing(db):
        ready = agreed(db, seq, by=by, leave_changed=leave_changed)
        undo_part(db, ready, by=by, now=now)
        return len(ready), feed.last_seq(db)


def agreed(db, seq, *, by, leave_changed):
    """Return the seqs of the changes of a deed that can be taken back; what is refused is told at `undo`."""
    access.require(by, "note.write")
    rows = _changes(db, seq, by)
    if not rows:
        raise NotFound(N_("There is nothing to undo."), hint=N_("Look at the list of what was done."))
    if rows[0]["member_id"] != by.member_id and not access.may(by, "note.edit_others"):
        raise Forbidden(N_("Only who did this, or a curator, may take it back."))
    ready = [row["seq"] for row in rows if row["version"] == row["made"]]
    if len(ready) < len(rows) and (not leave_changed or not ready):
        raise ChangedSince([row["title"] for row in rows if row["version"] != row["made"]], len(ready))
    return ready


def undo_part(db, seqs, *, by, now):
    """Take back some changes of a deed that were `agreed`, but for those whose notes changed since.

    Only inside ``writing``. Returns how many went back.
    """
    rows = list(
        db.query(
            """SELECT note.id AS note_id, text.before
                 FROM change
                 JOIN change_text AS text ON text.seq = change.seq
                 JOIN note ON note.id = CAST(change.noun_id AS INTEGER)
                WHERE change.seq IN (SELECT value FROM json_each(:seqs)) AND note.version = text.after ->> 'version'
                ORDER BY change.seq""",
            {"seqs": json.dumps(list(seqs))},
        )
    )
    ids = [row["note_id"] for row in rows]
    before = {note.id: note for note in notes.of_ids(db, ids, reader=access.OPERATOR)}
    for row in rows:
        earlier = None if row["before"] is None else json.loads(row["before"])
        put_back(db, before[row["note_id"]], earlier, by, now)
    for note in notes.of_ids(db, ids, reader=access.OPERATOR):
        notes.tell(db, "note.undo", before[note.id], note, by, now)
    duties.settle(db, ids)
    return len(rows)


def newest(db, did, *, by, at):
    """Return the seq of the newest change of the deed that `by` did at an instant, or None, and of how many things.

    Parameters
    ----------
    did : str
        What the feed calls it, such as "note.classify": what else they did at that instant is none of it.
    """
    noun, action = did.split(".")
    return db.execute(
        """SELECT max(seq), count(DISTINCT noun_id) FROM change
            WHERE at = :at AND member_id IS :me AND noun = :noun AND action = :action""",
        {"at": at, "me": by.member_id, "noun": noun, "action": action},
    ).fetchone()


def _changes(db, seq, by):
    """Return the changes of the deed that a change belongs to: ``made`` is the version it made, None if erased."""
    clause, values = access.visible(by)
    return list(
        db.query(
            f"""SELECT its.seq, its.member_id, note.id AS note_id, note.title, note.version,
                       text.after ->> 'version' AS made
                  FROM change AS named
                  JOIN change AS its ON its.member_id IS named.member_id AND its.at = named.at
                                    AND its.noun = named.noun AND its.action = named.action
                  JOIN note ON note.id = CAST(its.noun_id AS INTEGER)
                  LEFT JOIN change_text AS text ON text.seq = its.seq
                 WHERE named.seq = :seq AND named.noun = 'note'
                   AND its.action NOT IN (SELECT value FROM json_each(:of_two)) AND ({clause} OR its.member_id = :me)
                 ORDER BY its.seq""",
            {**values, "seq": seq, "me": by.member_id, "of_two": json.dumps(notes.OF_TWO)},
        )
    )
