"""Which notes meet the filters of a question: always within what the reader may see."""

from datetime import date, timedelta

import numpy as np

import kb.home
from kb import customer_words, members, products, topic_tree, topics, traits
from kb.note_conditions import ids_of_segment
from kb.search import date_words
from kb.search.filed import PLACES, instant


class Conditions:
    """What a question's filters are asked of.

    Parameters
    ----------
    db : sqlite_utils.Database
    home : pathlib.Path
    filed : kb.search.filed.Filed
    seen : ndarray of bool
        Whether the reader sees each note, by its id.
    reader : kb.access.Reader
    now : str
        Instant.
    """

    def __init__(self, db, home, filed, seen, *, reader, now):
        self.filed = filed
        self.now = now
        self.reader = reader
        self._db = db
        self._home = home
        self._known = {}
        self.seen = filed.by_id(seen)

    def meeting(self, asked):
        """Return which notes meet some filters, as an array of bool by id, or None where there are none.

        Two filters of one field ask for either, filters of different fields for both; what must not be goes for all,
        and so does what must not be out of date.
        """
        asked = [each for each in asked if each.field != "match"]
        if not asked:
            return None
        found = self.seen.copy()
        words = {}
        for each in asked:
            if each.is_not:
                found &= ~self._of(each.field, [each.value])
            elif each.value == "current" and each.field == "trust":
                found &= self._of(each.field, [each.value])
            else:
                words.setdefault(each.field, []).append(each.value)
        for field, values in words.items():
            found &= self._of(field, values)
        return found

    def _of(self, field, values):
        """Return which notes meet a filter of one field, whoever may see them."""
        key = field, *values
        if key not in self._known:
            self._known[key] = self._asked(field, values)
        return self._known[key]

    def _asked(self, field, values):
        filed, size = self.filed, len(self.filed)
        if field in PLACES:
            return np.isin(getattr(filed, field), [PLACES[field].index(each) for each in values])
        if field == "trust":
            trust = filed.trust(self.now)
            trust["current"] = trust["verified"] | trust["unverified"]
            return np.logical_or.reduce([trust[each] for each in values])
        if field == "date":
            return np.logical_or.reduce([self._changed(each) for each in values])
        meant = _MEANT[field](self._db, values, self.reader) if field in _MEANT else ()
        if field == "author":
            return np.isin(filed.owner, meant)
        if field == "department":
            return np.isin(filed.department, meant)
        if field == "topic":
            return filed.topics.under(meant, size)
        if field == "customer":
            return filed.customers.under(meant, size)
        if field == "product":
            return filed.products.under(filed.numbers_of(meant), size)
        if field == "segment":
            return self._mask(ids_of_segment(self._db, values))
        return self._mask(traits.notes_with(self._db, field, values))

    def _mask(self, ids):
        found = np.zeros(len(self.filed), bool)
        found[[each for each in ids if each < len(found)]] = True
        return found

    def _changed(self, words):
        first, last = date_words.between(words, kb.home.today(self._home))
        after = last and (date.fromisoformat(last) + timedelta(days=1)).isoformat()
        found = np.ones(len(self.filed), bool)
        begins = iter(kb.home.days_begin(self._home, filter(None, (first, after))))
        if first:
            found &= self.filed.changed >= instant(next(begins))
        if after:
            found &= self.filed.changed < instant(next(begins))
        return found


def _topics(db, words, reader):
    return list(topic_tree.under(db, topics.ids_of(db, words, reader=reader).values(), reader=reader))


def _authors(db, words, _reader):
    """Return the ids of the authors asked for by login or name: who is called so, else whoever answers to it."""
    known = db.execute("SELECT id, login, name FROM member").fetchall()
    called = {word for _, *its in known for word in its}
    exact = [number for number, *its in known if not set(words).isdisjoint(its)]
    nearest = (members.find(db, word, with_left=True) for word in words if word not in called)
    return [*exact, *(each.id for found in nearest for each in found)]


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


def _departments(db, words, _reader):
    found = set()
    for word in words:
        named = members.find_departments(db, word, limit=_MOST_DEPARTMENTS)
        exact = [each for each in named if each["name"] == word]
        found |= {each["id"] for each in exact or named}
    return list(found)


_MOST_PRODUCTS = 1000
_MOST_DEPARTMENTS = 100
_MEANT = {
    "topic": _topics,
    "author": _authors,
    "customer": _customers,
    "product": _products,
    "department": _departments,
}
