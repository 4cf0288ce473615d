"""Undo: one door for every change that can be taken back."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from kb import (
    channels,
    comments,
    customer_import,
    customers,
    deeds,
    duplicates,
    feed,
    interactions,
    note_merge,
    note_templates,
    notes,
    saved_views,
    suggestions,
    uses,
    verification_intervals,
)
from kb.errors import N_
from kb.store import utc_now
from mining import judgements
from web.security import allowed

bp = Blueprint("changes", __name__)


@bp.post("/changes/<int:seq>/undo")
@allowed("note.write")
def undo(seq):
    change = feed.change(g.db, seq)
    if change is not None and change["noun"] == "customer":
        customer = customers.undo(g.db, seq, by=g.reader, now=utc_now())
        return redirect(url_for("customers.show", customer_id=customer.id), 303)
    if change is not None and change["noun"] == "finding":
        finding_id = judgements.undo(g.db, seq, by=g.reader, now=utc_now())
        if "HX-Request" in request.headers:
            judgement = judgements.of_finding(g.db, finding_id)
            return render_template(
                "findings/_judgement.html", finding_id=finding_id, judgement=judgement, undo=None, back=""
            )
        return redirect(url_for("findings.show", finding_id=finding_id), 303)
    if change is not None and change["noun"] == "comment":
        note_id = comments.undo(g.db, seq, by=g.reader, now=utc_now())
        return redirect(url_for("notes.show", note_id=note_id, _anchor="comments"), 303)
    if change is not None and change["noun"] == "interaction":
        interaction_id = interactions.undo(g.db, seq, by=g.reader, now=utc_now())
        if "HX-Request" in request.headers:
            return "", 204
        return redirect(url_for("interactions.show", interaction_id=interaction_id), 303)
    if change is not None and change["noun"] == "suggestion":
        note_id = suggestions.undo(g.db, seq, by=g.reader, now=utc_now())
        return redirect(url_for("notes.show", note_id=note_id), 303)
    if change is not None and change["noun"] == "template":
        note_templates.undo(g.db, seq, by=g.reader, now=utc_now())
        return redirect(url_for("note_templates.index"), 303)
    if change is not None and change["noun"] == "channel":
        channels.undo(g.db, seq, by=g.reader, now=utc_now())
        return redirect(url_for("channels.index"), 303)
    if change is not None and change["noun"] == "use":
        note_id = uses.undo(g.db, seq, by=g.reader, now=utc_now())
        return redirect(url_for("notes.show", note_id=note_id), 303)
    if change is not None and change["noun"] == "verification":
        verification_intervals.undo(g.db, seq, by=g.reader, now=utc_now())
        return redirect(url_for("verification_queue.intervals"), 303)
    if change is not None and change["noun"] == "likeness":
        duplicates.undo(g.db, seq, by=g.reader, now=utc_now())
        return redirect(url_for("merging.index"), 303)
    if change is not None and change["noun"] == "view":
        view = saved_views.undo(g.db, seq, by=g.reader, now=utc_now())
        return redirect(url_for("notes.index", **view.address), 303)
    if note_merge.is_merge(change):
        note = note_merge.undo(g.db, seq, by=g.reader, now=utc_now())
        return redirect(url_for("notes.show", note_id=note.id), 303)
    note = notes.undo(g.db, seq, by=g.reader, now=utc_now())
    if "HX-Request" in request.headers:
        return "", 204  # the page one is on goes on
    return redirect(url_for("notes.show", note_id=note.id), 303)


@bp.post("/changes/<int:seq>/undo/all")
@allowed("note.write")
def undo_together(seq):
    """Take back what was done to many notes or customers at once; where some changed since, ask first."""
    leaves = "leave_changed" in request.form
    named = feed.change(g.db, seq)
    door = customer_import if named is not None and named["noun"] == "customer" else deeds
    try:
        count, undone = door.undo(g.db, seq, by=g.reader, now=utc_now(), leave_changed=leaves)
    except deeds.ChangedSince as problem:
        return render_template("changes/deed.html", seq=seq, problem=problem), 409
    flash({"text": N_("Taken back: %(count)s."), "values": {"count": count}, "undo": undone, "together": True})
    return redirect(url_for("activity.index"), 303)
