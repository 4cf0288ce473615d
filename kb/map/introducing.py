"""Who can introduce one to a customer: the colleagues closest to them, with whom each spoke there last, and how."""

import json
from dataclasses import dataclass

from kb import access, members
from kb.map import around


@dataclass(frozen=True, slots=True)
class Introducing:
    """A colleague: `near` says what makes them close, ``talk`` is the last one there, or None.

    The talk is a dict of ``id``, ``contact``, who spoke at the customer, ``channel`` and ``happened_at``.
    """

    near: around.Near
    member: members.Member
    talk: dict | None


def of(db, customer, *, reader, now, most):
    """Return the colleagues of whom to ask for an introduction, the closest first, at most so many.

    Parameters
    ----------
    customer : kb.map.things.Thing
    """
    near = around.around(db, customer, reader=reader, now=now).get("member")
    others = [each for each in near.strongest if each.thing.id != reader.member_id][:most] if near else []
    talks = _last_talks(db, customer.id, [each.thing.id for each in others], reader)
    return [Introducing(each, members.get(db, each.thing.id), talks.get(each.thing.id)) for each in others]


def _last_talks(db, customer_id, member_ids, reader):
    clause, values = access.visible(reader, "interaction")
    # Beside a maximum SQLite gives the other columns of its row.
    rows = db.query(
        f"""SELECT owner_id, id, contact, channel, max(happened_at) AS happened_at FROM interaction
             WHERE customer_id = :customer AND NOT archived AND {clause}
               AND owner_id IN (SELECT value FROM json_each(:members))
             GROUP BY owner_id""",
        {**values, "customer": customer_id, "members": json.dumps(member_ids)},
    )
    return {row.pop("owner_id"): row for row in list(rows)}
