"""Runs: asking for rules, progress, cancel, the rules a run found."""

from flask import Blueprint, Response, g, redirect, render_template, request, url_for

from kb.errors import Invalid
from kb.store import utc_now
from mining import findings, runs
from mining.ledger import batches
from web import csv_file, paging
from web.security import allowed
from web.templating import translate

bp = Blueprint("runs", __name__)

_DEFAULTS = {"min_support": "1%", "min_confidence": "25%", "max_length": "3"}


@bp.get("/runs")
@allowed("run.read")
def index():
    return _page(_DEFAULTS)


@bp.post("/runs")
@allowed("run.start")
def create():
    try:
        run_id = runs.queue(g.db, kind="rules", args=runs.rules_args(**_form()), by=g.reader, now=utc_now())
    except Invalid as problem:
        return _page(_form(), problem), 422
    return redirect(url_for("runs.show", run_id=run_id), 303)


@bp.get("/runs/<int:run_id>")
@allowed("run.read")
def show(run_id):
    run = runs.get(g.db, run_id, reader=g.reader)
    page = paging.page(request.args)
    rows, total = findings.of_run(g.db, run_id, limit=page.size, offset=page.offset)
    return render_template("runs/show.html", run=run, findings=rows, pages=page.of(total))


@bp.get("/runs/<int:run_id>/progress")
@allowed("run.read")
def progress(run_id):
    run = runs.get(g.db, run_id, reader=g.reader)
    page = render_template("runs/_progress.html", run=run)
    # The page shows more than progress once the run is over: it is loaded again.
    return page, 200, {} if run.state in ("queued", "running") else {"HX-Refresh": "true"}


@bp.post("/runs/<int:run_id>/cancel")
@allowed("run.start")
def cancel(run_id):
    runs.request_cancel(g.db, run_id, by=g.reader, now=utc_now())
    return redirect(url_for("runs.show", run_id=run_id), 303)


@bp.get("/runs/<int:run_id>/rules.csv")
@allowed("run.read")
def export(run_id):
    runs.get(g.db, run_id, reader=g.reader)
    rows, _ = findings.of_run(g.db, run_id, limit=None)
    head, lines = findings.as_table(rows)
    text = csv_file.text([translate(name) for name in head], lines)
    name = f"rules-{run_id}.csv"
    return Response(text, mimetype="text/csv", headers={"Content-Disposition": f"attachment; filename={name}"})


def _form():
    return {name: request.form.get(name, "") for name in _DEFAULTS}


def _page(form, problem=None):
    page = paging.page(request.args)
    rows = runs.listing(g.db, reader=g.reader, limit=page.size, offset=page.offset)
    return render_template(
        "runs/list.html",
        runs=rows,
        form=form,
        problem=problem,
        ledger=batches.totals(g.db),
        pages=page.of(runs.count(g.db, reader=g.reader)),
    )
