"""Synonyms: the list of words that mean the same, which curators arrange."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from kb import synonyms
from kb.errors import Invalid, N_
from kb.store import utc_now
from web.security import allowed

bp = Blueprint("synonyms", __name__)


@bp.get("/synonyms")
@allowed("topic.arrange")
def index():
    text = synonyms.written(synonyms.listing(g.db))
    return _page(text, text)


@bp.post("/synonyms")
@allowed("topic.arrange")
def arrange():
    text, was = (request.form.get(name, "") for name in ("synonyms", "was"))
    try:
        seq = synonyms.arrange(g.db, text, was=was, by=g.reader, now=utc_now())
    except Invalid as problem:
        return _page(text, was, problem), 422
    said = N_("Saved: who searches for one finds the others from now on.") if seq else N_("Nothing was changed.")
    flash({"text": said, "values": {}, "undo": seq})
    return redirect(url_for(".index"), 303)


def _page(text, was, problem=None):
    return render_template("synonyms/list.html", text=text, was=was, problem=problem)
