"""What customers prefer, which rivals attract them, where demand goes: counted by word, and what is behind a count."""

from flask import Blueprint, g, render_template, request

from kb import customers, notes, topics, traits
from web import facets, paging, security
from web.security import allowed

bp = Blueprint("traits", __name__)


@bp.get("/traits")
@allowed("note.read")
def index():
    return render_template("traits/list.html", counts=traits.counts(g.db, reader=g.reader, **_within()), **_choices())


@bp.get("/traits/<kind>")
@allowed("note.read")
def show(kind):
    value = request.args.get("value", "")
    within = _within()
    page = paging.page(request.args)
    note_ids, customer_ids = traits.holders(g.db, kind, value, reader=g.reader, **within)
    if not note_ids:
        raise security.not_found()
    found = notes.of_ids(g.db, note_ids[page.offset : page.offset + page.size], reader=g.reader)
    known = customers.of_ids(g.db, customer_ids, reader=g.reader)
    return render_template(
        "traits/show.html",
        kind=kind,
        value=value,
        question=facets.of_trait(kind, value),
        notes=found[::-1],
        customers=[known[each] for each in customer_ids],
        pages=page.of(len(note_ids)),
        here_args={"kind": kind, "value": value, **_address(within)},
        **_choices(),
    )


def _within():
    segment = request.args.get("segment", "")
    product = request.args.get("product", "")
    return {"topic_id": request.args.get("topic", type=paging.whole), "segment": segment, "product": product}


def _choices():
    """Return what narrows the page: the topics, segments and products there are, and those chosen."""
    within = _within()
    return {
        "topics": topics.listing(g.db, reader=g.reader),
        "segments": customers.segments(g.db, reader=g.reader),
        "products": traits.products(g.db, reader=g.reader),
        "within": _address(within),
    }


def _address(within):
    return {"topic": within["topic_id"], "segment": within["segment"] or None, "product": within["product"] or None}
