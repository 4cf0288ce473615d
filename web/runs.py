"""Runs: asking for rules, progress, cancel, the rules a run found."""

from dataclasses import asdict

from flask import Blueprint, Response, current_app, g, redirect, render_template, request, url_for

from kb import access
from kb.errors import Invalid, N_
from kb.store import utc_now
from mining import findings, rule_view, runs
from mining.ledger import batches
from mining.selection import selection
from web import csv_file, paging, rule_chart, sheets
from web.findings import VERDICT_WORDS
from web.security import allowed
from web.templating import formats, translate

bp = Blueprint("runs", __name__)

_JUDGEMENT = (N_("Judgement"), N_("Reason"), N_("Judged by"), N_("Judged at"))
_THRESHOLDS = ("min_support", "min_confidence", "max_length")
_SELECTION = ("first", "last", "exclude")
_NO_CHOICE = ("购物袋", "塑料袋", "运费", "快递费", "POSTAGE")
_MOST_COUNTED = 2_000_000


@bp.get("/runs")
@allowed("run.read")
def index():
    return _page()


@bp.post("/runs")
@allowed("run.start")
def create():
    form = _form(request.form)
    try:
        args = runs.rules_args(**{name: form[name] for name in _THRESHOLDS})
        chosen = selection(**{name: form[name] for name in _SELECTION})
        _extent(chosen, args)
        run_id = runs.queue(g.db, kind="rules", args={**args, **asdict(chosen)}, by=g.reader, now=utc_now())
    except Invalid as problem:
        return _page(form, problem), 422
    return redirect(url_for("runs.show", run_id=run_id), 303)


@bp.get("/runs/extent")
@allowed("run.start")
def extent():
    """Say how much a job would look at, while somebody types."""
    form = _form(request.args)
    try:
        args = runs.rules_args(**{name: form[name] for name in _THRESHOLDS})
        found, problem = _extent(selection(**{name: form[name] for name in _SELECTION}), args), None
    except Invalid as refused:
        found, problem = None, refused
    return render_template("runs/_extent.html", extent=found, problem=problem)


@bp.get("/runs/<int:run_id>")
@allowed("run.read")
def show(run_id):
    run = runs.get(g.db, run_id, reader=g.reader)
    if run.kind != "rules" or run.state != "done":
        return render_template("runs/show.html", run=run)
    asked, page = _asked(), paging.page(request.args)
    rows, total = rule_view.listing(g.db, run_id, reader=g.reader, **asked, limit=page.size, offset=page.offset)
    filters = {name: asked[name] for name in ("left", "right", "judged")}
    return render_template(
        "runs/rules.html",
        run=run,
        rows=rows,
        chart=rule_chart.chart(rows),
        counts=rule_view.counts(g.db, run_id, reader=g.reader, **filters),
        asked=asked,
        args={name: value for name, value in asked.items() if value},
        limits=rule_view,
        pages=page.of(total),
        here=request.full_path.rstrip("?"),
    )


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


@bp.get("/runs/<int:run_id>/rules.<any(csv, xlsx):kind>")
@allowed("run.read")
def export(run_id, kind):
    """Send all rules that meet the filters of the page, with what was said of them."""
    runs.get(g.db, run_id, reader=g.reader)
    rows, _ = rule_view.listing(g.db, run_id, reader=g.reader, **_asked(), limit=None)
    head, lines = findings.as_table([row.finding for row in rows])
    head = [translate(name) for name in (*head, N_("More orders"), *_JUDGEMENT)]
    lines = [[*line, round(row.extra, 2), *_judged(row)] for line, row in zip(lines, rows, strict=True)]
    if kind == "csv":
        body, mimetype = csv_file.text(head, lines), "text/csv"
    else:
        body = sheets.workbook({translate(N_("Rules")): (head, lines)})
        mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    name = f"rules-{run_id}.{kind}"
    return Response(body, mimetype=mimetype, headers={"Content-Disposition": f"attachment; filename={name}"})


def _judged(row):
    if row.verdict is None:
        return ["", "", "", ""]
    return [translate(VERDICT_WORDS[row.verdict]), row.reason, row.judged_by or "", formats().exact(row.judged_at)]


def _asked():
    """Return what the address asks of the rules of a run; what it does not know it does not ask."""
    cause, judged = request.args.get("cause"), request.args.get("judged")
    return {
        "cause": cause if cause in (*rule_view.CAUSES, "all") else None,
        "left": request.args.get("left", "")[:100].strip(),
        "right": request.args.get("right", "")[:100].strip(),
        "judged": judged if judged in rule_view.JUDGED else None,
    }


def _form(given):
    return {name: given.get(name, "") for name in (*_THRESHOLDS, *_SELECTION)}


def _extent(chosen, args):
    """Return ``orders``, ``products`` and those bought often enough, or None where counting would keep one waiting.

    Raises
    ------
    kb.errors.Invalid
        For a product nobody bought, or where nothing is left.
    """
    if batches.totals(g.db)["rows"] > _MOST_COUNTED:
        return None
    # What reads Parquet takes a second to load; only who asks waits for it.
    from mining import baskets

    home = current_app.config["HOME"]
    if chosen.exclude:
        chosen.refuse_unknown(baskets.item_names(g.db, home))
    found = baskets.from_ledger(g.db, home, chosen=chosen)
    orders, products = found.X.shape
    least = args["min_support"]
    least = least if isinstance(least, int) else least * orders
    if least > orders:
        raise Invalid(
            N_("At least %(least)d orders are asked for, but there are only %(orders)d."),
            hint=N_("Write a smaller number, or choose a longer period."),
            field="min_support",
            least=int(least),
            orders=orders,
        )
    often = int((found.X.sum(axis=0) >= max(least, 1)).sum())
    return {"orders": orders, "products": products, "often": often}


def _defaults(ledger):
    """Return what the form offers at first, from the data there is."""
    least = max(rule_view.LEAST_ORDERS, (ledger["orders"] or 0) // 1000)
    day = formats().iso_day
    first, last = (day(ledger[name]) if ledger[name] else "" for name in ("first", "last"))
    found = _bags(ledger)
    return {
        "min_support": str(least), "min_confidence": "20%", "max_length": "2", "first": first, "last": last,
        "exclude": "、".join(found),
    }  # fmt: skip


def _bags(ledger):
    """Return what is in nearly every till and says nothing of anybody: bags and freight, as far as they were sold."""
    if not ledger["rows"] or ledger["rows"] > _MOST_COUNTED:
        return []
    from mining import baskets

    names = baskets.item_names(g.db, current_app.config["HOME"])
    return [word for word in _NO_CHOICE if names.str.contains(word, literal=True).any()]


def _page(form=None, problem=None):
    page = paging.page(request.args)
    rows = runs.listing(g.db, reader=g.reader, limit=page.size, offset=page.offset)
    ledger = batches.totals(g.db)
    may_start = access.may(g.reader, "run.start")
    return render_template(
        "runs/list.html",
        runs=rows,
        form=form or (_defaults(ledger) if may_start else {}),
        problem=problem,
        ledger=ledger,
        pages=page.of(runs.count(g.db, reader=g.reader)),
    )
