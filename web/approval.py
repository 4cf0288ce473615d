"""Changes that wait for the yes of a second person: the list, one of them, the decision, and which changes do."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from kb import access, approval, approval_rules, feed, members, named_readers, notes, proposals
from kb.dimensions import DIMENSIONS
from kb.errors import Conflict, Invalid, N_
from kb.store import utc_now
from web import paging
from web.notes import names_in
from web.security import allowed

bp = Blueprint("approval", __name__)

_SAVED_FOR_TWO = N_("Saved: which types, from the next change on; what waits already needs the second yes too.")
_FIRST_YES = N_("Agreed: it waits for the second yes now.")


@bp.get("/proposals")
@allowed("note.write")
def index():
    return render_template(
        "approval/list.html",
        waiting=proposals.waiting(g.db, reader=g.reader),
        mine=proposals.mine(g.db, reader=g.reader),
        arranges=bool(_departments()),
    )


@bp.get("/proposals/<int:proposal_id>")
@allowed("note.write")
def show(proposal_id):
    return _page(proposal_id)


@bp.post("/proposals/<int:proposal_id>/approve")
@allowed("note.write")
def approve(proposal_id):
    looked_at = {name: request.form.get(name, type=paging.whole) or 0 for name in ("revision", "version")}
    words = request.form.get("words", "")
    try:
        seq = approval.approve(g.db, proposal_id, **looked_at, words=words, by=g.reader, now=utc_now())
    except Invalid as problem:
        return _page(proposal_id, problem), 422
    is_first = feed.change(g.db, seq)["noun"] == "proposal"
    text = _FIRST_YES if is_first else N_("Agreed: everybody who may see the note sees it now.")
    flash({"text": text, "values": {}, "undo": seq})
    return redirect(url_for(".index"), 303)


@bp.post("/proposals/<int:proposal_id>/return")
@allowed("note.write")
def send_back(proposal_id):
    revision = request.form.get("revision", type=paging.whole) or 0
    words = request.form.get("words", "")
    try:
        seq = approval.send_back(g.db, proposal_id, revision=revision, words=words, by=g.reader, now=utc_now())
    except Invalid as problem:
        return _page(proposal_id, problem), 422
    flash({"text": N_("Sent back with your words."), "values": {}, "undo": seq})
    return redirect(url_for(".index"), 303)


@bp.post("/proposals/<int:proposal_id>/withdraw")
@allowed("note.write")
def withdraw(proposal_id):
    seq = approval.withdraw(g.db, proposal_id, by=g.reader, now=utc_now())
    flash({"text": N_("Withdrawn."), "values": {}, "undo": seq})
    return redirect(url_for(".index"), 303)


@bp.get("/approval")
@allowed("approval.arrange")
def rules():
    return _rules_page()


@bp.post("/approval/<int:department_id>")
@allowed("approval.arrange")
def arrange(department_id):
    form = request.form
    told = {"by": g.reader, "now": utc_now()}
    try:
        seq = approval_rules.arrange(g.db, department_id, form.getlist("dimension"), second=_second(form), **told)
    except Invalid as problem:
        return _rules_page(problem, department_id), 422
    second = approval_rules.seconds(g.db).get(department_id)
    flash(
        {
            "text": _SAVED_FOR_TWO if second else N_("Saved: it holds from the next change on."),
            "values": {},
            "undo": seq,
        }
    )
    return redirect(url_for(".rules"), 303)


def _second(form):
    """Return who says yes after the first, as a form names them: a colleague before a role."""
    words = paging.split_names(form.get("colleague", ""))
    if words:
        return named_readers.parsed(g.db, words[:1], field="second")[0]
    return ("role", form["second"]) if form.get("second") else None


def _rules_page(problem=None, refused=None):
    """Return the page of the rules; ``refused`` is the department whose form was, with why."""
    seconds = approval_rules.seconds(g.db)
    named = {number: who for number, (kind, who) in seconds.items() if kind == "member"}
    names = named_readers.words_of(g.db, named.values())
    return render_template(
        "approval/rules.html",
        departments=_departments(),
        asked=approval_rules.of_departments(g.db),
        seconds={number: who for number, (kind, who) in seconds.items() if kind == "role"},
        colleagues={number: names[who] for number, who in named.items()},
        roles=sorted(access.ACTIONS["note.edit_others"] - {"operator"}),
        kinds=DIMENSIONS,
        short_handed=approval_rules.short_handed(g.db),
        problem=problem,
        refused=refused,
    )


def _departments():
    """Return ``{id: name}`` of the departments for which the reader says so."""
    return {
        number: name
        for number, name in members.departments(g.db).items()
        if approval_rules.may_arrange(g.reader, number)
    }


def _page(proposal_id, problem=None):
    proposal = proposals.get(g.db, proposal_id, reader=g.reader)
    found = None
    if proposal.state in ("open", "returned"):
        try:
            found = approval.outcome(g.db, proposal)
        except Conflict as clash:
            problem = problem or clash
    why = proposals.why_asked(g.db, proposal_id) if proposal.state == "open" else None
    return render_template(
        "approval/show.html",
        why="" if why is None else proposals.WHY[why],
        proposal=proposal,
        found=found,
        asked=proposals.asked(g.db, proposal_id) if proposal.state == "open" else (),
        decides=proposal.state == "open" and proposals.may_decide(g.db, proposal_id, g.reader),
        seen=notes.of_ids(g.db, [proposal.note_id], reader=g.reader),
        problem=problem,
        words=request.form.get("words", ""),
        **names_in([found.before, found.after, proposal.wanted] if found else [proposal.wanted]),
    )
