"""Purchases: uploading an order file, its batch, undo."""

import secrets

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, send_file, url_for

from kb.errors import Invalid, N_
from kb.store import utc_now
from mining import runs
from mining.ledger import batches
from mining.ledger.reasons import REJECTED
from web import paging, security
from web.security import allowed
from web.templating import translate

bp = Blueprint("purchases", __name__)

_COLUMNS = ("order", "item", "customer", "time", "quantity", "price")
_OPTIONS = ("encoding", "returns")


@bp.get("/purchases")
@allowed("purchase.read")
def index():
    return _page({})


@bp.post("/purchases")
@allowed("purchase.import")
def upload():
    try:
        run_ids = _queue(request.files.getlist("file"), request.form)
    except Invalid as problem:
        return _page(request.form, problem), 422
    where = url_for("runs.show", run_id=run_ids[0]) if len(run_ids) == 1 else url_for("runs.index")
    return redirect(where, 303)


@bp.get("/purchases/batches/<int:batch_id>")
@allowed("purchase.read")
def show(batch_id):
    return render_template("purchases/batch.html", batch=batches.get(g.db, batch_id, reader=g.reader))


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


def _page(form, problem=None):
    page = paging.page(request.args)
    rows, total = batches.listing(g.db, reader=g.reader, limit=page.size, offset=page.offset)
    return render_template(
        "purchases/list.html", batches=rows, pages=page.of(total), form=form, columns=_COLUMNS, problem=problem
    )


def _queue(files, form):
    files = [file for file in files if file.filename]
    if not files:
        raise Invalid(N_("No file was chosen."), hint=N_("Choose a csv or xlsx file with your orders."), field="file")
    mapping = {name: form[f"map_{name}"].strip() for name in _COLUMNS if form.get(f"map_{name}", "").strip()}
    options = {name: form[name] for name in _OPTIONS if form.get(name)}
    now = utc_now()
    sentences = {template: translate(template) for template in REJECTED.values()}
    ids = []
    for file in files:
        args = {
            "upload": _keep(file),
            "file": paging.plain_name(file.filename),
            "options": {**options, "mapping": mapping},
            "sentences": sentences,
        }
        ids.append(runs.queue(g.db, kind="import", args=args, by=g.reader, now=now))
    return ids


def _keep(file):
    folder = current_app.config["HOME"] / "uploads"
    folder.mkdir(mode=0o700, exist_ok=True)
    token = secrets.token_hex(16)
    file.save(folder / token)
    return token
