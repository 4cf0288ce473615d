"""What a run was asked, to be asked again: its plan as a file, and the line by which cron does it."""

from flask import Blueprint, Response, abort, g, redirect, render_template, request, url_for

from mining import plan, run_log, runs
from web.security import allowed

bp = Blueprint("run_plans", __name__)


@bp.get("/runs/<int:run_id>/plan")
@allowed("run.read")
def show(run_id):
    run = _of_rules(run_id)
    told = {"plan": plan.write(run.args, run.id), "log": run_log.of_run(g.db, run.id)}
    return render_template("runs/plan.html", run=run, **told)


@bp.get("/runs/<int:run_id>/plan.toml")
@allowed("run.read")
def download(run_id):
    run = _of_rules(run_id)
    # To be copied it is read as text, else it is a file to keep.
    kind = "text/plain" if request.accept_mimetypes.best == "text/plain" else "application/toml"
    answer = Response(plan.write(run.args, run.id), mimetype=kind)
    answer.headers.set("Content-Disposition", "attachment", filename=f"run-{run_id}.toml")
    return answer


def _of_rules(run_id):
    """Return a run for rules; who asks of another is led to its page."""
    run = runs.get(g.db, run_id, reader=g.reader)
    if run.kind != "rules":
        abort(redirect(url_for("runs.show", run_id=run_id)))
    return run
