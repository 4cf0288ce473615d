"""The work of one run, in a process of its own: ``python -m mining.jobs HOME RUN LEASE PARENT``.

It is started by a worker and dies with it, so that no orphan publishes beside the one that took its run over.
"""

import ctypes
import logging
import os
import signal
import sqlite3
import sys
import time
from functools import partial
from pathlib import Path

import kb.home
from kb import access, disk, members
from kb.errors import N_, Problem
from kb.store import open_store, utc_now, writing
from mining import finding_details, findings, judgements, note_deeds, note_intake, question, room, runs
from mining.errors import BudgetExceeded, Refused
from mining.ledger import uploads

_PR_SET_PDEATHSIG = 1
_TELL_SECONDS = 0.5
_log = logging.getLogger(__name__)


def main():
    """Work at the run that the worker names."""
    home, run_id, lease = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    die_with(int(sys.argv[4]))
    # Pages come first on a machine that serves both.
    os.nice(10)
    room.limit(home)
    work(open_store(home), home, run_id, lease)


def work(db, home, run_id, lease):
    """Do what a run asks and publish it, or say why not; nothing of a lost lease is published."""
    run = runs.get(db, run_id, reader=access.OPERATOR)
    try:
        _WORK[run.kind](db, home, run, lease)
    except runs.LeaseLost:
        _log.warning("run %d was taken over by another worker", run_id)
    except (Problem, Refused) as problem:
        cause = "budget" if isinstance(problem, BudgetExceeded) else "input"
        runs.fail(db, run_id, lease, problem, now=utc_now(), cause=cause)
    except MemoryError:
        runs.fail(db, run_id, lease, room.too_small(home), now=utc_now(), cause="budget")
    except Exception as error:
        _log.exception("run %d", run_id)
        if disk.is_full(error):
            runs.fail(db, run_id, lease, _FULL, now=utc_now(), cause="broken")
            return
        problem = Problem(
            _FAILED[run.kind == "notes"],
            hint=N_("Try again; if it fails again, give your administrator the number of the run."),
        )
        runs.fail(db, run_id, lease, problem, now=utc_now(), cause="broken")
        raise


def die_with(parent):
    """Have this process end when `parent` does, and at once if it has."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        # It died before we asked to be told.
        sys.exit(1)


def _import(db, home, run, lease):
    from mining.ledger.load import STAGES, check_file, import_file
    from mining.ledger.options import Options

    def publish(answer):
        # Where this machine keeps the file is nobody's business; pages ask for it by the run's number.
        told = {**answer, "rejects": None if answer["rejects"] is None else rejects.name}
        runs.finish(db, run.id, lease, told, now=utc_now())

    rejects = runs.rejects_file(home, run.id)
    # Why a row was rejected is written in the language of who handed the file in.
    sentences = run.args.get("sentences", {})
    options = Options(**run.args["options"], zone=kb.home.settings(home).zone)
    told = {
        "name": run.args["file"],
        "sha256": run.args.get("sha256"),
        "on_progress": _of_import(_Teller(db, run.id, lease).tell, STAGES),
        "rejects_to": rejects,
        "translate": lambda template: sentences.get(template, template),
    }
    path = home / "uploads" / run.args["upload"]
    if run.args.get("dry_run"):
        return publish(check_file(db, home, path, options, **told))
    told |= {
        "on_register": publish,
        "replaces": run.args.get("replaces"),
        "beside": partial(uploads.beside, db, run.id),
    }
    answer = import_file(db, home, path, options, by=_author(db, run), now=utc_now(), **told)
    if answer["batch"] is None:
        # Nothing was new, so there was no batch to be registered with.
        publish(answer)
    _keep_facts(db, home, run)
    return None


def _keep_facts(db, home, run):
    from mining.ledger import kept_facts

    try:
        kept_facts.keep(db, home)
    except (MemoryError, OSError, sqlite3.Error):
        # The import stands; without them, the page counts for itself.
        _log.exception("the facts of the purchase records, after run %d", run.id)


def _rules(db, home, run, lease):
    room.refuse_too_little(home)
    from mining import baskets, kernel_cache, mine, preparing, rule_detail
    from mining.ledger import segments
    from mining.ledger.orders import Slice

    tell, note = _Teller(db, run.id, lease).tell, partial(runs.note, db, run.id, lease)
    run = _fixed(db, run, lease)
    runs.refuse_undone(db, run)
    tell(N_("Reading purchases"), 0, _WHOLE)
    found = baskets.from_ledger(
        db,
        home,
        run.args["batches"],
        Slice.of_args(run.args, segments.asked(db, run.args)),
        on_progress=lambda done, total: tell(N_("Reading purchases"), _READ * done // total, _WHOLE),
    )
    found.refuse_too_few()
    read = {"orders": found.X.shape[0], "products": found.X.shape[1], "imports": len(found.batches)}
    note(N_("Read %(orders)d orders of %(products)d products from %(imports)d imports."), read, now=utc_now())
    if not found.has_days():
        note(N_("The purchase records have no dates: no rule is tested on later orders."), now=utc_now())
    if not kernel_cache.is_prepared():
        tell(N_("Preparing the miner, once"), _READ, _WHOLE)
        preparing.prepare()
    tell(N_("Mining"), _READ, _WHOLE)
    wanted = {name: run.args[name] for name in ("min_support", "min_confidence", "max_length")}
    wanted |= {name: run.args[name] for name in ("level", "hold_out", "max_base_rate") if name in run.args}
    answer = mine.rules(found, **wanted, most=findings.MOST, memory=room.left(home))
    counted = {"itemsets": answer["itemsets"], "tested": answer["tested"], "rules": len(answer["rules"])}
    counted |= {"hidden": answer["hidden"]["redundant"], "megabytes": room.taken_at_most()}
    note(_COUNTED, counted, now=utc_now())
    tell(N_("Writing the rules"), _MINED, _WHOLE)
    rows, near = rule_detail.seen(db, home, found, answer, run.args.get("level", "item"), run.args["seed"])
    with writing(db):
        # Undone while we mined: nobody shall act on it.
        runs.refuse_undone(db, run)
        ids = findings.add_rules(db, run.id, answer, rows)
        finding_details.put(db, {ids[position]: told for position, told in near.items()}, now=utc_now())
        judgements.compare(db, run.id, now=utc_now())
        runs.finish(db, run.id, lease, {**answer, "rules": len(answer["rules"])}, now=utc_now())


def _fixed(db, run, lease):
    """Return the run with all it goes by: the imports it reads, and the seed of what is drawn by chance."""
    from mining.ledger import batches

    fixed = {"seed": run.args.get("seed", question.SEED)}
    if run.args["batches"] is None:
        fixed["batches"] = sorted({part["batch_id"] for part in batches.live_parts(db)})
    runs.fix(db, run.id, lease, **fixed)
    return runs.get(db, run.id, reader=access.OPERATOR)


def _notes(db, home, run, lease):
    by = _author(db, run)
    if note_deeds.is_deed(run):
        note_deeds.take(db, run, lease, by=by)
        return
    note_intake.take(db, home, run, lease, by=by, finish=lambda: runs.finish(db, run.id, lease, {}, now=utc_now()))


def _of_import(tell, stages):
    """Return what tells of an import in per cent of the whole, whatever its stages count in."""

    def told(stage, done, total):
        first, last = stages[stage]
        tell(stage, first + (last - first) * done // max(total, 1), _WHOLE)

    return told


_COUNTED = N_(
    "%(itemsets)d itemsets, %(tested)d rules tested: %(rules)d kept, %(hidden)d left out that repeat a shorter one;"
    " %(megabytes)d MB of memory at most."
)
_FULL = Problem(
    N_("The disk of the server is full."), hint=N_("Tell your administrator; once there is room, begin again.")
)
_FAILED = (
    N_("This run failed for a reason we did not foresee. Nothing was written."),
    N_("This run failed for a reason we did not foresee. What is in is told below."),
)
# How far a run for rules is when its stages end, in per cent; a share of the time as it was on real orders.
_READ, _MINED, _WHOLE = 30, 90, 100
_WORK = {"import": _import, "rules": _rules, "notes": _notes}


def _author(db, run):
    return access.OPERATOR if run.member_id is None else members.get(db, run.member_id).reader()


class _Teller:
    """Writes progress into the run's row, not more often than anybody looks."""

    def __init__(self, db, run_id, lease):
        self._run = (db, run_id, lease)
        self._last = (None, 0.0)

    def tell(self, stage, done, total):
        stage_before, at = self._last
        if stage == stage_before and time.monotonic() - at < _TELL_SECONDS:
            return
        runs.progress(*self._run, stage=stage, done=done, total=total)
        if stage != stage_before:
            runs.note(*self._run, stage, now=utc_now())
        self._last = (stage, time.monotonic())


if __name__ == "__main__":
    main()
