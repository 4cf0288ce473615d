"""The health of the topics: what could be mended, each row with a button that does it, and can be taken back."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from kb import topic_health
from kb.errors import N_
from kb.store import utc_now
from web import paging
from web.security import allowed

bp = Blueprint("topic_health", __name__)

# Of each kind; what is mended makes room for the next.
_SHOWN = 50


@bp.get("/topics/health")
@allowed("topic.arrange")
def index():
    found = topic_health.findings(g.db, reader=g.reader)
    groups = [(word, [each for each in found if each.kind == kind]) for kind, word in topic_health.KINDS.items()]
    return render_template("topics/health.html", groups=[each for each in groups if each[1]], shown=_SHOWN)


@bp.post("/topics/<int:topic_id>/distinct")
@allowed("topic.arrange")
def tell_apart(topic_id):
    other_id = next(iter(paging.ids([request.form.get("other", "")])), 0)
    seq = topic_health.tell_apart(g.db, topic_id, other_id, by=g.reader, now=utc_now())
    flash({"text": N_("These two are not proposed again."), "values": {}, "undo": seq})
    return redirect(url_for("topic_health.index"), 303)
