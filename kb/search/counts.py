"""How many of the notes that answer there are of each value: the facets of a search.

A count is that of the list which its filter gives in place of the filters of its field: with 类型:来自 asked for, 用于
still says how many it would find.
"""

import json
from collections import Counter
from datetime import date, timedelta

import kb.home
from kb import customer_words, products, topic_tree
from kb.errors import N_
from kb.note_conditions import TRUST_SQL, ids_where
from kb.search import conditions as filtering

DIMENSIONS = {
    "about": N_("About the customer"),
    "for": N_("For the customer"),
    "from": N_("From the customer"),
    "with": N_("With the customer"),
}
MATURITIES = {
    "raw": N_("Raw"),
    "explicit": N_("Explicit"),
    "classified": N_("Classified"),
    "agreed": N_("Agreed by the customer"),
}
TRUSTS = {
    "verified": N_("Verified"),
    "unverified": N_("Unverified"),
    "due": N_("Due to be verified"),
    "doubted": N_("Called out of date"),
}
# Each holds the ones before it.
_SPANS = {N_("last 7 days"): 7, N_("last 30 days"): 30, N_("last 90 days"): 90, N_("last 365 days"): 365}
_NAMED = {"dimension": DIMENSIONS, "maturity": MATURITIES, "trust": TRUSTS}
_MOST_VALUES = 60


def facets(db, home, ids, conditions, *, reader, now, out=()):
    """Return ``{facet: [{"value", "label", "count"}]}`` of the notes that answer.

    Parameters
    ----------
    ids : collection of int or None
        What answers the words of a question, whatever its filters; None where it has no words.
    conditions : sequence of kb.search.filters.Filter
    out : collection of int
        What does not count, whatever it meets.
    """
    asked = {"ids": ids, "out": out, "reader": reader, "now": now}
    fields = {each.field for each in conditions if each.field in _FACETS and not each.is_not}
    kept = _kept(db, home, conditions, **asked)
    found = _counted(db, home, kept, reader, now, [name for name in _FACETS if name not in fields])
    for field in fields:
        left = [each for each in conditions if each.field != field or each.is_not]
        found |= _counted(db, home, _kept(db, home, left, **asked), reader, now, [field])
    return {name: [dict(zip(("value", "label", "count"), row, strict=True)) for row in found[name]] for name in _FACETS}


def _kept(db, home, conditions, ids, out, reader, now):
    """Return as JSON the ids that also meet these filters."""
    meeting = filtering.ids_meeting(db, home, conditions, reader=reader, now=now)
    if meeting is None:
        meeting = ids_where(db, reader=reader, now=now) if ids is None else ids
    elif ids is not None:
        inside = set(ids)
        meeting = [each for each in meeting if each in inside]
    return json.dumps([int(each) for each in meeting if each not in out])


def _counted(db, home, kept, reader, now, names):
    """Return ``{facet: [(value, label, count)]}`` of some facets, values that are not fixed from the most frequent."""
    found = _said(db, home, kept, now, [name for name in _SAID if name in names])
    ways = {"topic": _topics, "customer": _customers, "product": _products}
    found |= {name: count(db, kept, reader) for name, count in ways.items() if name in names}
    return {name: rows if name in _FIXED else _most(rows) for name, rows in found.items()}


def _most(rows):
    return sorted(rows, key=lambda row: (-row[2], row[0]))[:_MOST_VALUES]


def _said(db, home, kept, now, names):
    """Count what the notes say themselves: they are read once for all of it."""
    if not names:
        return {}
    today = date.fromisoformat(kb.home.today(home))
    begins = [kb.home.instant(home, (today - timedelta(days=days - 1)).isoformat(), "") for days in _SPANS.values()]
    values = {"ids": kept, "now": now, **{f"begin{at}": each for at, each in enumerate(begins)}}
    groups = ", ".join(map(str, range(1, len(names) + 1)))
    columns = ", ".join(_SAID[name] for name in names)
    rows = db.execute(f"SELECT {columns}, count(*) FROM note WHERE id {_THESE} GROUP BY {groups}", values).fetchall()
    found = {}
    for at, name in enumerate(names):
        counts = Counter()
        for row in rows:
            counts[row[at]] += row[-1]
        found[name] = _rows(db, name, counts)
    return found


def _rows(db, name, counts):
    if name == "date":
        return [(label, label, sum(counts[each] for each in range(at + 1))) for at, label in enumerate(_SPANS)]
    if name in _NAMED:
        return [(value, label, counts[value]) for value, label in _NAMED[name].items()]
    return _labelled(db, counts, _LABELS[name])


def _labelled(db, counts, select):
    rows = db.execute(
        f"{select} WHERE id IN (SELECT value FROM json_each(:ids))",
        {"ids": json.dumps([each for each in counts if each is not None])},
    )
    return [(value, label, counts[number]) for number, value, label in rows.fetchall()]


def _topics(db, kept, reader):
    """Count what stands under a topic for the topic too, as its filter does."""
    rows = db.execute(f"SELECT topic_id, note_id FROM note_topic WHERE note_id {_THESE}", {"ids": kept}).fetchall()
    counts = Counter(topic_id for topic_id, _ in rows)
    known = {"ids": json.dumps(list(counts))}
    above = db.execute(f"SELECT DISTINCT parent_id FROM topic_parent WHERE parent_id {_THESE}", known).fetchall()
    for (number,) in above:
        below = topic_tree.under(db, [number], reader=reader)
        counts[number] = len({note_id for topic_id, note_id in rows if topic_id in below})
    names = db.execute(f"SELECT id, name FROM topic WHERE id {_THESE}", known).fetchall()
    return [(name, name, counts[number]) for number, name in names]


def _customers(db, kept, _reader):
    counts = dict(db.execute(_CUSTOMERS, {"ids": kept}).fetchall())
    words = customer_words.written(db, counts)
    return [(words[number], words[number], count) for number, count in counts.items()]


def _products(db, kept, reader):
    counts = dict(db.execute(_PRODUCTS, {"ids": kept}).fetchall())
    names = products.names(db, counts, reader=reader)
    return [(names[key], names[key], count) for key, count in counts.items() if key in names]


_FIXED = {*_NAMED, "date"}
_THESE = "IN (SELECT value FROM json_each(:ids))"
_SAID = {
    "dimension": "dimension",
    "maturity": "maturity",
    "trust": TRUST_SQL,
    "author": "owner_id",
    "department": "department_id",
    "date": f"CASE {' '.join(f'WHEN updated_at >= :begin{at} THEN {at}' for at in range(len(_SPANS)))} END",
}
_LABELS = {"author": "SELECT id, login, name FROM member", "department": "SELECT id, name, name FROM department"}
_FACETS = (*_SAID, "topic", "customer", "product")
_CUSTOMERS = f"""SELECT customer.id, count(*) AS n
                   FROM note_customer JOIN customer ON customer.id = note_customer.customer_id AND NOT customer.archived
                  WHERE note_customer.note_id {_THESE} GROUP BY customer.id ORDER BY n DESC, customer.id LIMIT 60"""
_PRODUCTS = f"""SELECT folded, count(DISTINCT note_id) AS n FROM note_product
                 WHERE note_id {_THESE} GROUP BY folded ORDER BY n DESC, folded LIMIT 60"""
