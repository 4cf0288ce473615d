"""Quotes: words of an interaction become a note."""

from flask import Blueprint, current_app, g, redirect, request, url_for

from kb import quotes, topics
from kb.errors import Invalid
from kb.store import utc_now
from web import i18n, paging
from web.interactions import page
from web.security import allowed

bp = Blueprint("quotes", __name__)


@bp.post("/interactions/<int:interaction_id>/quotes")
@allowed("note.write")
def create(interaction_id):
    form = {name: request.form.get(name, "") for name in ("part", "quote", "experience", "topics")}
    unsorted = i18n.translator(current_app.config["SETTINGS"].language)(topics.UNSORTED)
    try:
        note = quotes.add(
            g.db,
            interaction_id,
            part=form["part"] or "said",
            text=form["quote"],
            experience=form["experience"],
            topic_names=paging.split_names(form["topics"]) or [unsorted],
            by=g.reader,
            now=utc_now(),
        )
    except Invalid as problem:
        return page(interaction_id, problem=problem, form=form), 422
    return redirect(url_for("notes.show", note_id=note.id, saved=1), 303)
