"""Members: the list of staff accounts, adding one, and who left."""

from flask import Blueprint, g, redirect, render_template, request, url_for

from kb import leaving, members
from kb.access import ROLES
from kb.errors import Invalid
from kb.store import utc_now
from web.security import allowed

bp = Blueprint("members", __name__)

_FIELDS = ("login", "name", "department", "role")


@bp.get("/members")
@allowed("member.read")
def index():
    return _page(dict.fromkeys(_FIELDS, ""))


@bp.post("/members")
@allowed("member.manage")
def create():
    form = {name: request.form.get(name, "") for name in _FIELDS}
    try:
        members.add(g.db, **form, password=request.form.get("password", ""), by=g.reader, now=utc_now())
    except Invalid as problem:
        return _page(form, problem), 422
    return redirect(url_for("members.index"), 303)


@bp.post("/members/<int:member_id>/leave")
@allowed("member.manage")
def leave(member_id):
    leaving.close(g.db, member_id, by=g.reader, now=utc_now())
    return redirect(url_for("members.index"), 303)


def _page(form, problem=None):
    return render_template(
        "members/list.html",
        members=members.listing(g.db),
        departments=members.departments(g.db).values(),
        roles=ROLES,
        form=form,
        problem=problem,
    )
