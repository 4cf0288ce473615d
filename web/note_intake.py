"""Notes from elsewhere: a table, a folder, an export of another program; looked at first, then a worker takes them."""

import secrets
from collections import Counter
from dataclasses import replace

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for

import kb.home
from kb import feed, intake, intake_rows, note_import, note_sheet, topics
from kb.dimensions import checked_dimension
from kb.errors import Invalid, N_
from kb.folders import archive, reading, taking
from kb.note_details import Details
from kb.store import utc_now
from kb.traits import KINDS
from mining import note_intake, pace, runs
from web import i18n, note_form, paging
from web.security import allowed

bp = Blueprint("note_intake", __name__)

_ROWS_SHOWN = 200
_FIELDS = {**note_sheet.HEADINGS, **KINDS}
# So many pages of a folder, or rows of a table, are compared with the notes that are here while one waits for the look.
_LOOKED_AT = 500
_ROWS_LOOKED_AT = 2000
_GOING = ("queued", "running")


@bp.get("/notes/import")
@allowed("note.write")
def choose():
    """Ask for the file, and for what holds for all its notes."""
    today = kb.home.today(current_app.config["HOME"])
    chosen = {"audience": "all", "valid_from": today, "readers": "all", "dimension": "for"}
    # One pile of what is to be sorted for the company, whatever language its people read.
    say = i18n.translator(current_app.config["SETTINGS"].language)
    return _form_page(note_form.form(**chosen, topics=say(topics.UNSORTED)), as_topics=True)


@bp.post("/notes/import")
@allowed("note.write")
def create():
    form, as_topics = note_form.form(**request.form), "as_topics" in request.form
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise Invalid(N_("No file was chosen."), hint=N_("Choose a zip, a page or a table."), field="file")
        defaults = _defaults(form)
        token = secrets.token_hex(16)
        place = intake.path_of(current_app.config["HOME"], token)
        place.parent.mkdir(mode=0o700, exist_ok=True)
        name = paging.plain_name(file.filename)
        try:
            file.save(place)
            _looked_at(place, name, defaults, as_topics)
        except (Invalid, OSError):
            place.unlink(missing_ok=True)
            raise
    except Invalid as problem:
        return _form_page(form, as_topics, problem), 422
    kept = {"defaults": defaults, "as_topics": as_topics}
    intake_id = intake.add(g.db, token, file=name, **kept, by=g.reader, now=utc_now())
    return redirect(url_for("note_intake.show", intake_id=intake_id), 303)


@bp.get("/notes/import/<int:intake_id>")
@allowed("note.write")
def show(intake_id):
    """Show what would become of a file, how far it is, or what became of it."""
    found = intake.get(g.db, intake_id, reader=g.reader)
    if found.run_id is None:
        return _preview(found)
    run = runs.get(g.db, found.run_id, reader=g.reader)
    if run.state in _GOING:
        return render_template("notes/import_progress.html", intake=found, run=run, progress_url=_of_progress(found))
    return _result(found, run)


@bp.get("/notes/import/<int:intake_id>/choices")
@allowed("note.write")
def choices(intake_id):
    """Ask anew what holds for all notes of a file that lies here already."""
    found = intake.get(g.db, intake_id, reader=g.reader)
    return _form_page(note_form.of_defaults(g.db, found.defaults, reader=g.reader), found.as_topics, of=found)


@bp.post("/notes/import/<int:intake_id>/choices")
@allowed("note.write")
def choose_again(intake_id):
    form, as_topics = note_form.form(**request.form), "as_topics" in request.form
    try:
        told = {"defaults": _defaults(form), "as_topics": as_topics, "by": g.reader, "now": utc_now()}
        intake.choose(g.db, intake_id, **told)
    except Invalid as problem:
        return _form_page(form, as_topics, problem, of=intake.get(g.db, intake_id, reader=g.reader)), 422
    return redirect(url_for("note_intake.show", intake_id=intake_id), 303)


@bp.get("/notes/import/<int:intake_id>/progress")
@allowed("note.write")
def progress(intake_id):
    found = intake.get(g.db, intake_id, reader=g.reader)
    run = runs.get(g.db, found.run_id, reader=g.reader)
    left = pace.seconds_left(run, now=utc_now())
    page = render_template("notes/_import_progress.html", run=run, seconds_left=left, progress_url=_of_progress(found))
    # The page shows the result once it is over: it is loaded again.
    return page, 200, {} if run.state in _GOING else {"HX-Refresh": "true"}


@bp.post("/notes/import/<int:intake_id>")
@allowed("note.write")
def take(intake_id):
    note_intake.queue(g.db, intake_id, by=g.reader, now=utc_now())
    return redirect(url_for("note_intake.show", intake_id=intake_id), 303)


@bp.post("/notes/import/<int:intake_id>/from-customers")
@allowed("note.write")
def take_as_said(intake_id):
    """Let the rows of a table become what customers said, where its columns say so."""
    found = intake.get(g.db, intake_id, reader=g.reader)
    said = Details(channel=request.form.get("channel", "").strip(), lang=found.defaults.details.lang)
    defaults = replace(found.defaults, dimension="from", details=said)
    intake.choose(g.db, intake_id, defaults=defaults, by=g.reader, now=utc_now())
    return redirect(url_for("note_intake.show", intake_id=intake_id), 303)


@bp.post("/notes/import/<int:intake_id>/stop")
@allowed("note.write")
def stop(intake_id):
    found = intake.get(g.db, intake_id, reader=g.reader)
    runs.request_cancel(g.db, found.run_id, by=g.reader, now=utc_now())
    return redirect(url_for("note_intake.show", intake_id=intake_id), 303)


@bp.post("/notes/import/<int:intake_id>/drop")
@allowed("note.write")
def drop(intake_id):
    intake.drop(g.db, intake_id, by=g.reader, now=utc_now())
    flash({"text": N_("Dropped. Nothing was written."), "values": {}})
    return redirect(url_for("notes.index"), 303)


def _defaults(form):
    """Return what holds for a note that says nothing else."""
    checked_dimension(form["dimension"])
    fields = note_form.fields(g.db, form, reader=g.reader)
    kept = {name: fields[name] for name in ("dimension", "readers", "topic_names", "details")}
    return note_import.Defaults(**{**kept, "topic_names": tuple(kept["topic_names"])})


def _looked_at(path, name, defaults, as_topics):
    """Return what a file holds: ``planned`` for pages, of many the first; ``table`` for rows."""
    if not reading.is_folder(path, name):
        return {"planned": None, "table": note_intake.table(path, name=name)}
    with archive.opened(path, name) as opened:
        planned = taking.plan(g.db, opened, defaults, by=g.reader, as_topics=as_topics, most=_LOOKED_AT)
        return {"planned": planned, "table": None}


def _of_progress(found):
    return url_for("note_intake.progress", intake_id=found.id)


def _preview(found):
    place = intake.path_of(current_app.config["HOME"], found.token)
    seen = _looked_at(place, found.file, found.defaults, found.as_topics)
    table, rows = seen["table"], ()
    if table:
        some = table.rows[:_ROWS_LOOKED_AT]
        rows = note_import.look(g.db, some, found.defaults, columns=table.mapping, by=g.reader)
    return render_template(
        "notes/import_preview.html",
        intake=found,
        shown=_ROWS_SHOWN,
        fields=_FIELDS,
        told_only=note_sheet.TOLD_ONLY,
        is_of_ours=table is not None and note_sheet.is_export(table.mapping),
        rows=rows,
        counts=Counter(each.state for each in rows),
        # What is whole and new needs no word.
        remarked=[each for each in rows if each.told or each.state != "loaded"],
        titles=intake_rows.titles(g.db, rows, reader=g.reader),
        **seen,
    )


def _result(found, run):
    state = request.args.get("state")
    state = state if state in intake_rows.STATES else None
    counts, page = intake_rows.counts(g.db, found.id), paging.page(request.args)
    page = page.of(counts[state] if state else sum(counts[each] for each in intake_rows.STATES))
    rows = intake_rows.listing(g.db, found.id, state=state, limit=page.size, offset=page.offset)
    newest = intake_rows.written(g.db, found.id)
    return render_template(
        "notes/imported.html",
        intake=found,
        run=run,
        counts=counts,
        state=state,
        rows=rows,
        titles=intake_rows.titles(g.db, rows, reader=g.reader),
        pages=page,
        # Writing a note was the first that happened to it.
        undo=None if newest is None else feed.changes(g.db, "note", newest)[-1]["seq"],
    )


def _form_page(form, as_topics, problem=None, of=None):
    return render_template(
        "notes/import.html",
        intake=of,
        form=form,
        as_topics=as_topics,
        problem=problem,
        is_proven=False,
        known_topics=topics.in_use(g.db, reader=g.reader),
        earlier=_earlier(),
        **note_form.choices(g.db, g.reader),
    )


def _earlier():
    """Return pairs of a file that was handed in and the run that takes it in, None before that."""
    found = intake.listing(g.db, reader=g.reader)
    return [(each, each["run_id"] and runs.get(g.db, each["run_id"], reader=g.reader)) for each in found]
