"""Whether a note still holds: who doubts it says what is out of date, who answers for it mends or verifies it."""

import hashlib
import json

from kb import access, doubts, duties, gates, left_behind, looked_at, note_texts, notes
from kb.errors import Conflict, Forbidden, Invalid, N_
from kb.store import writing
from kb.text import clean

# What can be done to many at once.
ACTS = {"verify": N_("Verify"), "propose": N_("Propose"), "archive": N_("Archive")}
_PART = 500
_WHY_ARCHIVE = N_("Others build on some of these notes: why do you archive them?")
_STAMPS = {
    "verify": "verified_by = :by, verified_at = :now, verified_version = version + 1",
    # The text is as old as it was.
    "propose": "updated_at = updated_at",
    "archive": "archived = 1, updated_at = :now",
}


def doubt(db, note_id, words, *, by, now):
    """Say what is out of date in a note and return the seq of the change; once a colleague.

    Raises
    ------
    kb.errors.Invalid
        Without words: a mere doubt helps nobody.
    kb.errors.Conflict, kb.errors.Forbidden, kb.errors.NotFound
    """
    access.require(by, "note.write")
    label = N_("What is out of date")
    words = clean(words, field="doubt", label=label, limit=300, lines=False, needed=N_("Fill it in."))
    with writing(db):
        before = notes.get(db, note_id, reader=by)
        if any(each["member_id"] == by.member_id for each in before.doubts):
            raise Conflict(N_("You said so already."), hint=N_("Take that back first, to say it in other words."))
        doubts.store(db, note_id, [*before.doubts, {"words": words, "member_id": by.member_id, "raised_at": now}])
        # The text is as old as it was.
        db["note"].update(before.id, {"version": before.version + 1})
        return notes.log(db, "note.doubt", before, notes.get(db, note_id, reader=access.OPERATOR), by, now)


def verify(db, note_id, *, by, now, shown=""):
    """Say that a note holds as it stands, as who answers for it, and return the seq of the change.

    What asked for it is answered, and the next date moves; a note that is not due yet may be verified too.

    Parameters
    ----------
    shown : str
        The `kb.looked_at.whole` of the note as it was looked at, or nothing.

    Raises
    ------
    kb.errors.Invalid
        For a note in the archive.
    kb.errors.Conflict
        When it is not any more as it was looked at.
    kb.errors.Forbidden, kb.errors.NotFound
    """
    with writing(db):
        before = notes.get(db, note_id, reader=by)
        if not may_verify(before, by, duties.part_of(db, by)):
            raise Forbidden(
                N_("Only who answers for this note may verify it."),
                hint=N_("Say what is out of date, or ask %(name)s."),
                name=before.duty or before.owner or "",
            )
        if before.archived:
            raise Invalid(N_("“%(title)s” is archived already."), title=before.title)
        looked_at.require_same(before, shown)
        return _all(db, [note_id], "verify", by, now)[0]


def assign(db, note_id, *, verifier_id=None, department_id=None, deputy_id=None, by, now):
    """Say who verifies a note, as who may change it, and return the seq of the change.

    Parameters
    ----------
    verifier_id, department_id : int, optional
        A member or a department; without either its author.
    deputy_id : int, optional
        Who stands in once the verifier has left.

    Raises
    ------
    kb.errors.Invalid
        For a member or a department that may not see or not write notes, and for both at once.
    kb.errors.Forbidden, kb.errors.NotFound
    """
    if verifier_id is not None and department_id is not None:
        raise Invalid(N_("Choose a colleague or a department, not both."), field="verifier")
    with writing(db):
        before = notes.get(db, note_id, reader=by)
        notes.require_editable(before, by)
        for field, member_id in (("verifier", verifier_id), ("deputy", deputy_id)):
            if member_id is not None and not duties.can_be_of(db, before, member_id=member_id):
                raise Invalid(
                    N_("Whom you chose has left, or may not see or not write this note."),
                    hint=N_("Choose somebody else, or let more people see the note first."),
                    field=field,
                )
        if department_id is not None and not duties.can_be_of(db, before, department_id=department_id):
            raise Invalid(
                N_("Nobody of that department may see and write this note."),
                hint=N_("Choose somebody else, or let more people see the note first."),
                field="verifier",
            )
        chosen = {"verifier_id": verifier_id, "verifier_department_id": department_id, "deputy_id": deputy_id}
        db["note"].update(note_id, {**chosen, "version": before.version + 1})
        return notes.log(db, "note.assign", before, notes.get(db, note_id, reader=access.OPERATOR), by, now)


def do_to_all(db, note_ids, act, *, by, now, reason="", shown=""):
    """Verify many notes, propose them for the archive or archive them, and return the seqs of the changes.

    One transaction and one instant: it can be taken back as a whole. What `by` may not do it to is left out.

    Parameters
    ----------
    note_ids : sequence of int
    act : {"verify", "propose", "archive"}
    reason : str
        Why, for all of them; notes that others build on are not archived without.
    shown : str
        The `digest` of those that were looked at, or nothing.

    Raises
    ------
    kb.errors.Conflict
        When they are others, or others in text or doubts, than those that were looked at.
    kb.errors.Invalid
    """
    with writing(db):
        reason = agreed(db, note_ids, act, by=by, reason=reason, shown=shown)
        return _all(db, open_to(db, note_ids, act, by=by), act, by, now, reason)


def digest(db, note_ids, act="verify"):
    """Return a digest of which notes, in which versions: doubts and what asks for a check make new ones.

    To archive them also of which changes wait for a yes.
    """
    rows = db.execute(
        "SELECT id, version FROM note WHERE id IN (SELECT value FROM json_each(:ids)) ORDER BY id",
        {"ids": json.dumps(list(note_ids))},
    )
    waiting = left_behind.digest(db, note_ids) if act == "archive" else ""
    return hashlib.sha256(f"{rows.fetchall()}{waiting}".encode()).hexdigest()


def agreed(db, note_ids, act, *, by, reason, shown=""):
    """Return the reason of what is to be done to many notes as it is stored; what is refused is told at `do_to_all`."""
    access.require(by, "note.write")
    if act not in ACTS:
        raise Invalid(
            N_("There is no act “%(value)s”."),
            hint=N_("One of: %(choices)s."),
            field="act",
            value=act,
            choices=", ".join(ACTS),
        )
    if shown and shown != digest(db, note_ids, act):
        raise Conflict(
            N_("Some of these notes changed since you looked, or others are among them. Nothing was done."),
            hint=N_("Look at them again, then confirm."),
        )
    reason = note_texts.reason(reason, N_("Why you archive them"))
    if act == "archive" and not reason:
        for part in _parts(open_to(db, note_ids, act, by=by)):
            gates.require_reason(notes.of_ids(db, part, reader=access.OPERATOR), reason, _WHY_ARCHIVE)
    return reason


def do_to_part(db, note_ids, act, *, by, now, reason):
    """Do to a part of the notes what was `agreed`; only inside ``writing``.

    Returns
    -------
    changed : int
    refused : list of (int, kb.errors.Invalid)
        Of those that it may not be done to, or not any more, the ids and why.
    """
    ids = open_to(db, note_ids, act, by=by)
    if act == "verify":
        ids = _as_asked(db, ids, now)
    gone = N_("You do not answer for it any more, or it is archived or changed since.")
    why = {each: Invalid(gone) for each in note_ids}
    if act == "archive":
        proposed = left_behind.since(db, ids, now)
        why |= dict.fromkeys(proposed, Invalid(left_behind.CAME_SINCE))
        ids = [each for each in ids if each not in proposed]
        for note in notes.of_ids(db, ids, reader=access.OPERATOR):
            try:
                gates.require_reason([note], reason, _WHY_ARCHIVE)
            except Invalid as problem:
                # Others began to build on it since.
                why[note.id] = problem
                ids.remove(note.id)
    _all(db, ids, act, by, now, reason)
    return len(ids), [(each, why[each]) for each in sorted(set(note_ids) - set(ids))]


def needs_reason(db, note_ids):
    """Return whether others build on one of these notes, so that they are not archived without a reason."""
    return any(
        gates.is_published(note) for part in _parts(note_ids) for note in notes.of_ids(db, part, reader=access.OPERATOR)
    )


def open_to(db, note_ids, act, *, by):
    """Return those of some notes, outside the archive, to which `by` may do an act of `ACTS`, in the order of id."""
    clause, values = access.visible(by)
    may, who = may_sql(act, by, duties.part_of(db, by))
    rows = db.execute(
        f"""SELECT note.id FROM note
             WHERE note.id IN (SELECT value FROM json_each(:ids)) AND note.archived = 0 AND {clause} AND {may}
             ORDER BY note.id""",
        {**values, **who, "ids": json.dumps(list(note_ids))},
    )
    return [row[0] for row in rows]


def may_verify(note, reader, part):
    """Return whether `reader`, who sees `note`, may say that it holds; ``part`` is their `kb.duties.part_of`."""
    if not access.may(reader, "note.write"):
        return False
    if notes.may_edit(note, reader) or note.deputy_id == reader.member_id or note.duty_member_id in part.members:
        return True
    return part.group is not None and note.duty_department_id == part.group


def may_sql(act, reader, part):
    """Return what `may_verify`, or for "archive" `kb.notes.may_edit`, says as a condition over table ``note``."""
    if access.may(reader, "note.edit_others"):
        return "1", {}
    if not access.may(reader, "note.write"):
        return "0", {}
    own = "note.owner_id = :doer"
    answers = f"""({own} OR note.duty_member_id IN (SELECT value FROM json_each(:duty_of)) OR note.deputy_id = :doer
        OR note.duty_department_id = :group)"""
    told = {"doer": reader.member_id, "duty_of": json.dumps(sorted(part.members)), "group": part.group}
    return own if act == "archive" else answers, told


def trust(note, now):
    """Return how far a note, or a hit of a search, can be trusted: "doubted", "due", "verified" or "unverified"."""
    if note.doubts:
        return "doubted"
    if note.due_at <= now:
        return "due"
    return "verified" if note.verified_at else "unverified"


def waiting(db, *, reader):
    """Return the notes with open doubts that `reader` answers for as their author, the longest doubted first."""
    # From the doubts: there are fewer of them than there are notes of who writes much.
    rows = db.execute(
        """SELECT note.id
             FROM (SELECT note_id, min(raised_at) AS since FROM note_doubt GROUP BY note_id) AS doubted
             JOIN note ON note.id = doubted.note_id
            WHERE +note.owner_id = :member AND note.archived = 0 ORDER BY doubted.since""",
        {"member": reader.member_id},
    )
    ids = [row[0] for row in rows]
    found = {note.id: note for note in notes.of_ids(db, ids, reader=reader)}
    return [found[note_id] for note_id in ids]


def _all(db, note_ids, act, by, now, reason=""):
    seqs = []
    for part in _parts(note_ids):
        before = notes.of_ids(db, part, reader=access.OPERATOR)
        if act == "archive":
            gates.require_reason(before, reason, _WHY_ARCHIVE)
        if act == "verify":
            # A deed of many is asked for at one instant and runs on: what is raised meanwhile nobody has answered.
            doubts.clear(db, part, now)
            duties.clear(db, part, now)
        elif act == "propose":
            duties.ask(db, part, "archive", by=by, now=now)
        db.execute(
            f"UPDATE note SET version = version + 1, {_STAMPS[act]} WHERE id IN (SELECT value FROM json_each(:ids))",
            {"ids": json.dumps(part), "by": by.member_id, "now": now},
        )
        after = notes.of_ids(db, part, reader=access.OPERATOR)
        pairs = zip(before, after, strict=True)
        seqs += [notes.tell(db, f"note.{act}", earlier, later, by, now, reason) for earlier, later in pairs]
        duties.settle(db, part)
    return seqs


def _as_asked(db, note_ids, now):
    """Return those of some notes that nobody changed since it was asked to verify them: a later text was not read."""
    rows = db.execute(
        """SELECT id FROM note
            WHERE id IN (SELECT value FROM json_each(:ids)) AND updated_at <= :now ORDER BY id""",
        {"ids": json.dumps(note_ids), "now": now},
    )
    return [row[0] for row in rows]


def _parts(note_ids):
    return [note_ids[at : at + _PART] for at in range(0, len(note_ids), _PART)]
