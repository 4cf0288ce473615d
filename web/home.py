"""今天: what a member starts the day with; what a role works at is shown to whoever has its rights."""

from datetime import date, timedelta

from flask import Blueprint, current_app, g, render_template

import kb.home
from kb import (
    absences,
    access,
    comments,
    gaps,
    member_mentions,
    members,
    news,
    note_conditions,
    note_counts,
    notes,
    proposals,
    question_lists,
    uses,
    verification,
    verification_queue,
    view_news,
)
from kb.dimensions import thin
from kb.map import experts
from kb.store import utc_now
from mining import rule_view, runs
from mining.ledger import batches, uploads
from web.security import allowed

bp = Blueprint("home", __name__)

_NEWEST = 8
_IMPORTS = 3
_UNSORTED = 5
_UNSORTED_STEPS = ("raw", "explicit")
_CHECKED = 5
_BACK_DAYS = 7
_AT_WORK = ("queued", "running")


@bp.get("/")
@allowed("note.read")
def show():
    home, settings = current_app.config["HOME"], current_app.config["SETTINGS"]
    midnight, today = kb.home.start_of_today(home), kb.home.today(home)
    week_ago = (date.fromisoformat(today) - timedelta(days=_BACK_DAYS)).isoformat()
    since = news.last_visit(g.db, g.reader.member_id, before=midnight) or g.member.created_at
    urgent, others = news.changed(g.db, reader=g.reader, since=since, today=today, first_topics=settings.first_topics)
    newest, total = notes.listing(g.db, reader=g.reader, limit=_NEWEST)
    counts = note_counts.balance(g.db, reader=g.reader)
    checking, to_check = verification_queue.of_reader(g.db, reader=g.reader, now=utc_now(), limit=_CHECKED)
    return render_template(
        "home/home.html",
        today=utc_now(),
        since=since,
        urgent=urgent,
        changed=others,
        touched=news.touched(g.db, reader=g.reader, since=midnight),
        first_topics=settings.first_topics,
        notes=newest,
        total=total,
        balance=counts,
        thin=thin(counts),
        used=uses.of_author(g.db, g.reader.member_id, reader=g.reader),
        results=uses.RESULTS,
        questions=question_lists.to_answer(g.db, reader=g.reader),
        answers=question_lists.with_answers(g.db, reader=g.reader),
        found_new=view_news.waiting(g.db, reader=g.reader),
        mentions=member_mentions.of_reader(g.db, reader=g.reader),
        standing_in=absences.answered_for(g.db, g.reader.member_id),
        back_from=absences.over(g.db, g.reader.member_id, since=week_ago, limit=1),
        to_fill=gaps.of_member(g.db, g.member.id, reader=g.reader, now=utc_now()),
        gap_kinds=gaps.KINDS,
        comments=comments.of_author(g.db, g.reader.member_id, reader=g.reader),
        checking=(checking, to_check),
        proposed={
            "waiting": proposals.waiting(g.db, reader=g.reader),
            "returned": [
                each for each in proposals.mine(g.db, reader=g.reader) if each.state == "returned" or each.is_archived
            ],
        },
        doubted=[each for each in verification.waiting(g.db, reader=g.reader) if each not in checking],
        buying=_buying() if access.may(g.reader, "purchase.import") else None,
        sorting=_sorting() if access.may(g.reader, "note.edit_others") else None,
        little_known=experts.little_known(g.db, reader=g.reader) if access.may(g.reader, "topic.arrange") else None,
        department=_department() if access.may(g.reader, "member.read") else None,
    )


def _buying():
    latest, total = batches.listing(g.db, reader=g.reader, limit=_IMPORTS)
    jobs = [run for run in runs.listing(g.db, reader=g.reader) if run.state in _AT_WORK]
    return {
        "imports": latest,
        "total": total,
        "jobs": jobs,
        "waiting": uploads.waiting(g.db, reader=g.reader),
        "to_judge": rule_view.to_judge(g.db, reader=g.reader),
    }


def _sorting():
    waiting = note_conditions.ids_waiting(g.db, reader=g.reader, steps=_UNSORTED_STEPS, limit=_UNSORTED)
    oldest = {note.id: note for note in notes.of_ids(g.db, waiting, reader=g.reader)}
    counts = note_counts.maturity(g.db, reader=g.reader)
    return {"notes": [oldest[each] for each in waiting], "total": sum(counts.get(each, 0) for each in _UNSORTED_STEPS)}


def _department():
    if g.reader.department_id is None:
        return None
    counts = note_counts.balance(g.db, reader=g.reader, department_id=g.reader.department_id)
    return {
        "id": g.reader.department_id,
        "name": members.department(g.db, g.reader.department_id)["name"],
        "people": len(members.of_department(g.db, g.reader.department_id)),
        "balance": counts,
        "thin": thin(counts),
    }
