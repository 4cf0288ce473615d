"""今天: what a member starts the day with."""

from flask import Blueprint, current_app, g, render_template

import kb.home
from kb import access, news, notes
from kb.dimensions import thin
from kb.store import utc_now
from mining import runs
from web.security import allowed

bp = Blueprint("home", __name__)

_NEWEST = 8


@bp.get("/")
@allowed("note.read")
def show():
    home, settings = current_app.config["HOME"], current_app.config["SETTINGS"]
    midnight = kb.home.start_of_today(home)
    since = news.last_visit(g.db, g.reader.member_id, before=midnight) or g.member.created_at
    urgent, others = news.changed(
        g.db, reader=g.reader, since=since, today=kb.home.today(home), first_topics=settings.first_topics
    )
    newest, total = notes.listing(g.db, reader=g.reader, limit=_NEWEST)
    running = runs.listing(g.db, reader=g.reader, limit=5) if access.may(g.reader, "run.start") else []
    counts = notes.balance(g.db, reader=g.reader)
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
        runs=running,
    )
