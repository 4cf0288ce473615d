"""Topics, and who knows about them."""

from flask import Blueprint, g, render_template, request

from kb import notes, topics
from kb.map.experts import experts
from kb.store import utc_now
from web import paging
from web.security import allowed

bp = Blueprint("topics", __name__)


@bp.get("/topics")
@allowed("topic.read")
def index():
    return render_template("topics/list.html", topics=topics.listing(g.db, reader=g.reader))


@bp.get("/topics/<int:topic_id>")
@allowed("topic.read")
def show(topic_id):
    page = paging.page(request.args)
    topic = topics.get(g.db, topic_id, reader=g.reader)
    found, total = notes.listing(g.db, reader=g.reader, topic_id=topic_id, limit=page.size, offset=page.offset)
    people = experts(g.db, topic_id, reader=g.reader, now=utc_now())
    return render_template("topics/show.html", topic=topic, experts=people, notes=found, pages=page.of(total))
