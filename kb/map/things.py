"""What stands on the map: topics, colleagues, notes, customers, products, sources and departments, by kind and id."""

import json
import re
from typing import NamedTuple
from urllib.parse import unquote

from kb import access, customers, members, namesakes, notes, products, sources, topics
from kb.errors import N_, NotFound

KINDS = ("topic", "member", "note", "customer", "product", "source", "department")
_KEY = re.compile(rf"({'|'.join(kind for kind in KINDS if kind != 'product')})-(\d{{1,18}})", re.ASCII)
_PRODUCT = "product-"
# What would part the address of a product, end it as that of a picture, or be read as something else again.
_PARTING = str.maketrans({sign: f"%{ord(sign):02X}" for sign in "%/\\."})


class Thing(NamedTuple):
    """One thing of the map; `kind` is one of ``KINDS``. A tuple: a way looks up tens of thousands of them.

    The id is a number, but of a product its name as `kb.products.folded` gives it.
    """

    kind: str
    id: int | str

    @property
    def key(self):
        """The thing in an address, as `of_key` reads it."""
        return f"{self.kind}-{str(self.id).translate(_PARTING)}"


def of_key(text):
    """Return the `Thing` that a text of an address means, or None."""
    if text.startswith(_PRODUCT):
        called = products.folded(unquote(text.removeprefix(_PRODUCT)))
        return Thing("product", called) if called else None
    found = _KEY.fullmatch(text)
    return None if found is None else Thing(found[1], int(found[2]))


def settled(db, thing, *, reader):
    """Return what a topic or a note was merged into, as far as `reader` may know of it; of all else, itself."""
    if thing.kind == "topic":
        into = topics.led_to(db, thing.id)
        return Thing("topic", into) if into in topics.seen(db, [into], reader=reader) else thing
    found = thing.kind == "note" and notes.of_ids(db, [thing.id], reader=reader)
    while found and (into := notes.of_ids(db, [found[0].merged_into], reader=reader)):
        thing, found = Thing("note", into[0].id), into
    return thing


def name(db, thing, *, reader):
    """Return the name of a thing; raises `NotFound` where there is none that `reader` may know of."""
    asked = {
        "topic": lambda: topics.get(db, thing.id, reader=reader).name,
        "member": lambda: members.names(db, [members.get(db, thing.id).id])[thing.id],
        "note": lambda: notes.get(db, thing.id, reader=reader).title,
        "customer": lambda: customers.get(db, thing.id, reader=reader).name,
        "product": lambda: _product(db, thing.id, reader),
        "source": lambda: sources.get(db, thing.id, reader=reader).name,
        "department": lambda: members.department(db, thing.id)["name"],
    }
    return asked[thing.kind]()


def by_key(db, text, *, reader):
    """Return ``(thing, name)`` of a text of an address, `settled`; raises `NotFound` as `name` does."""
    thing = of_key(text)
    if thing is None:
        raise NotFound(N_("“%(value)s” is nothing on the map."), hint=N_("Start from a search."), value=text[:60])
    thing = settled(db, thing, reader=reader)
    return thing, name(db, thing, reader=reader)


def names(db, things, *, reader):
    """Return ``{thing: name}`` of those of some things that are in use and that `reader` may know of."""
    clause, values = access.visible(reader)
    asked = {
        "member": (f"SELECT id, {namesakes.TOLD_SQL} FROM member WHERE state = 'active' AND {{ids}}", {}),
        "note": (f"SELECT id, title FROM note WHERE NOT archived AND {{ids}} AND {clause}", values),
        "customer": ("SELECT id, name FROM customer WHERE archived = 0 AND {ids}", {}),
        "source": ("SELECT id, name FROM source WHERE archived = 0 AND {ids}", {}),
        "department": ("SELECT id, name FROM department WHERE {ids}", {}),
    }
    found = {}
    for kind, ids in by_kind(things).items():
        if kind == "topic":
            known = topics.seen(db, ids, reader=reader)
        elif kind == "product":
            known = products.names(db, ids, reader=reader)
        else:
            query, more = asked[kind]
            query = query.format(ids="id IN (SELECT value FROM json_each(:ids))")
            known = dict(db.execute(query, {**more, "ids": json.dumps(ids)}).fetchall())
        found |= {Thing(kind, each): called for each, called in known.items()}
    return found


def by_kind(things):
    """Return ``{kind: ids}`` of some things, each id once."""
    found = {}
    for thing in dict.fromkeys(things):
        found.setdefault(thing.kind, []).append(thing.id)
    return found


def find(db, text, *, reader, limit=6):
    """Return ``[(thing, name)]`` that a word names, at most `limit` of each kind; notes are found by the search."""
    if not text.strip():
        return []
    folded = text.strip().casefold()
    named = [each for each in sources.listing(db, reader=reader) if folded in each.name.casefold()]
    found = {
        "topic": topics.find(db, text, reader=reader, limit=limit),
        "member": members.find(db, text, limit=limit),
        "customer": customers.listing(db, reader=reader, query=text, limit=limit)[0],
        "source": named[:limit],
    }
    things = [(Thing(kind, each.id), each.name) for kind, some in found.items() for each in some]
    named = products.find(db, text, reader=reader, limit=limit)
    things += [(Thing("product", key), called) for key, called in named.items()]
    departments = members.find_departments(db, text, limit=limit)
    return things + [(Thing("department", each["id"]), each["name"]) for each in departments]


def _product(db, key, reader):
    found = products.names(db, [key], reader=reader)
    if not found:
        raise NotFound(N_("No note that you may see names the product “%(value)s”."), value=key[:60])
    return found[key]
