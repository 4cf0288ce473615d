"""The timeline of a customer: interactions, notes of each dimension and orders, in one line."""

from dataclasses import dataclass

from kb import customers, interactions, note_counts, notes, timeline
from kb.dimensions import DIMENSIONS
from mining.ledger.customers import orders

KINDS = ("interaction", *DIMENSIONS, "order")


@dataclass(frozen=True, slots=True)
class Entry:
    """One moment: ``kind`` of `KINDS`, ``at`` an instant, ``thing`` an Interaction, a Note or an order (dict)."""

    kind: str
    at: str
    thing: object


def of_customer(db, home, customer_id, *, reader, kinds=KINDS, limit=50, offset=0):
    """Return ``(entries, counts)``: what happened with a customer, newest first, and ``{kind: how many}`` of all kinds.

    A note stands where it was written.

    Parameters
    ----------
    db : sqlite_utils.Database
    home : pathlib.Path
    customer_id : int
    reader : kb.access.Reader
        What they may not see is neither listed nor counted.
    kinds : sequence of str
        Which of `KINDS` are listed.
    limit, offset : int
    """
    most = offset + limit
    bought, total = orders(db, home, customers.ledger_names(db, customer_id), limit=most)
    of_notes = note_counts.balance(db, reader=reader, customer_id=customer_id)
    _, talks = interactions.listing(db, reader=reader, customer_id=customer_id, limit=0)
    counts = {"interaction": talks, **of_notes, "order": total}

    keys = [
        (row["at"], row["kind"], row["id"])
        for row in timeline.keys(db, customer_id, reader=reader, kinds=kinds, limit=most)
    ]
    if "order" in kinds:
        keys += [(each["at"], "order", number) for number, each in enumerate(bought)]
    keys = sorted(keys, key=lambda key: key[0], reverse=True)[offset:most]

    things = {"order": dict(enumerate(bought))}
    things["interaction"] = interactions.of_ids(db, _ids(keys, ("interaction",)), reader=reader)
    found = {note.id: note for note in notes.of_ids(db, _ids(keys, DIMENSIONS), reader=reader)}
    things |= dict.fromkeys(DIMENSIONS, found)
    return [Entry(kind, at, things[kind][number]) for at, kind, number in keys], counts


def _ids(keys, kinds):
    return [number for _, kind, number in keys if kind in kinds]
