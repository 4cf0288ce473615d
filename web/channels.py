"""Channels: the list that is offered where one writes, which an administrator arranges."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from kb import channels
from kb.errors import Invalid, N_
from kb.store import utc_now
from web.security import allowed
from web.templating import channel_names

bp = Blueprint("channels", __name__)


@bp.get("/channels")
@allowed("channel.arrange")
def index():
    return _page("\n".join(channel_names()))


@bp.post("/channels")
@allowed("channel.arrange")
def arrange():
    text = request.form.get("channels", "")
    try:
        seq = channels.arrange(g.db, text, by=g.reader, now=utc_now())
    except Invalid as problem:
        return _page(text, problem), 422
    flash({"text": N_("Saved: these channels are offered from now on."), "values": {}, "undo": seq})
    return redirect(url_for(".index"), 303)


def _page(text, problem=None):
    return render_template("channels/list.html", text=text, problem=problem)
