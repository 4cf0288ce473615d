"""Which changes of notes need the yes of a second person: by department and type; where nobody said so, none."""

from kb import access, feed
from kb.dimensions import DIMENSIONS
from kb.errors import Conflict, Forbidden, Invalid, N_, NotFound
from kb.store import writing


def of_departments(db):
    """Return ``{department id: dimensions}``, of those that ask for it."""
    found = {}
    for department_id, dimension in db.execute("SELECT department_id, dimension FROM approval_rule").fetchall():
        found.setdefault(department_id, []).append(dimension)
    return {number: [each for each in DIMENSIONS if each in its] for number, its in found.items()}


def seconds(db):
    """Return ``{department id: [kind, who]}`` where somebody says yes after the first: a "member" by id or a "role"."""
    rows = db.execute("SELECT department_id, member_id, role FROM approval_second").fetchall()
    return {number: ["role", role] if role else ["member", member_id] for number, member_id, role in rows}


def short_handed(db):
    """Return ``{department id: names}`` where a role says the second yes that at most one has, who may say the first.

    Nobody of the role is left then, and another curator or manager is asked.
    """
    found = {}
    for department_id, (kind, role) in seconds(db).items():
        if kind == "role":
            rows = db.execute(
                "SELECT name, department_id FROM member WHERE state = 'active' AND role = :role", {"role": role}
            ).fetchall()
            if not rows or (len(rows) == 1 and rows[0][1] == department_id):
                found[department_id] = [name for name, _ in rows]
    return found


def asks(db, fields, dimensions, department_id, *, by):
    """Return whether a note needs the yes of a second person to become one with these fields.

    What only its author sees does not, nor what the operator does.

    Parameters
    ----------
    fields : dict
        With its ``readers``.
    dimensions : iterable of str
        Of the note before the change, and after it.
    department_id : int or None
        Whose note it is.
    by : kb.access.Reader
    """
    if fields["readers"] == "owner" or by.member_id is None:
        return False
    rows = db.execute("SELECT dimension FROM approval_rule WHERE department_id = :id", {"id": department_id})
    return not {row[0] for row in rows.fetchall()}.isdisjoint(dimensions)


def refuse(db, note, *, readers, dimension, by):
    """Refuse with a sentence what is done to a note past its page, where it needs the yes of a second person."""
    if asks(db, {"readers": readers}, (note.dimension, dimension), note.department_id, by=by):
        raise Invalid(
            N_("Its changes need the yes of a second person."), hint=N_("Change it on its own page: that is proposed.")
        )


def refuse_alone(db, note, by):
    """Refuse what `by` would add to their own note, where a second person has to say yes to what others see of it."""
    if is_alone(db, note, by):
        raise Invalid(
            N_("What hangs on this note and its facets are for a second person to add or take away."),
            hint=N_("Ask a curator or a manager; the text you change yourself, which is proposed."),
        )


def is_alone(db, note, by):
    """Return whether files, evidence and facets of a note are not for `by` to change: a second person has to."""
    if not asks(db, {"readers": note.readers}, (note.dimension,), note.department_id, by=by):
        return False
    return note.owner_id == by.member_id or not access.may(by, "note.edit_others")


def may_arrange(reader, department_id):
    """Return whether `reader` may say it for a department: administrators for each, curators for their own."""
    if not access.may(reader, "approval.arrange"):
        return False
    return access.may(reader, "member.manage") or reader.department_id == department_id


def arrange(db, department_id, dimensions, *, by, now, second=None):
    """Let the changes of these types, and no others, need a yes in a department; return the seq of the change.

    Parameters
    ----------
    second : tuple of (str, int or str), optional
        Who says yes after the first did: ``("member", id)`` or ``("role", role)``; nobody where it is None.

    Raises
    ------
    kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    unknown = next((each for each in dimensions if each not in DIMENSIONS), None)
    if unknown is not None:
        raise Invalid(N_("“%(value)s” is none of the four types."), field="dimension", value=unknown)
    with writing(db):
        _require(db, department_id, by)
        _check_second(db, second)
        return _put(db, department_id, dimensions, second, "approval.arrange", by, now)


def undo(db, seq, *, by, now):
    """Bring back what a department asked for before a change; raises `Conflict` when it was changed again since."""
    with writing(db):
        change = feed.to_undo(db, seq, "approval", hint=N_("Look at the activity page."))
        department_id = int(change["noun_id"])
        _require(db, department_id, by)
        if {"second": None, **change["after"]} != _state(db, department_id):
            raise Conflict(N_("This was changed again since."), hint=N_("Set it as it should stand."))
        earlier = {"second": None, **change["before"]}
        return _put(db, department_id, earlier["dimensions"], earlier["second"], "approval.undo", by, now)


def _require(db, department_id, by):
    if not may_arrange(by, department_id):
        raise Forbidden(
            N_("An administrator says so for each department, a curator for their own."),
            hint=N_("Ask one of them."),
        )
    if db.execute("SELECT 1 FROM department WHERE id = :id", {"id": department_id}).fetchone() is None:
        raise NotFound(N_("There is no such department."), hint=N_("Look at the list of departments."))


def _check_second(db, second):
    if second is None:
        return
    kind, who = second
    role = who if kind == "role" else None
    if kind == "member":
        sql = "SELECT role FROM member WHERE id = :id AND state = 'active'"
        role = next((row[0] for row in db.execute(sql, {"id": who})), None)
    if role not in access.ACTIONS["note.write"]:
        raise Invalid(
            N_("Whoever says yes has to be here and may change notes."),
            hint=N_("Name another colleague, or a role that writes."),
            field="second",
        )


def _state(db, department_id):
    return {"dimensions": of_departments(db).get(department_id, []), "second": seconds(db).get(department_id)}


def _put(db, department_id, dimensions, second, did, by, now):
    before = _state(db, department_id)
    kept = [each for each in DIMENSIONS if each in dimensions]
    db.execute("DELETE FROM approval_rule WHERE department_id = :id", {"id": department_id})
    db["approval_rule"].insert_all({"department_id": department_id, "dimension": each} for each in kept)
    db.execute("DELETE FROM approval_second WHERE department_id = :id", {"id": department_id})
    if second:
        kind, who = second
        column = {"member": "member_id", "role": "role"}[kind]
        db["approval_second"].insert({"department_id": department_id, column: who})
    after = _state(db, department_id)
    return feed.append(db, by=by, did=did, of=department_id, at=now, before=before, after=after)
