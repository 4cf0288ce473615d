"""What was written of a customer in one line of time: interactions as they happened, notes as they were written."""

import json

from kb import access


def keys(db, customer_id, *, reader, kinds, limit):
    """Return ``{"at", "kind", "id"}`` of what `reader` may see, the newest first.

    Parameters
    ----------
    kinds : sequence of str
        ``"interaction"`` and dimensions of notes.
    limit : int
    """
    of_notes, values = access.visible(reader)
    of_interactions, _ = access.visible(reader, "interaction")
    return list(
        db.query(
            f"""SELECT happened_at AS at, 'interaction' AS kind, interaction.id FROM interaction
                 WHERE customer_id = :customer AND archived = 0
                   AND 'interaction' IN (SELECT value FROM json_each(:kinds)) AND {of_interactions}
                 UNION ALL
                SELECT note.created_at, note.dimension, note.id
                  FROM note JOIN note_customer ON note_customer.note_id = note.id
                 WHERE note_customer.customer_id = :customer AND note.archived = 0
                   AND note.dimension IN (SELECT value FROM json_each(:kinds)) AND {of_notes}
                 ORDER BY 1 DESC, 3 DESC LIMIT :limit""",
            {**values, "customer": customer_id, "kinds": json.dumps(list(kinds)), "limit": limit},
        )
    )
