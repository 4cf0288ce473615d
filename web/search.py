"""Search: one box on every page."""

from flask import Blueprint, current_app, g, make_response, redirect, render_template, request, url_for

from kb import (
    customer_words,
    notes,
    personal,
    question_routing,
    questions,
    saved_views,
    similar_questions,
    topics,
    view_news,
)
from kb.errors import Invalid, N_, NotFound
from kb.interactions import METHODS
from kb.search import find, zero
from kb.store import utc_now
from web import facets, paging, searchable
from web.notes import shown
from web.security import allowed
from web.templating import translate

bp = Blueprint("search", __name__)

_SIZE = 20
_NAMED = 5
_ALONE = 50
# What a page can be narrowed to.
_SCOPES = [each.name for each in searchable.NOUNS if each.find or each.name == "notes"]
_ASKED = 3


@bp.get("/search")
@allowed("note.read")
def results():
    query = request.args.get("q", "")
    if dimension := request.args.get("dimension"):
        # As addresses were written once; a question says it itself.
        return redirect(url_for(".results", q=facets.of_dimension(query, dimension)))
    return page(query)


def page(query, *, problem=None, view=None):
    """Show what a question finds; with why a saved search could not be saved as it was typed."""
    wrong_view, problem, found = problem, None, None
    page = paging.page(request.args, _SIZE)
    try:
        if query.strip():
            found = _search(query, page)
    except Invalid as refused:
        problem = refused
    is_part = "HX-Request" in request.headers
    words = facets.words(found) if found else ""
    scope = request.args.get("scope")
    scope = scope if scope in _SCOPES else None
    named = searchable.named(words, _NAMED) if page.number == 1 else {}
    if found and not (is_part or scope or found.total or found.filters) and (only := _only(named)):
        return redirect(only)
    # Whom the whole names, the question is for; whom a word of it names, it is only about.
    is_name = _is_name(found, named)
    is_missed = found and not is_name and _is_missed(found, words)
    scopes = _scopes(query, scope, named) if found else []
    if named and not named["customers"]:
        named["customers"] = customer_words.mentioned(g.db, words, reader=g.reader, limit=_NAMED)
    # Whatever the page is narrowed to: a caller who is not shown is not unknown.
    unknown = _unknown_number(words, named) if page.number == 1 else ""
    is_of_customer = bool(unknown or named.get("customers"))
    if scope not in (None, "notes"):
        named = searchable.named(words, _ALONE, scope)
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
        named={} if scope == "notes" else named,
        nouns=searchable.NOUNS,
        scope=scope,
        scopes=scopes,
        methods=METHODS,
        is_name=is_name,
        unknown=unknown if scope in (None, "customers") else "",
        is_left=page.number == 1 and not (problem or is_name or is_of_customer),
        helped=_help(query) if is_missed else None,
        **_views(query, wrong_view, view),
        **_asked(words if page.number == 1 else ""),
    )
    response = make_response(body, 422 if problem else 200)
    response.vary.add("HX-Request")
    return response


def _views(query, problem, view):
    """Return what shows the saved searches, of which one may be this."""
    found = saved_views.listing(g.db, reader=g.reader, of="search")
    return {
        "views": found,
        "view": view,
        "view_problem": problem,
        "saved": next((each for each in found if each.address["q"] == query), None),
        "every": view_news.every_of(g.db, reader=g.reader),
        "all_every": [(every, translate(words)) for every, words in view_news.EVERY.items()],
        "may_change": lambda each: saved_views.may_change(each, g.reader),
    }


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


def _is_name(found, named):
    """Return whether a question names customers, colleagues or sources and is in no note at all."""
    is_named = any(noun.is_name and named.get(noun.name) for noun in searchable.NOUNS)
    return bool(found and not found.total and not found.filters and is_named)


def _is_missed(found, words):
    return not found.total or (words and not found.literal)


def _only(named):
    """Return the address of the only thing a question names, or None: four digits and Enter are enough."""
    found = [noun.page(each.id) for noun in searchable.NOUNS if noun.opens for each in named.get(noun.name, ())]
    return found[0] if len(found) == 1 else None


def _scopes(query, scope, named):
    """Return the chips that narrow the page to one noun, none where there is but one."""
    there = [each for each in searchable.NOUNS if named.get(each.name) or each.name in ("notes", scope)]
    if len(there) < 2:
        return []
    chips = [{"text": N_("All"), "scope": None}, *({"text": each.heading, "scope": each.name} for each in there)]
    return [
        {**each, "is_chosen": each["scope"] == scope, "address": url_for(".results", q=query, scope=each["scope"])}
        for each in chips
    ]


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
