"""Runs: asking for rules, progress, cancel; what a run found is shown by `web.rules`."""

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for

from kb import access, customers
from kb.errors import Invalid
from kb.store import utc_now
from mining import note_deeds, pace, run_log, runs
from mining.ledger import batches
from web import asking, expecting, paging, rules
from web.security import allowed

bp = Blueprint("runs", __name__)

# How long who has no script waits to hear what to expect.
_WAIT_SECONDS = 15


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
            return _page(form, count=count, **_expected(args, count, _WAIT_SECONDS))
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


@bp.get("/runs/expect")
@allowed("run.start")
def expect():
    """Tell how many rules, how long and how much memory, at any support and confidence."""
    try:
        told = _expected(*asking.args_of(g.db, current_app.config["HOME"], asking.form_of(request.args)))
    except Invalid:
        # Said beside, where it is counted what is asked about.
        return ""
    return render_template("runs/_expected.html", **told)


@bp.get("/runs/<int:run_id>")
@allowed("run.read")
def show(run_id):
    run = runs.get(g.db, run_id, reader=g.reader)
    if note_deeds.is_deed(run):
        return redirect(url_for("note_deeds.show", run_id=run.id))
    if run.kind == "notes":
        return redirect(url_for("note_intake.show", intake_id=run.args["intake"]))
    if run.kind != "rules" or run.state != "done":
        return render_template("runs/show.html", run=run, log=run_log.of_run(g.db, run.id))
    return rules.page(run)


@bp.get("/runs/<int:run_id>/progress")
@allowed("run.read")
def progress(run_id):
    run = runs.get(g.db, run_id, reader=g.reader)
    told = {"seconds_left": pace.seconds_left(run, now=utc_now()), "log": run_log.of_run(g.db, run.id)}
    page = render_template("runs/_progress.html", run=run, **told)
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


def _expected(args, count, wait=0.0):
    found, is_counting = expecting.expected(current_app.config["HOME"], args, wait)
    told = expecting.told(found, count["least"], args["min_confidence"]) if found else None
    return {"expected": found, "told": told, "is_counting": is_counting}


def _page(form=None, problem=None, **counted):
    page = paging.page(request.args)
    rows = runs.listing(g.db, reader=g.reader, limit=page.size, offset=page.offset)
    imports = batches.live(g.db, g.reader) if access.may(g.reader, "purchase.read") else []
    asked = paging.ids(request.args.getlist("batch")) if form is None else form["batch"]
    chosen = [each["id"] for each in imports if each["id"] in asked]
    ledger = batches.totals(g.db, chosen or None)
    columns = batches.columns(g.db)
    if form is None:
        form = asking.defaults(ledger, chosen, request.args.get("preset"), columns)
        form = _like(form)
    form = {**form, "batch": chosen}
    if problem is None:
        problem = _unknown(asked)
    return render_template(
        "runs/list.html",
        runs=rows,
        form=form,
        problem=problem,
        **counted,
        ledger=ledger,
        imports=imports,
        presets=asking.PRESETS,
        columns=columns,
        segments=[(each["segment"],) * 2 for each in _segments()],
        pages=page.of(runs.count(g.db, reader=g.reader)),
    )


def _segments():
    return customers.segments(g.db, reader=g.reader) if access.may(g.reader, "customer.read") else []


def _like(form):
    """Return the form as another run was asked, where the address names one; else as it is proposed."""
    run_id = request.args.get("like", type=int)
    if run_id is None:
        return form
    run = runs.get(g.db, run_id, reader=g.reader)
    if run.kind != "rules":
        return form
    # A link may ask the same but for a limit.
    changed = {name: request.args[name] for name in ("max_base_rate",) if name in request.args}
    return asking.form_like(run.args, form) | changed


def _unknown(batch_ids):
    """Return why imports that an address names cannot be asked about, or None."""
    try:
        batches.refuse_others(g.db, batch_ids)
    except Invalid as refused:
        return refused
    return None
