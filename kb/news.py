"""What a member should see first: whom they dealt with today, and what changed since they last came."""

import json

from kb import access, customers, notes
from kb.text import fold_name


def touched(db, *, reader, since, limit=8):
    """Return the customers `reader` opened or wrote about since an instant, the last one first.

    Who changes one by hand has opened it; whom an import brought in, one has not dealt with.
    """
    rows = db.query(
        """SELECT id, max(at) AS at FROM (
               SELECT CAST(noun_id AS INTEGER) AS id, at FROM access_log
                WHERE member_id = :member AND at >= :since AND noun = 'customer'
               UNION ALL
               SELECT note_customer.customer_id, change.at
                 FROM change JOIN note_customer ON note_customer.note_id = CAST(change.noun_id AS INTEGER)
                WHERE change.member_id = :member AND change.at >= :since AND change.noun = 'note')
            WHERE id IN (SELECT id FROM customer WHERE archived = 0)
            GROUP BY id ORDER BY at DESC LIMIT :limit""",
        {"member": reader.member_id, "since": since, "limit": limit},
    )
    ids = [row["id"] for row in rows]
    found = customers.of_ids(db, ids, reader=reader)
    return [found[each] for each in ids]


def last_visit(db, member_id, *, before):
    """Return the last instant before `before` at which a member did anything, or None."""
    return db.execute(
        """SELECT max(at) FROM (
               SELECT max(at) AS at FROM access_log WHERE member_id = :member AND at < :before
               UNION ALL
               SELECT max(at) FROM change WHERE member_id = :member AND at < :before)""",
        {"member": member_id, "before": before},
    ).fetchone()[0]


def changed(db, *, reader, since, today, first_topics, limit=12):
    """Return ``(urgent, others)``: notes of the reader's department that colleagues wrote or changed since an instant.

    Parameters
    ----------
    since : str
        Instant.
    today : str
        Day in the instance's zone.
    first_topics : sequence of str
        A note for customers that is in force and under one of these is urgent, whatever department it is of.
    """
    values = {
        "since": since,
        "today": today,
        "own": reader.department_id,
        "member": reader.member_id,
        "first": json.dumps([fold_name(each) for each in first_topics]),
        "limit": limit,
    }
    urgent = _notes(db, _URGENT, values, reader)
    known = {each.id for each in urgent}
    others = [each for each in _notes(db, "note.department_id = :own", values, reader) if each.id not in known]
    return urgent, others


def of_department(db, department_id, *, reader, since, limit):
    """Return the notes that colleagues wrote or changed in a department, the newest first.

    Parameters
    ----------
    since : str
        Instant.
    """
    values = {"since": since, "member": reader.member_id, "department": department_id, "limit": limit}
    return _notes(db, "note.department_id = :department", values, reader)


_URGENT = """note.dimension = 'for'
    AND note.valid_from <= :today AND (note.valid_until = '' OR note.valid_until >= :today)
    AND EXISTS (SELECT 1 FROM note_topic JOIN topic ON topic.id = note_topic.topic_id
                 WHERE note_topic.note_id = note.id AND topic.folded IN (SELECT value FROM json_each(:first)))"""


def _notes(db, condition, values, reader):
    clause, seen = access.visible(reader)
    rows = db.query(
        f"""SELECT note.id FROM note
             WHERE note.updated_at > :since AND NOT note.archived AND {clause} AND {condition}
               AND note.changed_by IS NOT :member
             ORDER BY note.updated_at DESC, note.id DESC LIMIT :limit""",
        {**values, **seen},
    )
    found = notes.of_ids(db, [row["id"] for row in rows], reader=reader)
    return sorted(found, key=lambda note: (note.updated_at, note.id), reverse=True)
