"""Notes from elsewhere: a table, a folder, an export of another program; first looked at, then taken in as a whole."""

import secrets

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for

import kb.home
from kb import feed, intake, note_import, topics
from kb.dimensions import checked_dimension
from kb.errors import Invalid, N_, fill
from kb.folders import archive, reading, taking
from kb.store import utc_now
from kb.traits import KINDS
from web import json_lines, note_form, paging, table_file
from web.security import allowed
from web.templating import translate

bp = Blueprint("note_intake", __name__)

_ROWS_SHOWN = 200
_FIELDS = {
    "title": N_("Title"), "summary": N_("Summary"), "body": N_("Text"), "topics": N_("Topics"), "lang": N_("Language"),
    "experience": N_("Experience"), "customer": N_("Customer"), "channel": N_("Channel"),
    "traits": N_("Preferences, rivals, trends"), **KINDS,
}  # fmt: skip
# Longer than a browser and what stands before the server wait for an answer.
_MOST_ROWS = 5000


@bp.get("/notes/import")
@allowed("note.write")
def choose():
    """Ask for the file, and for what holds for all its notes."""
    today = kb.home.today(current_app.config["HOME"])
    chosen = {"audience": "all", "valid_from": today, "readers": "all", "dimension": "for"}
    return _form_page(note_form.form(**chosen, topics=fill(topics.UNSORTED, {}, translate)), as_topics=True)


@bp.post("/notes/import")
@allowed("note.write")
def create():
    form, as_topics = note_form.form(**request.form), "as_topics" in request.form
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise Invalid(N_("No file was chosen."), hint=N_("Choose a zip, a page or a table."), field="file")
        _defaults(form)
        token = secrets.token_hex(16)
        place = intake.path_of(current_app.config["HOME"], token)
        place.parent.mkdir(mode=0o700, exist_ok=True)
        file.save(place)
        name = paging.plain_name(file.filename)
        try:
            _looked_at(intake.Intake(0, token, name, {**form, "as_topics": as_topics}))
        except Invalid:
            place.unlink()
            raise
    except Invalid as problem:
        return _form_page(form, as_topics, problem), 422
    choices = {**form, "as_topics": as_topics}
    intake_id = intake.add(g.db, token, file=name, choices=choices, by=g.reader, now=utc_now())
    return redirect(url_for("note_intake.show", intake_id=intake_id), 303)


@bp.get("/notes/import/<int:intake_id>")
@allowed("note.write")
def show(intake_id):
    """Show what would become of a file; nothing is written."""
    found = intake.get(g.db, intake_id, reader=g.reader)
    return render_template(
        "notes/import_preview.html", intake=found, shown=_ROWS_SHOWN, fields=_FIELDS, **_looked_at(found)
    )


@bp.post("/notes/import/<int:intake_id>")
@allowed("note.write")
def take(intake_id):
    found = intake.get(g.db, intake_id, reader=g.reader)
    told = _taken(found)
    # The newest note is one of them, and writing it was the first that happened to it.
    undo = feed.changes(g.db, "note", max(told["ids"]))[-1]["seq"] if told["rows"]["loaded"] else None
    intake.drop(g.db, intake_id, by=g.reader, now=utc_now())
    return render_template("notes/imported.html", file=found.file, told=told, shown=_ROWS_SHOWN, undo=undo)


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


def _looked_at(found):
    """Return what a file holds: ``planned`` for pages, ``table`` for rows."""
    path = intake.path_of(current_app.config["HOME"], found.token)
    if reading.is_folder(path, found.file):
        with archive.opened(path, found.file) as opened:
            return {"planned": _planned(opened, found), "table": None}
    table = _table(path, found.file)
    if len(table.rows) > _MOST_ROWS:
        raise _too_many(found.file, len(table.rows))
    return {"planned": None, "table": table}


def _taken(found):
    path = intake.path_of(current_app.config["HOME"], found.token)
    if not reading.is_folder(path, found.file):
        rows = _table(path, found.file).rows
        return note_import.add_all(g.db, rows, _defaults(found.choices), by=g.reader, now=utc_now())
    most = current_app.config["SETTINGS"].attachment_megabytes
    with archive.opened(path, found.file) as opened:
        planned = _planned(opened, found)
        home = current_app.config["HOME"]
        return taking.take(g.db, home, opened, planned, most_megabytes=most, by=g.reader, now=utc_now())


def _planned(opened, found):
    choices = found.choices
    planned = taking.plan(g.db, opened, _defaults(choices), by=g.reader, as_topics=choices["as_topics"])
    if len(planned.outcomes) > _MOST_ROWS:
        raise _too_many(found.file, len(planned.outcomes))
    return planned


def _table(path, name):
    if json_lines.are_in(path):
        return json_lines.read(path, note_import.COLUMNS)
    return table_file.read(path, note_import.COLUMNS, needed="body", name=name)


def _too_many(file, count):
    return Invalid(
        N_("%(file)s would become %(count)d notes; in the browser %(limit)d at once are possible."),
        hint=N_("Hand it in in parts, or have your administrator import it with “kezhi notes import”."),
        field="file",
        file=file,
        count=count,
        limit=_MOST_ROWS,
    )


def _form_page(form, as_topics, problem=None):
    return render_template(
        "notes/import.html",
        form=form,
        as_topics=as_topics,
        problem=problem,
        is_proven=False,
        known_topics=topics.in_use(g.db, reader=g.reader),
        **note_form.choices(g.db, g.reader),
    )
