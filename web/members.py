"""Members: the list of staff accounts, adding one, changing one, and who left."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from kb import accounts, leaving, members
from kb.access import ROLES
from kb.errors import Invalid, N_
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


@bp.get("/members/<int:member_id>")
@allowed("member.manage")
def show(member_id):
    member = members.get(g.db, member_id)
    return _account(member, {"department": member.department, "role": member.role})


@bp.post("/members/<int:member_id>/move")
@allowed("member.manage")
def move(member_id):
    form = {name: request.form.get(name, "") for name in ("department", "role")}
    try:
        seq = accounts.move(g.db, member_id, **form, by=g.reader, now=utc_now())
    except Invalid as problem:
        return _account(members.get(g.db, member_id), form, problem=problem), 422
    flash({"text": N_("Changed."), "values": {}, "undo": seq})
    return redirect(url_for("members.index"), 303)


@bp.post("/members/<int:member_id>/password")
@allowed("member.manage")
def reset_password(member_id):
    # Not on a page one could come back to: it is shown this once.
    password = accounts.reset_password(g.db, member_id, by=g.reader, now=utc_now())
    member = members.get(g.db, member_id)
    return _account(member, {"department": member.department, "role": member.role}, password=password)


@bp.post("/members/<int:member_id>/leave")
@allowed("member.manage")
def leave(member_id):
    leaving.close(g.db, member_id, by=g.reader, now=utc_now())
    return redirect(url_for("members.index"), 303)


def _account(member, form, problem=None, password=None):
    return render_template(
        "members/show.html",
        person=member,
        form=form,
        problem=problem,
        password=password,
        departments=members.departments(g.db).values(),
        roles=ROLES,
    )


def _page(form, problem=None):
    return render_template(
        "members/list.html",
        members=members.listing(g.db),
        departments=members.departments(g.db).values(),
        roles=ROLES,
        form=form,
        problem=problem,
    )
