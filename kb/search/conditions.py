"""Which notes meet the filters of a question: always within what the reader may see."""

from datetime import date, timedelta

import kb.home
from kb import customer_words, members, products, topic_tree, topics
from kb.note_conditions import ids_where
from kb.search import date_words, filters


def ids_meeting(db, home, conditions, *, reader, now):
    """Return the ids of the notes that meet the filters, newest first, or None where there are none.

    Two filters of one field ask for either, filters of different fields for both; what must not be goes for all.
    """
    asked = [each for each in conditions if each.field != "match"]
    if not asked:
        return None
    found = _where(db, home, [each for each in asked if not each.is_not], reader, now)
    for each in asked:
        if each.is_not:
            out = set(_where(db, home, [each], reader, now))
            found = [note_id for note_id in found if note_id not in out]
    return found


def _where(db, home, conditions, reader, now):
    words = {}
    for each in conditions:
        words.setdefault(each.field, []).append(each.value)
    traits = {field: words.pop(field) for field in filters.TRAITS if field in words}
    told = {field: words[field] for field in ("dimension", "maturity", "segment", "trust") if field in words}
    named = {field: _MEANT[field](db, words[field], reader) for field in _MEANT if field in words}
    days = [date_words.between(each, kb.home.today(home)) for each in words.get("date", ())]
    return ids_where(
        db, reader=reader, now=now, **told, **named, changed=[_instants(home, *each) for each in days], traits=traits
    )


def _topics(db, words, reader):
    return topic_tree.under(db, topics.ids_of(db, words, reader=reader).values(), reader=reader)


def _authors(db, words, reader):
    """Return the logins and names that authors are asked for by: who is called so, else whoever answers to it."""
    called = {each for row in db.execute("SELECT login, name FROM member").fetchall() for each in row}
    nearest = (members.find(db, word, with_left=True) for word in words if word not in called)
    # What names nobody stays, so that nothing is found by it.
    return [*words, *(each.login for found in nearest for each in found)]


def _customers(db, words, reader):
    return {each for word in words for each in customer_words.meant(db, word, reader=reader)}


def _products(db, words, reader):
    exact = {word: products.folded(word) for word in words}
    known = products.names(db, exact.values(), reader=reader)
    return {
        each
        for word, key in exact.items()
        for each in ([key] if key in known else products.find(db, word, reader=reader, limit=_MOST_PRODUCTS))
    }


def _departments(db, words, reader):
    found = set()
    for word in words:
        named = members.find_departments(db, word, limit=_MOST_DEPARTMENTS)
        exact = [each for each in named if each["name"] == word]
        found |= {each["id"] for each in exact or named}
    return found


_MOST_PRODUCTS = 1000
_MOST_DEPARTMENTS = 100
_MEANT = {
    "topic": _topics,
    "author": _authors,
    "customer": _customers,
    "product": _products,
    "department": _departments,
}


def _instants(home, first, last):
    """Return the instant at which a span of days begins, and that at which it is over; ``""`` where it is open."""
    after = (date.fromisoformat(last) + timedelta(days=1)).isoformat() if last else ""
    return tuple(kb.home.instant(home, day, "") if day else "" for day in (first, after))
