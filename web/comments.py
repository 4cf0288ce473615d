"""Comments on a note, and thanks for it."""

from flask import Blueprint, flash, g, redirect, request, url_for

from kb import comments
from kb.errors import Invalid, N_
from kb.store import utc_now
from web.notes import page
from web.security import allowed

bp = Blueprint("comments", __name__)


@bp.post("/notes/<int:note_id>/comments")
@allowed("note.write")
def create(note_id):
    body = request.form.get("comment", "")
    try:
        seq = comments.add(g.db, note_id, body=body, by=g.reader, now=utc_now())
    except Invalid as problem:
        return page(note_id, problem=problem, comment=body), 422
    flash({"text": N_("Said: its author sees it too."), "values": {}, "undo": seq})
    return redirect(url_for("notes.show", note_id=note_id, _anchor="comments"), 303)


@bp.post("/notes/<int:note_id>/thanks")
@allowed("note.write")
def thank(note_id):
    comments.thank(g.db, note_id, by=g.reader, now=utc_now())
    return redirect(url_for("notes.show", note_id=note_id, _anchor="comments"), 303)
