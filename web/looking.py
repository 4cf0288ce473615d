"""Looking as a colleague: what an administrator and that colleague both may see, until they stop."""

from flask import Blueprint, g, redirect, url_for

from web import security
from web.security import allowed

bp = Blueprint("looking", __name__)


@bp.post("/members/<int:member_id>/look")
@allowed("member.manage")
def start(member_id):
    security.look_as(member_id)
    return redirect(url_for("notes.index"), 303)


@bp.post("/looking/stop")
@allowed("member.manage")
def stop():
    if "seen_as" in g:
        security.stop_looking()
    return redirect(url_for("members.index"), 303)
