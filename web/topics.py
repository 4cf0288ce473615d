"""Topics, and who knows about them."""

from flask import Blueprint, g, redirect, render_template, request, url_for

from kb import notes, sources, topics
from kb.errors import Invalid
from kb.map import ego
from kb.map.experts import experts, knowers
from kb.map.things import Thing
from kb.store import utc_now
from web import map_drawing, paging
from web.security import allowed

bp = Blueprint("topics", __name__)

# So many stand with their reasons; of the others their own pages tell.
_EXPLAINED = 12


@bp.get("/topics")
@allowed("topic.read")
def index():
    found = topics.listing(g.db, reader=g.reader)
    known = knowers(g.db, [topic.id for topic in found], reader=g.reader)
    return render_template("topics/list.html", topics=found, knowers=known)


@bp.get("/topics/<int:topic_id>")
@allowed("topic.read")
def show(topic_id):
    return _page(topic_id)


@bp.post("/topics/<int:topic_id>/parent")
@allowed("topic.arrange")
def arrange(topic_id):
    asked = request.form.get("parent", "")
    try:
        topics.arrange(g.db, topic_id, asked, by=g.reader, now=utc_now())
    except Invalid as problem:
        return _page(topic_id, problem, asked), 422
    return redirect(url_for("topics.show", topic_id=topic_id), 303)


def _page(topic_id, problem=None, asked=None):
    page, now = paging.page(request.args), utc_now()
    topic = topics.get(g.db, topic_id, reader=g.reader)
    parent, children = topics.around(g.db, topic_id, reader=g.reader)
    found, total = notes.listing(g.db, reader=g.reader, topic_id=topic_id, limit=page.size, offset=page.offset)
    people = experts(g.db, topic_id, reader=g.reader, now=now, limit=_EXPLAINED)
    around = ego.of(g.db, Thing("topic", topic_id), reader=g.reader, now=now, kinds=ego.BESIDE_NOTES)
    return render_template(
        "topics/show.html",
        topic=topic,
        parent=parent,
        children=children,
        warning=ego.warning(g.db, topic, reader=g.reader),
        experts=people,
        sources=sources.listing(g.db, reader=g.reader, topic_id=topic_id),
        notes=found,
        pages=page.of(total),
        ego=around,
        drawing=map_drawing.drawing(around),
        problem=problem,
        asked=asked,
    )
