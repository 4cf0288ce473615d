"""A department: who looks after its knowledge, what is new and due, its notes by type, who knows what."""

from datetime import datetime, timedelta

from flask import Blueprint, current_app, g, render_template, request

import kb.home
from kb import members, news, note_counts, notes, presence, verification_queue
from kb.dimensions import DIMENSIONS, thin
from kb.map import departments
from kb.store import utc_now
from kb.verification_queue import Filter
from web import paging
from web.security import allowed

bp = Blueprint("departments", __name__)

_FIRST = 5
_NEW_DAYS = 7


@bp.get("/departments/<int:department_id>")
@allowed("note.read")
def show(department_id):
    page, now = paging.page(request.args), utc_now()
    department = members.department(g.db, department_id)
    chosen = request.args.get("dimension")
    asked = {"department_id": department_id, "dimension": chosen if chosen in DIMENSIONS else None}
    counts = note_counts.balance(g.db, reader=g.reader, department_id=department_id)
    total = counts[asked["dimension"]] if asked["dimension"] else sum(counts.values())
    found, _ = notes.listing(g.db, reader=g.reader, **asked, limit=page.size, offset=page.offset, total=total)
    kept_up = verification_queue.kept_up(g.db, department_id, reader=g.reader, now=now)
    of_queue = Filter("department", department_id=department_id)
    waiting, waits = verification_queue.listing(
        g.db, of_queue, reader=g.reader, now=now, limit=_FIRST, total=kept_up["due"]
    )
    since, new, is_more = _new(department_id, now)
    return render_template(
        "departments/show.html",
        department=department,
        **_curators(department_id),
        colleagues=members.of_department(g.db, department_id),
        since=since,
        new=new,
        is_more=is_more,
        waiting=waiting,
        waits=waits,
        dimension=asked["dimension"],
        notes=found,
        balance=counts,
        thin=thin(counts),
        kept_up=kept_up,
        in_time=verification_queue.in_time(kept_up),
        pages=page.of(total),
    )


@bp.get("/departments/<int:department_id>/knowledge")
@allowed("note.read")
def knowledge(department_id):
    """Answer who knows what in a department: as a page, or as the part of its page that is fetched afterwards."""
    department = members.department(g.db, department_id)
    held, gaps = departments.holds(g.db, department_id, reader=g.reader, now=utc_now())
    name = "departments/_knowledge.html" if "HX-Request" in request.headers else "departments/knowledge.html"
    return render_template(name, department=department, held=held, gaps=gaps, most=departments.MOST)


def _new(department_id, now):
    """Return what is new since the reader was last here before today, or since a week where nothing is."""
    before = kb.home.start_of_today(current_app.config["HOME"])
    week = (datetime.fromisoformat(now) - timedelta(days=_NEW_DAYS)).isoformat().replace("+00:00", "Z")
    visit = news.last_visit(g.db, g.reader.member_id, before=before) or week
    found = news.of_department(g.db, department_id, reader=g.reader, since=min(visit, week), limit=_FIRST + 1)
    unseen = [note for note in found if note.updated_at > visit]
    since, shown = (visit, unseen) if unseen else (min(visit, week), found)
    return since, shown[:_FIRST], len(shown) > _FIRST


def _curators(department_id):
    """Return who looks after the knowledge of a department, and by id who answers for those that are away."""
    found, are_own = members.curators(g.db, department_id)
    ids = [each.id for each in found]
    answering = presence.answering(g.db, ids, day=kb.home.today(current_app.config["HOME"]))
    others = members.names(g.db, [who for each, who in answering.items() if who not in (None, each)])
    standing_in = {each: (who, others[who]) for each, who in answering.items() if who in others and who != each}
    return {"curators": found, "curators_are_own": are_own, "standing_in": standing_in}
