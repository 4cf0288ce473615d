"""空白: where knowledge lacks, and who fills it until when."""

from datetime import date, timedelta

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for

from kb import gaps, members, missed, namesakes, presence
from kb.errors import Invalid, N_
from kb.store import utc_now
from web import csv_file, paging, question_form, templating
from web.security import allowed

bp = Blueprint("gaps", __name__)


@bp.get("/gaps")
@allowed("note.read")
def index():
    return _page()


@bp.get("/gaps.csv")
@allowed("note.read")
def export():
    say = templating.translate
    head = [say(each) for each in (N_("What lacks"), N_("Where"), N_("Times"), N_("Who fills it"), N_("Until"))]
    rows = [
        [
            say(N_(", ")).join(say(gaps.KINDS[its.kind][0]) for its in (each, *each.also)),
            *(each.name, each.times, each.member or "", each.due_on or ""),
        ]
        for each in gaps.together(gaps.listing(g.db, reader=g.reader, now=utc_now(), **_asked()))
    ]
    headers = {"Content-Disposition": "attachment; filename=gaps.csv"}
    return Response(csv_file.text(head, rows), mimetype="text/csv", headers=headers)


@bp.post("/gaps/<kind>/<int:thing_id>")
@allowed("gap.assign")
def assign(kind, thing_id):
    form = {name: request.form.get(name, "") for name in ("member", "due_on")}
    try:
        member_id = question_form.member_id(form["member"], "member") if form["member"].strip() else None
        told = {"member_id": member_id, "due_on": form["due_on"]}
        seq = gaps.assign(g.db, kind, thing_id, **told, by=g.reader, now=utc_now())
    except Invalid as problem:
        return _page(problem, {**form, "kind": kind, "thing_id": thing_id}), 422
    flash({"text": N_("Handed out.") if member_id else N_("It is nobody’s now."), "values": {}, "undo": seq})
    return redirect(_same_page(), 303)


@bp.post("/gaps")
@allowed("gap.assign")
def assign_all():
    """Have a colleague fill all that is ticked."""
    form = {name: request.form.get(name, "") for name in ("member", "due_on")}
    ticked = request.form.getlist("row")
    try:
        member_id = question_form.member_id(form["member"], "member")
        told = {"member_id": member_id, "due_on": form["due_on"], "by": g.reader, "now": utc_now()}
        count, seq = gaps.assign_all(g.db, list(_pairs(ticked)), **told)
    except Invalid as problem:
        return _page(problem, {**form, "rows": ticked}), 422
    flash({"text": N_("Handed out: %(count)s."), "values": {"count": count}, "undo": seq})
    return redirect(_same_page(), 303)


@bp.post("/gaps/missed")
@allowed("note.write")
def miss():
    """Say that a search found nothing of use."""
    words = request.form.get("q", "")
    seq = missed.add(g.db, words, by=g.reader, now=utc_now())
    flash({"text": N_("Noted: it is on the list of gaps."), "values": {}, "undo": seq})
    return redirect(url_for("search.results", q=words), 303)


@bp.post("/gaps/left")
@allowed("note.read")
def leave():
    """Count a search that led nowhere, as the browser tells when its page is left."""
    missed.note(g.db, request.form.get("q", ""), is_found="found" in request.form, by=g.reader)
    return "", 204


def _further(asked):
    """Return what leads on among the words that were reported, of which a list looks for so many at once."""
    if "missed" not in asked.get("kinds", gaps.KINDS) or "department_id" in asked:
        return {"count": 0, "skip": 0, "most": missed.MOST}
    skip = asked.get("skip", 0)
    return {"count": missed.further(g.db, reader=g.reader, skip=skip), "skip": skip, "most": missed.MOST}


def _pairs(ticked):
    for kind, _, number in (each.rpartition("-") for each in ticked):
        yield from ((kind, thing_id) for thing_id in paging.ids([number]))


def _asked():
    args = request.args
    department = args.get("department_id", type=paging.whole)
    asked = {"kinds": [args["kinds"]]} if args.get("kinds") in gaps.KINDS else {}
    if department is not None:
        asked["department_id"] = department
    if asked.get("kinds") == ["missed"] and (skip := args.get("skip", 0, type=paging.whole)):
        asked["skip"] = skip
    return asked


def _same_page():
    page = paging.page(request.args).number
    return url_for(".index", **_asked(), **({"page": page} if page > 1 else {}))


def _page(problem=None, sent=None):
    asked, page = _asked(), paging.page(request.args)
    found = gaps.together(gaps.listing(g.db, reader=g.reader, now=utc_now(), **asked))
    shown = found[page.offset : page.offset + page.size]
    return render_template(
        "gaps/list.html",
        gaps=shown,
        places=namesakes.places(g.db, {each.member_id for each in shown if each.member_id}),
        kinds=gaps.KINDS,
        of_topics=gaps.OF_TOPICS,
        asked=asked,
        department=members.department(g.db, asked["department_id"]) if "department_id" in asked else None,
        further=_further(asked),
        assigned=sum(each.member_id is not None for each in found),
        pages=page.of(len(found)),
        me=g.reader.login,
        in_two_weeks=(date.fromisoformat(presence.today(g.db)) + timedelta(days=14)).isoformat(),
        problem=problem,
        sent=sent or {},
    )
