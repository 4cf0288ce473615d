"""Leaving: what is to be handed over, the interview, and the end of the account."""

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for

import kb.home
from kb import access, interview, leaving, members, to_hand_over
from kb.errors import Invalid, N_
from kb.store import utc_now
from web import i18n, paging, question_form
from web.security import allowed, not_found

bp = Blueprint("leaving", __name__)


@bp.get("/people/<int:member_id>/leaving")
@allowed("self.manage")
def show(member_id):
    return _page(member_id)


@bp.post("/people/<int:member_id>/leaving")
@allowed("self.manage")
def begin(member_id):
    try:
        seq = leaving.announce(g.db, member_id, last_day=request.form.get("last_day", ""), by=g.reader, now=utc_now())
    except Invalid as problem:
        return _page(member_id, problem), 422
    flash({"text": N_("Written down."), "values": {}, "undo": seq})
    return redirect(url_for(".show", member_id=member_id), 303)


@bp.post("/people/<int:member_id>/leaving/stay")
@allowed("self.manage")
def stay(member_id):
    seq = leaving.stay(g.db, member_id, by=g.reader, now=utc_now())
    flash({"text": N_("They stay."), "values": {}, "undo": seq})
    return redirect(url_for(".show", member_id=member_id), 303)


@bp.post("/people/<int:member_id>/leaving/give")
@allowed("self.manage")
def give(member_id):
    """Hand rows over: those that are ticked, or all of a kind, or everything."""
    form = request.form
    kind = form.get("kind", "")
    try:
        successor_id = question_form.member_id(form.get("member", ""), "member")
        ids = None if "all" in form else set(paging.ids(form.getlist("row")))
        if ids is not None and not ids:
            raise Invalid(N_("Nothing is ticked."), hint=N_("Tick rows, or give all of them."), field="member")
        told = {"ids": ids, "is_sure": "sure" in form, "by": g.reader, "now": utc_now()}
        count, seq = leaving.give(g.db, member_id, kind, successor_id, **told)
    except Invalid as problem:
        sent = {"kind": kind, "member": form.get("member", ""), "rows": paging.ids(form.getlist("row"))}
        return _page(member_id, problem, sent), 422
    undoing = {"undo": seq, "together": count > 1} if seq and (count == 1 or kind == "notes") else {}
    flash({"text": N_("Handed over: %(count)d."), "values": {"count": count}, **undoing})
    return redirect(url_for(".show", member_id=member_id), 303)


@bp.post("/people/<int:member_id>/leaving/all")
@allowed("member.manage")
def give_all(member_id):
    word = request.form.get("member", "")
    try:
        successor_id = question_form.member_id(word, "member")
        told = {"is_sure": "sure" in request.form, "by": g.reader, "now": utc_now()}
        count, seq = leaving.give_all(g.db, member_id, successor_id, **told)
    except Invalid as problem:
        return _page(member_id, problem, {"kind": "all", "member": word}), 422
    undoing = {"undo": seq} if seq else {}
    flash({"text": N_("Handed over: %(count)d."), "values": {"count": count}, **undoing})
    return redirect(url_for(".show", member_id=member_id), 303)


@bp.get("/people/<int:member_id>/interview")
@allowed("note.write")
def ask(member_id):
    return _interview(member_id, {"topic": request.args.get("topic", "")})


@bp.post("/people/<int:member_id>/interview")
@allowed("note.write")
def write(member_id):
    form = {name: request.form.get(name, "") for name in ("topic", *interview.QUESTIONS)}
    say = i18n.translator(current_app.config["SETTINGS"].language)
    told = {"origin": say(N_("Interview on leaving")), "say": say, "today": kb.home.today(current_app.config["HOME"])}
    try:
        note_id = interview.write(
            g.db, member_id, topic=form["topic"], answers=form, **told, by=g.reader, now=utc_now()
        )
    except Invalid as problem:
        return _interview(member_id, form, problem), 422
    return redirect(url_for("notes.show", note_id=note_id), 303)


def _page(member_id, problem=None, sent=None):
    member, counts = members.get(g.db, member_id), to_hand_over.counts(g.db, member_id)
    rows = to_hand_over.rows(g.db, member_id, reader=g.reader)
    told, left = leaving.of_member(g.db, member_id), sum(counts.values())
    return render_template(
        "leaving/show.html",
        person=member,
        told=told,
        rows=rows,
        counts=counts,
        takers=_takers(member_id, counts, rows),
        left=left,
        total=max(left, told["count"] if told else 0),
        kinds=to_hand_over.KINDS,
        giving={kind for kind in to_hand_over.KINDS if leaving.may_give(g.db, member_id, kind, by=g.reader)},
        problem=problem,
        sent=sent or {},
    )


def _takers(member_id, counts, rows):
    """Return ``{kind: names}`` of who could take the topics and gaps that the reader may not see."""
    if not any(counts[kind] > len(rows[kind]) for kind in ("topics", "gaps")):
        return {}
    shown = {kind: {number for number, _ in its} for kind, its in rows.items()}
    able = to_hand_over.takers(g.db, member_id)
    return {kind: {name for number, name in its.items() if number not in shown[kind]} for kind, its in able.items()}


def _interview(member_id, form, problem=None):
    if member_id != g.reader.member_id and not access.may(g.reader, "member.manage"):
        raise not_found()
    rows = to_hand_over.rows(g.db, member_id, reader=g.reader)
    return render_template(
        "leaving/interview.html",
        person=members.get(g.db, member_id),
        topics=[name for _, name in rows["topics"]],
        questions=interview.QUESTIONS,
        form=form,
        problem=problem,
    )
