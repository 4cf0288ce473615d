"""Topics, and who knows about them."""

from flask import Blueprint, g, redirect, render_template, request, url_for

from kb import notes, question_figures, sources, topic_tree, topics
from kb.facets import FACETS
from kb.map import ego, expertise
from kb.map.experts import experts, known_by_few
from kb.store import utc_now
from web import facets, paging
from web.security import allowed

bp = Blueprint("topics", __name__)

# So many stand with their reasons; of the others their own pages tell.
_EXPLAINED = 12


@bp.get("/topics")
@allowed("topic.read")
def index():
    found = topics.listing(g.db, reader=g.reader)
    few = known_by_few(g.db, [topic.id for topic in found], reader=g.reader)
    return render_template("topics/list.html", topics=found, known_by_few=few)


@bp.get("/topics/<int:topic_id>")
@allowed("topic.read")
def show(topic_id):
    into = topics.led_to(g.db, topic_id)
    if into is not None and into in topics.seen(g.db, [into], reader=g.reader):
        return redirect(url_for("topics.show", topic_id=into), 302)
    page, now = paging.page(request.args), utc_now()
    topic = topics.get(g.db, topic_id, reader=g.reader)
    found, total = notes.listing(g.db, reader=g.reader, topic_id=topic_id, limit=page.size, offset=page.offset)
    people = experts(g.db, topic_id, reader=g.reader, now=now, limit=_EXPLAINED)
    return render_template(
        "topics/show.html",
        topic=topic,
        place=topic_tree.place(g.db, topic_id, reader=g.reader),
        facets=FACETS,
        under=facets.of_topic(topic.name),
        warning=ego.warning(g.db, topic, reader=g.reader),
        experts=people,
        endorsed=expertise.of_topic(g.db, topic_id, reader=g.reader),
        sources=sources.listing(g.db, reader=g.reader, topic_id=topic_id),
        notes=found,
        pages=page.of(total),
        asked_on=question_figures.of_topics(g.db, reader=g.reader, now=now, topic_ids=[topic_id]).get(topic_id),
    )
