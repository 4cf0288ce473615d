"""Runs: asking for rules, progress, cancel; what a run found is shown by `web.rules`."""

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for

from kb import access
from kb.errors import Invalid
from kb.store import utc_now
from mining import note_deeds, pace, runs
from mining.ledger import batches
from web import asking, paging, rules
from web.security import allowed

bp = Blueprint("runs", __name__)


@bp.get("/runs")
@allowed("run.read")
def index():
    return _page()


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
    if note_deeds.is_deed(run):
        return redirect(url_for("note_deeds.show", run_id=run.id))
    if run.kind == "notes":
        return redirect(url_for("note_intake.show", intake_id=run.args["intake"]))
    if run.kind != "rules" or run.state != "done":
        return render_template("runs/show.html", run=run)
    return rules.page(run)


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


@bp.post("/runs/<int:run_id>/again")
@allowed("run.start")
def again(run_id):
    """Ask the same once more, or with the support or the length that the refusal names."""
    changed = {
        name: value
        for name in ("min_support", "max_length")
        if (value := request.form.get(name, type=int)) is not None and value > 0
    }
    new = runs.again(g.db, run_id, by=g.reader, now=utc_now(), **changed)
    return redirect(url_for("runs.show", run_id=new), 303)


def _page(form=None, problem=None, count=None):
    page = paging.page(request.args)
    rows = runs.listing(g.db, reader=g.reader, limit=page.size, offset=page.offset)
    imports = batches.live(g.db, g.reader) if access.may(g.reader, "purchase.read") else []
    asked = paging.ids(request.args.getlist("batch")) if form is None else form["batch"]
    chosen = [each["id"] for each in imports if each["id"] in asked]
    ledger = batches.totals(g.db, chosen or None)
    form = asking.defaults(ledger, chosen) if form is None else {**form, "batch": chosen}
    if problem is None:
        problem = _unknown(asked)
    return render_template(
        "runs/list.html",
        runs=rows,
        form=form,
        problem=problem,
        count=count,
        ledger=ledger,
        imports=imports,
        pages=page.of(runs.count(g.db, reader=g.reader)),
    )


def _unknown(batch_ids):
    """Return why imports that an address names cannot be asked about, or None."""
    try:
        batches.refuse_others(g.db, batch_ids)
    except Invalid as refused:
        return refused
    return None
