"""Colleagues of one name: what tells them apart beside it."""

import json

# The name of a member, and with that of another one the department, or the account where the department is one too.
TOLD_SQL = """CASE WHEN member.name NOT IN (SELECT name FROM member GROUP BY name HAVING count(*) > 1) THEN member.name
    ELSE member.name || '（' || CASE
        WHEN (member.name, member.department_id) IN
             (SELECT name, department_id FROM member GROUP BY name, department_id HAVING count(*) > 1)
        THEN member.login
        ELSE (SELECT department.name FROM department WHERE department.id = member.department_id) END || '）' END"""


def places(db, member_ids):
    """Return ``{id: (department, account)}`` of some members; the account is empty where nobody else is called so."""
    rows = db.execute(
        """SELECT member.id, department.name,
                  iif(member.name IN (SELECT name FROM member GROUP BY name HAVING count(*) > 1), member.login, '')
             FROM member JOIN department ON department.id = member.department_id
            WHERE member.id IN (SELECT value FROM json_each(:ids))""",
        {"ids": json.dumps(list(member_ids))},
    )
    return {member_id: tuple(place) for member_id, *place in rows.fetchall()}
