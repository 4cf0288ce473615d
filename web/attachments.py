"""The files on a note: handed in, looked at, downloaded, taken off."""

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for

from kb import attachments, extract, files, notes, quotes
from kb.errors import Invalid, N_
from kb.store import utc_now
from web import paging
from web.kept_files import handed_out, small, tell_refused
from web.notes import page as note_page
from web.security import allowed

bp = Blueprint("attachments", __name__)


@bp.post("/notes/<int:note_id>/attachments")
@allowed("note.write")
def create(note_id):
    given = [(each.filename, each.stream) for each in request.files.getlist("files") if each.filename]
    most = current_app.config["SETTINGS"].attachment_megabytes
    try:
        seq, refused = attachments.add(g.db, note_id, given, most_megabytes=most, by=g.reader, now=utc_now())
    except Invalid as problem:
        return note_page(note_id, problem=problem), 422
    tell_refused(refused)
    flash({"text": N_("Attached."), "values": {}, "undo": seq})
    return redirect(url_for("notes.show", note_id=note_id, _anchor="attachments"), 303)


@bp.get("/attachments/<int:attachment_id>")
@allowed("note.read")
def show(attachment_id):
    return page(attachment_id)


def page(attachment_id, *, problem=None, quote=None):
    """Return the page of a file; ``problem`` is why a ``quote`` was refused."""
    note, attachment = attachments.get(g.db, attachment_id, reader=g.reader)
    quoted = quotes.of_source(g.db, "file", attachment_id, reader=g.reader)
    wanted = request.args.get("quote", type=paging.whole)
    return render_template(
        "attachments/show.html",
        quoted=quoted,
        spans={each.part: [each.span] for each, _ in quoted if each.id == wanted and each.span},
        problem=problem,
        quote=quote,
        attachment=attachment,
        of="attachments",
        crumb=(url_for("notes.show", note_id=note.id, _anchor="attachments"), note.title),
        quoting=None if note.archived else "quotes.of_file",
        feels=False,
        pieces=files.text_of(g.db, attachment["file_id"]),
        problems=extract.PROBLEMS,
        editable=notes.may_edit(note, g.reader) and not note.archived,
    )


@bp.get("/attachments/<int:attachment_id>/file")
@allowed("note.read")
def download(attachment_id):
    return handed_out(attachments.get(g.db, attachment_id, reader=g.reader)[1])


@bp.get("/attachments/<int:attachment_id>/thumbnail")
@allowed("note.read")
def thumbnail(attachment_id):
    return small(attachments.get(g.db, attachment_id, reader=g.reader)[1])


@bp.post("/attachments/<int:attachment_id>/remove")
@allowed("note.write")
def remove(attachment_id):
    note, attachment = attachments.get(g.db, attachment_id, reader=g.reader)
    reason = request.form.get("reason", "")
    try:
        seq = attachments.remove(g.db, attachment_id, by=g.reader, now=utc_now(), reason=reason)
    except Invalid as problem:
        if problem.field != "reason":
            raise
        return render_template("notes/why_off.html", note=note, name=attachment["name"], problem=problem), 422
    flash({"text": N_("“%(name)s” is removed."), "values": {"name": attachment["name"]}, "undo": seq})
    return redirect(url_for("notes.show", note_id=note.id, _anchor="attachments"), 303)


@bp.post("/attachments/<int:attachment_id>/proof")
@allowed("note.write")
def prove(attachment_id):
    """Name a file as evidence of its note, or with “off” no longer."""
    note, _ = attachments.get(g.db, attachment_id, reader=g.reader)
    place = None if "off" in request.form else request.form.get("proof", "")
    seq = attachments.prove(g.db, attachment_id, place, by=g.reader, now=utc_now())
    flash({"text": N_("Saved."), "values": {}, "undo": seq})
    return redirect(url_for("notes.show", note_id=note.id), 303)
