"""What is done to very many notes, or other things: how far it is, stopped, gone on with, what became of it."""

from flask import Blueprint, g, redirect, render_template, url_for

from kb import bulk, deeds, notes, verification
from kb.intake_rows import as_told
from kb.store import utc_now
from mining import note_deeds, pace, runs
from web.security import allowed, not_found

bp = Blueprint("note_deeds", __name__)

_GOING = ("queued", "running")
_ACTS = {**verification.ACTS, **bulk.ACTS}


@bp.get("/notes/deeds/<int:run_id>")
@allowed("note.write")
def show(run_id):
    run = _run(run_id)
    if run.state in _GOING:
        told = {"acts": _ACTS, "noun": note_deeds.noun(run.args)}
        return render_template("deeds/progress.html", run=run, **told, progress_url=_of_progress(run))
    undo, done = deeds.newest(g.db, note_deeds.did(run.args), by=g.reader, at=run.args["at"])
    result = run.result or {"changed": done, "same": 0, "refused": 0, "why": []}
    titles = {note.id: note.title for note in notes.of_ids(g.db, [each for each, _ in result["why"]], reader=g.reader)}
    why = [(note_id, titles.get(note_id), as_told(kept)) for note_id, kept in result["why"]]
    told = {"acts": _ACTS, "noun": note_deeds.noun(run.args), "undo": undo}
    return render_template("deeds/show.html", run=run, **told, result=result, why=why)


@bp.get("/notes/deeds/<int:run_id>/progress")
@allowed("note.write")
def progress(run_id):
    run = _run(run_id)
    left = pace.seconds_left(run, now=utc_now())
    page = render_template("notes/_import_progress.html", run=run, seconds_left=left, progress_url=_of_progress(run))
    # The page shows the result once it is over: it is loaded again.
    return page, 200, {} if run.state in _GOING else {"HX-Refresh": "true"}


@bp.post("/notes/deeds/<int:run_id>/stop")
@allowed("note.write")
def stop(run_id):
    runs.request_cancel(g.db, _run(run_id).id, by=g.reader, now=utc_now())
    return redirect(url_for("note_deeds.show", run_id=run_id), 303)


@bp.post("/notes/deeds/<int:run_id>")
@allowed("note.write")
def go_on(run_id):
    again = note_deeds.go_on(g.db, _run(run_id).id, by=g.reader, now=utc_now())
    return redirect(url_for("note_deeds.show", run_id=again), 303)


def _of_progress(run):
    return url_for("note_deeds.progress", run_id=run.id)


def _run(run_id):
    run = runs.get(g.db, run_id, reader=g.reader)
    if not note_deeds.is_deed(run):
        raise not_found()
    # Whoever went on with it and comes back to the first page of it sees how it is now.
    return runs.get(g.db, note_deeds.newest(g.db, run), reader=g.reader)
