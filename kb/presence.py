"""Who is there to be asked, and who answers for whoever is not: the one place that says so.

An absence moves nothing. It is asked whenever somebody is about to be named, so that all is theirs again by itself on
the day they are back.
"""

import json
from dataclasses import dataclass

# The members for whom one answers today: oneself, whoever is away with them as deputy, and for whom those stand in.
STANDING = """(WITH RECURSIVE standing(id) AS (
    SELECT {who}
     UNION SELECT absence.member_id FROM absence JOIN standing ON absence.deputy_id = standing.id
            WHERE today_here() BETWEEN absence.from_day AND absence.until_day)
    SELECT id FROM standing)"""
IS_AWAY = """EXISTS (SELECT 1 FROM absence WHERE absence.member_id = {who}.id
                               AND today_here() BETWEEN absence.from_day AND absence.until_day)"""


@dataclass(frozen=True, slots=True)
class Away:
    """That somebody is away, until the end of a day; ``answering_id`` and ``answering`` are who answers, or None."""

    until_day: str
    answering_id: int | None
    answering: str | None


def answering(db, member_ids, *, day):
    """Return ``{member id: who answers for them on a day}``, None where nobody does.

    Parameters
    ----------
    day : str
        ``YYYY-MM-DD`` where the company is.
    """
    deputies = _deputies(db, day)
    rows = db.execute(
        "SELECT id FROM member WHERE state = 'active' AND id IN (SELECT value FROM json_each(:ids))",
        {"ids": json.dumps([*member_ids, *filter(None, deputies.values())])},
    )
    here = {row[0] for row in rows}
    return {each: _followed(each, deputies, here) for each in member_ids}


def away(db, *, day=None):
    """Return ``{member id: Away}`` of all who are away on a day, today unless it is named."""
    day = day or today(db)
    rows = db.execute(
        """SELECT member_id, max(until_day) FROM absence WHERE :day BETWEEN from_day AND until_day
            GROUP BY member_id""",
        {"day": day},
    )
    until = dict(rows.fetchall())
    found = answering(db, until, day=day) if until else {}
    names = db.execute(
        "SELECT id, name FROM member WHERE id IN (SELECT value FROM json_each(:ids))",
        {"ids": json.dumps([each for each in found.values() if each])},
    )
    names = dict(names.fetchall())
    return {each: Away(until[each], who, names.get(who)) for each, who in found.items()}


def stands_in_for(db, member_id):
    """Return the ids of those for whom a member answers today, themselves first."""
    rows = db.execute(f"SELECT id FROM {STANDING.format(who=':member')}", {"member": member_id}).fetchall()
    return sorted((row[0] for row in rows), key=lambda each: each != member_id)


def taking_questions(db, member_ids):
    """Return those of some members who take questions, in their order."""
    rows = db.execute(
        "SELECT id FROM member WHERE open_for_questions AND id IN (SELECT value FROM json_each(:ids))",
        {"ids": json.dumps(list(member_ids))},
    )
    willing = {row[0] for row in rows.fetchall()}
    return [each for each in member_ids if each in willing]


def today(db):
    """Return the day it is where the company is, ``YYYY-MM-DD``."""
    return db.execute("SELECT today_here()").fetchone()[0]


def _deputies(db, day):
    rows = db.execute(
        "SELECT member_id, deputy_id FROM absence WHERE :day BETWEEN from_day AND until_day", {"day": day}
    )
    return dict(rows.fetchall())


def _followed(member_id, deputies, here):
    """Return who answers in the end: the deputy's deputy where that one is away too, nobody where it goes round."""
    met = set()
    while member_id in deputies and member_id in here and member_id not in met:
        met.add(member_id)
        member_id = deputies[member_id]
    return member_id if member_id in here and member_id not in met else None
