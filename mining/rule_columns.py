"""The figures of all rules of a run, a column each: what a hundred thousand rules are filtered, ordered and drawn by.

They are made from the rows of table ``finding`` when a run is done, never change, and are read in a few milliseconds.
Pages import this file, so it imports nothing that mines.
"""

import io
import json

import numpy as np

from kb.store import writing
from mining import rule_levels

_FIGURES = ("extra", "confidence", "base_rate", "lift", "q_value", "profit")
_COUNTS = {"position": np.int32, "orders": np.int32, "length": np.int8, "held": np.int8}
_TEXTS = ("cause", "trend", "left_side", "right_side")
NAMES = (*_FIGURES, *_COUNTS, *_TEXTS)


class Columns:
    """Columns of a run, those with the most orders more than by chance first; each is read when it is asked for.

    ``columns["lift"]`` is an array with a value a rule: nan where a figure, -1 where a count is not known. Of a text it
    holds places in ``columns.texts("left_side")``; -1 is none. ``columns["steps"]`` are pairs of positions: of a rule,
    and of one that says the same more broadly.
    """

    def __init__(self, packed):
        self._packed = np.load(io.BytesIO(packed))
        self._read = {}

    def __getitem__(self, name):
        if name not in self._read:
            self._read[name] = self._packed[name]
        return self._read[name]

    def __len__(self):
        return len(self["position"])

    def texts(self, name):
        """Return the different texts of a column, as a list."""
        key = f"{name} texts"
        if key not in self._read:
            self._read[key] = json.loads(self._packed[key].tobytes())
        return self._read[key]

    def levels(self, position):
        """Return the positions of the rules that say the same as one more finely, and of those that do more broadly."""
        finer, broader = self["steps"].T
        return finer[broader == position], broader[finer == position]

    def level_counts(self, positions):
        """Return ``{position: (how many rules say it more finely, more broadly)}`` of those of some that have any."""
        finer, broader = (np.bincount(self["steps"][:, end], minlength=len(self) + 1).tolist() for end in (1, 0))
        return {each: (finer[each], broader[each]) for each in positions if finer[each] or broader[each]}

    def known(self, name):
        """Return whether any rule has that figure."""
        return bool(np.isfinite(self[name]).any())


def of(db, run_id):
    """Return the `Columns` of a run."""
    row = db.execute("SELECT data FROM rule_columns WHERE run_id = :run", {"run": run_id}).fetchone()
    if row is not None:
        return Columns(row[0])
    # A run from before they were kept, which no worker has come to yet; see `fill`.
    rows = db.query(f"SELECT {', '.join(NAMES)} FROM finding WHERE run_id = :run", {"run": run_id})
    return Columns(packed(list(rows)))


def missing(db):
    """Return the ids of the runs from before columns were kept, which have none yet."""
    rows = db.execute(
        """SELECT id FROM run
            WHERE kind = 'rules' AND state = 'done'
              AND NOT EXISTS (SELECT 1 FROM rule_columns WHERE run_id = run.id)
              AND EXISTS (SELECT 1 FROM finding WHERE run_id = run.id)
            ORDER BY id DESC"""
    )
    return [row[0] for row in rows.fetchall()]


def fill(db):
    """Keep the columns of each run that has none, the newest first, in a transaction each."""
    for run_id in missing(db):
        sql = f"SELECT {', '.join(NAMES)}, data FROM finding WHERE run_id = :run ORDER BY position"
        rows = list(db.query(sql, {"run": run_id}))
        steps = rule_levels.steps([json.loads(row["data"]) for row in rows])
        with writing(db):
            # Another worker may have been faster.
            if run_id in missing(db):
                put(db, run_id, rows, steps)


def put(db, run_id, rows, steps):
    """Keep the columns of a run; only inside ``writing``.

    Parameters
    ----------
    rows : list of dict
        All its rules, as they are stored.
    steps : list of (int, int)
        As `mining.rule_levels.steps` says of them.
    """
    db["rule_columns"].insert({"run_id": run_id, "data": packed(rows, steps)})


def packed(rows, steps=()):
    """Return columns as bytes."""
    positions = np.array([row["position"] for row in rows], np.int32)
    steps = positions[np.array(steps, np.intp).reshape(-1, 2)]
    rows = sorted(rows, key=lambda row: (-row["extra"], row["position"]))
    told = {name: np.array([row[name] for row in rows], float) for name in _FIGURES} | {"steps": steps}
    for name, kind in _COUNTS.items():
        told[name] = np.array([-1 if row[name] is None else row[name] for row in rows], kind)
    for name in _TEXTS:
        places = {}
        values = [None if row[name] is None else places.setdefault(row[name], len(places)) for row in rows]
        told[name] = np.array([-1 if value is None else value for value in values], np.int32)
        told[f"{name} texts"] = np.frombuffer(json.dumps(list(places), ensure_ascii=False).encode(), np.uint8)
    file = io.BytesIO()
    np.savez(file, **told)
    return file.getvalue()
