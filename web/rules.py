"""The rules of a run: explored, drawn, exported, compared with another run, told on one page."""

from flask import Blueprint, Response, abort, current_app, flash, g, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from kb import feed, saved_views
from kb.errors import Invalid, N_
from kb.store import utc_now
from mining import chosen_columns, finding_details, known_rules, rule_figures, rule_view, run_compare, run_report, runs
from mining.ledger import batches
from web import map_drawing, paging, rule_asked, rule_chart, rule_files, rule_matrix
from web.security import allowed
from web.templating import translate

bp = Blueprint("rules", __name__)

# Of more points nobody sees one.
_POINTS = 10_000
# More lines than these cover one another.
_DRAWN = 30


@bp.get("/rules")
@allowed("run.read")
def latest():
    """Lead to the rules of the newest run, with what the address asks."""
    found = run_compare.newest(g.db, reader=g.reader)
    if found is None:
        return redirect(url_for("runs.index"))
    return redirect(url_for("runs.show", run_id=found, **rule_asked.of(request.args).view))


def page(run, args=None, problem=None, view=None):
    """Answer with the rules of a run that is done, as the address asks; with their part of the page where that asks."""
    asked = _asked(request.args if args is None else args)
    paged = paging.page(request.args)
    # A form sends all its fields: the address holds what is set.
    here = url_for("runs.show", run_id=run.id, **asked.args, **({"page": paged.number} if paged.number > 1 else {}))
    is_part = "HX-Request" in request.headers
    name = "runs/_explored.html" if is_part else "runs/rules.html"
    shown = _shown(run, asked, paged)
    answer = Response(
        render_template(name, run=run, asked=asked, problem=problem, view=view, here=here, **shown),
        mimetype="text/html",
    )
    answer.vary.add("HX-Request")
    if is_part:
        answer.headers["HX-Push-Url"] = here
    return answer


def _shown(run, asked, paged):
    found = rule_view.asked(g.db, run.id, reader=g.reader, **asked.filter)
    positions = found.positions(paged.offset, paged.offset + paged.size)
    rows = rule_view.of_positions(g.db, run.id, positions, reader=g.reader)
    return {
        "rows": rows,
        "total": len(found),
        "pages": paged.of(len(found)),
        "counts": found.counts,
        "chart": rule_chart.chart(found.first(_POINTS), rows),
        "matrix": rule_matrix.of(g.db, run.id, found),
        "web": rule_matrix.web(rows) if 1 < len(found) <= _DRAWN and paged.number == 1 else None,
        "all_columns": rule_asked.COLUMNS,
        "trends": rule_asked.TRENDS,
        "months": finding_details.months(g.db, [row.finding.id for row in rows]),
        "spark": rule_chart.spark,
        "hints": known_rules.hints(g.db, rows, reader=g.reader),
        "limits": rule_figures,
        "undone": [each for each in batches.of_ids(g.db, run.args["batches"] or ()) if each.state == "undone"],
        "before": run_compare.before(g.db, run.id),
        "levels": found.columns.level_counts(positions),
        "drilled": _drilled(run, asked.filter),
        "has_profit": found.columns.known("profit"),
        "views": saved_views.listing(g.db, reader=g.reader, of="rules"),
        "may_change": lambda each: saved_views.may_change(each, g.reader),
    }


def _drilled(run, wanted):
    """Return what people call the sides of the rule of which finer or broader ones are asked for, or None."""
    position = wanted["broader"] if wanted["finer"] is None else wanted["finer"]
    return rule_view.side_names(g.db, run.id, [position]).get(position)


def latest_page(view, problem, typed):
    """Render the rules of the newest run as a view asks, with why it was not changed."""
    found = run_compare.newest(g.db, reader=g.reader)
    if found is None:
        raise problem
    return page(runs.get(g.db, found, reader=g.reader), MultiDict(view.address), problem, typed)


@bp.post("/runs/<int:run_id>/views")
@allowed("run.read")
def save_view(run_id):
    """Save what is asked of the rules under a name; it may be asked of any run."""
    run = _done(run_id)
    asked = _asked(request.form)
    address = {"list": "rules", **asked.view}
    typed = {name: request.form.get(name, "") for name in ("name", "readers")}
    try:
        saved_views.add(g.db, **typed, address=address, by=g.reader, now=utc_now())
    except Invalid as problem:
        return page(run, request.form, problem, typed), 422
    flash({"text": N_("Saved."), "values": {}, "undo": feed.last_seq(g.db)})
    return redirect(url_for("runs.show", run_id=run_id, **asked.args), 303)


@bp.post("/runs/<int:run_id>/columns")
@allowed("run.read")
def choose_columns(run_id):
    """Keep the columns a member chose; from now on the rules of every run have them."""
    _done(run_id)
    chosen = rule_asked.chosen_columns(request.form)
    is_usual = chosen in ((), rule_asked.USUAL)
    chosen_columns.choose(g.db, None if is_usual else chosen, by=g.reader, now=utc_now())
    return redirect(url_for("runs.show", run_id=run_id, **_asked(request.form).without("columns")), 303)


@bp.get("/runs/<int:run_id>/scatter.svg")
@allowed("run.read")
def picture(run_id):
    """Send the chart of all rules that meet the filters, as it stands on the page."""
    _done(run_id)
    found = rule_view.asked(g.db, run_id, reader=g.reader, **rule_asked.of(request.args).filter)
    rows = rule_view.of_positions(g.db, run_id, found.positions(until=12), reader=g.reader)
    drawn = rule_chart.chart(found.first(_POINTS), rows)
    body = render_template("runs/scatter.svg", chart=drawn, run_id=run_id, paint=map_drawing.colours(), steps=rule_chart.STEPS)  # fmt: skip # noqa: E501
    answer = Response(body, mimetype="image/svg+xml")
    answer.headers.set("Content-Disposition", "attachment", filename=f"rules-{run_id}.svg")
    return answer


@bp.get("/runs/<int:run_id>/rules.<any(csv, xlsx, json, parquet):kind>")
@allowed("run.read")
def export(run_id, kind):
    """Send all rules that meet the filters of the page, with what was said of them."""
    _done(run_id)
    asked = rule_asked.of(request.args)
    rows, _ = rule_view.listing(g.db, run_id, reader=g.reader, **asked.filter, limit=None)
    return rule_files.answer(rows, kind, f"rules-{run_id}.{kind}")


@bp.get("/runs/<int:run_id>/compare")
@allowed("run.read")
def compare(run_id):
    """Tell what is new, gone and changed against another run."""
    run = _done(run_id)
    others = run_compare.others(g.db, run_id)
    asked = paging.ids([request.args.get("with", "")])
    other_id = next((each for each in asked if each in others), None) or run_compare.before(g.db, run_id)
    other = None if other_id is None else runs.get(g.db, other_id, reader=g.reader)
    every = request.args.get("all") == "1"
    found = None if other is None else run_compare.compare(g.db, other_id, run_id, reader=g.reader, every=every)
    return render_template("runs/compare.html", run=run, other=other, others=others, found=found, every=every)


@bp.get("/runs/<int:run_id>/report")
@allowed("run.read")
def report(run_id):
    """Tell a run on one page: question, data, method, findings, how sure, what to do."""
    return render_template("runs/report.html", **_report(run_id))


@bp.get("/runs/<int:run_id>/report.xlsx")
@allowed("run.read")
def report_sheet(run_id):
    return rule_files.report(**_report(run_id))


def _asked(args):
    return rule_asked.of(args, chosen_columns.of(g.db, reader=g.reader))


def _done(run_id):
    """Return a run that found rules; who asks of another is led to its page."""
    run = runs.get(g.db, run_id, reader=g.reader)
    if run.kind != "rules" or run.state != "done":
        abort(redirect(url_for("runs.show", run_id=run_id)))
    return run


def _report(run_id):
    run = _done(run_id)
    told = run_report.of(g.db, run_id, reader=g.reader)
    ids = [row.finding.id for row in told.rows]
    return {
        "run": run,
        "told": told,
        "months": finding_details.months(g.db, ids),
        "spark": rule_chart.spark,
        "trends": rule_asked.TRENDS,
        "chart": rule_chart.chart(told.asked.first(_POINTS), told.rows),
        "limits": rule_figures,
        "batches": batches.of_ids(g.db, run.args["batches"] or ()),
        "company": current_app.config["SETTINGS"].name,
        "title": translate(N_("Report of run #%(id)s")) % {"id": run_id},
    }
