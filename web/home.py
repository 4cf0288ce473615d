"""今天: what a member starts the day with."""

from flask import Blueprint, g, render_template

from kb import access, notes
from kb.dimensions import thin
from mining import runs
from web.security import allowed

bp = Blueprint("home", __name__)

_NEWEST = 8


@bp.get("/")
@allowed("note.read")
def show():
    newest, total = notes.listing(g.db, reader=g.reader, limit=_NEWEST)
    running = runs.listing(g.db, reader=g.reader, limit=5) if access.may(g.reader, "run.read") else []
    counts = notes.balance(g.db, reader=g.reader)
    return render_template("home/home.html", notes=newest, total=total, balance=counts, thin=thin(counts), runs=running)
