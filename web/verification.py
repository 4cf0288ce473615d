"""内容过时了: a colleague's doubt, and the author's answer to it."""

from flask import Blueprint, flash, g, redirect, request, url_for

from kb import verification
from kb.errors import Conflict, Invalid, N_
from kb.store import utc_now
from web.notes import page
from web.security import allowed

bp = Blueprint("verification", __name__)


@bp.post("/notes/<int:note_id>/doubts")
@allowed("note.write")
def doubt(note_id):
    words = request.form.get("doubt", "")
    try:
        seq = verification.doubt(g.db, note_id, words, by=g.reader, now=utc_now())
    except (Invalid, Conflict) as problem:
        problem.field = "doubt"
        return page(note_id, problem=problem, doubt=words), 422
    return _done(note_id, seq, N_("Recorded: its author sees it too."))


@bp.post("/notes/<int:note_id>/confirm")
@allowed("note.write")
def confirm(note_id):
    return _done(note_id, verification.confirm(g.db, note_id, by=g.reader, now=utc_now()), N_("Still right."))


def _done(note_id, seq, text):
    flash({"text": text, "values": {}, "undo": seq})
    return redirect(url_for("notes.show", note_id=note_id), 303)
