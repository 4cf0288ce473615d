"""Two runs against one another: which rules are new, which are gone, and which changed more than by chance.

Pages import this file, so it imports nothing that mines.
"""

import json
import math
from dataclasses import dataclass

from kb import access
from mining.findings import Finding

# Of so many standard deviations a difference of two shares is one: of twenty rules that stay as they are, one.
CHANGED = 1.96
_MOST = 200


@dataclass(frozen=True, slots=True)
class Comparison:
    """``new`` and ``gone`` are findings; ``changed`` pairs of the earlier and the later one; ``n_…`` how many there
    are, of which the lists hold the first; ``same`` how many changed no more than by chance.
    """

    new: list
    gone: list
    changed: list
    n_new: int
    n_gone: int
    same: int


def newest(db, *, reader):
    """Return the id of the newest run for rules that is done, or None."""
    access.require(reader, "run.read")
    row = db.execute("SELECT max(id) FROM run WHERE kind = 'rules' AND state = 'done'").fetchone()
    return row[0]


def others(db, run_id):
    """Return ``{id: finished at}`` of the other runs for rules that are done, the newest first."""
    rows = db.execute(
        """SELECT id, finished_at FROM run
            WHERE kind = 'rules' AND state = 'done' AND id <> :run ORDER BY id DESC LIMIT :most""",
        {"run": run_id, "most": _MOST},
    )
    return dict(rows.fetchall())


def before(db, run_id):
    """Return the id of the run for rules that was done last before a run, or None."""
    return next((each for each in others(db, run_id) if each < run_id), None)


def compare(db, earlier_id, later_id, *, reader, every=False, most=_MOST):
    """Return the `Comparison` of two runs: of the rules worth a look, or of every one; lists of `most`, None for all.

    A rule that is worth a look in one of the two alone is new, or gone, only where the other did not find it at all.
    """
    access.require(reader, "run.read")
    runs = {"earlier": earlier_id, "later": later_id}
    new, n_new = _only(db, later_id, earlier_id, every, most)
    gone, n_gone = _only(db, earlier_id, later_id, every, most)
    asked = "1" if every else "(earlier.cause IS NULL OR later.cause IS NULL)"
    # What both found: orders with the antecedent are the orders with both over the confidence.
    rows = db.execute(
        f"""SELECT earlier.id, later.id, earlier.confidence, later.confidence,
                   earlier.orders / earlier.confidence, later.orders / later.confidence
              FROM finding AS earlier JOIN finding AS later ON later.rule = earlier.rule
             WHERE earlier.run_id = :earlier AND later.run_id = :later AND {asked}""",
        runs,
    ).fetchall()
    moved = [(abs(later - earlier), one, two) for one, two, earlier, later, *n in rows if _is_moved(earlier, later, *n)]
    moved = sorted(moved, reverse=True)
    read = _findings(db, [each for _, *pair in moved[:most] for each in pair])
    changed = [(read[one], read[two]) for _, one, two in moved[:most]]
    return Comparison(new, gone, changed, n_new, n_gone, len(rows) - len(moved))


def _only(db, run_id, other_id, every, most):
    """Return the rules of a run that another did not find, and how many there are."""
    where = f"""run_id = :run {"" if every else "AND cause IS NULL"}
                AND NOT EXISTS (SELECT 1 FROM finding AS other
                                 WHERE other.rule = finding.rule AND other.run_id = :other)"""
    values = {"run": run_id, "other": other_id}
    ids = [row[0] for row in db.execute(f"SELECT id FROM finding WHERE {where} ORDER BY extra DESC", values)]
    read = _findings(db, ids[:most])
    return [read[each] for each in ids[:most]], len(ids)


def _findings(db, ids):
    rows = db.query("SELECT * FROM finding WHERE id IN (SELECT value FROM json_each(:ids))", {"ids": json.dumps(ids)})
    return {
        row["id"]: Finding(row["id"], row["run_id"], row["kind"], row["position"], json.loads(row["data"]))
        for row in rows
    }


def _is_moved(earlier, later, n_earlier, n_later):
    share = (earlier * n_earlier + later * n_later) / (n_earlier + n_later)
    spread = math.sqrt(share * (1 - share) * (1 / n_earlier + 1 / n_later))
    return abs(later - earlier) > CHANGED * spread
