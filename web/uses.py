"""我用了: where a colleague used a note, and what came of it."""

from flask import Blueprint, flash, g, redirect, request, url_for

from kb import uses
from kb.errors import Invalid, N_
from kb.store import utc_now
from web import note_form
from web.notes import page
from web.security import allowed

bp = Blueprint("uses", __name__)

_FIELDS = ("result", "place", "used_for", "outcome")


@bp.post("/notes/<int:note_id>/uses")
@allowed("note.write")
def create(note_id):
    form = {name: request.form.get(name, "") for name in _FIELDS}
    try:
        customer = next(iter(note_form.customer_ids(g.db, form["used_for"], g.reader)), None)
        kept = {name: form[name] for name in ("result", "place", "outcome")}
        seq = uses.add(g.db, note_id, **kept, customer_id=customer, by=g.reader, now=utc_now())
    except Invalid as problem:
        problem.field = "used_for" if problem.field == "customers" else problem.field
        return page(note_id, problem=problem, use=form), 422
    flash({"text": N_("Recorded: its author sees it too."), "values": {}, "undo": seq})
    return redirect(url_for("notes.show", note_id=note_id), 303)
