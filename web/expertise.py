"""What colleagues say themselves about who knows a topic."""

from flask import Blueprint, flash, g, redirect, request, url_for

from kb.errors import Invalid, N_
from kb.map import expertise
from kb.store import utc_now
from web import paging
from web.people import page
from web.security import allowed

bp = Blueprint("expertise", __name__)


@bp.post("/expertise")
@allowed("note.write")
def declare():
    name = request.form.get("topic", "")
    try:
        seq = expertise.declare(g.db, name, by=g.reader, now=utc_now())
    except Invalid as problem:
        return page(g.reader.member_id, problem, name), 422
    return _to_myself(N_("Said: colleagues see it with the topic."), seq)


@bp.post("/topics/<int:topic_id>/people/<int:member_id>/endorse")
@allowed("note.write")
def endorse(topic_id, member_id):
    seq = expertise.endorse(g.db, topic_id, member_id, by=g.reader, now=utc_now())
    flash({"text": N_("Endorsed: colleagues see it among the reasons."), "values": {}, "undo": seq})
    return redirect(url_for("topics.show", topic_id=topic_id), 303)


@bp.post("/topics/<int:topic_id>/hide")
@allowed("self.manage")
def hide(topic_id):
    seq = expertise.hide(g.db, topic_id, by=g.reader, now=utc_now())
    return _to_myself(N_("Hidden: you are not named for this topic any more."), seq)


@bp.post("/topics/<int:topic_id>/strike")
@allowed("self.manage")
def strike(topic_id):
    note_id, of_id = (request.form.get(name, type=paging.whole) for name in ("note", "of"))
    asked = {"kind": request.form.get("kind", ""), "note_id": note_id, "of_id": of_id or 0}
    seq = expertise.strike(g.db, topic_id, **asked, by=g.reader, now=utc_now())
    return _to_myself(N_("Struck: this does not count for you any more."), seq)


def _to_myself(text, seq):
    flash({"text": text, "values": {}, "undo": seq})
    return redirect(url_for("people.show", member_id=g.reader.member_id), 303)
