"""What a field offers while one types: customers, colleagues and topics, as options of a list."""

from flask import Blueprint, current_app, g, render_template, request

from kb import customers, members, named_readers, topics, traits
from kb.errors import Invalid
from kb.search.find import search
from kb.search.similar import similar
from mining import findings
from web import classes, note_form, searchable, security
from web.security import allowed

bp = Blueprint("suggest", __name__)

_MOST = 8
_OF_EACH = 4
_NEAR = 5
# Less says too little to be like anything.
_SHORTEST = 6


@bp.get("/suggest/box")
@allowed("note.read")
def box():
    """Offer what the words in the search box name, a noun behind the other; each leads to its page."""
    return _options(searchable.offered(_query(), _OF_EACH))


@bp.get("/suggest/customers")
@allowed("customer.read")
def of_customers():
    return _options([searchable.customer(each) for each in _customers(_query(), _MOST)])


@bp.get("/suggest/topics")
@allowed("topic.read")
def of_topics():
    return _options(
        [searchable.option("topic", each.name) for each in topics.find(g.db, _query(), reader=g.reader, limit=_MOST)]
    )


@bp.get("/suggest/answers")
@allowed("note.read")
def of_answers():
    """Offer notes for customers, by their words: those that can be told to one."""
    query = _query()
    if not query:
        return _options([])
    found = search(g.db, current_app.config["HOME"], query, reader=g.reader, dimension="for", limit=_MOST)
    return _options([_note(hit) for hit in found.hits])


@bp.get("/suggest/classes")
@allowed("note.write")
def of_classes():
    """Show the topics that the text in a form suggests."""
    said = [request.args.get(name, "") for name in ("title", "summary", "body", "topics")]
    found = classes.of_text(*said) if sum(map(len, said[:3])) >= _SHORTEST else []
    return render_template("suggest/classes.html", classes=found)


@bp.get("/suggest/members")
@allowed("note.write")
def of_members():
    """Show colleagues as a text names them: by login."""
    found = members.find(g.db, _query(), limit=_MOST)
    return _options([{**searchable.member(each), "value": each.login} for each in found])


@bp.get("/suggest/readers")
@allowed("note.write")
def of_readers():
    """Show departments and colleagues as a list of readers names them."""
    found = members.find_departments(g.db, _query(), limit=_OF_EACH)
    options = [{"kind": "department", "text": each["name"], "facts": [], "value": each["name"]} for each in found]
    people = members.find(g.db, _query(), limit=_MOST)
    named = [{"kind": "member", "id": each.id, "name": each.name} for each in people]
    words = named_readers.written(g.db, named)
    return _options(
        options + [{**searchable.member(each), "value": word} for each, word in zip(people, words, strict=True)]
    )


@bp.get("/suggest/notes")
@allowed("note.write")
def of_titles():
    """Show notes as a text names them: by number."""
    return _options([{**_note(hit), "value": hit.id} for hit in _hits()])


@bp.get("/suggest/evidence")
@allowed("note.write")
def of_evidence():
    """Show notes of every type as a field names them: by title and number."""
    return _options([_note(hit) for hit in _hits()])


@bp.get("/suggest/rules")
@allowed("run.read")
def of_rules():
    """Show rules as a field names them: by products and number."""
    query = _query()
    found = findings.find(g.db, query, reader=g.reader, limit=_MOST) if query else []
    return _options([_rule(each) for each in found])


@bp.get("/suggest/traits/<kind>")
@allowed("note.write")
def of_traits(kind):
    if kind not in traits.KINDS:
        raise security.not_found()
    found = traits.find(g.db, kind, _query(), reader=g.reader, limit=_MOST)
    return _options([{"kind": "trait", "text": each.value, "facts": [], "value": each.value} for each in found])


@bp.get("/suggest/similar")
@allowed("note.write")
def of_notes():
    """Show the notes that say much the same as the text in the field."""
    text, customer = request.args.get("body", ""), request.args.get("customers", "")
    found = []
    if len(text.strip()) >= _SHORTEST:
        found = similar(g.db, current_app.config["HOME"], text, reader=g.reader, limit=_NEAR)
    return render_template("suggest/similar.html", notes=found, customer=customer)


def _hits():
    try:
        return search(g.db, current_app.config["HOME"], _query(), reader=g.reader, limit=_MOST).hits
    except Invalid:
        # Nothing to search for yet; the next sign may be.
        return []


def _query():
    return request.args.get("q", "")[:100].strip()


def _customers(query, limit):
    return customers.listing(g.db, reader=g.reader, query=query, limit=limit)[0] if query else []


def _note(each):
    return {"kind": "note", "text": each.title, "facts": [], "value": note_form.titled(each)}


def _rule(each):
    text = " → ".join(" + ".join(findings.names(each.data, side)) for side in ("antecedent", "consequent"))
    return {"kind": "rule", "text": text, "facts": [], "value": f"{text} #{each.id}"}


def _options(found):
    return render_template("suggest/options.html", options=found)
