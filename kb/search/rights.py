"""Which notes of the index a reader may see: kept in memory, and up to date.

Asked of SQLite once, then only for the notes that changed since: a trigger writes down which these are.
"""

import json
import threading
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np

from kb import access
from kb.search import touched

# Who has not asked for a while asks anew: of 100,000 notes one reader takes 100 kB.
_MOST_READERS = 32
_lock = threading.Lock()
_known = OrderedDict()


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was true when the last change had this ``tick``: whether each note, by its id, is seen."""

    tick: int
    mask: np.ndarray


def seen(db, home, reader):
    """Return whether `reader` may see each note that is in no archive, as an array of bool by the id of the note.

    Parameters
    ----------
    db : sqlite_utils.Database
    home : pathlib.Path
    reader : kb.access.Reader
    """
    clause, values = access.visible(reader)
    return _current(db, (home, reader), f"NOT note.archived AND {clause}", values)


def at(mask, ids):
    """Return what a mask by id says of `ids`; of those beyond its end False."""
    inside = ids < len(mask)
    return inside & mask[np.where(inside, ids, 0)] if len(mask) else np.zeros(len(ids), bool)


def _current(db, whose, clause, values):
    with _lock:
        known = _known.get(whose)
    tick = touched.tick(db)
    if known is not None and known.tick == tick:
        return known.mask
    ids = None if known is None else touched.since(db, known.tick, tick)
    if ids is None:
        rows = db.execute(f"SELECT note.id FROM note WHERE {clause}", values).fetchall()
        found = _Seen(tick, _mask([row[0] for row in rows]))
    else:
        rows = db.execute(
            f"SELECT note.id FROM note WHERE note.id IN (SELECT value FROM json_each(:touched)) AND {clause}",
            {**values, "touched": json.dumps(ids)},
        ).fetchall()
        mask = np.zeros(max(len(known.mask), max(ids) + 1), bool)
        mask[: len(known.mask)] = known.mask
        mask[ids] = False
        mask[[row[0] for row in rows]] = True
        found = _Seen(tick, mask)
    # What is written and not yet committed may still be taken back.
    if not db.conn.in_transaction:
        with _lock:
            _known[whose] = found
            _known.move_to_end(whose)
            while len(_known) > _MOST_READERS:
                _known.popitem(last=False)
    return found.mask


def _mask(ids):
    mask = np.zeros(max(ids, default=-1) + 1, bool)
    mask[ids] = True
    return mask
