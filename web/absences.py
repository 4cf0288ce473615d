"""Away: from when until when, and who answers meanwhile."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from kb import absences, access, members
from kb.errors import Invalid, N_
from kb.store import utc_now
from web import question_form
from web.security import allowed, not_found

bp = Blueprint("absences", __name__)

_FIELDS = ("from_day", "until_day", "deputy")


@bp.get("/people/<int:member_id>/away")
@allowed("self.manage")
def show(member_id):
    return _page(member_id, dict.fromkeys(_FIELDS, ""))


@bp.post("/people/<int:member_id>/away")
@allowed("self.manage")
def create(member_id):
    form = {name: request.form.get(name, "") for name in _FIELDS}
    try:
        asked = {
            **{name: form[name] for name in ("from_day", "until_day")},
            "deputy_id": question_form.member_id(form["deputy"], "deputy") if form["deputy"].strip() else None,
        }
        seq = absences.add(g.db, member_id, **asked, by=g.reader, now=utc_now())
    except Invalid as problem:
        return _page(member_id, form, problem), 422
    flash({"text": N_("Written down."), "values": {}, "undo": seq})
    return redirect(url_for(".show", member_id=member_id), 303)


@bp.post("/absences/<int:absence_id>/end")
@allowed("self.manage")
def end(absence_id):
    member_id = absences.get(g.db, absence_id).member_id
    seq = absences.end(g.db, absence_id, by=g.reader, now=utc_now())
    flash({"text": N_("Ended: all that waits is with them again."), "values": {}, "undo": seq})
    return redirect(url_for(".show", member_id=member_id), 303)


def _page(member_id, form, problem=None):
    if member_id != g.reader.member_id and not access.may(g.reader, "member.manage"):
        raise not_found()
    return render_template(
        "absences/show.html",
        person=members.get(g.db, member_id),
        absences=absences.coming(g.db, member_id),
        over=absences.over(g.db, member_id),
        stood_in=absences.stood_in(g.db, member_id),
        form=form,
        problem=problem,
    )
