"""Colleagues of one name: what tells them apart beside it."""

import json

_ANOTHER = "EXISTS (SELECT 1 FROM member AS other WHERE other.name = member.name AND other.id <> member.id{more})"
_NAMESAKE, _BESIDE = _ANOTHER.format(more=""), _ANOTHER.format(more=" AND other.department_id = member.department_id")
# The name of a member, and with that of another one the department, or the account where the department is one too.
TOLD_SQL = f"""CASE WHEN NOT {_NAMESAKE} THEN member.name
    ELSE member.name || '（' || CASE WHEN {_BESIDE} THEN member.login
        ELSE (SELECT department.name FROM department WHERE department.id = member.department_id) END || '）' END"""


def places(db, member_ids):
    """Return ``{id: (department, account)}`` of some members; the account is empty where nobody else is called so."""
    rows = db.execute(
        f"""SELECT member.id, department.name, iif({_NAMESAKE}, member.login, '')
             FROM member JOIN department ON department.id = member.department_id
            WHERE member.id IN (SELECT value FROM json_each(:ids))""",
        {"ids": json.dumps(list(member_ids))},
    )
    return {member_id: tuple(place) for member_id, *place in rows.fetchall()}
