"""Who is there to be asked: the one place that says so."""

import json


def answering(db, member_ids, *, day):
    """Return ``{member id: who answers for them on a day}``, None where nobody does.

    Parameters
    ----------
    day : str
        ``YYYY-MM-DD`` where the company is.
    """
    rows = db.execute(
        "SELECT id, state FROM member WHERE id IN (SELECT value FROM json_each(:ids))",
        {"ids": json.dumps(list(member_ids))},
    )
    return {member_id: member_id if state == "active" else None for member_id, state in rows}


def taking_questions(db, member_ids):
    """Return those of some members who take questions, in their order."""
    rows = db.execute(
        "SELECT id FROM member WHERE open_for_questions AND id IN (SELECT value FROM json_each(:ids))",
        {"ids": json.dumps(list(member_ids))},
    )
    willing = {row[0] for row in rows.fetchall()}
    return [each for each in member_ids if each in willing]
