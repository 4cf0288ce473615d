"""A department: who works there, what they know best and where one alone does, how its knowledge is spread."""

from flask import Blueprint, g, render_template, request

from kb import members, note_counts, notes, verification_queue
from kb.dimensions import thin
from kb.map import departments
from kb.store import utc_now
from web import paging
from web.security import allowed

bp = Blueprint("departments", __name__)


@bp.get("/departments/<int:department_id>")
@allowed("note.read")
def show(department_id):
    page, now = paging.page(request.args), utc_now()
    department = members.department(g.db, department_id)
    found, total = notes.listing(
        g.db, reader=g.reader, department_id=department_id, limit=page.size, offset=page.offset
    )
    counts = note_counts.balance(g.db, reader=g.reader, department_id=department_id)
    kept_up = verification_queue.kept_up(g.db, department_id, reader=g.reader, now=now)
    return render_template(
        "departments/show.html",
        department=department,
        colleagues=members.of_department(g.db, department_id),
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
