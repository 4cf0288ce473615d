"""Interactions: the list, one of them, writing down what was said and told."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from kb import (
    customers,
    drafts,
    extract,
    feed,
    held_pictures,
    interaction_notes,
    interactions,
    members,
    quotes,
    readers,
    removals,
)
from kb.errors import Conflict, Invalid, N_
from kb.interaction_merge import Overtaken
from kb.store import utc_now
from web import interaction_form, paging, readers as readers_of
from web.kept_files import tell_refused
from web.notes import record_look
from web.security import allowed
from web.templating import translate

bp = Blueprint("interactions", __name__)


@bp.get("/interactions")
@allowed("customer.read")
def index():
    asked_page = paging.page(request.args)
    asked = {
        "customer_id": request.args.get("customer", type=paging.whole),
        "owner_id": request.args.get("member", type=paging.whole),
        "method": request.args.get("method") or None,
        "channel": request.args.get("channel") or None,
    }
    found, total = interactions.listing(g.db, reader=g.reader, **asked, limit=asked_page.size, offset=asked_page.offset)
    customer, member = asked["customer_id"], asked["owner_id"]
    return render_template(
        "interactions/list.html",
        interactions=found,
        customer=None if customer is None else customers.get(g.db, customer, reader=g.reader),
        owner=None if member is None else members.get(g.db, member),
        method=asked["method"],
        channel=asked["channel"],
        methods=interactions.METHODS,
        pages=asked_page.of(total),
    )


@bp.get("/interactions/new")
@allowed("note.write")
def new():
    return _form_page(interaction_form.prefilled(request.args, now=utc_now()))


@bp.post("/interactions/new")
@allowed("note.write")
def create():
    form = interaction_form.form(request.form)
    try:
        fields = interaction_form.fields(form)
        with interaction_form.files() as (taken, refused):
            made = interaction_form.kept(form)
            seq = interactions.add(g.db, **fields, **made, files=taken, by=g.reader, now=utc_now())
    except Invalid as problem:
        return _form_page(form, problem=problem), 422
    held_pictures.drop(g.db, form["pictures_of"], by=g.reader)
    tell_refused(refused)
    _tell(seq, N_("Interaction written down."), N_("Interaction written down, and as notes: %(titles)s."))
    if refused:
        # Its page says which.
        number = feed.change(g.db, seq)["noun_id"]
        return redirect(url_for("interactions.show", interaction_id=number, saved=1, _anchor="attachments"), 303)
    return redirect(url_for("customers.timeline", customer_id=fields["customer_id"], saved="interaction"), 303)


@bp.get("/interactions/<int:interaction_id>")
@allowed("customer.read")
def show(interaction_id):
    return page(interaction_id)


def page(interaction_id, *, problem=None, quote=None, form=None):
    """Return the page of an interaction; ``problem`` is why a ``quote``, or notes of it by a ``form``, were refused."""
    interaction = interactions.get(g.db, interaction_id, reader=g.reader)
    record_look(interaction, "interaction")
    history = interactions.history(g.db, interaction_id, reader=g.reader)
    quoted = quotes.of_source(g.db, "interaction", interaction_id, reader=g.reader)
    wanted = request.args.get("quote", type=paging.whole)
    # What was made of it rests on it too, and stands by itself among its notes.
    made = {each["note_id"] for each in interaction.notes if each["is_made"]}
    return render_template(
        "interactions/show.html",
        interaction=interaction,
        **_notes_of(interaction),
        form={**interaction_form.form(form or {}), "keeps": form is not None},
        methods=interactions.METHODS,
        fields=interactions.FIELDS,
        audience=readers.of_note(g.db, interaction),
        why=readers.why(interaction, g.reader),
        reader_names=readers_of.written(_named(history)),
        quoted=[note for _, note in quoted if note.id not in made],
        spans=_spans([each for each, _ in quoted if each.id == wanted]),
        file_problems=extract.PROBLEMS,
        left_open=interaction_form.left_open(interaction),
        problem=problem,
        quote=quote,
        history=history,
        removals=removals.standing_off(g.db, [row["seq"] for row in history]),
        customers=_customers(history),
        editable=interactions.may_edit(interaction, g.reader),
    )


@bp.post("/interactions/<int:interaction_id>/notes")
@allowed("note.write")
def make_notes(interaction_id):
    form = interaction_form.form(request.form)
    day = interaction_form.of(interactions.get(g.db, interaction_id, reader=g.reader))["day"]
    try:
        made = interaction_form.kept({**form, "day": day})
        seq = interactions.make_notes(g.db, interaction_id, **made, by=g.reader, now=utc_now())
    except Invalid as problem:
        return page(interaction_id, problem=problem, form=request.form), 422
    _tell(seq, N_("Saved."), N_("Saved as notes: %(titles)s."))
    return redirect(url_for("interactions.show", interaction_id=interaction_id), 303)


@bp.get("/interactions/<int:interaction_id>/edit")
@allowed("note.write")
def edit(interaction_id):
    interaction = interactions.get(g.db, interaction_id, reader=g.reader)
    interactions.require_editable(interaction, g.reader)
    return _form_page(interaction_form.of(interaction), interaction=interaction)


@bp.post("/interactions/<int:interaction_id>/edit")
@allowed("note.write")
def update(interaction_id):
    form = interaction_form.form(request.form)
    interaction = interactions.get(g.db, interaction_id, reader=g.reader)
    save = interactions.save_again if "bring_back" in request.form else interactions.edit
    try:
        version = int(form["version"]) if form["version"].isdecimal() else 0
        fields = interaction_form.fields(form)
        readers_of.refuse_unseen(interaction, form)
        made = interaction_form.kept(form)
        told = {**fields, **made, "narrowing": interaction_form.narrowing(form), "by": g.reader, "now": utc_now()}
        with interaction_form.files() as (taken, refused):
            seq = save(g.db, interaction_id, version=version, files=taken, **told)
    except Invalid as problem:
        return _form_page(form, interaction=interaction, problem=problem), 422
    except Overtaken as problem:
        interaction_form.keep_unsaved(interaction, now=utc_now())
        # The next save is made knowing what stands now: it is shown above the form.
        return _form_page(interaction_form.overtaken(form, problem), interaction=problem.theirs, problem=problem), 409
    except Conflict as problem:
        interaction_form.keep_unsaved(interaction, now=utc_now())
        # It was archived: the next save brings it back.
        return _form_page(form, interaction=interaction, problem=problem), 409
    held_pictures.drop(g.db, form["pictures_of"], by=g.reader)
    drafts.drop(g.db, interaction_form.draft_key(interaction), by=g.reader)
    tell_refused(refused)
    _tell(seq, N_("Interaction changed."), N_("Interaction changed, and as notes: %(titles)s."))
    return redirect(url_for("interactions.show", interaction_id=interaction_id, saved=1), 303)


@bp.post("/interactions/<int:interaction_id>/archive")
@allowed("note.write")
def archive(interaction_id):
    customer = interactions.get(g.db, interaction_id, reader=g.reader).customer_id
    seq = interactions.archive(g.db, interaction_id, by=g.reader, now=utc_now())
    flash({"text": N_("Interaction archived."), "values": {}, "undo": seq})
    return redirect(url_for("customers.timeline", customer_id=customer), 303)


@bp.post("/interactions/<int:interaction_id>/unarchive")
@allowed("note.write")
def bring_back(interaction_id):
    seq = interactions.bring_back(g.db, interaction_id, by=g.reader, now=utc_now())
    flash({"text": N_("Back in lists and search."), "values": {}, "undo": seq})
    return redirect(url_for("interactions.show", interaction_id=interaction_id), 303)


def _customers(history):
    """Return the names of the customers that some changes of an interaction were of, by id."""
    ids = {state["customer_id"] for each in history for state in (each["before"], each["after"]) if state}
    return {each.id: each.name for each in customers.of_ids(g.db, ids, reader=g.reader).values()}


def _named(history):
    """Return the pairs of all who were named as readers in some changes of an interaction."""
    states = [state for each in history for state in (each["before"], each["after"]) if state]
    return [each for state in states for each in state.get("named_readers", ())]


def _spans(shown):
    """Return which stretches of each part are marked: those of a quote one comes from."""
    found = {"said": [], "told": []}
    for each in shown:
        if each.span is not None:
            found[each.part].append(each.span)
    return found


def _tell(seq, text, with_notes):
    """Say in a toast what was saved, and which notes were made with it."""
    titles = [note.title for note in interaction_notes.made_by(g.db, feed.change(g.db, seq), reader=g.reader)]
    names = translate(", ").join(f"“{each}”" for each in titles)
    warnings = interaction_form.warnings(seq)
    flash({"text": with_notes if titles else text, "values": {"titles": names}, "undo": seq, "warnings": warnings})


def _notes_of(interaction):
    """Return the notes of an interaction, and which of its boxes are one already."""
    parts = {each["note_id"]: each["part"] for each in interaction.notes if each["is_made"]}
    found = interaction_notes.notes_of(g.db, interaction, reader=g.reader)
    made = {part: [] for part in interaction_notes.made_parts(g.db, interaction.notes)}
    for note in found:
        if note.id in parts:
            made[parts[note.id]].append(note)
    return {"notes": found, "made": made, "told": [note for note in found if note.id not in parts]}


def _form_page(form, *, interaction=None, problem=None):
    versus = isinstance(problem, Overtaken) and interaction_form.versus(problem)
    return render_template(
        "interactions/edit.html",
        form=form,
        versus=versus,
        interaction=interaction,
        **(_notes_of(interaction) if interaction else {"made": {}, "told": []}),
        methods=interactions.METHODS,
        fields=interactions.FIELDS,
        change=readers_of.of_form(interaction, form),
        problem=problem,
    )
