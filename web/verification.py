"""内容过时了, 核实 and who does it: whether one note still holds."""

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for

from kb import members, notes, verification
from kb.errors import Conflict, Invalid, N_
from kb.store import utc_now
from web import paging
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
    return _done(note_id, seq, N_("Recorded: who answers for it sees it too."))


@bp.post("/notes/<int:note_id>/verify")
@allowed("note.write")
def verify(note_id):
    is_row = "HX-Request" in request.headers
    try:
        seq = verification.verify(g.db, note_id, shown=request.form.get("shown", ""), by=g.reader, now=utc_now())
    except Conflict as problem:
        if not is_row:
            problem.field = "verify"
            return page(note_id, problem=problem), 409
        # The list is loaded again, with the row as it is now, and says why.
        flash({"text": problem.template, "values": problem.values})
        return Response(status=409)
    if is_row:
        note = notes.get(g.db, note_id, reader=g.reader)
        return render_template("verification/_done.html", note=note, undo=seq)
    return _done(note_id, seq, N_("Verified."))


@bp.get("/notes/<int:note_id>/verifier")
@allowed("note.write")
def verifier(note_id):
    note = notes.get(g.db, note_id, reader=g.reader)
    notes.require_editable(note, g.reader)
    chosen = f"d{note.verifier_department_id}" if note.verifier_department_id else f"m{note.verifier_id or ''}"
    return _verifier_page(note, {"verifier": chosen, "deputy": f"m{note.deputy_id or ''}"})


@bp.post("/notes/<int:note_id>/verifier")
@allowed("note.write")
def assign(note_id):
    form = {name: request.form.get(name, "") for name in ("verifier", "deputy")}
    chosen = {
        "verifier_id": _id(form["verifier"], "m"),
        "department_id": _id(form["verifier"], "d"),
        "deputy_id": _id(form["deputy"], "m"),
    }
    try:
        seq = verification.assign(g.db, note_id, **chosen, by=g.reader, now=utc_now())
    except Invalid as problem:
        return _verifier_page(notes.get(g.db, note_id, reader=g.reader), form, problem), 422
    return _done(note_id, seq, N_("Who verifies it is written down."))


def _id(choice, kind):
    """Return the id in a choice such as ``m12``, or None where it is of another kind or names nobody."""
    return next(iter(paging.ids([choice[1:]])), None) if choice[:1] == kind else None


def _verifier_page(note, form, problem=None):
    here = [each for each in members.listing(g.db) if each.state == "active"]
    departments = {each.department_id: each.department for each in here}
    return render_template(
        "verification/verifier.html", note=note, form=form, problem=problem, members=here, departments=departments
    )


def _done(note_id, seq, text):
    flash({"text": text, "values": {}, "undo": seq})
    return redirect(url_for("notes.show", note_id=note_id), 303)
