"""Purchases: the imports, one of them, undo."""

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, send_file, url_for

from kb import access
from kb.errors import N_
from kb.store import utc_now
from mining import promotion, runs
from mining.ledger import batches, uploads
from web import paging, security
from web.security import allowed

bp = Blueprint("purchases", __name__)


@bp.get("/purchases")
@allowed("purchase.read")
def index():
    return page()


@bp.get("/purchases/batches/<int:batch_id>")
@allowed("purchase.read")
def show(batch_id):
    return render_template(
        "purchases/batch.html",
        batch=batches.get(g.db, batch_id, reader=g.reader),
        coming_back=batches.replaced_by(g.db, batch_id),
        runs=runs.of_batch(g.db, batch_id, reader=g.reader) if access.may(g.reader, "run.read") else [],
        notes=promotion.notes_of_batch(g.db, batch_id, reader=g.reader),
    )


@bp.post("/purchases/batches/<int:batch_id>/undo")
@allowed("purchase.import")
def undo(batch_id):
    batches.undo(g.db, batch_id, by=g.reader, now=utc_now())
    flash({"text": N_("Import undone. Its lines no longer count."), "values": {}})
    return redirect(url_for("purchases.show", batch_id=batch_id), 303)


@bp.get("/purchases/rejects/<int:run_id>")
@allowed("purchase.read")
def rejects(run_id):
    path = runs.rejects_path(g.db, current_app.config["HOME"], run_id, reader=g.reader)
    if path is None:
        raise security.not_found()
    return send_file(path, mimetype="text/csv", as_attachment=True, download_name=f"rejects-{run_id}.csv")


def page(problem=None):
    """Return the page of all imports; `problem` is why files just handed in were not taken."""
    shown = paging.page(request.args)
    rows, total = batches.listing(g.db, reader=g.reader, limit=shown.size, offset=shown.offset)
    return render_template(
        "purchases/list.html",
        batches=rows,
        pages=shown.of(total),
        waiting=uploads.waiting(g.db, reader=g.reader),
        problem=problem,
    )
