"""The log of a run: when it did what, what it read, what was out of the ordinary.

Each line is a template of the catalogue with its values, so that everybody reads it in their language.
"""

import json
from dataclasses import dataclass

from kb.errors import N_
from kb.store import writing

# A run that is done again and again does not fill the store.
MOST = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One line: ``text`` is a template, ``values`` what its places are filled with."""

    at: str
    text: str
    values: dict


def write(db, run_id, text, values=None, *, now):
    """Add a line to the log of a run; of more than `MOST` the last says that no more are kept."""
    with writing(db):
        count = db.execute("SELECT count(*) FROM run_log WHERE run_id = :run", {"run": run_id}).fetchone()[0]
        if count == MOST - 1:
            text, values = _NO_MORE, None
        if count < MOST:
            kept = json.dumps(values or {}, ensure_ascii=False, default=str)
            db["run_log"].insert({"run_id": run_id, "at": now, "text": str(text), "values": kept})


def of_run(db, run_id):
    """Return the lines of a run, the oldest first."""
    rows = db.query('SELECT at, text, "values" FROM run_log WHERE run_id = :run ORDER BY id', {"run": run_id})
    return [Line(row["at"], row["text"], json.loads(row["values"])) for row in rows]


_NO_MORE = N_("No more lines are kept.")
