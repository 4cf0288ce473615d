"""What came in by one import: found again by any change of it, and taken back as a whole."""

import json

from kb import access, feed
from kb.deeds import ChangedSince
from kb.errors import Forbidden, Invalid, N_, NotFound
from kb.store import writing


def undo(db, seq, noun, *, stands, put_back, name, by, now, leave_changed, sentence):
    """Take back an import as one new deed; return how many things went back and the seq of the newest change.

    Parameters
    ----------
    seq : int
        Of any change of the import.
    noun : str
    stands : callable
        From id and the state an import left to whether it still stands so.
    put_back : callable
        Takes the id, the state of before, and that of after.
    name : callable
        From id to what people call the thing.
    leave_changed : bool
        Whether to take back the others when some changed since.
    sentence : str
        What says that some did, for `kb.deeds.ChangedSince`.

    Raises
    ------
    kb.deeds.ChangedSince
        Unless `leave_changed`; also when nothing is left to take back.
    kb.errors.NotFound, kb.errors.Forbidden
    """
    with writing(db):
        rows = _changes(db, seq, noun)
        if not rows:
            raise NotFound(N_("There is nothing to undo."), hint=N_("Look at the list of what was done."))
        if rows[0]["member_id"] != by.member_id and not access.may(by, "note.edit_others"):
            raise Forbidden(N_("Only who did this, or a curator, may take it back."))
        states = [
            (int(row["noun_id"]), *(json.loads(row[name] or "null") for name in ("before", "after"))) for row in rows
        ]
        # A thing that an import changed more than once went back when all of that did.
        changed = {number for number, _, after in states if not stands(number, after)}
        ready = [each for each in states if each[0] not in changed]
        count = len({number for number, *_ in ready})
        if changed and (not leave_changed or not ready):
            raise ChangedSince([name(number) for number in sorted(changed)], count, sentence)
        # What was done last goes back first.
        for each in reversed(ready):
            put_back(*each)
        return count, feed.last_seq(db)


def colleague(db, words):
    """Return the id of the colleague who is here and whom an account or a name means, or None for no words.

    Raises
    ------
    kb.errors.Invalid
        When nobody is meant, or several.
    """
    words = words.strip()
    if not words:
        return None
    rows = db.execute(
        "SELECT id FROM member WHERE state = 'active' AND (login = :words COLLATE NOCASE OR name = :words)",
        {"words": words},
    ).fetchall()
    if len(rows) != 1:
        raise Invalid(
            N_("Several colleagues are called “%(value)s”.")
            if rows
            else N_("No colleague here is called “%(value)s”."),
            hint=N_("Write the account."),
            field="owner",
            value=words,
        )
    return rows[0][0]


def _changes(db, seq, noun):
    return list(
        db.query(
            """SELECT its.seq, its.member_id, its.noun_id, text.before, text.after
                 FROM change AS named
                 JOIN change AS its ON its.member_id IS named.member_id AND its.at = named.at
                                   AND its.noun = named.noun AND its.action = named.action
                 JOIN change_text AS text ON text.seq = its.seq
                WHERE named.seq = :seq AND named.noun = :noun AND named.action = 'import'
                ORDER BY its.seq""",
            {"seq": seq, "noun": noun},
        )
    )
