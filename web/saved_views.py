"""Saved views: saving the list one looks at under a name, renaming it, sharing it, deleting it."""

from flask import Blueprint, flash, g, redirect, request, url_for

from kb import feed, saved_views, view_news
from kb.errors import Invalid, N_
from kb.search import language
from kb.store import utc_now
from web import note_list, rules, search
from web.notes import list_page
from web.security import allowed
from web.view_pages import is_of_rules, is_of_search, page_of

bp = Blueprint("saved_views", __name__)


@bp.post("/notes/views")
@allowed("note.read")
def create():
    address = note_list.address(request.form)
    name, readers = request.form.get("name", ""), request.form.get("readers", "")
    try:
        saved_views.add(g.db, name=name, address=address, readers=readers, by=g.reader, now=utc_now())
    except Invalid as problem:
        return list_page(request.form, problem=problem, view={"name": name, "readers": readers}), 422
    flash({"text": N_("Saved."), "values": {}, "undo": feed.last_seq(g.db)})
    return redirect(url_for("notes.index", **address), 303)


@bp.post("/notes/views/<int:view_id>")
@allowed("note.read")
def update(view_id):
    view = saved_views.get(g.db, view_id, reader=g.reader)
    name, readers = request.form.get("name", ""), request.form.get("readers", "")
    try:
        seq = saved_views.edit(g.db, view_id, name=name, readers=readers, by=g.reader, now=utc_now())
    except Invalid as problem:
        typed = {"id": view_id, "name": name, "readers": readers}
        if is_of_rules(view):
            return rules.latest_page(view, problem, typed), 422
        if is_of_search(view):
            return search.page(view.address["q"], problem=problem, view=typed), 422
        return list_page(view.address, problem=problem, view=typed), 422
    flash({"text": N_("Saved."), "values": {}, "undo": seq})
    return redirect(page_of(view), 303)


@bp.post("/notes/views/<int:view_id>/delete")
@allowed("note.read")
def delete(view_id):
    view = saved_views.get(g.db, view_id, reader=g.reader)
    seq = saved_views.archive(g.db, view_id, by=g.reader, now=utc_now())
    flash({"text": N_("“%(name)s” is deleted."), "values": {"name": view.name}, "undo": seq})
    return redirect(page_of(view), 303)


@bp.post("/search/views")
@allowed("note.read")
def create_search():
    query, typed = request.form.get("q", ""), {name: request.form.get(name, "") for name in ("name", "readers")}
    address = {"list": "search", "q": query}
    try:
        language.read(query)
        saved_views.add(g.db, **typed, address=address, by=g.reader, now=utc_now())
    except Invalid as problem:
        return search.page(query, problem=problem, view=typed), 422
    flash({"text": N_("Saved."), "values": {}, "undo": feed.last_seq(g.db)})
    return redirect(url_for("search.results", **address), 303)


@bp.post("/search/views/<int:view_id>/news")
@allowed("self.manage")
def tell(view_id):
    """Be told of what a saved search finds, or no more."""
    view_news.ask(g.db, view_id, request.form.get("every", ""), by=g.reader, now=utc_now())
    flash({"text": N_("Saved."), "values": {}})
    return redirect(page_of(saved_views.get(g.db, view_id, reader=g.reader)), 303)


@bp.post("/search/views/<int:view_id>/seen")
@allowed("self.manage")
def see(view_id):
    view_news.see(g.db, view_id, by=g.reader)
    return redirect(url_for("home.show"), 303)
