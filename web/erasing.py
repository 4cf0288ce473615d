"""Erasing a customer: what would go, what would stay and still name them, then all of it as one deed."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from kb import customers, erasure, leftovers
from kb.errors import Invalid, N_
from kb.store import utc_now
from mining import erasure as of_all
from web import paging
from web.security import allowed, not_found

bp = Blueprint("erasing", __name__)


@bp.get("/customers/<int:customer_id>/erase")
@allowed("member.manage")
def preview(customer_id):
    return _page(customer_id)


@bp.post("/customers/<int:customer_id>/erase")
@allowed("member.manage")
def erase(customer_id):
    form = request.form
    chosen = {
        "note_ids": set(paging.ids(form.getlist("note"))),
        "with_closed": "closed" in form,
        "version_ids": set(paging.ids(form.getlist("version"))),
        "with_closed_versions": "closed_versions" in form,
        "with_traces": "traces" in form,
        "with_file_names": "file_names" in form,
        "with_unsaved": "unsaved" in form,
        "places": set(form.getlist("file")),
    }
    try:
        if "sure" not in form:
            raise Invalid(N_("This cannot be taken back."), hint=N_("Tick that you are sure."), field="sure")
        of_all.erase_customer(g.db, customer_id, **chosen, by=g.reader, now=utc_now(), reason=form.get("reason", ""))
    except Invalid as problem:
        return _page(customer_id, problem), 422
    flash({"text": N_("Erased. That it was, when and why stays in the record."), "values": {}})
    return redirect(url_for("erasing.erased", customer_id=customer_id), 303)


@bp.get("/customers/<int:customer_id>/erased")
@allowed("member.manage")
def erased(customer_id):
    customer = customers.get(g.db, customer_id, reader=g.reader)
    if not customer.erased_at:
        raise not_found()
    left = leftovers.of_customer(g.db, customer_id, by=g.reader)
    return render_template("customers/erased.html", customer=customer, left=left)


def _page(customer_id, problem=None):
    planned = erasure.plan(g.db, customer_id, by=g.reader)
    ticked = {name: set(paging.ids(request.form.getlist(name))) for name in ("note", "version")}
    if problem is None:
        # Where they are named today too, the name may be somebody else's: whoever erases looks first.
        named = {note.id for note in planned.named}
        ticked = {
            "note": {note.id for note in planned.about},
            "version": {note.id for note, _ in planned.versions} - named,
        }
    return render_template(
        "customers/erase.html",
        customer=customers.get(g.db, customer_id, reader=g.reader),
        planned=planned,
        files=of_all.files_naming(g.db, planned.words),
        ticked=ticked,
        ticked_files=set(request.form.getlist("file")),
        form=request.form,
        problem=problem,
    )
