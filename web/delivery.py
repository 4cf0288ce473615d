"""To whom a note for customers was told: written down right after its text was copied."""

from flask import Blueprint, g, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from kb import feed, interactions, notes
from kb.errors import Invalid
from kb.store import utc_now
from web import interaction_form
from web.security import allowed

bp = Blueprint("delivery", __name__)


@bp.get("/notes/<int:note_id>/told")
@allowed("note.write")
def ask(note_id):
    notes.get(g.db, note_id, reader=g.reader)
    return render_template("interactions/_told.html", note_id=note_id, customer="", problem=None)


@bp.post("/notes/<int:note_id>/told")
@allowed("note.write")
def create(note_id):
    form = interaction_form.prefilled(MultiDict({"note": str(note_id)}), now=utc_now())
    form["customer"] = request.form.get("customer", "")
    try:
        fields, made = interaction_form.fields(form), interaction_form.kept(form)
        seq = interactions.add(g.db, **fields, **made, by=g.reader, now=utc_now())
    except Invalid as problem:
        page = render_template("interactions/_told.html", note_id=note_id, customer=form["customer"], problem=problem)
        return page, 422
    written = interactions.get(g.db, int(feed.change(g.db, seq)["noun_id"]), reader=g.reader)
    page = url_for("interactions.show", interaction_id=written.id)
    told = {"customer": written.customer, "undo": seq, "warnings": interaction_form.warnings(seq)}
    return render_template("capture/saved.html", page=page, **told), 201
