"""Whether jobs and ledger are what the store says."""

import json

from kb.check import Check
from kb.errors import N_, Problem
from mining.ledger import batches, parts

_SHOWN = 20
_RESTORE = N_("Restore the file from a backup, or undo the import.")


def check(db, home):
    """Examine jobs and ledger files.

    Returns
    -------
    list of Check
    """
    return [_ledger(db, home), _jobs(db)]


def _ledger(db, home):
    # Undone batches too: a rule may stand on them.
    found = batches.live_parts(db, [row["id"] for row in db.query("SELECT id FROM batch")])
    problems = []
    for part in found:
        path = home / part["path"]
        if not path.is_file():
            problems.append(_wrong(N_("The file of import %(batch)d is missing: %(file)s."), part))
        elif parts.digest(path) != part["sha256"]:
            problems.append(_wrong(N_("The file of import %(batch)d was altered: %(file)s."), part))
    missing = db.query(
        "SELECT id FROM batch WHERE id NOT IN (SELECT batch_id FROM ledger_part)",
    )
    problems += [Problem(N_("Import %(batch)d has no file."), hint=_RESTORE, batch=row["id"]) for row in missing]
    return Check("ledger", len(found), problems[:_SHOWN])


def _wrong(template, part):
    return Problem(template, hint=_RESTORE, batch=part["batch_id"], file=part["path"])


def _jobs(db):
    rows = list(
        db.query(
            """SELECT run.id, run.kind, run.state, run.worker, run.result, count(finding.id) AS findings
                 FROM run LEFT JOIN finding ON finding.run_id = run.id
                GROUP BY run.id"""
        )
    )
    known = {row["id"] for row in db.query("SELECT id FROM batch")}
    problems = []
    for row in rows:
        result = json.loads(row["result"]) if row["result"] else None
        wrong = _of_run(row, result, known)
        if wrong is not None:
            problems.append(Problem(wrong, hint=N_("Ask for the run again."), id=row["id"]))
    return Check("jobs", len(rows), problems[:_SHOWN])


def _of_run(row, result, batch_ids):
    if (row["state"] == "running") != (row["worker"] is not None):
        return N_("Run %(id)d works without a worker, or has one without working.")
    if (row["state"] == "done") != (result is not None):
        return N_("Run %(id)d is done without a result, or has one without being done.")
    if row["findings"] != (result["rules"] if result and row["kind"] == "rules" else 0):
        return N_("Run %(id)d does not have as many rules as it says.")
    if result and row["kind"] == "import" and result["batch"] is not None and result["batch"] not in batch_ids:
        return N_("Run %(id)d names an import that is not there.")
    return None
