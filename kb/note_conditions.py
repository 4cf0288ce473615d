"""Which notes: the conditions that lists, counts and searches ask for, always within what the reader may see."""

import json

from kb import access, traits as kinds
from kb.dimensions import checked_dimension

# How far a note can be trusted at an instant ``now``, as `kb.verification.trust` says of a note that was read.
TRUST_SQL = """CASE WHEN note.id IN (SELECT note_id FROM note_doubt) THEN 'doubted'
                    WHEN note.due_at <= :now THEN 'due'
                    WHEN note.verified_at IS NOT NULL THEN 'verified'
                    ELSE 'unverified' END"""


def ids_where(
    db,
    *,
    reader,
    now,
    dimension=(),
    topic=None,
    author=(),
    maturity=(),
    segment=(),
    trust=(),
    customer=None,
    product=None,
    department=None,
    changed=(),
    traits=None,
):
    """Return the ids of the notes in no archive that `reader` may see and that meet every condition, newest first.

    Parameters
    ----------
    dimension, maturity : sequence of str
        One of these values; empty asks nothing.
    topic : collection of int, optional
        Ids; a note carries one of them.
    author : sequence of str
        Logins or names.
    segment : sequence of str
        Of the customers it names, or of its own.
    trust : sequence of str
        What `kb.verification.trust` says at ``now``; "current" is neither doubted nor due, whatever else is asked.
    customer, product, department : collection, optional
        Ids, of products what `kb.products.folded` gives; a note names or is of one of them.
    changed : sequence of (str, str)
        Instants; a note was changed last in one of these spans, from the first and before the second, "" where it is
        open.
    traits : dict of str to list of str, optional
        Words by a kind or a group of `kb.traits`.
    """
    where, values = where_sql(reader)
    conditions = {
        "dimension": "note.dimension IN (SELECT value FROM json_each(:dimension))",
        "maturity": "note.maturity IN (SELECT value FROM json_each(:maturity))",
        "author": """note.owner_id IN (SELECT member.id FROM member
                       WHERE member.login IN (SELECT value FROM json_each(:author))
                          OR member.name IN (SELECT value FROM json_each(:author)))""",
        "topic": "note.id IN (SELECT note_id FROM note_topic WHERE topic_id IN (SELECT value FROM json_each(:topic)))",
        "segment": """(note.segment IN (SELECT value FROM json_each(:segment))
                       OR note.id IN (SELECT note_customer.note_id FROM note_customer
                            JOIN customer ON customer.id = note_customer.customer_id
                           WHERE customer.segment IN (SELECT value FROM json_each(:segment))))""",
        "customer": """note.id IN (SELECT note_id FROM note_customer
                                    WHERE customer_id IN (SELECT value FROM json_each(:customer)))""",
        "product": """note.id IN (SELECT note_id FROM note_product
                                   WHERE folded IN (SELECT value FROM json_each(:product)))""",
        "department": "+note.department_id IN (SELECT value FROM json_each(:department))",
    }
    asked = {
        "dimension": dimension,
        "maturity": maturity,
        "author": author,
        "segment": segment,
    }
    named = {"topic": topic, "customer": customer, "product": product, "department": department}
    for name, wanted in {**asked, **named}.items():
        if wanted if name in asked else wanted is not None:
            where += f" AND {conditions[name]}"
            values = {**values, name: json.dumps(list(wanted))}
    values["now"] = now
    if wanted := [each for each in trust if each != "current"]:
        where += f" AND {TRUST_SQL} IN (SELECT value FROM json_each(:trust))"
        values["trust"] = json.dumps(wanted)
    if "current" in trust:
        where += f" AND {TRUST_SQL} IN ('verified', 'unverified')"
    if changed:
        where += """ AND EXISTS (SELECT 1 FROM json_each(:changed) AS span
                                  WHERE note.updated_at >= span.value ->> 0
                                    AND (span.value ->> 1 = '' OR note.updated_at < span.value ->> 1))"""
        values["changed"] = json.dumps(list(changed))
    clause, more = kinds.condition(traits or {})
    where, values = f"{where} AND {clause}", {**values, **more}
    rows = db.execute(f"SELECT note.id FROM note WHERE {where} ORDER BY note.updated_at DESC, note.id DESC", values)
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


def ids_out_of_force(db, today):
    """Return the ids of the notes that hold no longer, or not yet, on the day `today`."""
    rows = db.execute(
        """SELECT id FROM note
            WHERE (valid_from <> '' OR valid_until <> '')
              AND (valid_from > :today OR (valid_until <> '' AND valid_until < :today))""",
        {"today": today},
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
