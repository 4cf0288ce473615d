"""Undo: one door for every change that can be taken back."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from kb import (
    absences,
    accepted,
    accounts,
    approval_rules,
    bulk,
    channels,
    comments,
    customers,
    deeds,
    duplicates,
    feed,
    gaps,
    imported,
    interactions,
    leaving,
    missed,
    note_merge,
    note_templates,
    notes,
    proposals,
    removals,
    replies,
    saved_views,
    sources,
    suggestions,
    synonyms,
    topic_health,
    topic_merge,
    topic_tree,
    unmerged,
    uses,
    verification_intervals,
)
from kb.errors import N_
from kb.map import expertise, scoring
from kb.store import utc_now
from mining import judgements, note_deeds, schedules
from web import interaction_form
from web.security import allowed
from web.view_pages import page_of

bp = Blueprint("changes", __name__)


def _undo_of_topic(db, seq, **by_and_now):
    change = feed.change(db, seq)
    door = next((each for each in (topic_merge, topic_health) if each.takes_back(change)), topic_tree)
    return door.undo(db, seq, **by_and_now)


def _undo_of_note(db, seq, **by_and_now):
    change = feed.change(db, seq)
    if removals.is_of_note(change):
        return removals.undo(db, seq, believed=judgements.believed(db), **by_and_now)
    return (note_merge if note_merge.is_merge(change) else notes).undo(db, seq, **by_and_now)


def _of_note(note_id):
    return url_for("notes.show", note_id=note_id)


def _of_question(question_id):
    return url_for("questions.show", question_id=question_id)


def _of_expertise(topic_and_member):
    topic_id, member_id = topic_and_member
    if member_id == g.reader.member_id:
        return url_for("people.show", member_id=member_id)
    return url_for("topics.show", topic_id=topic_id)


# By noun: who takes a change of it back, and from what that returns the page that shows it.
_DOORS = {
    "absence": (absences.undo, lambda number: url_for("absences.show", member_id=number)),
    "approval": (approval_rules.undo, lambda _: url_for("approval.rules")),
    "channel": (channels.undo, lambda _: url_for("channels.index")),
    "comment": (comments.undo, lambda number: url_for("notes.show", note_id=number, _anchor="comments")),
    "customer": (customers.undo, lambda customer: url_for("customers.show", customer_id=customer.id)),
    "expertise": (expertise.undo, _of_expertise),
    "finding": (judgements.undo, lambda number: url_for("findings.show", finding_id=number)),
    "gap": (gaps.undo, lambda kind: url_for("gaps.index", kinds=kind)),
    "interaction": (interactions.undo, lambda number: url_for("interactions.show", interaction_id=number)),
    "leaving": (leaving.undo, lambda number: url_for("leaving.show", member_id=number)),
    "likeness": (duplicates.undo, lambda _: url_for("merging.index")),
    "member": (accounts.undo, lambda number: url_for("members.show", member_id=number)),
    "missed": (missed.undo, lambda _: url_for("gaps.index")),
    "proposal": (proposals.undo, lambda number: url_for("approval.show", proposal_id=number)),
    "question": (accepted.undo, _of_question),
    "reply": (replies.undo, _of_question),
    "schedule": (schedules.undo, lambda _: url_for("schedules.index")),
    "score": (scoring.undo, lambda _: url_for("scoring.index")),
    "source": (sources.undo, lambda number: url_for("sources.show", source_id=number)),
    "suggestion": (suggestions.undo, _of_note),
    "synonym": (synonyms.undo, lambda _: url_for("synonyms.index")),
    "template": (note_templates.undo, lambda _: url_for("note_templates.index")),
    "topic": (_undo_of_topic, lambda number: url_for("topics.show", topic_id=number)),
    "unmerged": (unmerged.undo, _of_note),
    "use": (uses.undo, _of_note),
    "verification": (verification_intervals.undo, lambda _: url_for("verification_queue.intervals")),
    "view": (saved_views.undo, page_of),
}


@bp.post("/changes/<int:seq>/undo")
@allowed("note.write")
def undo(seq):
    change = feed.change(g.db, seq)
    noun = change["noun"] if change is not None else None
    take_back, page_of = _DOORS.get(noun, (_undo_of_note, lambda note: _of_note(note.id)))
    found = take_back(g.db, seq, by=g.reader, now=utc_now())
    if "HX-Request" not in request.headers:
        warnings = interaction_form.warnings_of_undo(found) if noun == "interaction" else []
        flash({"text": N_("Taken back."), "values": {}, "warnings": warnings})
        return redirect(page_of(found), 303)
    if noun == "finding":
        judgement = judgements.of_finding(g.db, found)
        return render_template("findings/_judgement.html", finding_id=found, judgement=judgement, undo=None, back="")
    return "", 204  # the page one is on goes on


@bp.post("/changes/<int:seq>/undo/all")
@allowed("note.write")
def undo_together(seq):
    """Take back what was done to many things of a kind at once; where some changed since, ask first."""
    told = {"by": g.reader, "leave_changed": "leave_changed" in request.form}
    named = feed.change(g.db, seq)
    # Of notes more is done at once than an import.
    kind = note_deeds.IMPORTS.get(named["noun"]) if named is not None else None
    try:
        ready = imported.agreed(g.db, seq, kind, **told) if kind else deeds.agreed(g.db, seq, **told)
        if len(ready) > bulk.AT_ONCE:
            run_id = note_deeds.queue_undo(g.db, ready, kind, by=g.reader, now=utc_now())
            return redirect(url_for("note_deeds.show", run_id=run_id), 303)
        told |= {"now": utc_now()}
        count, undone = imported.undo(g.db, seq, kind, **told) if kind else deeds.undo(g.db, seq, **told)
    except deeds.ChangedSince as problem:
        return render_template("changes/deed.html", seq=seq, problem=problem), 409
    flash({"text": N_("Taken back: %(count)s."), "values": {"count": count}, "undo": undone, "together": True})
    return redirect(url_for("activity.index"), 303)
