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


def may_arrange(reader, department_id):
    """Return whether `reader` may say it for a department: administrators for each, curators for their own."""
    if not access.may(reader, "approval.arrange"):
        return False
    return access.may(reader, "member.manage") or reader.department_id == department_id


def arrange(db, department_id, dimensions, *, by, now):
    """Let the changes of these types, and no others, need a yes in a department; return the seq of the change.

    Raises
    ------
    kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    unknown = next((each for each in dimensions if each not in DIMENSIONS), None)
    if unknown is not None:
        raise Invalid(N_("“%(value)s” is none of the four types."), field="dimension", value=unknown)
    with writing(db):
        _require(db, department_id, by)
        return _put(db, department_id, dimensions, "approval.arrange", by, now)


def undo(db, seq, *, by, now):
    """Bring back what a department asked for before a change; raises `Conflict` when it was changed again since."""
    with writing(db):
        change = feed.change(db, seq)
        if change is None or change["noun"] != "approval":
            raise NotFound(N_("There is nothing to undo."), hint=N_("Look at the activity page."))
        department_id = int(change["noun_id"])
        _require(db, department_id, by)
        if change["after"]["dimensions"] != of_departments(db).get(department_id, []):
            raise Conflict(N_("This was changed again since."), hint=N_("Set it as it should stand."))
        return _put(db, department_id, change["before"]["dimensions"], "approval.undo", by, now)


def _require(db, department_id, by):
    if not may_arrange(by, department_id):
        raise Forbidden(
            N_("An administrator says so for each department, a curator for their own."),
            hint=N_("Ask one of them."),
        )
    if db.execute("SELECT 1 FROM department WHERE id = :id", {"id": department_id}).fetchone() is None:
        raise NotFound(N_("There is no such department."), hint=N_("Look at the list of departments."))


def _put(db, department_id, dimensions, did, by, now):
    before = of_departments(db).get(department_id, [])
    after = [each for each in DIMENSIONS if each in dimensions]
    db.execute("DELETE FROM approval_rule WHERE department_id = :id", {"id": department_id})
    db["approval_rule"].insert_all({"department_id": department_id, "dimension": each} for each in after)
    return feed.append(
        db, by=by, did=did, of=department_id, at=now, before={"dimensions": before}, after={"dimensions": after}
    )
