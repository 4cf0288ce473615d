"""What notes are filed under, as arrays by the id of the note: what filters and facets are asked of.

Kept in memory, and up to date: asked of SQLite once, then only for the notes that changed since. What a reader may not
see is in them too; who asks lays a mask of `kb.search.rights` over it.
"""

import json
import threading
from dataclasses import dataclass, replace

import numpy as np

from kb.dimensions import DIMENSIONS
from kb.gates import STEPS
from kb.search import touched

_lock = threading.Lock()
_known = {}
_AT_ONCE = 10_000
# The places of these words are what the arrays hold; the first one stands for none.
PLACES = {"dimension": ("", *DIMENSIONS), "maturity": ("", *STEPS)}
# In the order of `_NOTES`.
_COLUMNS = {
    "dimension": "u1",
    "maturity": "u1",
    "owner": "i4",
    "department": "i4",
    "changed": "M8[us]",
    "due": "M8[us]",
    "is_verified": "?",
    "is_doubted": "?",
    "valid_from": "M8[D]",
    "valid_until": "M8[D]",
}
_NOTES = """SELECT id, dimension, ifnull(maturity, ''), ifnull(owner_id, 0), ifnull(department_id, 0),
                   rtrim(updated_at, 'Z'), rtrim(ifnull(due_at, ''), 'Z'), verified_at IS NOT NULL,
                   id IN (SELECT note_id FROM note_doubt), valid_from, valid_until
              FROM note"""
_PAIRS = {
    "topics": "SELECT note_id, topic_id FROM note_topic",
    "customers": "SELECT note_id, customer_id FROM note_customer",
    "products": "SELECT note_id, folded FROM note_product",
}


@dataclass(frozen=True, slots=True)
class Pairs:
    """Notes and each thing they are filed under: ``notes`` and ``things`` (n,), in no order."""

    notes: np.ndarray
    things: np.ndarray

    def of(self, kept):
        """Return those of the notes that a mask by id keeps."""
        which = kept[self.notes]
        return Pairs(self.notes[which], self.things[which])

    def counts(self):
        """Return how many notes are filed under each thing, by its number."""
        return np.bincount(self.things)

    def under(self, things, size):
        """Return which notes are filed under any of these things, as an array of bool of `size` by id."""
        wanted = np.zeros(int(self.things.max(initial=0)) + 1, bool)
        wanted[[each for each in things if each < len(wanted)]] = True
        found = np.zeros(size, bool)
        found[self.notes[wanted[self.things]]] = True
        return found


@dataclass(frozen=True, slots=True)
class Filed:
    """What was true when the last change had this ``tick``: arrays by the id of the note, and `Pairs`.

    ``dimension`` and ``maturity`` are places in `PLACES`; of ``owner`` and ``department`` 0 is nobody, of ``due``,
    ``valid_from`` and ``valid_until`` NaT is never; ``product_keys`` are what `kb.products.folded` gives, by the
    numbers in ``products``.
    """

    tick: int
    dimension: np.ndarray
    maturity: np.ndarray
    owner: np.ndarray
    department: np.ndarray
    changed: np.ndarray
    due: np.ndarray
    is_verified: np.ndarray
    is_doubted: np.ndarray
    valid_from: np.ndarray
    valid_until: np.ndarray
    topics: Pairs
    customers: Pairs
    products: Pairs
    product_keys: tuple

    def __len__(self):
        return len(self.dimension)

    def by_id(self, mask):
        """Return a mask of `kb.search.rights` as one of these notes: some may have come between the two."""
        found = np.zeros(len(self), bool)
        found[: len(mask)] = mask[: len(self)]
        return found

    def trust(self, now):
        """Return what `kb.verification.trust` says of each note at an instant, as an array of ``{word: mask}``."""
        doubted, due = self.is_doubted, self.due <= instant(now)
        return {
            "doubted": doubted,
            "due": ~doubted & due,
            "verified": ~doubted & ~due & self.is_verified,
            "unverified": ~doubted & ~due & ~self.is_verified,
        }

    def out_of_force(self, today):
        """Return which notes hold no longer, or not yet, on the day `today`."""
        day = np.datetime64(today, "D")
        return (self.valid_from > day) | (self.valid_until < day)

    def newest_naming(self, numbers, seen):
        """Return the newest note that is seen of each of these products, which some seen note names."""
        pairs = self.products.of(seen)
        newest = np.zeros(len(self.product_keys), np.int32)
        np.maximum.at(newest, pairs.things, pairs.notes)
        return newest[numbers].tolist()

    def numbers_of(self, keys):
        """Return the numbers of these products."""
        wanted = set(keys)
        return [number for number, key in enumerate(self.product_keys) if key in wanted]


def instant(text):
    """Return an instant as it is stored as numpy compares it."""
    return np.datetime64(text.rstrip("Z"), "us")


def current(db, home):
    """Return the `Filed` of all notes of `home`, as they are now."""
    with _lock:
        known = _known.get(home)
    tick = touched.tick(db)
    if known is not None and known.tick == tick:
        return known
    ids = None if known is None else touched.since(db, known.tick, tick)
    found = replace(_read(db, _nothing()) if ids is None else _read(db, known, ids), tick=tick)
    # What is written and not yet committed may still be taken back.
    if not db.conn.in_transaction:
        with _lock:
            _known[home] = found
    return found


def _nothing():
    none = Pairs(np.zeros(0, np.int32), np.zeros(0, np.int32))
    columns = {name: np.zeros(0, kind) for name, kind in _COLUMNS.items()}
    return Filed(0, **columns, **dict.fromkeys(_PAIRS, none), product_keys=())


def _read(db, known, ids=None):
    """Return what is known with some notes read anew, or all of them."""
    newest = db.execute("SELECT coalesce(max(id), 0) FROM note").fetchone()[0]
    size = max(len(known), newest + 1)
    columns = {name: _longer(getattr(known, name), size) for name in _COLUMNS}
    for rows in _lots(db, _NOTES, "id", newest, ids):
        at, *said = zip(*rows, strict=True)
        for (name, column), values in zip(columns.items(), said, strict=True):
            column[list(at)] = [PLACES[name].index(each) for each in values] if name in PLACES else np.array(values)
    stays = np.ones(size, bool)
    stays[[] if ids is None else ids] = False
    numbers = {key: number for number, key in enumerate(known.product_keys)}
    pairs = {}
    for name, select in _PAIRS.items():
        parts = [getattr(known, name).of(stays)]
        for rows in _lots(db, select, "note_id", newest, ids):
            notes, things = zip(*rows, strict=True)
            if name == "products":
                things = [numbers.setdefault(key, len(numbers)) for key in things]
            parts.append(Pairs(np.array(notes, np.int32), np.array(things, np.int32)))
        pairs[name] = Pairs(*(np.concatenate([getattr(part, each) for part in parts]) for each in ("notes", "things")))
    return Filed(known.tick, **columns, **pairs, product_keys=tuple(numbers))


def _longer(array, size):
    found = np.zeros(size, array.dtype)
    found[: len(array)] = array
    return found


def _lots(db, select, column, newest, ids):
    """Yield the rows of notes up to the newest: one that was saved since is a change to read the next time.

    Some thousands at a time: as Python's objects all of them would take a hundred megabytes.
    """
    where = f" WHERE {column} <= :newest"
    where += "" if ids is None else f" AND {column} IN (SELECT value FROM json_each(:ids))"
    cursor = db.execute(select + where, {"newest": newest, "ids": json.dumps(ids)})
    while rows := cursor.fetchmany(_AT_ONCE):
        yield rows
