"""Many notes at once: chosen on a list, looked at, then changed."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from kb import bulk, left_behind, named_readers, note_conditions, verification
from kb.errors import Invalid, N_
from kb.facets import FACETS
from kb.store import utc_now
from mining import note_deeds
from web import note_list, paging
from web.security import allowed

bp = Blueprint("bulk", __name__)

_ALL = -1


@bp.get("/notes/bulk")
@allowed("note.write")
def preview():
    return _page(request.args)


@bp.post("/notes/bulk")
@allowed("note.write")
def apply():
    form, chosen = request.form, _chosen(request.form)
    told = {"digest": form.get("digest", ""), "reason": form.get("reason", ""), "by": g.reader, "now": utc_now()}
    try:
        if len(chosen) > bulk.AT_ONCE:
            run_id = note_deeds.queue(g.db, _act(form), chosen, **told)
            return redirect(url_for("note_deeds.show", run_id=run_id), 303)
        seq = bulk.apply(g.db, _act(form), chosen, **told)
    except Invalid as problem:
        return _page(form, problem), 422
    except bulk.Changed as problem:
        return _page(form, problem), 409
    flash({"text": N_("Done. It can be taken back as a whole."), "values": {}, "undo": seq, "together": True})
    return redirect(url_for("notes.index", **note_list.address(form)), 303)


def _page(asked, problem=None):
    """Return the page that says what an act would come to; before a value is given it asks for it."""
    chosen = _chosen(asked)
    planned = None
    try:
        if asked.get("act", "") == "archive" or "given" in asked:
            planned = bulk.plan(g.db, _act(asked), chosen, by=g.reader)
    except Invalid as refused:
        problem = refused
    if problem is not None and problem.field in ("topics", "readers", "dimension"):
        # All three are the one field of this page.
        problem.field = "value"
    return render_template(
        "bulk/preview.html",
        act=asked.get("act", ""),
        at_once=bulk.AT_ONCE,
        acts=bulk.ACTS,
        chosen=chosen,
        asked=note_list.address(asked),
        is_all="all" in asked,
        value=asked.get("value", ""),
        picked=asked.getlist("facet"),
        facets=FACETS,
        named=asked.get("named_readers", ""),
        planned=planned,
        waiting=_waiting(planned, chosen),
        audience=bulk.audience(g.db, planned) if planned and planned.act.kind == "readers" else None,
        reason=asked.get("reason", ""),
        problem=problem,
    )


def _waiting(planned, chosen):
    """Return the proposals that nobody could say yes to any more, if these notes went to the archive."""
    is_archive = planned is not None and planned.act.kind == "archive"
    going = verification.open_to(g.db, chosen, "archive", by=g.reader) if is_archive else ()
    return left_behind.of_notes(g.db, going, reader=g.reader)


def _act(asked):
    kind = asked.get("act", "")
    value = asked.get("value", "")
    if kind == "facets":
        return bulk.checked(kind, asked.getlist("facet"))
    if kind == "readers":
        words = paging.split_names(asked.get("named_readers", "")) if value == "list" else ()
        return bulk.checked(kind, value, named_readers.of_pairs(g.db, named_readers.parsed(g.db, words)))
    return bulk.checked(kind, paging.split_names(value) if kind.endswith("_topics") else value)


def _chosen(asked):
    """Return the ids of the ticked notes, or of the whole list."""
    if "all" not in asked:
        return paging.ids(asked.getlist("note"))
    return note_conditions.ids_of_list(g.db, reader=g.reader, limit=_ALL, **note_list.asked(asked))
