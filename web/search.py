"""Search: one box on every page."""

from flask import Blueprint, current_app, g, make_response, render_template, request

from kb.errors import Invalid
from kb.search import find
from web import facets, paging
from web.security import allowed

bp = Blueprint("search", __name__)

_SIZE = 20


@bp.get("/search")
@allowed("note.read")
def results():
    query = request.args.get("q", "")
    page = paging.page(request.args, _SIZE)
    dimension = request.args.get("dimension") or None
    found, problem = None, None
    try:
        if query.strip():
            found = _search(query, dimension, page)
    except Invalid as refused:
        problem = refused
    template = "search/_results.html" if request.headers.get("HX-Request") else "search/search.html"
    body = render_template(
        template,
        query=query,
        results=found,
        problem=problem,
        dimension=dimension,
        choices=facets.choices(found) if found else [],
        typed=facets.dimensions(found) if found else {},
        chips=facets.chips(found) if found else [],
        words=facets.words(found) if found else query,
        pages=page.of(found.total if found else 0),
    )
    response = make_response(body, 422 if problem else 200)
    response.vary.add("HX-Request")
    return response


def _search(query, dimension, page):
    found = find.search(
        g.db,
        current_app.config["HOME"],
        query,
        reader=g.reader,
        dimension=dimension,
        limit=page.size,
        offset=page.offset,
    )
    current_app.extensions["access_log"].add(member_id=g.reader.member_id, action="search")
    return found
