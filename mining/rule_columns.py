"""The figures of all rules of a run, a column each: what a hundred thousand rules are filtered, ordered and drawn by.

They are made from the rows of table ``finding`` when a run is done, never change, and are read in a few milliseconds.
Pages import this file, so it imports nothing that mines.
"""

import io
import json

import numpy as np

_FIGURES = ("extra", "confidence", "base_rate", "lift", "q_value", "profit")
_COUNTS = {"position": np.int32, "orders": np.int32, "length": np.int8, "held": np.int8}
_TEXTS = ("cause", "trend", "left_side", "right_side")
NAMES = (*_FIGURES, *_COUNTS, *_TEXTS)


class Columns:
    """Columns of a run, those with the most orders more than by chance first; each is read when it is asked for.

    ``columns["lift"]`` is an array with a value a rule: nan where a figure, -1 where a count is not known. Of a text it
    holds places in ``columns.texts("left_side")``; -1 is none.
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

    def known(self, name):
        """Return whether any rule has that figure."""
        return bool(np.isfinite(self[name]).any())


def of(db, run_id):
    """Return the `Columns` of a run."""
    row = db.execute("SELECT data FROM rule_columns WHERE run_id = :run", {"run": run_id}).fetchone()
    if row is not None:
        return Columns(row[0])
    # A run from before they were kept.
    rows = db.query(f"SELECT {', '.join(NAMES)} FROM finding WHERE run_id = :run", {"run": run_id})
    return Columns(packed(list(rows)))


def put(db, run_id, rows):
    """Keep the columns of a run; only inside ``writing``.

    Parameters
    ----------
    rows : list of dict
        All its rules, as they are stored.
    """
    db["rule_columns"].insert({"run_id": run_id, "data": packed(rows)})


def packed(rows):
    """Return columns as bytes."""
    rows = sorted(rows, key=lambda row: (-row["extra"], row["position"]))
    told = {name: np.array([row[name] for row in rows], float) for name in _FIGURES}
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
