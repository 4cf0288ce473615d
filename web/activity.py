"""Activity: what I, or anybody, did in the last thirty days, each leading to its thing, and taken back from here."""

from datetime import date, timedelta

from flask import Blueprint, current_app, g, render_template, request

import kb.home
from kb import (
    absences,
    access,
    activity,
    approval_rules,
    channels,
    customers,
    interactions,
    members,
    note_merge,
    note_templates,
    notes,
    proposals,
    questions,
    removals,
    replies,
    saved_views,
    sources,
    topics,
    unmerged,
)
from kb.map import expertise, scoring
from kb.store import utc_now
from mining import findings, runs
from mining.ledger import batches
from web import paging
from web.security import allowed, not_found

bp = Blueprint("activity", __name__)

_SIZE = 50
# Which things somebody hears of: those they may read.
_NOUNS = {
    "note": "note.read",
    "comment": "note.read",
    "use": "note.read",
    "suggestion": "note.write",
    "verification": "verification.arrange",
    "customer": "customer.read",
    "source": "source.read",
    "interaction": "customer.read",
    "topic": "topic.read",
    "finding": "run.read",
    "schedule": "run.read",
    "batch": "purchase.read",
    "likeness": "note.read",
    "template": "note.write",
    "channel": "channel.arrange",
    "synonym": "topic.arrange",
    "view": "note.read",
    "proposal": "note.write",
    "approval": "approval.arrange",
    "expertise": "topic.read",
    "score": "topic.read",
    "question": "question.read",
    "reply": "question.read",
    "unmerged": "note.write",
    "absence": "note.read",
    "gap": "gap.assign",
    "missed": "note.read",
    "leaving": "member.read",
    "member": "member.manage",
}
_MAY_UNDO = {
    "note": "note.write",
    "comment": "note.write",
    "use": "note.write",
    "suggestion": "note.write",
    "verification": "verification.arrange",
    "likeness": "note.write",
    "customer": "customer.write",
    "interaction": "note.write",
    "finding": "finding.judge",
    "schedule": "run.start",
    "batch": "purchase.import",
    "template": "template.edit",
    "channel": "channel.arrange",
    "synonym": "topic.arrange",
    "view": "note.write",
    "proposal": "note.write",
    "approval": "approval.arrange",
    "topic": "topic.arrange",
    "source": "source.write",
    "expertise": "note.write",
    "score": "score.arrange",
    "question": "question.write",
    "reply": "question.write",
    "unmerged": "note.write",
    "absence": "self.manage",
    "gap": "gap.assign",
    "missed": "note.write",
    "leaving": "self.manage",
    "member": "member.manage",
}
# What has a name in place of a number.
_NAMED = ("template", "channel", "synonym", "score", "gap", "missed", "schedule", "verification")
# Those that have no name of their own.
_PLAIN = ("gap", "missed", "schedule", "verification", "synonym")
# What was taken back of two notes at once is done again by doing it again.
_FINAL = (
    ("member", "add"), ("member", "leave"), ("member", "reset"),
    ("note", "unmerge"), ("note", "forget"), ("likeness", "undo"), ("customer", "erase"), ("proposal", "undo"),
    ("unmerged", "undo"),
    ("proposal", "approve"), ("proposal", "erase"), ("topic", "add"), ("topic", "unmerge"), ("topic", "unsplit"),
    ("topic", "unapart"),
    ("comment", "undo"), ("use", "undo"), ("suggestion", "undo"),
    ("question", "route"), ("question", "away"), ("question", "return"), ("question", "undo"),
    ("reply", "thank"), ("reply", "unthank"), ("reply", "unedit"),
    ("absence", "undo"), ("schedule", "undo"),
    ("gap", "undo"), ("missed", "undo"), ("leaving", "undo"), ("leaving", "ungive"),
)  # fmt: skip


@bp.get("/activity")
@allowed("note.read")
def index():
    away = _absence(request.args.get("away", type=paging.whole))
    everybody = away is not None or request.args.get("who") == "all"
    before = request.args.get("before", type=paging.whole)
    found = activity.listing(
        g.db,
        reader=g.reader,
        nouns=[noun for noun, action in _NOUNS.items() if access.may(g.reader, action)],
        now=utc_now(),
        member_id=None if everybody else g.reader.member_id,
        meanwhile=_meanwhile(away) if away else None,
        before=before,
        limit=_SIZE + 1,
    )
    shown = found[:_SIZE]
    things = _things(shown)
    merges = note_merge.standing(g.db, [int(each.noun_id) for each in shown if each.action == "merge"])
    held = merges | removals.standing_off(g.db, [each.seq for each in shown])
    return render_template(
        "activity.html",
        deeds=[(each, things.get((each.noun, each.noun_id)), _is_undoable(each, things, held)) for each in shown],
        going=runs.going(g.db, reader=g.reader),
        everybody=everybody,
        away=away,
        before=before,
        older=shown[-1].seq if len(found) > _SIZE else None,
        days=activity.DAYS,
    )


def _absence(absence_id):
    """Return the absence that is asked about, of oneself or as an administrator, or None."""
    if absence_id is None:
        return None
    found = absences.told(g.db, absence_id)
    if found.member_id != g.reader.member_id and not access.may(g.reader, "member.manage"):
        raise not_found()
    return found


def _meanwhile(away):
    home = current_app.config["HOME"]
    day_after = (date.fromisoformat(away.until_day) + timedelta(days=1)).isoformat()
    days = (kb.home.instant(home, each, "00:00") for each in (away.from_day, day_after))
    return activity.Meanwhile(away.member_id, *days)


def _things(deeds):
    """Return what the deeds were done to, by noun and id; what is gone or hidden is left out."""
    ids = {
        noun: sorted({int(each.noun_id) for each in deeds if each.noun == noun})
        for noun in _NOUNS
        if noun not in _NAMED
    }
    found = {
        (noun, str(each.id)): each
        for noun in ("note", "likeness", "suggestion")
        for each in notes.of_ids(g.db, ids[noun], reader=g.reader)
    }
    on_notes = activity.notes_of(g.db, deeds)
    commented = {each.id: each for each in notes.of_ids(g.db, set(on_notes.values()), reader=g.reader)}
    found |= {key: commented[note_id] for key, note_id in on_notes.items() if note_id in commented}
    if ids["customer"]:
        of_ids = customers.of_ids(g.db, ids["customer"], reader=g.reader)
        found |= {("customer", str(number)): each for number, each in of_ids.items()}
    found |= {("batch", str(each.id)): each for each in batches.of_ids(g.db, ids["batch"])}
    found |= {
        ("interaction", str(number)): each
        for number, each in interactions.of_ids(g.db, ids["interaction"], reader=g.reader).items()
    }
    found |= {
        ("view", str(number)): each for number, each in saved_views.of_ids(g.db, ids["view"], reader=g.reader).items()
    }
    found |= {("proposal", str(each.id)): each for each in proposals.of_ids(g.db, ids["proposal"], reader=g.reader)}
    of_unmerged = unmerged.of_ids(g.db, ids["unmerged"], reader=g.reader)
    titled = {each.id: each for each in notes.of_ids(g.db, set(of_unmerged.values()), reader=g.reader)}
    found |= {("unmerged", str(number)): titled[its] for number, its in of_unmerged.items() if its in titled}
    found |= {("absence", str(number)): each for number, each in absences.of_ids(g.db, ids["absence"]).items()}
    found |= {(noun, str(number)): members.get(g.db, number) for noun in ("leaving", "member") for number in ids[noun]}
    departments = members.departments(g.db)
    found |= {("approval", str(number)): departments[number] for number in ids["approval"]}
    found |= {
        (noun, str(number)): each
        for noun, of_ids in (("question", questions.of_ids), ("reply", replies.of_ids))
        for number, each in of_ids(g.db, ids[noun], reader=g.reader).items()
    }
    if ids["topic"]:
        # Each by itself would count the notes of all.
        found |= {("topic", str(each.id)): each for each in topics.listing(g.db, reader=g.reader)}
    named = {each.noun_id for each in deeds if each.noun == "template"}
    found |= {("template", each): note_templates.get(g.db, each) for each in named}
    found |= {("channel", each.noun_id): channels.listing(g.db) for each in deeds if each.noun == "channel"}
    found |= {
        ("expertise", str(number)): row
        for number, row in expertise.of_ids(g.db, ids["expertise"], reader=g.reader).items()
    }
    found |= {(each.noun, each.noun_id): each.noun for each in deeds if each.noun in _PLAIN}
    found |= {("score", each.noun_id): scoring.rules(g.db) for each in deeds if each.noun == "score"}
    for noun, get in (("source", sources.get), ("finding", findings.get)):
        found |= {(noun, str(number)): get(g.db, number, reader=g.reader) for number in ids[noun]}
    return found


def _is_undoable(deed, things, held):
    thing = things.get((deed.noun, deed.noun_id))
    action = _MAY_UNDO.get(deed.noun)
    # A merge, and what was taken off, is taken back though the thing was changed since.
    is_open = deed.is_newest or (deed.noun in ("note", "interaction") and deed.seq in held)
    if action is None or not is_open or not access.may(g.reader, action):
        return False
    if deed.action == "forget" or (deed.noun, deed.action) in _FINAL:
        return False
    is_mine = deed.member_id == g.reader.member_id
    if deed.count > 1:
        return deed.noun in ("note", "customer", "topic", "source") and (
            is_mine or access.may(g.reader, "note.edit_others")
        )
    if deed.noun == "gap":
        return True
    if deed.noun == "missed":
        return is_mine
    if deed.noun in ("absence", "leaving"):
        return is_mine or access.may(g.reader, "member.manage")
    if thing is None:
        return False
    if deed.noun in ("note", "likeness", "suggestion"):
        return is_mine or notes.may_edit(thing, g.reader)
    if deed.noun == "comment":
        return is_mine or access.may(g.reader, "note.edit_others")
    if deed.noun in ("proposal", "unmerged", "use"):
        return is_mine
    if deed.noun == "approval":
        return approval_rules.may_arrange(g.reader, int(deed.noun_id))
    if deed.noun == "expertise":
        return is_mine
    if deed.noun == "view":
        return saved_views.may_change(thing, g.reader)
    if deed.noun in ("question", "reply"):
        return is_mine or access.may(g.reader, "question.assign")
    if deed.noun == "interaction":
        return interactions.may_edit(thing, g.reader)
    return deed.noun != "batch" or (deed.action == "add" and thing.state == "loaded")
