"""待核实: what waits to be verified, one by one or many at once, and after how many months it does."""

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for

from kb import (
    bulk as many,
    duties,
    left_behind,
    members,
    notes,
    proposals,
    verification,
    verification_intervals,
    verification_queue,
)
from kb.dimensions import DIMENSIONS
from kb.errors import Conflict, Invalid, N_
from kb.store import utc_now
from kb.verification_queue import ORDERS, SCOPES, STATES, Filter
from mining import note_deeds
from web import paging
from web.notes import shown
from web.security import allowed

bp = Blueprint("verification_queue", __name__)

_SHOWN = 10
_DONE = {
    "verify": N_("Verified: %(count)s."),
    "propose": N_("Proposed for the archive: %(count)s."),
    "archive": N_("Archived: %(count)s."),
}


@bp.get("/verification")
@allowed("note.read")
def index():
    return _page()


@bp.get("/verification/preview")
@allowed("note.write")
def preview():
    return _preview(request.args)


@bp.post("/verification/bulk")
@allowed("note.write")
def bulk():
    act, now = request.form.get("act", ""), utc_now()
    ids, _ = _chosen(request.form, act, now)
    # One that says not what it showed has looked at nothing.
    told = {"reason": request.form.get("reason", ""), "shown": request.form.get("digest") or "-", "by": g.reader}
    try:
        if len(ids) > many.AT_ONCE:
            run_id = note_deeds.queue_queued(g.db, act, ids, **told, now=now)
            return redirect(url_for("note_deeds.show", run_id=run_id), 303)
        seqs = verification.do_to_all(g.db, ids, act, **told, now=now)
    except Conflict as problem:
        return _preview(request.form, problem), 409
    except Invalid as problem:
        return _preview(request.form, problem), 422
    flash({"text": _DONE[act], "values": {"count": len(seqs)}, "undo": seqs[-1], "together": True})
    return redirect(url_for(".index", **_args(request.form)), 303)


@bp.get("/verification/intervals")
@allowed("verification.arrange")
def intervals():
    return _intervals_page(verification_intervals.of_company(g.db))


@bp.post("/verification/intervals")
@allowed("verification.arrange")
def arrange():
    months = {dimension: request.form.get(dimension, "") for dimension in DIMENSIONS}
    try:
        seq = verification_intervals.arrange(g.db, months, by=g.reader, now=utc_now())
    except Invalid as problem:
        return _intervals_page(months, problem), 422
    flash({"text": N_("Saved: the next dates of all notes moved along."), "values": {}, "undo": seq})
    return redirect(url_for(".intervals"), 303)


def _intervals_page(months, problem=None):
    return render_template(
        "verification/intervals.html", months=months, problem=problem, longest=verification_intervals.LONGEST
    )


def _preview(asked, problem=None):
    """Return the page that says what would be done to many; ``problem`` is why it was not."""
    act = asked.get("act", "")
    try:
        ids, total = _chosen(asked, act, utc_now())
    except Invalid as refused:
        return _page(refused), 422
    return render_template(
        "verification/preview.html",
        act=act,
        notes=notes.of_ids(g.db, ids[:_SHOWN], reader=g.reader),
        count=len(ids),
        digest=verification.digest(g.db, ids, act),
        in_background=len(ids) > many.AT_ONCE,
        left_out=total - len(ids),
        ticked=ids if asked.get("which") != "all" else (),
        args=_args(asked),
        waiting=left_behind.of_notes(g.db, ids if act == "archive" else (), reader=g.reader),
        needs_reason=act == "archive" and verification.needs_reason(g.db, ids),
        reason=asked.get("reason", ""),
        problem=problem,
    )


def _chosen(form, act, now):
    """Return the ids of the ticked notes, or all of the filter, that an act can be done to, and how many were meant."""
    if act not in verification.ACTS:
        raise Invalid(N_("Choose what to do with them."), field="act")
    if form.get("which") == "all":
        asked = _filter(form)
        total = verification_queue.count(g.db, asked, reader=g.reader, now=now)
        ids = verification_queue.ids(g.db, asked, act, reader=g.reader, now=now)
    else:
        ticked = paging.ids(form.getlist("note"))
        ids, total = verification.open_to(g.db, ticked, act, by=g.reader), len(ticked)
    if not total:
        raise Invalid(N_("Tick at least one row, or choose all."), field="note")
    if not ids:
        raise Invalid(N_("None of these can you do this to."), hint=N_("Ask who answers for them."), field="note")
    return ids, total


def _args(form=None):
    """Return what the address asks of the queue, what it does not know left out."""
    form = request.args if form is None else form
    known = {"scope": SCOPES, "state": STATES, "dimension": DIMENSIONS, "order": tuple(ORDERS)}
    args = {name: form.get(name) for name, values in known.items() if form.get(name) in values}
    department = form.get("department", type=paging.whole)
    return args if department is None else {**args, "scope": "department", "department": department}


def _filter(form=None):
    args = _args(form)
    return Filter(
        scope=args.get("scope", "mine"),
        state=args.get("state", "due"),
        dimension=args.get("dimension"),
        department_id=args.get("department", g.reader.department_id),
    )


def _page(problem=None):
    page, now, args = paging.page(request.args), utc_now(), _args()
    asked, order = _filter(), args.get("order", "overdue")
    found, total = verification_queue.listing(
        g.db, asked, reader=g.reader, now=now, order=order, limit=page.size, offset=page.offset
    )
    part = duties.part_of(g.db, g.reader)
    opened = request.args.get("open", type=paging.whole)
    zone = current_app.config["SETTINGS"].zone
    return render_template(
        "verification/queue.html",
        rows=[
            (each, verification_queue.reasons(each, now), verification_queue.days_overdue(each, now, zone))
            for each in found
        ],
        link=lambda **changed: url_for(".index", **{**args, **changed}),
        uses=verification_queue.uses_of(g.db, [each.id for each in found]),
        waiting=left_behind.of_notes(g.db, [each.id for each in found], reader=g.reader)["notes"],
        mine={each.id for each in found if verification.may_verify(each, g.reader, part)},
        asked=asked,
        order=order,
        args=args,
        counts=verification_queue.counts(g.db, asked, reader=g.reader, now=now),
        department=members.department(g.db, asked.department_id) if asked.scope == "department" else None,
        problem=problem,
        proposed=proposals.waiting(g.db, reader=g.reader),
        pages=page.of(total),
        **(shown(notes.get(g.db, opened, reader=g.reader)) if opened else {}),
    )
