"""Which notes: the conditions that lists, counts and searches ask for, always within what the reader may see."""

import json

from kb import access
from kb.dimensions import checked_dimension

# How far a note can be trusted at an instant ``now``, as `kb.verification.trust` says of a note that was read.
TRUST_SQL = """CASE WHEN note.id IN (SELECT note_id FROM note_doubt) THEN 'doubted'
                    WHEN note.due_at <= :now THEN 'due'
                    WHEN note.verified_at IS NOT NULL THEN 'verified'
                    ELSE 'unverified' END"""


def ids_of_segment(db, segments):
    """Return the ids of the notes, whoever may see them, of one of these segments, or that name a customer of one."""
    rows = db.execute(
        """SELECT id FROM note WHERE segment IN (SELECT value FROM json_each(:segments))
            UNION SELECT note_customer.note_id FROM note_customer
                    JOIN customer ON customer.id = note_customer.customer_id
                   WHERE customer.segment IN (SELECT value FROM json_each(:segments))""",
        {"segments": json.dumps(list(segments))},
    )
    return [row[0] for row in rows]


def ids_of_list(db, *, reader, limit, **asked):
    """Return the ids of a list that `reader` sees, newest first: those `where_sql` is asked for."""
    where, values = where_sql(reader, **asked, newest_first=True)
    rows = db.execute(
        f"SELECT note.id FROM note WHERE {where} ORDER BY note.updated_at DESC, note.id DESC LIMIT :limit",
        {**values, "limit": limit},
    )
    return [row[0] for row in rows]


def ids_waiting(db, *, reader, steps, limit):
    """Return the ids of the notes in lists at one of these steps of maturity that lay longest, the oldest first."""
    where, values = where_sql(reader)
    rows = db.execute(
        f"""SELECT note.id FROM note WHERE {where} AND note.maturity IN (SELECT value FROM json_each(:steps))
             ORDER BY note.updated_at, note.id LIMIT :limit""",
        {**values, "steps": json.dumps(list(steps)), "limit": limit},
    )
    return [row[0] for row in rows]


def where_sql(
    reader,
    *,
    dimension=None,
    topic_id=None,
    department_id=None,
    customer_id=None,
    product=None,
    owner_id=None,
    channel=None,
    state=None,
    trust=None,
    now=None,
    archived=False,
    newest_first=False,
):
    """Return the SQL condition over table ``note`` and its values by name.

    Parameters
    ----------
    product : str, optional
        As `kb.products.folded` gives it.
    channel : str, optional
        As the company's list of channels spells it.
    state : str, optional
        A step of maturity, or a standing.
    trust : str, optional
        What `kb.verification.trust` says at ``now``.
    newest_first : bool
        Whether a page of the newest is asked for: walking the index from its end finds it without the notes.
    """
    clause, values = access.visible(reader)
    # In these words, which are those of the index over what is in lists.
    where = [clause, "note.archived" if archived else "NOT note.archived"]
    if dimension is not None:
        where.append("note.dimension = :dimension")
        values["dimension"] = checked_dimension(dimension)
    if department_id is not None:
        # Not by the index of what changed lately: it would look up every note of a department to list one page.
        where.append("+note.department_id = :department")
        values["department"] = department_id
    if topic_id is not None:
        walked = "+" if newest_first else ""
        where.append(f"{walked}note.id IN (SELECT note_id FROM note_topic WHERE topic_id = :topic)")
        values["topic"] = topic_id
    if owner_id is not None:
        where.append("note.owner_id = :owner")
        values["owner"] = owner_id
    if customer_id is not None:
        where.append("note.id IN (SELECT note_id FROM note_customer WHERE customer_id = :customer)")
        values["customer"] = customer_id
    if product is not None:
        where.append("note.id IN (SELECT note_id FROM note_product WHERE folded = :product)")
        values["product"] = product
    if channel is not None:
        where.append("note.channel = :channel")
        values["channel"] = channel
    if state is not None:
        where.append("ifnull(note.maturity, note.standing) = :state")
        values["state"] = state
    if trust is not None:
        where.append(f"{TRUST_SQL} = :trust")
        values |= {"trust": trust, "now": now}
    return " AND ".join(where), values
