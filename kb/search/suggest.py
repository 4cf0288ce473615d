"""What is offered below the search box while somebody types: notes and customers by their names, within rights."""

import json

from kb import access, customer_words, customers
from kb.search.names import Names

# Looked at in ever larger lots: whoever may see little of much still gets all they may see.
_LOT, _GROWTH = 100, 8


def note_names():
    """Return the titles of all notes in lists, to be found by `notes`."""
    return Names("note", "SELECT id, title FROM note WHERE NOT archived")


def customer_names():
    """Return the names of all customers, to be found by `of_customers`."""
    return Names("customer", "SELECT id, name FROM customer WHERE NOT archived")


def of_notes(db, names, query, *, reader, limit):
    """Return ``{"id", "title", "dimension"}`` of the notes whose titles a text names, the nearest first.

    Nothing that `reader` may not see changes which these are, nor their order.
    """
    return seen(db, names.matching(db, query), reader=reader, limit=limit)


def holding(db, names, text, *, reader):
    """Return a list of one note that `reader` may see in whose title a text stands, empty for none."""
    return seen(db, names.holding(db, text), reader=reader, limit=1)


def seen(db, ids, *, reader, limit):
    """Return ``{"id", "title", "dimension"}`` of the first of these notes that `reader` may see."""
    clause, values = access.visible(reader)
    select = f"""SELECT note.id, note.title, note.dimension FROM json_each(:ids) AS asked
                   JOIN note ON note.id = asked.value AND NOT note.archived AND {clause} ORDER BY asked.key"""
    found = []
    for lot in _lots(ids):
        found += db.query(select, {**values, "ids": json.dumps(lot)})
        if len(found) >= limit:
            break
    return found[:limit]


def of_customers(db, names, query, *, reader, limit):
    """Return the `Customer` of each whom a text names: by number, the end of a phone, name or pinyin."""
    sure = customer_words.begun(db, query, reader=reader, limit=limit)
    known = {each.id for each in sure}
    ids = []
    for number in names.matching(db, query):
        if len(sure) + len(ids) >= limit:
            break
        ids += [] if number in known else [number]
    more = customers.of_ids(db, ids, reader=reader) if ids else {}
    return sure + [more[each] for each in ids if each in more and not more[each].archived]


def _lots(ids):
    size, lot = _LOT, []
    for each in ids:
        lot.append(each)
        if len(lot) == size:
            yield lot
            size, lot = size * _GROWTH, []
    if lot:
        yield lot
