"""A run for rules that a plan asks for: put in line, worked at here unless a worker takes it, and waited for."""

import signal
from contextlib import suppress
from pathlib import Path

import click

import kb.home
from kb.access import OPERATOR
from kb.errors import Conflict, N_
from kb.store import utc_now
from mining import findings, plan, question, runs
from mining.ledger import batches
from web.commands import files
from web.commands.common import BROKEN, CANCELLED, REFUSED, TOO_MUCH

_EXITS = {"input": REFUSED, "budget": TOO_MUCH, "broken": BROKEN}


def answer(terminal, file):
    """Return what `mine rules` tells of the run that the plan in `file` asks for, with ``run``, its number.

    Raises
    ------
    kb.errors.Invalid
        When the plan will not do.
    click.exceptions.Exit
        When the run found nothing; why is told by then.
    """
    db = terminal.db
    args = question.on_day(_args(db, file), kb.home.today(terminal.home))
    run_id = runs.queue(db, kind="rules", args=args, by=OPERATOR, now=utc_now())
    terminal.progress(N_("Run %(id)d is in line."), id=run_id)
    run = _seen_through(terminal, run_id)
    if run.state == "cancelled":
        terminal.refuse(Conflict(N_("Run %(id)d was cancelled."), hint=N_("Nothing was written."), id=run_id))
        raise click.exceptions.Exit(CANCELLED)
    if run.state == "failed":
        terminal.refuse(run.error)
        raise click.exceptions.Exit(_EXITS.get(run.cause, BROKEN))
    rules, _ = findings.of_run(db, run_id, limit=None)
    sources = batches.of_ids(db, run.args["batches"])
    told = {"run": run_id, **{name: [getattr(each, name) for each in sources] for name in ("file", "encoding")}}
    return {**told, **run.result, "rejected": 0, "rules": [each.data for each in rules]}


def _args(db, file):
    args = plan.read(files.read_text(file), Path(file).name)
    if args["batches"]:
        batches.refuse_others(db, args["batches"])
        args["only"] = [each.file for each in batches.of_ids(db, args["batches"])]
    return args


def _seen_through(terminal, run_id):
    """Return the run once it is over; who stops us cancels it."""
    from mining import worker

    is_asked = worker.asked_to_stop(signal.SIGINT, signal.SIGTERM)
    worker.see_through(terminal.db, terminal.home, run_id, is_stopped=is_asked)
    run = runs.get(terminal.db, run_id, reader=OPERATOR)
    if run.finished_at is None:
        with suppress(Conflict):  # over by now
            runs.request_cancel(terminal.db, run_id, by=OPERATOR, now=utc_now())
        # Another worker may be at it, and ends it as soon as it looks.
        worker.see_through(terminal.db, terminal.home, run_id, is_stopped=lambda: False)
        run = runs.get(terminal.db, run_id, reader=OPERATOR)
    return run
