"""JSON under /api/v1: the same objects the command line prints, for a signed-in session."""

from flask import Blueprint, current_app, g, request

from kb import note_counts, notes, topics
from kb.map.experts import experts
from kb.search import find
from kb.store import utc_now
from mining import findings, runs
from mining.ledger import batches
from web import answers, paging
from web.notes import record_look
from web.security import allowed
from web.templating import translate

bp = Blueprint("api", __name__, url_prefix="/api/v1")


@bp.get("/search")
@allowed("note.read")
def search():
    page = paging.page(request.args, 20)
    found = find.search(
        g.db,
        current_app.config["HOME"],
        request.args.get("q", ""),
        reader=g.reader,
        dimension=request.args.get("dimension") or None,
        limit=page.size,
        offset=page.offset,
    )
    current_app.extensions["access_log"].add(member_id=g.member.id, action="search")
    return find.answer(found, translate)


@bp.get("/experts")
@allowed("topic.read")
def who_knows():
    topic = topics.by_name(g.db, request.args.get("topic", ""), reader=g.reader)
    return answers.experts(topic, experts(g.db, topic.id, reader=g.reader, now=utc_now()), translate)


@bp.get("/notes/<int:note_id>")
@allowed("note.read")
def note(note_id):
    found = notes.get(g.db, note_id, reader=g.reader)
    record_look(found)
    return answers.note(found)


@bp.get("/notes/balance")
@allowed("note.read")
def balance():
    return answers.balance(note_counts.balance(g.db, reader=g.reader))


@bp.get("/purchases/batches")
@allowed("purchase.read")
def ledger():
    page = paging.page(request.args)
    rows, total = batches.listing(g.db, reader=g.reader, limit=page.size, offset=page.offset)
    return answers.batches(rows, total)


@bp.get("/runs")
@allowed("run.read")
def jobs():
    page = paging.page(request.args)
    return answers.runs(runs.listing(g.db, reader=g.reader, limit=page.size, offset=page.offset), translate)


@bp.get("/runs/<int:run_id>")
@allowed("run.read")
def job(run_id):
    run = runs.get(g.db, run_id, reader=g.reader)
    rows, total = findings.of_run(g.db, run_id, limit=paging.page(request.args).size)
    return answers.run(run, rows, total, translate)
