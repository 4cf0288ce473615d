"""Duties: who has to look at a note again, and from when on; kept beside each note, so that lists need no sums.

Who: the verifier a note names, else its author; the deputy where that one has left or may not see it; else the
department, whose curators come first. When: an interval after the last check, the day it ends to hold, or at once when
something asks for it.
"""

import json
from dataclasses import dataclass

from kb import gates, presence
from kb.access import ACTIONS

# What is kept of that which asks for a check at once, beside doubts.
ASK = ("kind", "cause", "member_id", "asked_at")
_WRITERS = ", ".join(f"'{role}'" for role in sorted(ACTIONS["note.write"]))
_NEVER = "'9999'"

_DUE = f"""min(
    months_later(coalesce(note.verified_at, note.created_at),
                 (SELECT months FROM verification_interval AS i WHERE i.dimension = note.dimension)),
    CASE WHEN note.dimension = 'for' AND note.valid_until > coalesce(substr(note.verified_at, 1, 10), '')
         THEN note.valid_until || 'T00:00:00.000Z' ELSE {_NEVER} END,
    coalesce((SELECT min(raised_at) FROM note_doubt WHERE note_doubt.note_id = note.id), {_NEVER}),
    coalesce((SELECT min(asked_at) FROM note_ask WHERE note_ask.note_id = note.id), {_NEVER}))"""

_HERE = f"""member.state = 'active' AND member.role IN ({_WRITERS})
    AND (note.readers = 'all' OR member.id = note.owner_id
         OR (note.readers = 'department' AND member.department_id = note.department_id)
         OR (note.readers = 'list' AND EXISTS (
             SELECT 1 FROM note_reader WHERE note_reader.note_id = note.id
                AND (note_reader.member_id = member.id OR note_reader.department_id = member.department_id))))"""
# A department a note is closed to cannot check it.
_OPEN = """(note.readers = 'all' OR (note.readers = 'department' AND note.department_id = {department})
    OR (note.readers = 'list' AND EXISTS (
        SELECT 1 FROM note_reader WHERE note_reader.note_id = note.id AND note_reader.department_id = {department})))"""
_GROUP = f"""CASE WHEN {_OPEN.format(department="note.verifier_department_id")}
                  THEN note.verifier_department_id END"""
_MANNED = f"""(SELECT group_id FROM (SELECT {_GROUP} AS group_id) WHERE EXISTS (
    SELECT 1 FROM member WHERE member.department_id = group_id AND member.state = 'active'
                           AND member.role IN ({_WRITERS})))"""
_FIRST = f"""(SELECT member.id FROM member
               WHERE member.id = coalesce(note.verifier_id, note.owner_id) AND note.verifier_department_id IS NULL
                 AND {_HERE})"""
_DEPUTY = f"(SELECT member.id FROM member WHERE member.id = note.deputy_id AND {_HERE})"
_MEMBER = f"CASE WHEN {_MANNED} IS NULL THEN coalesce({_FIRST}, {_DEPUTY}) END"
_DEPARTMENT = f"""coalesce({_MANNED}, CASE WHEN {_MEMBER} IS NULL AND {_OPEN.format(department="note.department_id")}
                                           THEN note.department_id END)"""
_DERIVED = {"due_at": _DUE, "duty_member_id": _MEMBER, "duty_department_id": _DEPARTMENT}


@dataclass(frozen=True, slots=True)
class Part:
    """Whose duties somebody does: those of ``members``, themselves and whom they stand in for, and of a ``group``."""

    members: frozenset
    group: int | None


def settle(db, note_ids):
    """Derive again who has to look at some notes, and when; only inside ``writing``."""
    _settle(db, "note.id IN (SELECT value FROM json_each(:ids))", {"ids": json.dumps(list(note_ids))})


def settle_all(db):
    """Derive again who has to look at every note, and when; only inside ``writing``."""
    _settle(db, "1", {})


def settle_of(db, *, member_id, department_id):
    """Derive again the duties that change as a member comes or leaves; only inside ``writing``."""
    _settle(
        db,
        """note.id IN (SELECT id FROM note WHERE owner_id = :member
                       UNION SELECT id FROM note WHERE verifier_id = :member
                       UNION SELECT id FROM note WHERE deputy_id = :member
                       UNION SELECT id FROM note WHERE verifier_department_id = :department)""",
        {"member": member_id, "department": department_id},
    )


def wrong(db, limit):
    """Return the ids of notes whose duties are not what their text, doubts and colleagues make them."""
    differs = " OR ".join(f"note.{name} IS NOT {sql}" for name, sql in _DERIVED.items())
    rows = db.execute(f"SELECT note.id FROM note WHERE {differs} ORDER BY note.id LIMIT :limit", {"limit": limit})
    return [row[0] for row in rows]


def group_of(db, reader):
    """Return the department whose duties are those of `reader` too, or None.

    They are its curators'; where it has none, those of all who write there.
    """
    if reader.role not in ACTIONS["note.write"]:
        return None
    row = db.execute(
        """SELECT 1 FROM member
            WHERE department_id = :department AND state = 'active' AND role = 'curator' AND :role <> 'curator'""",
        {"department": reader.department_id, "role": reader.role},
    ).fetchone()
    return reader.department_id if row is None else None


def part_of(db, reader):
    """Return the `Part` of the duties that is that of `reader`."""
    mine = () if reader.member_id is None else presence.stands_in_for(db, reader.member_id)
    return Part(frozenset(mine), group_of(db, reader))


def is_of(db, note, reader):
    """Return whether a note is the duty of `reader`, alone, for somebody who is away, or as one of the department."""
    part = part_of(db, reader)
    if note.duty_member_id is not None or note.duty_department_id is None:
        return note.duty_member_id in part.members
    return note.duty_department_id == part.group


def of_notes(db, note_ids):
    """Return ``{note_id: asks}``: what asks for a check, the oldest first, each a dict of `ASK` and ``member``."""
    found = {note_id: [] for note_id in note_ids}
    rows = db.query(
        """SELECT note_ask.*, member.name AS member
             FROM note_ask LEFT JOIN member ON member.id = note_ask.member_id
            WHERE note_ask.note_id IN (SELECT value FROM json_each(:ids))
            ORDER BY note_ask.asked_at, note_ask.kind, note_ask.cause""",
        {"ids": json.dumps(list(note_ids))},
    )
    for row in rows:
        found[row["note_id"]].append({name: row[name] for name in (*ASK, "member")})
    return found


def store(db, note_id, asks):
    """Let these and no others ask for a check of a note; only inside ``writing``."""
    db.execute("DELETE FROM note_ask WHERE note_id = :id", {"id": note_id})
    # What the feed kept before there were causes names none.
    rows = ({"cause": "", **{name: each[name] for name in ASK if name in each}} for each in asks)
    db["note_ask"].insert_all({"note_id": note_id, **row} for row in rows)


def clear(db, note_ids, until):
    """Let nothing ask for a check of some notes but what did so after an instant; only inside ``writing``."""
    db.execute(
        "DELETE FROM note_ask WHERE asked_at <= :until AND note_id IN (SELECT value FROM json_each(:ids))",
        {"until": until, "ids": json.dumps(list(note_ids))},
    )


def ask(db, note_ids, kind, *, by, now, cause=""):
    """Ask for a check of some notes at once; one that asks already goes on; only inside ``writing``.

    Parameters
    ----------
    cause : str
        Which evidence asks, as `kb.note_sources` names it; a note has an ask of each kind for each cause.
    """
    db.execute(
        """INSERT INTO note_ask (note_id, kind, cause, member_id, asked_at)
           SELECT value, :kind, :cause, :member, :now FROM json_each(:ids) WHERE true ON CONFLICT DO NOTHING""",
        {"ids": json.dumps(list(note_ids)), "kind": kind, "cause": cause, "member": by.member_id, "now": now},
    )


def follow_text(db, before, after, *, by, now, was_read=False):
    """Ask for a check of a note whose text became another one, where nobody who vouches for it read that.

    That is who verified it last, as their name stands on it; of a note that nobody verified, who has to. Where who
    verified it changes the text themselves they vouch for it as it is now, from now on, unless it waited to be looked
    at as a whole: a word mended is no check. Returns whether it changed the note; only inside ``writing``.

    Parameters
    ----------
    before, after : kb.note_rows.Note
    was_read : bool
        Whether `by` read the text of another to agree to it, which counts where nobody verified the one of before.
    """
    if gates.is_to(gates.digest(before), gates.customers_of(before), after):
        return False
    is_first = before.verified_at is None
    is_read = was_read or is_of(db, before, by) if is_first else before.verified_by == by.member_id
    if not is_read:
        ask(db, [before.id], "edited", by=by, now=now)
    is_sealed = is_read and not is_first and before.due_at > now
    if is_sealed:
        db["note"].update(before.id, {"verified_at": now, "verified_version": after.version})
    return is_sealed or not is_read


def can_be_of(db, note, *, member_id=None, department_id=None):
    """Return whether a member, or anybody of a department, is here and may see and write `note`."""
    row = db.execute(
        f"""SELECT 1 FROM note, member
             WHERE note.id = :note AND {_HERE}
               AND (member.id = :member
                    OR (member.department_id = :department AND {_OPEN.format(department=":department")}))""",
        {"note": note.id, "member": member_id, "department": department_id},
    ).fetchone()
    return row is not None


def to_hand_over(db, member_id):
    """Return the ids of the notes that are the duty of a member and that somebody else who is here could do."""
    rows = db.execute(
        f"""SELECT note.id FROM note
             WHERE note.duty_member_id = :member AND NOT note.archived
               AND EXISTS (SELECT 1 FROM member WHERE member.id <> :member AND {_HERE})
             ORDER BY note.id""",
        {"member": member_id},
    )
    return [row[0] for row in rows]


def able(db, note_ids, member_id):
    """Return those of some notes that a member who is here may see and write."""
    rows = db.execute(
        f"""SELECT note.id FROM note JOIN member ON member.id = :member
             WHERE note.id IN (SELECT value FROM json_each(:ids)) AND {_HERE} ORDER BY note.id""",
        {"member": member_id, "ids": json.dumps(list(note_ids))},
    )
    return [row[0] for row in rows]


def _settle(db, where, values):
    told = ", ".join(f"{name} = {sql}" for name, sql in _DERIVED.items())
    differs = " OR ".join(f"note.{name} IS NOT {sql}" for name, sql in _DERIVED.items())
    db.execute(f"UPDATE note SET {told} WHERE {where} AND ({differs})", values)
