"""Search: one box on every page."""

from flask import Blueprint, current_app, g, make_response, render_template, request

from kb import customers, members, notes, topics
from kb.errors import Invalid, NotFound
from kb.search import find, zero
from kb.store import utc_now
from web import facets, paging
from web.notes import shown
from web.security import allowed

bp = Blueprint("search", __name__)

_SIZE = 20
_NAMED = 5


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
        **_opened(request.args.get("open", type=paging.whole)),
        query=query,
        results=found,
        problem=problem,
        dimension=dimension,
        choices=facets.choices(found) if found else [],
        typed=facets.dimensions(found) if found else {},
        chips=facets.chips(found) if found else [],
        words=facets.words(found) if found else query,
        pages=page.of(found.total if found else 0),
        named=_named(facets.words(found)) if found and page.number == 1 else {},
        helped=_help(query) if found and not found.total and not dimension else None,
    )
    response = make_response(body, 422 if problem else 200)
    response.vary.add("HX-Request")
    return response


def _opened(note_id):
    """Return what shows the note that lies open beside the list, {} for none or one that is not for this reader."""
    try:
        return {} if note_id is None else shown(notes.get(g.db, note_id, reader=g.reader))
    except NotFound:
        return {}


def _named(words):
    """Return the customers, colleagues and topics that the words of a question name."""
    if not words:
        return {}
    return {
        "customers": customers.listing(g.db, reader=g.reader, query=words, limit=_NAMED)[0],
        "members": members.find(g.db, words, limit=_NAMED),
        "topics": topics.find(g.db, words, reader=g.reader, limit=_NAMED),
    }


def _help(query):
    return zero.help_for(g.db, current_app.config["HOME"], query, reader=g.reader, now=utc_now())


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
