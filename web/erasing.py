"""Erasing a customer: what would go, what would stay and still name them, then all of it as one deed."""

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for

from kb import customers, erasure
from kb.errors import Invalid, N_
from kb.store import utc_now
from mining import erasure as of_all
from web import paging
from web.security import allowed

bp = Blueprint("erasing", __name__)


@bp.get("/customers/<int:customer_id>/erase")
@allowed("member.manage")
def preview(customer_id):
    return _page(customer_id)


@bp.post("/customers/<int:customer_id>/erase")
@allowed("member.manage")
def erase(customer_id):
    form = request.form
    chosen = {"note_ids": set(paging.ids(form.getlist("note"))), "with_closed": "closed" in form}
    try:
        if "sure" not in form:
            raise Invalid(N_("This cannot be taken back."), hint=N_("Tick that you are sure."), field="sure")
        of_all.erase_customer(g.db, customer_id, **chosen, by=g.reader, now=utc_now(), reason=form.get("reason", ""))
    except Invalid as problem:
        return _page(customer_id, problem), 422
    flash({"text": N_("Erased. That it was, when and why stays in the record."), "values": {}})
    return redirect(url_for("customers.show", customer_id=customer_id), 303)


def _page(customer_id, problem=None):
    planned = erasure.plan(g.db, customer_id, by=g.reader)
    return render_template(
        "customers/erase.html",
        customer=customers.get(g.db, customer_id, reader=g.reader),
        planned=planned,
        files=[path.name for path in of_all.files_with(current_app.config["HOME"], planned.words)],
        ticked=set(paging.ids(request.form.getlist("note"))) if problem else {note.id for note in planned.about},
        form=request.form,
        problem=problem,
    )
