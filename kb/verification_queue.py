"""The queue: which notes wait to be verified, whose they are, why, and how a department keeps up."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from kb import access, duties, note_counts, verification, verification_intervals
from kb.dimensions import DIMENSIONS, checked_dimension
from kb.note_rows import SELECT, of_rows

# Beyond this the menu says only that there are more.
MOST_TOLD = 99
SCOPES = ("mine", "department", "all")
# What waits; what is proposed for the archive; what was verified in time; what never was and need not be yet.
STATES = ("due", "proposed", "verified", "fresh")
ORDERS = {
    "overdue": "note.due_at, note.id",
    "uses": "(SELECT count(*) FROM note_use WHERE note_use.note_id = note.id) DESC, note.due_at, note.id",
    "reason": """CASE WHEN EXISTS (SELECT 1 FROM note_doubt WHERE note_doubt.note_id = note.id) THEN 0
                      WHEN EXISTS (SELECT 1 FROM note_ask WHERE note_ask.note_id = note.id) THEN 1
                      ELSE 2 END, note.due_at, note.id""",
}
_STATES = {
    "due": "note.due_at <= :now",
    "verified": "note.due_at > :now AND note.verified_at IS NOT NULL",
    "fresh": "note.due_at > :now AND note.verified_at IS NULL",
}
# Nobody looked for a whole interval more, and nobody used it meanwhile; or a colleague proposes it.
_PROPOSED = """note.due_at <= :now AND (
    EXISTS (SELECT 1 FROM note_ask WHERE note_ask.note_id = note.id AND note_ask.kind = 'archive')
    OR (note.due_at <= CASE note.dimension {cases} END
        AND NOT EXISTS (SELECT 1 FROM note_use WHERE note_use.note_id = note.id
                           AND note_use.used_at >= coalesce(note.verified_at, note.created_at))))"""


# One's own and those of the department, each from its index: an OR walks all that is due, 105 ms of 70,000.
_OF_BOTH = """note.id IN (
    SELECT its.id FROM note AS its
     WHERE its.archived = 0 AND its.duty_member_id IN (SELECT value FROM json_each(:mine)) AND {due}
    UNION ALL
    SELECT its.id FROM note AS its WHERE its.archived = 0 AND its.duty_department_id = :group AND {due})"""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which part of the queue; ``department_id`` is asked by the scope "department" only."""

    scope: str = "mine"
    state: str = "due"
    dimension: str | None = None
    department_id: int | None = None


def listing(db, asked, *, reader, now, order="overdue", limit=50, offset=0, total=None):
    """Return ``(notes, total)`` of a part of the queue that `reader` may see.

    Parameters
    ----------
    asked : Filter
    now : str
    order : {"overdue", "uses", "reason"}
    total : int, optional
        How many there are, where it is known already.
    """
    where, values = _where(db, asked, reader, now)
    rows = db.execute(
        f"SELECT note.id FROM note WHERE {where} ORDER BY {ORDERS[order]} LIMIT :limit OFFSET :offset",
        {**values, "limit": limit, "offset": offset},
    )
    ids = [row[0] for row in rows]
    if total is None:
        total = count(db, asked, reader=reader, now=now)
    rows = db.query(
        f"{SELECT} WHERE note.id IN (SELECT value FROM json_each(:ids))",
        {"ids": json.dumps(ids)},
    )
    found = {note.id: note for note in of_rows(db, list(rows))}
    return [found[note_id] for note_id in ids], total


def ids(db, asked, act, *, reader, now):
    """Return the ids of a part of the queue to which `reader` may do an act of `kb.verification.ACTS`."""
    where, values = _where(db, asked, reader, now)
    may, who = verification.may_sql(act, reader, duties.part_of(db, reader))
    rows = db.execute(f"SELECT note.id FROM note WHERE {where} AND {may} ORDER BY note.id", {**values, **who})
    return [row[0] for row in rows]


def count(db, asked, *, reader, now):
    """Return how many notes a part of the queue holds."""
    where, values = _where(db, asked, reader, now)
    return db.execute(f"SELECT count(*) FROM note WHERE {where}", values).fetchone()[0]


def waits(db, *, reader, now):
    """Return how many notes wait for `reader` themselves, at most one more than `MOST_TOLD`: asked by every page."""
    where, values = _where(db, Filter(), reader, now)
    row = db.execute(f"SELECT count(*) FROM (SELECT 1 FROM note WHERE {where} LIMIT {MOST_TOLD + 1})", values)
    return row.fetchone()[0]


def counts(db, asked, *, reader, now):
    """Return ``{"mine", "department", "all", "proposed"}``: how much waits in each scope, and is proposed in this one.

    The first three with the dimension that is asked for, and whatever state.
    """
    scopes = {scope: replace(asked, scope=scope, state="due") for scope in SCOPES}
    parts = {**scopes, "proposed": replace(asked, state="proposed")}
    return {name: count(db, part, reader=reader, now=now) for name, part in parts.items()}


def reasons(note, now):
    """Return why a note is to be verified: pairs of a code and who said so or which day it was.

    "doubt", "edited", "finding", "source", "archive" come with who asked (None for the operator), "ended" with the day
    it ended to hold; when only its time is over, "again" with the instant of the last check, or "never" with that of
    writing.
    """
    found = [("doubt", each["member"]) for each in note.doubts]
    found += [(each["kind"], each["member"]) for each in note.asks]
    if note.dimension == "for" and (note.verified_at or "")[:10] < note.valid_until <= now[:10]:
        found.append(("ended", note.valid_until))
    if found:
        return found
    return [("again", note.verified_at) if note.verified_at else ("never", note.created_at)]


def days_overdue(note, now, zone):
    """Return how many days ago a note fell due, by the calendar of a zone; 0 for today, and where it is not due."""
    today, due = (datetime.fromisoformat(each).astimezone(ZoneInfo(zone)).date() for each in (now, note.due_at))
    return max(0, (today - due).days)


def uses_of(db, note_ids):
    """Return ``{note_id: how often it was used}``."""
    rows = db.execute(
        """SELECT note_id, count(*) FROM note_use
            WHERE note_id IN (SELECT value FROM json_each(:ids)) GROUP BY note_id""",
        {"ids": json.dumps(list(note_ids))},
    )
    return {**dict.fromkeys(note_ids, 0), **dict(rows.fetchall())}


def kept_up(db, department_id, *, reader, now):
    """Return ``{"due", "verified", "fresh"}``: how the notes of a department that `reader` sees stand."""
    asked = {state: Filter("department", state, department_id=department_id) for state in ("due", "verified")}
    found = {state: count(db, its, reader=reader, now=now) for state, its in asked.items()}
    # What is left is most of them, and is not walked over.
    every = note_counts.total(db, reader=reader, department_id=department_id)
    return {**found, "fresh": every - sum(found.values())}


def in_time(counts):
    """Return which share of what had to be verified so far was, by `kept_up`; None where nobody verified anything."""
    return counts["verified"] / (counts["verified"] + counts["due"]) if counts["verified"] else None


def of_reader(db, *, reader, now, limit):
    """Return ``(notes, total)``: what waits for `reader` themselves, the longest overdue first."""
    return listing(db, Filter(), reader=reader, now=now, limit=limit)


def _where(db, asked, reader, now):
    clause, values = access.visible(reader)
    # Said in full, or the indices of what is not archived would not be used.
    where, values = ["note.archived = 0", clause], {**values, "now": now}
    if asked.scope == "mine":
        part = duties.part_of(db, reader)
        values |= {"mine": json.dumps(sorted(part.members)), "group": part.group}
        mine = "note.duty_member_id IN (SELECT value FROM json_each(:mine))"
        where.append(mine if part.group is None else _OF_BOTH.format(due=_due(asked.state)))
    elif asked.scope == "department":
        where.append("note.department_id = :department")
        values["department"] = asked.department_id
    if asked.dimension is not None:
        where.append("note.dimension = :dimension")
        values["dimension"] = checked_dimension(asked.dimension)
    if asked.state == "proposed":
        sql, ago = _proposed(db, now)
        where.append(f"({sql})")
        values |= ago
    else:
        where.append(_STATES[asked.state])
    return " AND ".join(where), values


def _due(state):
    return "its.due_at <= :now" if state in ("due", "proposed") else "1"


def _proposed(db, now):
    months = verification_intervals.of_company(db)
    cases = " ".join(f"WHEN '{dimension}' THEN :ago_{dimension}" for dimension in DIMENSIONS)
    row = "SELECT months_later(:now, :months)"
    ago = {
        f"ago_{dimension}": db.execute(row, {"now": now, "months": -months[dimension]}).fetchone()[0]
        for dimension in DIMENSIONS
    }
    return _PROPOSED.format(cases=cases), ago
