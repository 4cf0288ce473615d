"""Versions of a note: two of them compared, back to an earlier one, out of lists and search, and in again."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from kb import gates, left_behind, note_history, note_rows, note_versions, notes
from kb.errors import Conflict, Invalid, N_
from kb.store import utc_now
from web import paging
from web.notes import names_in
from web.security import allowed

bp = Blueprint("versions", __name__)


@bp.get("/notes/<int:note_id>/compare")
@allowed("note.read")
def compare(note_id):
    note = notes.get(g.db, note_id, reader=g.reader)
    asked = [request.args.get(name, type=paging.whole) for name in ("from", "to")]
    found = note_versions.compare(g.db, note_id, *asked, reader=g.reader)
    states = [row["after"] for row in (found.earlier, found.later) if row["after"]]
    return render_template(
        "notes/compare.html", note=note, found=found, editable=notes.may_edit(note, g.reader), **names_in(states)
    )


@bp.get("/notes/<int:note_id>/archive")
@allowed("note.write")
def why_archive(note_id):
    return _why(note_id, "archive")


@bp.post("/notes/<int:note_id>/archive")
@allowed("note.write")
def archive(note_id):
    told = {name: request.form.get(name, "") for name in ("reason", "waiting")}
    try:
        seq = note_history.archive(g.db, note_id, **told, by=g.reader, now=utc_now())
    except Invalid as problem:
        return _why(note_id, "archive", problem), 422
    except Conflict as problem:
        return _why(note_id, "archive", problem), 409
    flash({"archived": 1, "undo": seq})
    return redirect(url_for("notes.index"), 303)


@bp.get("/notes/<int:note_id>/unarchive")
@allowed("note.write")
def why_bring_back(note_id):
    return _why(note_id, "bring_back")


@bp.post("/notes/<int:note_id>/unarchive")
@allowed("note.write")
def bring_back(note_id):
    reason = request.form.get("reason", "")
    try:
        seq = note_history.bring_back(g.db, note_id, reason=reason, by=g.reader, now=utc_now())
    except Invalid as problem:
        return _why(note_id, "bring_back", problem), 422
    flash({"text": N_("Back in lists and search."), "values": {}, "undo": seq})
    return redirect(url_for("notes.show", note_id=note_id), 303)


@bp.get("/notes/<int:note_id>/restore")
@allowed("note.write")
def why_restore(note_id):
    return _why(note_id, "restore", version=_version(note_id, request.args))


@bp.post("/notes/<int:note_id>/restore")
@allowed("note.write")
def restore(note_id):
    wanted = request.form.get("seq", type=paging.whole) or 0
    reason = request.form.get("reason", "")
    try:
        seq = note_history.restore(g.db, note_id, wanted, reason=reason, by=g.reader, now=utc_now())
    except Invalid as problem:
        return _why(note_id, "restore", problem, _version(note_id, request.form)), 422
    flash({"text": N_("That version stands again."), "values": {}, "undo": seq})
    return redirect(url_for("notes.show", note_id=note_id), 303)


def _version(note_id, asked):
    return note_history.change(g.db, note_id, asked.get("seq", type=paging.whole) or 0, reader=g.reader)


def _why(note_id, act, problem=None, version=None):
    """Return the page that asks why, of a note that others build on; of a version also what would change."""
    note = notes.get(g.db, note_id, reader=g.reader)
    notes.require_editable(note, g.reader)
    states = [note_rows.state(note), version["after"]] if version else []
    return render_template(
        "notes/why.html",
        note=note,
        act=act,
        version=version,
        states=states,
        needed=gates.is_published(note),
        reason=request.form.get("reason", ""),
        waiting=left_behind.of_notes(g.db, [note_id], reader=g.reader),
        problem=problem,
        **names_in(states),
    )
