"""Search: one box on every page."""

from flask import Blueprint, current_app, g, make_response, redirect, render_template, request, url_for

from kb import (
    customer_words,
    customers,
    members,
    notes,
    personal,
    question_routing,
    questions,
    similar_questions,
    sources,
    topics,
)
from kb.access import may
from kb.errors import Invalid, NotFound
from kb.search import find, zero
from kb.store import utc_now
from mining import findings
from web import facets, paging
from web.notes import shown
from web.security import allowed

bp = Blueprint("search", __name__)

_SIZE = 20
_NAMED = 5
_ASKED = 3


@bp.get("/search")
@allowed("note.read")
def results():
    query = request.args.get("q", "")
    page = paging.page(request.args, _SIZE)
    if dimension := request.args.get("dimension"):
        # As addresses were written once; a question says it itself.
        return redirect(url_for(".results", q=facets.of_dimension(query, dimension)))
    found, problem = None, None
    try:
        if query.strip():
            found = _search(query, page)
    except Invalid as refused:
        problem = refused
    is_part = "HX-Request" in request.headers
    words = facets.words(found) if found else ""
    named = _named(words) if page.number == 1 else {}
    if found and not (is_part or found.total or found.filters) and (only := _only(named)):
        return redirect(only)
    # Whom the whole names, the question is for; whom a word of it names, it is only about.
    is_name = _is_name(found, named)
    is_missed = found and not is_name and _is_missed(found, words)
    if named and not named["customers"]:
        named["customers"] = customer_words.mentioned(g.db, words, reader=g.reader, limit=_NAMED)
    body = render_template(
        "search/_results.html" if is_part else "search/search.html",
        **_opened(request.args.get("open", type=paging.whole)),
        query=query,
        results=found,
        problem=problem,
        choices=facets.choices(found) if found else [],
        typed=facets.dimensions(found, query),
        chips=facets.chips(query) if found else [],
        searched=words if found and not facets.is_either(query) else "",
        all_words=facets.all_words(query) if found else None,
        filter_names=facets.names(),
        words=words or query,
        pages=page.of(found.total if found else 0),
        named=named,
        is_name=is_name,
        unknown=_unknown_number(words, named),
        helped=_help(query) if is_missed else None,
        **_asked(words if page.number == 1 else ""),
    )
    response = make_response(body, 422 if problem else 200)
    response.vary.add("HX-Request")
    return response


def _asked(words):
    """Return what shows the questions that ask much the same."""
    ids = similar_questions.find(g.db, words, reader=g.reader, limit=_ASKED)
    found = questions.of_ids(g.db, ids, reader=g.reader)
    known = topics.seen(g.db, {each["id"] for its in found.values() for each in its.topics}, reader=g.reader)
    return {"asked": [found[each] for each in ids], "known_topics": known, "stuck": question_routing.STUCK}


def _opened(note_id):
    """Return what shows the note that lies open beside the list, {} for none or one that is not for this reader."""
    try:
        return {} if note_id is None else shown(notes.get(g.db, note_id, reader=g.reader))
    except NotFound:
        return {}


def _named(words):
    """Return the customers, colleagues, topics, sources and rules that the words of a question name."""
    if not words:
        return {}
    return {
        "customers": customers.listing(g.db, reader=g.reader, query=words, limit=_NAMED)[0],
        "members": members.find(g.db, words, limit=_NAMED, with_left=True),
        "topics": topics.find(g.db, words, reader=g.reader, limit=_NAMED),
        "sources": sources.find(g.db, words, reader=g.reader, limit=_NAMED),
        "findings": findings.find(g.db, words, reader=g.reader, limit=_NAMED) if may(g.reader, "run.read") else [],
    }


def _is_name(found, named):
    """Return whether a question names customers, colleagues or sources and is in no note at all."""
    is_named = any(named.get(noun) for noun in ("customers", "members", "sources"))
    return bool(found and not found.total and not found.filters and is_named)


def _is_missed(found, words):
    return not found.total or (words and not found.literal)


def _only(named):
    """Return the address of the only thing a question names, or None: four digits and Enter are enough."""
    found = [("customers.show", {"customer_id": each.id}) for each in named.get("customers", ())]
    found += [("people.show", {"member_id": each.id}) for each in named.get("members", ())]
    found += [("topics.show", {"topic_id": each.id}) for each in named.get("topics", ())]
    found += [("sources.show", {"source_id": each.id}) for each in named.get("sources", ())]
    return url_for(found[0][0], **found[0][1]) if len(found) == 1 else None


def _unknown_number(words, named):
    """Return the digits of a caller whom no customer answers to, "" where that was not asked."""
    digits = personal.plain_digits(words).lstrip("+")
    return digits if digits.isdecimal() and len(digits) >= personal.TAIL and not named.get("customers") else ""


def _help(query):
    names = current_app.extensions["note_names"]
    return zero.help_for(g.db, current_app.config["HOME"], query, names=names, reader=g.reader, now=utc_now())


def _search(query, page):
    found = find.search(
        g.db,
        current_app.config["HOME"],
        query,
        reader=g.reader,
        limit=page.size,
        offset=page.offset,
    )
    current_app.extensions["access_log"].add(member_id=g.member.id, action="search")
    return found
