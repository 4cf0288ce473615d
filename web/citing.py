"""Evidence of a note: naming another note, a rule or a figure of the purchase records, and taking it off."""

import re

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for

from kb import access, citing, customers, notes
from kb.errors import Invalid, N_
from kb.store import utc_now
from mining import judgements, promotion, slices
from web import note_form
from web.notes import page
from web.security import allowed
from web.templating import translate

bp = Blueprint("citing", __name__)

_ASKED = ("since", "until", "item", "category", "customer")


@bp.post("/notes/<int:note_id>/evidence")
@allowed("note.write")
def create(note_id):
    form = {name: request.form.get(name, "") for name in ("source", "why")}
    try:
        number = note_form.number(form["source"], N_("Which note is it?"), "source")
        seq = citing.note(g.db, note_id, number, why=form["why"], by=g.reader, now=utc_now())
    except Invalid as problem:
        return page(note_id, problem=problem, cite=form), 422
    return _back(note_id, N_("Named as evidence."), seq)


@bp.post("/notes/<int:note_id>/rules")
@allowed("note.write")
def cite_rule(note_id):
    form = {name: request.form.get(name, "") for name in ("rule", "why")}
    try:
        number = note_form.number(form["rule"], N_("Which rule is it?"), "rule")
        known = {"translate": translate, "by": g.reader, "now": utc_now()}
        seq = promotion.cite(g.db, number, note_id, why=form["why"], **known)
    except Invalid as problem:
        return page(note_id, problem=problem, cite=form), 422
    return _back(note_id, N_("Named as evidence."), seq)


@bp.post("/notes/<int:note_id>/evidence/remove")
@allowed("note.write")
def remove(note_id):
    table, _, number = request.form.get("part", "").partition(" ")
    number = int(number) if re.fullmatch(r"\d{1,18}", number) else 0
    reason = request.form.get("reason", "")
    known = {"believed": judgements.believed(g.db), "by": g.reader, "now": utc_now(), "reason": reason}
    try:
        seq = citing.remove(g.db, note_id, table, number, **known)
    except Invalid as problem:
        if problem.field == "reason":
            note = notes.get(g.db, note_id, reader=g.reader)
            return render_template("notes/why_off.html", note=note, name=None, problem=problem), 422
        return page(note_id, problem=problem, cite={}), 422
    return _back(note_id, N_("No longer evidence."), seq)


@bp.get("/notes/<int:note_id>/purchases")
@allowed("purchase.read")
def purchases(note_id):
    """Ask which purchases are to be cited; once asked, show their figure."""
    try:
        return _purchases_page(note_id, request.args)
    except Invalid as problem:
        return _purchases_page(note_id, request.args, problem=problem), 422


@bp.post("/notes/<int:note_id>/purchases")
@allowed("note.write")
def cite_purchases(note_id):
    notes.require_editable(notes.get(g.db, note_id, reader=g.reader), g.reader)
    access.require(g.reader, "purchase.read")
    try:
        asked = _question(request.form)
        figure = _figure(asked)
        why = request.form.get("why", "")
        told = {"question": asked.args(), "figure": figure, "why": why}
        seq = citing.purchases(g.db, note_id, **told, by=g.reader, now=utc_now())
    except Invalid as problem:
        return _purchases_page(note_id, request.form, problem=problem), 422
    return _back(note_id, N_("Named as evidence."), seq)


def _purchases_page(note_id, sent, problem=None):
    note = notes.get(g.db, note_id, reader=g.reader)
    notes.require_editable(note, g.reader)
    form = {name: sent.get(name, "") for name in (*_ASKED, "why")}
    is_asked = any(form[name].strip() for name in _ASKED)
    figure = _figure(_question(form)) if is_asked and (problem is None or problem.field == "why") else None
    return render_template("notes/cite_purchases.html", note=note, form=form, figure=figure, problem=problem)


def _question(form):
    asked = {name: form.get(name, "") for name in _ASKED}
    try:
        found = note_form.customer_ids(g.db, asked["customer"], g.reader)
    except Invalid as problem:
        problem.field = "customer"
        raise
    if len(found) > 1:
        raise Invalid(N_("One customer at a time."), hint=N_("Name one customer."), field="customer")
    for each in found:
        customers.get(g.db, each, reader=g.reader)
    return slices.question(**{**asked, "customer": found[0] if found else None})


def _figure(asked):
    # Loaded only for who asks: it takes a third of a second and much memory.
    from mining.ledger import slice_figures

    home = current_app.config["HOME"]
    slice_figures.refuse_unknown(g.db, home, asked)
    return slice_figures.figure(g.db, home, asked)


def _back(note_id, text, seq):
    flash({"text": text, "values": {}, "undo": seq})
    return redirect(url_for("notes.show", note_id=note_id, _anchor="evidence"), 303)
