"""Runs: asking for rules, progress, cancel, the rules a run found."""

from flask import Blueprint, Response, current_app, g, redirect, render_template, request, url_for

from kb.errors import Invalid
from kb.store import utc_now
from mining import findings, pace, runs
from mining.ledger import batches
from web import asking, csv_file, paging
from web.security import allowed
from web.templating import translate

bp = Blueprint("runs", __name__)


@bp.get("/runs")
@allowed("run.read")
def index():
    return _page(asking.defaults(g.db))


@bp.post("/runs")
@allowed("run.start")
def create():
    form = asking.form_of(request.form)
    try:
        args, count = asking.args_of(g.db, current_app.config["HOME"], form)
        if "count" in request.form:
            return _page(form, count=count)
        run_id = runs.queue(g.db, kind="rules", args=args, by=g.reader, now=utc_now())
    except Invalid as problem:
        return _page(form, problem), 422
    return redirect(url_for("runs.show", run_id=run_id), 303)


@bp.get("/runs/count")
@allowed("run.start")
def count():
    form, problem, found = asking.form_of(request.args), None, None
    try:
        _, found = asking.args_of(g.db, current_app.config["HOME"], form)
    except Invalid as refused:
        problem = refused
    return render_template("runs/_count.html", form=form, count=found, problem=problem)


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
    page = render_template("runs/_progress.html", run=run, seconds_left=pace.seconds_left(run, now=utc_now()))
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


def _page(form, problem=None, count=None):
    page = paging.page(request.args)
    rows = runs.listing(g.db, reader=g.reader, limit=page.size, offset=page.offset)
    return render_template(
        "runs/list.html",
        runs=rows,
        form=form,
        problem=problem,
        count=count,
        ledger={**batches.totals(g.db), **batches.span(g.db)},
        pages=page.of(runs.count(g.db, reader=g.reader)),
    )
