"""How scores are counted: one table in words for everybody, its numbers an administrator's to change."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from kb.errors import Invalid, N_
from kb.map import scoring
from kb.store import utc_now
from web.security import allowed

bp = Blueprint("scoring", __name__)


@bp.get("/scores")
@allowed("topic.read")
def index():
    return _page(scoring.rules(g.db))


@bp.post("/scores")
@allowed("score.arrange")
def arrange():
    asked = {name: request.form.get(name, "") for name in scoring.DEFAULTS}
    reason = request.form.get("reason", "")
    try:
        seq = scoring.arrange(g.db, asked, reason=reason, by=g.reader, now=utc_now())
    except Invalid as problem:
        return _page(asked, problem, reason), 422
    flash({"text": N_("Saved: every score is counted by these numbers from now on."), "values": {}, "undo": seq})
    return redirect(url_for(".index"), 303)


def _page(rules, problem=None, reason=""):
    return render_template(
        "scoring/show.html",
        rules=rules,
        kinds=scoring.KINDS,
        paired=scoring.PAIRED,
        words=scoring.WORDS,
        changes=scoring.changes(g.db),
        problem=problem,
        reason=reason,
    )
