"""Runs: jobs that wait, work, and end in one published result or none. The row is the truth.

Pages import this file, so it imports nothing that mines.
"""

import json
from dataclasses import dataclass

from kb import access, feed, members
from kb.errors import Conflict, Invalid, N_, NotFound, Problem
from kb.store import writing
from mining import run_log

ACTION = {"import": "purchase.import", "rules": "run.start", "notes": "note.write"}
# A run whose process died this often takes its process down with it.
MOST_ATTEMPTS = 3
# Why a run failed: what it was asked or was to read will not do, it is too much for here, or something broke.
CAUSES = ("input", "budget", "broken")


@dataclass(frozen=True, slots=True)
class Run:
    """One job.

    ``stage`` is a catalogue key, ``progress`` of ``total`` what is done of it; ``result`` as the kind of job gives it;
    ``error`` the `kb.errors.Problem` it failed with, ``cause`` which of `CAUSES` that is.
    """

    id: int
    kind: str
    args: dict
    state: str
    attempts: int
    stage: str | None
    progress: int
    total: int | None
    cancel_requested: int
    result: dict | None
    error: Problem | None
    cause: str | None
    member_id: int | None
    member_name: str | None
    created_at: str
    started_at: str | None
    finished_at: str | None


class LeaseLost(Exception):
    """Another worker has taken the run over; whoever held it must not publish."""


def queue(db, *, kind, args, by, now):
    """Put a job in line and return its id."""
    access.require(by, ACTION[kind])
    with writing(db):
        row = {"kind": kind, "args": json.dumps(args), "member_id": by.member_id, "created_at": now}
        run_id = db["run"].insert(row).last_pk
        feed.append(db, by=by, did="run.queue", of=run_id, at=now, after={"kind": kind})
    return run_id


def again(db, run_id, *, by, now, **changed):
    """Put what a run was asked in line once more, some of it `changed`, and return the id of the new run.

    Raises
    ------
    kb.errors.Conflict
        When the run is not over, or did not ask for rules.
    """
    with writing(db):
        run = get(db, run_id, reader=by)
        if run.kind != "rules":
            raise Conflict(N_("Only a run for rules can be asked again."), hint=N_("Import the file once more."))
        if run.state in ("queued", "running"):
            raise Conflict(N_("Run %(id)d is not over yet."), hint=N_("Cancel it, or wait for it."), id=run_id)
        return queue(db, kind=run.kind, args={**run.args, **changed}, by=by, now=now)


def listing(db, *, reader, limit=50, offset=0):
    """Return runs, newest first; trials of imports, and imports of notes, are shown with their upload alone."""
    access.require(reader, "run.read")
    values = {"limit": limit, "offset": offset}
    rows = db.query(f"{_SELECT} WHERE {_LISTED} ORDER BY run.id DESC LIMIT :limit OFFSET :offset", values)
    return [_run(row) for row in rows]


def of_batch(db, batch_id, *, reader, limit=5):
    """Return the runs for rules that read an import, the newest first."""
    access.require(reader, "run.read")
    where = "run.kind = 'rules' AND :batch IN (SELECT value FROM json_each(run.args, '$.batches'))"
    values = {"batch": batch_id, "limit": limit}
    return [_run(row) for row in db.query(f"{_SELECT} WHERE {where} ORDER BY run.id DESC LIMIT :limit", values)]


def count(db, *, reader):
    """Return how many runs there are."""
    access.require(reader, "run.read")
    return db.execute(f"SELECT count(*) FROM run WHERE {_LISTED}").fetchone()[0]


def get(db, run_id, *, reader):
    """Return one run; raises `NotFound` for none, and for an import of somebody else's notes."""
    access.require(reader, "run.read")
    seen = "(run.kind <> 'notes' OR run.member_id IS :me OR :me IS NULL)"
    row = next(iter(db.query(f"{_SELECT} WHERE run.id = :id AND {seen}", {"id": run_id, "me": reader.member_id})), None)
    if row is None:
        raise NotFound(N_("There is no run %(value)s."), hint=N_("Look for it in the list."), value=str(run_id))
    return _run(row)


def rejects_path(db, home, run_id, *, reader):
    """Return the file of the rows an import rejected, or None when there is none (any more)."""
    access.require(reader, "purchase.read")
    run = get(db, run_id, reader=reader)
    path = rejects_file(home, run_id)
    return path if run.kind == "import" and path.exists() else None


def told_of_files(db):
    """Return ``{token: (name, who asked first for it, when)}`` of the files that imports read or are to read."""
    rows = db.execute("""
        SELECT run.args ->> 'upload', run.args ->> 'file', member.name, run.created_at
          FROM run
          LEFT JOIN member ON member.id = run.member_id
         WHERE run.kind = 'import'
         ORDER BY run.id DESC""")
    return {token: tuple(told) for token, *told in rows.fetchall()}


def is_importing(db, token):
    """Return whether a file is being imported, or waits for a worker; a trial imports nothing."""
    asked = """SELECT 1 FROM run WHERE kind = 'import' AND state IN ('queued', 'running')
                  AND args ->> 'upload' = :token AND NOT coalesce(args ->> 'dry_run', 0)"""
    return db.execute(asked, {"token": token}).fetchone() is not None


def rejects_file(home, run_id):
    """Return where the rejected rows of an import lie."""
    return home / "rejects" / f"{run_id}.csv"


def request_cancel(db, run_id, *, by, now):
    """Stop a run: at once when it waits, else as soon as its worker looks.

    Raises
    ------
    kb.errors.Conflict
        When it is over.
    """
    with writing(db):
        run = get(db, run_id, reader=by)
        access.require(by, ACTION[run.kind])
        run_log.write(db, run_id, N_("It is to be cancelled."), now=now)
        if run.state == "queued":
            db["run"].update(run_id, {"state": "cancelled", "finished_at": now})
        elif run.state == "running":
            db["run"].update(run_id, {"cancel_requested": 1})
        else:
            raise Conflict(N_("Run %(id)d is over already."), hint=N_("Look at what it found."), id=run_id)
        feed.append(db, by=by, did="run.cancel", of=run_id, at=now)


def claim(db, lease, *, now, is_abandoned, only=None):
    """Take the oldest run that waits, or that nobody works at any more, and return its id, or None.

    Parameters
    ----------
    lease : str
        Names the worker, see `mining.leases`.
    is_abandoned : callable
        From a lease and its last heartbeat.
    only : int, optional
        The one run to take.
    """
    waiting = "state IN ('queued', 'running') AND :only IN (0, id)"
    with writing(db):
        # Somebody waits before a trial; whoever asked for rules has gone on to something else.
        for row in db.query(f"SELECT * FROM run WHERE {waiting} ORDER BY {_FOR_GOOD}, id", {"only": only or 0}):
            if row["state"] == "running" and not is_abandoned(row["worker"], row["heartbeat_at"]):
                continue
            if row["cancel_requested"]:
                _end(db, row["id"], "cancelled", now)
            elif row["attempts"] >= MOST_ATTEMPTS:
                _end(db, row["id"], "failed", now, error=_problem_text(_TOO_OFTEN, "broken"))
            else:
                _start(db, row, lease, now)
                return row["id"]
    return None


def beat(db, run_id, lease, *, now):
    """Show that the worker lives, and return whether the run is to be cancelled.

    Raises
    ------
    LeaseLost
    """
    with writing(db):
        _update(db, run_id, lease, {"heartbeat_at": now})
        row = db["run"].get(run_id)
    return bool(row["cancel_requested"])


def progress(db, run_id, lease, *, stage, done, total):
    """Show how far a run is."""
    with writing(db):
        _update(db, run_id, lease, {"stage": str(stage), "progress": done, "total": total})


def note(db, run_id, lease, text, values=None, *, now):
    """Write a line into the log of a run; raises `LeaseLost` where another worker's log would get it."""
    with writing(db):
        _update(db, run_id, lease, {})
        run_log.write(db, run_id, text, values, now=now)


def fix(db, run_id, lease, **args):
    """Remember what a run goes by that it was not asked, such as the imports it reads: after a kill it is the same."""
    with writing(db):
        asked = json.loads(db["run"].get(run_id)["args"])
        _update(db, run_id, lease, {"args": json.dumps({**asked, **args})})


def forget(db, run_id, lease, names):
    """Forget some of what a run was asked with, for which there is no more use."""
    with writing(db):
        args = json.loads(db["run"].get(run_id)["args"])
        kept = {name: value for name, value in args.items() if name not in names}
        _update(db, run_id, lease, {"args": json.dumps(kept)})


def going(db, *, reader):
    """Return the jobs at notes that `reader` asked for and that are not over, the newest first."""
    where = "run.kind = 'notes' AND run.member_id = :me AND run.state IN ('queued', 'running')"
    return [_run(row) for row in db.query(f"{_SELECT} WHERE {where} ORDER BY run.id DESC", {"me": reader.member_id})]


def refuse_undone(db, run):
    """Refuse to work on imports that were undone since they were asked about.

    Raises
    ------
    kb.errors.Invalid
    """
    wanted = {"ids": json.dumps(run.args["batches"] or [])}
    row = next(
        iter(
            db.query(
                """SELECT id, file
                     FROM batch
                    WHERE state = 'undone' AND id IN (SELECT value FROM json_each(:ids))
                    ORDER BY id LIMIT 1""",
                wanted,
            )
        ),
        None,
    )
    if row is not None:
        raise Invalid(
            N_("Import %(id)d (%(file)s), which this run was to read, has been undone."),
            hint=N_("Ask again: then only what is in the purchase records now is read."),
            **row,
        )


def finish(db, run_id, lease, result, *, now):
    """Publish what a run found; inside the transaction that wrote it."""
    with writing(db):
        _update(db, run_id, lease, {"result": json.dumps(result)})
        _end(db, run_id, "done", now)


def fail(db, run_id, lease, problem, *, now, cause="input"):
    """Say why a run found nothing; `problem` is a `kb.errors.Problem` or a `mining.errors.Refused`."""
    with writing(db):
        _update(db, run_id, lease, {"error": _problem_text(problem, cause)})
        _end(db, run_id, "failed", now)


def cancelled(db, run_id, lease, *, now):
    """Say that a run was stopped as asked."""
    with writing(db):
        _update(db, run_id, lease, {})
        _end(db, run_id, "cancelled", now)


def give_back(db, run_id, lease, *, counts):
    """Put a run back in line, because its process ended before it did; `counts` whether that is an attempt."""
    with writing(db):
        attempts = db["run"].get(run_id)["attempts"] - (0 if counts else 1)
        _update(db, run_id, lease, {"state": "queued", "worker": None, "attempts": attempts})


_TOO_OFTEN = Problem(
    N_("The process of this run ended three times before the run did, probably for want of memory."),
    hint=N_("Ask for less: a higher support, fewer products in a rule; or import the file in parts."),
)

_FOR_GOOD = "coalesce(run.args ->> 'dry_run', 0) = 0"
_LISTED = f"{_FOR_GOOD} AND run.kind <> 'notes'"
_SELECT = """SELECT run.*, member.name AS member_name
               FROM run
               LEFT JOIN member ON member.id = run.member_id"""


_ENDS = {
    "done": N_("Done."),
    "failed": N_("Failed."),
    "cancelled": N_("Cancelled. Nothing was written."),
}


def _start(db, row, lease, now):
    run_log.write(db, row["id"], N_("Begun, attempt %(attempt)d."), {"attempt": row["attempts"] + 1}, now=now)
    db["run"].update(
        row["id"],
        {
            "state": "running",
            "worker": lease,
            "attempts": row["attempts"] + 1,
            "heartbeat_at": now,
            "started_at": now,
            "stage": None,
            "progress": 0,
            "total": None,
        },
    )


def _update(db, run_id, lease, fields):
    held = db.execute(
        "SELECT 1 FROM run WHERE id = :id AND worker = :lease AND state = 'running'", {"id": run_id, "lease": lease}
    ).fetchone()
    if held is None:
        raise LeaseLost(run_id)
    if fields:
        db["run"].update(run_id, fields)


def _end(db, run_id, state, now, **fields):
    db["run"].update(run_id, {**fields, "state": state, "finished_at": now, "worker": None, "stage": None})
    member_id = db["run"].get(run_id)["member_id"]
    by = access.OPERATOR if member_id is None else members.get(db, member_id).reader()
    run_log.write(db, run_id, _ENDS[state], now=now)
    feed.append(db, by=by, did=f"run.{state}", of=run_id, at=now)


def _problem_text(problem, cause):
    hint = getattr(problem, "hint_template", None) or problem.hint
    kept = {"template": problem.template, "hint": hint, "field": problem.field, "values": problem.values}
    kept["cause"] = cause
    return json.dumps(kept, ensure_ascii=True, default=str)


def _run(row):
    error = json.loads(row["error"]) if row["error"] else None
    parsed = {
        "args": json.loads(row["args"]),
        "result": json.loads(row["result"]) if row["result"] else None,
        "error": error and Problem(error["template"], hint=error["hint"], field=error["field"], **error["values"]),
        "cause": error and error.get("cause"),
    }
    return Run(**{name: parsed[name] if name in parsed else row[name] for name in Run.__slots__})
