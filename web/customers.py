"""Customers: the list, one customer at a glance, writing, importing."""

import tempfile
from pathlib import Path

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for

from kb import customer_archive, customer_import, customers, feed, interactions, notes, personal, products, proofs
from kb.dimensions import DIMENSIONS
from kb.errors import Conflict, Invalid, N_
from kb.map import things
from kb.overtaken import Overtaken
from kb.store import utc_now
from mining import table_file
from web import paging
from web.security import allowed

bp = Blueprint("customers", __name__)

_NEWEST = 5
_NEWEST_TALKS = 3
_ROWS_SHOWN = 100


@bp.get("/customers")
@allowed("customer.read")
def index():
    page = paging.page(request.args)
    query, segment = request.args.get("name", ""), request.args.get("segment") or None
    found, total = customers.listing(
        g.db, reader=g.reader, query=query, segment=segment, limit=page.size, offset=page.offset
    )
    return render_template(
        "customers/list.html",
        customers=found,
        name=query,
        segment=segment,
        segments=customers.segments(g.db, reader=g.reader),
        pages=page.of(total),
    )


@bp.get("/customers/new")
@allowed("customer.write")
def new():
    known = {name: request.args.get(name, "") for name in ("name", "phone")}
    return _form_page({**dict.fromkeys(customers.FIELDS, ""), **known})


@bp.post("/customers/new")
@allowed("customer.write")
def create():
    form = _form()
    try:
        made = customers.add(g.db, **form, is_another="is_another" in request.form, by=g.reader, now=utc_now())
    except Invalid as problem:
        return _form_page(form, problem=problem), 422
    return redirect(url_for("customers.show", customer_id=made.id), 303)


@bp.get("/customers/<int:customer_id>")
@allowed("customer.read")
def show(customer_id):
    current_app.extensions["access_log"].add(member_id=g.member.id, action="read", noun="customer", noun_id=customer_id)
    return _page(customer_id)


@bp.get("/customers/<int:customer_id>/timeline")
@allowed("customer.read")
def timeline(customer_id):
    # Polars takes long to load; only who opens a customer waits for it, once.
    from mining.timeline import KINDS, of_customer

    page = paging.page(request.args)
    kind = request.args.get("kind") if request.args.get("kind") in KINDS else None
    customer = customers.get(g.db, customer_id, reader=g.reader)
    entries, counts = of_customer(
        g.db,
        current_app.config["HOME"],
        customer_id,
        reader=g.reader,
        kinds=(kind,) if kind else KINDS,
        limit=page.size,
        offset=page.offset,
    )
    current_app.extensions["access_log"].add(member_id=g.member.id, action="read", noun="customer", noun_id=customer_id)
    return render_template(
        "customers/timeline.html",
        customer=customer,
        entries=entries,
        counts=counts,
        kind=kind,
        methods=interactions.METHODS,
        saved=request.args.get("saved") == "interaction",
        pages=page.of(counts[kind] if kind else sum(counts.values())),
    )


@bp.post("/customers/<int:customer_id>/contact")
@allowed("customer.identify")
def contact(customer_id):
    return _page(customer_id, customers.identify(g.db, customer_id, by=g.reader, now=utc_now()))


@bp.get("/customers/<int:customer_id>/edit")
@allowed("customer.write")
def edit(customer_id):
    customer = customers.get(g.db, customer_id, reader=g.reader)
    whole = customers.identify(g.db, customer_id, by=g.reader, now=utc_now())
    kept = {name: getattr(customer, name) or "" for name in customers.FIELDS}
    return _form_page({**kept, **whole, "version": customer.version}, customer=customer)


@bp.post("/customers/<int:customer_id>/edit")
@allowed("customer.write")
def update(customer_id):
    form = _form()
    version = request.form.get("version", type=paging.whole) or 0
    customer = customers.get(g.db, customer_id, reader=g.reader)
    save = customer_archive.save_again if "bring_back" in request.form else customers.edit
    try:
        save(g.db, customer_id, version=version, **form, by=g.reader, now=utc_now())
    except Invalid as problem:
        return _form_page({**form, "version": version}, customer=customer, problem=problem), 422
    except Overtaken as problem:
        # The next save is made knowing what stands now: what only others changed is in the form, the rest above it.
        customers.identify(g.db, customer_id, by=g.reader, now=utc_now())
        form = {name: its or "" for name, its in problem.wanted.items()}
        return _form_page({**form, "version": customer.version}, customer=customer, problem=problem), 409
    except Conflict as problem:
        # It was archived: the next save brings it back.
        return _form_page({**form, "version": version}, customer=customer, problem=problem), 409
    return redirect(url_for("customers.show", customer_id=customer_id), 303)


@bp.post("/customers/<int:customer_id>/archive")
@allowed("customer.write")
def archive(customer_id):
    seq = customer_archive.archive(g.db, customer_id, by=g.reader, now=utc_now())
    flash({"text": N_("Customer archived."), "values": {}, "undo": seq})
    return redirect(url_for("customers.index"), 303)


@bp.post("/customers/<int:customer_id>/unarchive")
@allowed("customer.write")
def bring_back(customer_id):
    # From the form of a new one, what was written in it comes too.
    known = _form() if "name" in request.form else None
    seq = customer_archive.bring_back(g.db, customer_id, by=g.reader, now=utc_now(), known=known)
    flash({"text": N_("Back in lists and search."), "values": {}, "undo": seq})
    return redirect(url_for("customers.show", customer_id=customer_id), 303)


@bp.get("/customers/import")
@allowed("customer.write")
def choose():
    return render_template("customers/import.html", problem=None, found=None)


@bp.post("/customers/import")
@allowed("customer.write")
def take():
    try:
        found = _taken(request.files.get("file"))
    except Invalid as problem:
        return render_template("customers/import.html", problem=problem, found=None), 422
    return render_template("customers/import.html", problem=None, found=found)


def _page(customer_id, whole=None):
    # Polars takes long to load; only who opens a customer waits for it, once.
    from mining.ledger.customers import bought

    customer = customers.get(g.db, customer_id, reader=g.reader)
    blocks = {
        dimension: notes.listing(g.db, reader=g.reader, dimension=dimension, customer_id=customer_id, limit=_NEWEST)
        for dimension in DIMENSIONS
    }
    purchases = bought(g.db, current_app.config["HOME"], customers.ledger_names(g.db, customer_id))
    return render_template(
        "customers/show.html",
        customer=customer,
        contact=whole,
        doubles=customers.doubles(g.db, customer, reader=g.reader),
        blocks=blocks,
        talks=interactions.listing(g.db, reader=g.reader, customer_id=customer_id, limit=_NEWEST_TALKS),
        methods=interactions.METHODS,
        bought=purchases,
        on_map=_on_map([each["item"] for each in purchases.usual]) if purchases else {},
        resting=proofs.on_purchases_of(g.db, customer_id, reader=g.reader),
        history=customers.history(g.db, customer_id, reader=g.reader),
    )


def _on_map(items):
    """Return ``{item: key}`` of the products among some that a note names, with their place on the map."""
    keys = {item: products.folded(item) for item in items}
    known = products.names(g.db, keys.values(), reader=g.reader)
    return {item: things.Thing("product", key).key for item, key in keys.items() if key in known}


def _form_page(form, *, customer=None, problem=None):
    return render_template(
        "customers/edit.html",
        form=form,
        customer=customer,
        problem=problem,
        versus=isinstance(problem, Overtaken) and _versus(customer, problem),
        labels=customers.LABELS,
        segments=customers.segments(g.db, reader=g.reader),
    )


def _versus(customer, problem):
    """Return what both changed of a customer and not alike, and who saved it, phone and mail masked."""
    masks = {"phone": personal.masked_phone, "mail": personal.masked_mail}
    who = feed.changes(g.db, "customer", customer.id)[0]["member_name"]
    sides = (
        {name: masks[name](its) if name in masks else its for name, its in side.items()}
        for side in (problem.mine, problem.theirs)
    )
    return {**dict(zip(("mine", "theirs"), sides, strict=True)), "clashes": problem.clashes, "who": who}


def _form():
    return {name: request.form.get(name, "") for name in customers.FIELDS}


def _taken(file):
    if file is None or not file.filename:
        raise Invalid(
            N_("No file was chosen."), hint=N_("Choose a csv or xlsx file with your customers."), field="file"
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "customers")
        file.save(path)
        table = table_file.read(path, customer_import.COLUMNS, needed="name", name=paging.plain_name(file.filename))
    bring_back = "bring_back" in request.form
    told = customer_import.add_all(g.db, table.rows, bring_back=bring_back, by=g.reader, now=utc_now())
    return {
        "file": table.file,
        "encoding": table.encoding,
        "mapping": table.mapping,
        "rows": told["rows"],
        "rejects": told["rejects"][:_ROWS_SHOWN],
        "left": told["left"][:_ROWS_SHOWN],
        "notices": told["notices"][:_ROWS_SHOWN],
        "undo": told["seq"],
    }
