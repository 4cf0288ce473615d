"""What came in by one import: found again by any change of it, and taken back as a whole."""

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from kb import access, feed
from kb.deeds import ChangedSince
from kb.errors import Forbidden, Invalid, N_, NotFound
from kb.store import writing


@dataclass(frozen=True, slots=True)
class Kind:
    """What an import brings in and how it goes back.

    ``noun`` and ``actions`` as the feed calls it, and ``undone`` what it calls taking it back; ``needs`` the right to
    do so; ``standing`` gives, of ``{id: the states an import left, oldest first}``, the ids of what still stands so;
    ``put_back`` takes an id, pairs of the states before and after, oldest first, ``by`` and ``now``; ``name`` gives
    what people call the thing of an id; ``sentence`` says that some changed since, for `kb.deeds.ChangedSince`.
    """

    noun: str
    actions: tuple
    undone: str
    needs: str
    standing: Callable
    put_back: Callable
    name: Callable
    sentence: str


def undo(db, seq, kind, *, by, now, leave_changed=False):
    """Take back an import as one new deed; return how many things went back and the seq of the newest change.

    Parameters
    ----------
    seq : int
        Of any change of the import.
    kind : Kind
    leave_changed : bool
        Whether to take back the others when some changed since.

    Raises
    ------
    kb.deeds.ChangedSince
        Unless `leave_changed`; also when nothing is left to take back.
    kb.errors.NotFound, kb.errors.Forbidden
    """
    with writing(db):
        ready = agreed(db, seq, kind, by=by, leave_changed=leave_changed)
        return undo_part(db, ready, kind, by=by, now=now), feed.last_seq(db)


def agreed(db, seq, kind, *, by, leave_changed):
    """Return for each thing of an import that can be taken back the seqs of its changes; what is refused, see `undo`.

    What was done last, and goes back first, stands first.
    """
    access.require(by, kind.needs)
    rows = _changes(db, seq, kind)
    if not rows:
        raise NotFound(N_("There is nothing to undo."), hint=N_("Look at the list of what was done."))
    if rows[0]["member_id"] != by.member_id and not access.may(by, "note.edit_others"):
        raise Forbidden(N_("Only who did this, or a curator, may take it back."))
    seqs = defaultdict(list)
    for row in rows:
        seqs[int(row["noun_id"])].append(row["seq"])
    # A thing that an import changed more than once goes back when all of that does.
    stands = kind.standing(db, _left(_states(db, seqs.values())))
    changed = [number for number in sorted(seqs) if number not in stands]
    if changed and not (leave_changed and stands):
        raise ChangedSince([kind.name(db, number) for number in changed], len(stands), kind.sentence)
    return sorted((its for number, its in seqs.items() if number in stands), key=max, reverse=True)


def undo_part(db, seqs, kind, *, by, now):
    """Take back some things of an import that were `agreed`, but for those that changed since; return how many.

    Only inside ``writing``.
    """
    states = _states(db, seqs)
    stands = kind.standing(db, _left(states))
    for number, its in states.items():
        if number in stands:
            kind.put_back(db, number, its, by=by, now=now)
    return len(stands)


def of_same_version(table):
    """Return what a `Kind` calls ``standing``, for a table whose rows have a version that the feed keeps too."""

    def standing(db, left):
        asked = f"SELECT id, version FROM {table} WHERE id IN (SELECT value FROM json_each(:ids))"
        rows = db.execute(asked, {"ids": json.dumps(list(left))})
        # Of what was erased since the feed keeps nothing.
        return {number for number, version in rows if left[number][-1] and left[number][-1]["version"] == version}

    return standing


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


def _changes(db, seq, kind):
    return list(
        db.query(
            """SELECT its.seq, its.member_id, its.noun_id
                 FROM change AS named
                 JOIN change AS its ON its.member_id IS named.member_id AND its.at = named.at
                                   AND its.noun = named.noun
                WHERE named.seq = :seq AND named.noun = :noun
                  AND named.action IN (SELECT value FROM json_each(:actions))
                  AND its.action IN (SELECT value FROM json_each(:actions))
                ORDER BY its.seq""",
            {"seq": seq, "noun": kind.noun, "actions": json.dumps(kind.actions)},
        )
    )


def _states(db, seqs):
    """Return ``{id: pairs of the states before and after}``, each as the feed keeps it, None once it is erased."""
    found = {}
    rows = db.execute(
        """SELECT change.noun_id, text.before, text.after
             FROM json_each(:seqs) AS asked
             JOIN change ON change.seq = asked.value
             LEFT JOIN change_text AS text ON text.seq = change.seq
            ORDER BY asked.key""",
        {"seqs": json.dumps([each for its in seqs for each in its])},
    )
    for number, *states in rows.fetchall():
        found.setdefault(int(number), []).append(tuple(json.loads(each or "null") for each in states))
    return found


def _left(states):
    return {number: [after for _, after in its] for number, its in states.items()}
