"""A colleague: how to reach them, what they know, what they look after, and who thanked them."""

from flask import Blueprint, g, redirect, render_template, request, url_for

from kb import comments, members, notes, replies, sources
from kb.errors import Invalid
from kb.map import expertise, experts, scoring
from kb.store import utc_now
from web.security import allowed

bp = Blueprint("people", __name__)

_CONTACT = ("phone", "wecom", "mail")
_NEWEST = 8
# So many topics stand with their reasons; of the others their own pages tell.
_EXPLAINED = 12


@bp.get("/people/<int:member_id>")
@allowed("note.read")
def show(member_id):
    return page(member_id)


def page(member_id, problem=None, asked=""):
    """Return the page of a colleague; a topic one said to know that there is not is `asked`, why is `problem`."""
    member, now = members.get(g.db, member_id), utc_now()
    known = experts.known_by(g.db, member_id, reader=g.reader, now=now, limit=_EXPLAINED)
    found, total = notes.listing(g.db, reader=g.reader, owner_id=member_id, limit=_NEWEST)
    return render_template(
        "people/show.html",
        person=member,
        left_at=members.left_at(g.db, member_id),
        known=known,
        sources=sources.listing(g.db, reader=g.reader, owner_id=member_id),
        notes=found,
        total=total,
        answered=replies.of_member(g.db, member_id, reader=g.reader),
        thanks=comments.thanked(g.db, member_id, reader=g.reader),
        corrected=expertise.of_member(g.db, member_id, reader=g.reader),
        problem=problem,
        asked=asked,
        kinds=scoring.KINDS,
    )


@bp.post("/people/open")
@allowed("self.manage")
def set_open():
    members.set_open(g.db, g.reader.member_id, "open" in request.form, by=g.reader, now=utc_now())
    return redirect(url_for(".show", member_id=g.reader.member_id), 303)


@bp.get("/contact")
@allowed("self.manage")
def contact():
    return _form({name: getattr(g.member, name) for name in _CONTACT})


@bp.post("/contact")
@allowed("self.manage")
def save_contact():
    form = {name: request.form.get(name, "") for name in _CONTACT}
    try:
        members.set_contact(g.db, g.reader.member_id, **form, by=g.reader, now=utc_now())
    except Invalid as problem:
        return _form(form, problem), 422
    return redirect(url_for("people.show", member_id=g.reader.member_id), 303)


def _form(form, problem=None):
    return render_template("people/contact.html", form=form, problem=problem)
