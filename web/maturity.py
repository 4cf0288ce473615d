"""How far a note is: its classes, its next step, what a customer said to it; the standing of one about customers."""

from flask import Blueprint, current_app, flash, g, redirect, request, url_for

from kb import maturity, notes, standing
from kb.errors import Conflict, Invalid, N_
from kb.store import utc_now
from mining import judgements
from web.notes import page
from web.security import allowed

bp = Blueprint("maturity", __name__)

_ANSWER = ("verdict", "person", "channel", "words", "said_on", "customer", "scan", "shown")

_SAVED = N_("Saved.")
_YOUNGER = N_(
    "Saved. But the text stands like this only since %(day)s, after this yes: ask again if they saw an earlier text."
)


@bp.post("/notes/<int:note_id>/facets")
@allowed("note.write")
def classify(note_id):
    """Take facets to those of a note, or away from them: the one of a button, or those ticked otherwise than shown."""
    stand, form = set(notes.get(g.db, note_id, reader=g.reader).facets), request.form
    picked, shown = set(form.getlist("facets")), set(form.getlist("shown"))
    wanted = (stand - (shown - picked) | picked - shown) ^ set(form.getlist("facet"))
    told = {"reason": form.get("reason", ""), "by": g.reader, "now": utc_now()}
    try:
        return _changed(note_id, maturity.classify(g.db, note_id, sorted(wanted), **told))
    except Invalid as problem:
        return page(note_id, problem=problem, filed={"facets": wanted, "reason": told["reason"]}), 422


@bp.post("/notes/<int:note_id>/advance")
@allowed("note.write")
def advance(note_id):
    try:
        seq = maturity.advance(g.db, note_id, by=g.reader, now=utc_now())
    except Invalid as problem:
        return page(note_id, problem=problem), 422
    return _changed(note_id, seq)


@bp.post("/notes/<int:note_id>/answers")
@allowed("note.write")
def answer(note_id):
    form, home = {name: request.form.get(name, "") for name in _ANSWER}, current_app.config["HOME"]
    try:
        seq = maturity.record(g.db, home, note_id, **form, by=g.reader, now=utc_now())
    except Conflict as problem:
        problem.field = "shown"
        # They have read the text that this page shows, once they record it again.
        return page(note_id, problem=problem, answer={**form, "shown": ""}), 409
    except Invalid as problem:
        return page(note_id, problem=problem, answer=form), 422
    day = maturity.younger_text(g.db, home, notes.get(g.db, note_id, reader=g.reader))
    return _changed(note_id, seq, _SAVED if day is None else _YOUNGER, day=day)


@bp.post("/notes/<int:note_id>/standing")
@allowed("finding.judge")
def stand(note_id):
    form = {name: request.form.get(name, "") for name in ("standing", "reason")}
    known = {"believed": judgements.believed(g.db), "by": g.reader, "now": utc_now()}
    try:
        seq = standing.say(g.db, note_id, form["standing"], reason=form["reason"], **known)
    except Invalid as problem:
        return page(note_id, problem=problem, stand=form), 422
    return _changed(note_id, seq)


def _changed(note_id, seq, text=_SAVED, **values):
    flash({"text": text, "values": values, "undo": seq})
    return redirect(url_for("notes.show", note_id=note_id), 303)
