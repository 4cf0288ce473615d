"""Accounts: another role or department for a colleague, and a password that serves once."""

import secrets

from kb import access, duties, feed, members, sessions
from kb.errors import Conflict, Invalid, N_, NotFound
from kb.store import writing

# Without those that look or sound alike when somebody reads them out.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 4
_MOVED = ("role", "department_id")


def move(db, member_id, *, department, role, by, now):
    """Give a colleague another department, made if it is new, or role, and return the seq of the change.

    Raises
    ------
    kb.errors.Invalid
        Also if both stay as they are.
    """
    access.require(by, "member.manage")
    department = members.department_name(department)
    members.require_role(role)
    with writing(db):
        member = _here(db, member_id)
        department_id = members.made_department(db, department, by=by, now=now)
        if (role, department_id) == (member.role, member.department_id):
            raise Invalid(N_("Nothing was changed."), hint=N_("Choose another role or department."), field="role")
        return _put(db, member, {"role": role, "department_id": department_id}, "member.move", by, now)


def undo(db, seq, *, by, now):
    """Take back another role or department, and return the id of the member."""
    access.require(by, "member.manage")
    with writing(db):
        change = feed.change(db, seq)
        if change is None or change["noun"] != "member" or not set(_MOVED) == set(change["before"] or ()):
            raise NotFound(
                N_("Only another role or department is taken back here."),
                hint=N_("Add an account anew, or give another password."),
            )
        member = _here(db, int(change["noun_id"]))
        if {name: getattr(member, name) for name in _MOVED} != change["after"]:
            raise Conflict(N_("This was changed again since."), hint=N_("Choose role and department anew."))
        _put(db, member, change["before"], "member.undo", by, now)
    return member.id


def reset_password(db, member_id, *, by, now):
    """Return a new password for a colleague, shown nowhere else; it opens nothing but the page for changing it."""
    access.require(by, "member.manage")
    if member_id == by.member_id:
        raise Invalid(N_("This is your own account."), hint=N_("Change your password by itself."))
    password = "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    with writing(db):
        member = _here(db, member_id)
        db["member"].update(member_id, {"password_hash": members.hash_password(password, member.login)})
        sessions.end_all(db, member_id)
        feed.append(db, by=by, did="member.reset", of=member_id, at=now)
    return password


def must_renew(db, member_id):
    """Return whether the password of a member is one that somebody else gave, to be changed before anything else."""
    row = db.execute(
        """SELECT action FROM change
            WHERE noun = 'member' AND noun_id = CAST(:id AS TEXT) AND action IN ('password', 'reset')
            ORDER BY seq DESC LIMIT 1""",
        {"id": member_id},
    ).fetchone()
    return row == ("reset",)


def _here(db, member_id):
    member = members.get(db, member_id)
    if member.state == "left":
        raise Invalid(N_("%(name)s has already left."), name=member.name)
    return member


def _put(db, member, after, did, by, now):
    if after["role"] != "admin":
        members.require_other_admin(db, member)
    db["member"].update(member.id, after)
    for department_id in {member.department_id, after["department_id"]}:
        duties.settle_of(db, member_id=member.id, department_id=department_id)
    before = {name: getattr(member, name) for name in _MOVED}
    return feed.append(db, by=by, did=did, of=member.id, at=now, before=before, after=after)
