"""How many of the notes that answer there are of each value: the facets of a search.

A count is that of the list which its filter gives in place of the filters of its field: with 类型:来自 asked for, 用于
still says how many it would find.
"""

import json
from datetime import date, timedelta

import numpy as np

import kb.home
from kb import customer_words, products, topics_below
from kb.errors import N_
from kb.search.filed import PLACES, instant

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
_MOST_VALUES = 60


def facets(db, home, answering, asked, conditions):
    """Return ``{facet: [{"value", "label", "count"}]}`` of the notes that answer.

    Parameters
    ----------
    db : sqlite_utils.Database
    home : pathlib.Path
    answering : ndarray of bool
        Whether each note, by its id, answers a question, whatever its filters.
    asked : sequence of kb.search.filters.Filter
    conditions : kb.search.conditions.Conditions
        Of which the filters are asked.
    """
    fields = {each.field for each in asked if each.field in _FACETS and not each.is_not}
    kept = _kept(answering, conditions.meeting(asked))
    found = {name: count(db, home, kept, conditions) for name, count in _FACETS.items() if name not in fields}
    for field in fields:
        left = [each for each in asked if each.field != field or each.is_not]
        found[field] = _FACETS[field](db, home, _kept(answering, conditions.meeting(left)), conditions)
    return {name: [dict(zip(("value", "label", "count"), row, strict=True)) for row in found[name]] for name in _FACETS}


def _kept(answering, meeting):
    return answering if meeting is None else answering & meeting


def _dimensions(_db, _home, kept, conditions):
    counts = np.bincount(conditions.filed.dimension[kept], minlength=len(PLACES["dimension"]))
    return [(value, label, int(counts[PLACES["dimension"].index(value)])) for value, label in DIMENSIONS.items()]


def _maturities(_db, _home, kept, conditions):
    counts = np.bincount(conditions.filed.maturity[kept], minlength=len(PLACES["maturity"]))
    return [(value, label, int(counts[PLACES["maturity"].index(value)])) for value, label in MATURITIES.items()]


def _trusts(_db, _home, kept, conditions):
    trust = conditions.filed.trust(conditions.now)
    return [(value, label, int(np.count_nonzero(trust[value] & kept))) for value, label in TRUSTS.items()]


def _dates(_db, home, kept, conditions):
    today, changed = date.fromisoformat(kb.home.today(home)), conditions.filed.changed[kept]
    begins = kb.home.days_begin(home, [(today - timedelta(days=days - 1)).isoformat() for days in _SPANS.values()])
    counts = [int(np.count_nonzero(changed >= instant(begin))) for begin in begins]
    return [(label, label, count) for label, count in zip(_SPANS, counts, strict=True)]


def _authors(db, _home, kept, conditions):
    return _named(db, conditions.filed.owner[kept], "SELECT id, login, name FROM member")


def _departments(db, _home, kept, conditions):
    return _named(db, conditions.filed.department[kept], "SELECT id, name, name FROM department")


def _named(db, numbers, select):
    counts = _counted(np.bincount(numbers))
    asked = f"{select} WHERE id {_THESE}"
    rows = db.execute(asked, {"ids": json.dumps(list(counts))}).fetchall()
    return _most((value, label, counts[number]) for number, value, label in rows)


def _topics(db, _home, kept, conditions):
    """Count what stands under a topic for the topic too, as its filter does."""
    pairs = conditions.filed.topics.of(kept)
    counts = _counted(pairs.counts())
    below = topics_below.under_each(db, counts, reader=conditions.reader)
    counts |= {number: int(np.count_nonzero(pairs.under(its, len(kept)))) for number, its in below.items()}
    rows = db.execute(f"SELECT id, name FROM topic WHERE id {_THESE}", {"ids": json.dumps(list(counts))}).fetchall()
    return _most((name, name, counts[number]) for number, name in rows)


def _customers(db, _home, kept, conditions):
    counts = conditions.filed.customers.of(kept).counts()
    gone = db.execute("SELECT id FROM customer WHERE archived = 1 AND id < ?", [len(counts)]).fetchall()
    counts[[row[0] for row in gone]] = 0
    first = _first(counts)
    words = customer_words.written(db, first)
    return _most((words[number], words[number], count) for number, count in first.items())


def _products(db, _home, kept, conditions):
    filed = conditions.filed
    first = _first(filed.products.of(kept).counts(), filed.product_keys.__getitem__)
    newest = zip(first, filed.newest_naming(list(first), conditions.seen), strict=True)
    names = products.spelled(db, {filed.product_keys[number]: note_id for number, note_id in newest})
    counts = ((names[filed.product_keys[number]], count) for number, count in first.items())
    return _most((name, name, count) for name, count in counts)


def _counted(counts):
    there = np.flatnonzero(counts)
    return dict(zip(there.tolist(), counts[there].tolist(), strict=True))


def _first(counts, name=int):
    """Return ``{number: count}`` of the greatest counts, of equal ones those whose names come first."""
    there = np.flatnonzero(counts)
    if len(there) > _MOST_VALUES:
        least = np.partition(counts[there], -_MOST_VALUES)[-_MOST_VALUES]
        there = there[counts[there] >= least]
    found = sorted(there.tolist(), key=lambda number: (-counts[number], name(number)))[:_MOST_VALUES]
    return {number: int(counts[number]) for number in found}


def _most(rows):
    return sorted(rows, key=lambda row: (-row[2], row[0]))[:_MOST_VALUES]


_THESE = "IN (SELECT value FROM json_each(:ids))"
_FACETS = {
    "dimension": _dimensions,
    "maturity": _maturities,
    "trust": _trusts,
    "author": _authors,
    "department": _departments,
    "date": _dates,
    "topic": _topics,
    "customer": _customers,
    "product": _products,
}
