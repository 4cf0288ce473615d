"""Quick capture: a drawer beside the page in which a note takes fifteen seconds, and by one switch an interaction."""

from flask import Blueprint, current_app, g, render_template, request, url_for

from kb import feed, held_pictures, interaction_notes, interactions, notes, topics
from kb.errors import Invalid
from kb.first_sentence import shown_title
from kb.store import utc_now
from web import classes, i18n, interaction_form, joining, note_form
from web.security import allowed

bp = Blueprint("capture", __name__)


@bp.get("/capture")
@allowed("note.write")
def form():
    if request.args.get("talk"):
        return _talk_page(interaction_form.prefilled(request.args, now=utc_now()))
    return _page(note_form.prefilled(g.db, request.args, current_app.config["HOME"], reader=g.reader))


@bp.post("/capture")
@allowed("note.write")
def create():
    form = note_form.form(**request.form)
    try:
        if "join" in request.form:
            return _saved(*joining.join(form))
        note = notes.add(g.db, **_fields(form), by=g.reader, now=utc_now())
    except Invalid as problem:
        return _page(form, problem), 422
    undo = feed.changes(g.db, "note", note.id)[0]["seq"]
    classes.settle(note)
    held_pictures.drop(g.db, form["pictures_of"], by=g.reader)
    return _saved(note, undo, proposed=note.readers != form["readers"])


@bp.post("/capture/talk")
@allowed("note.write")
def create_talk():
    form = interaction_form.form(request.form)
    try:
        fields, made = interaction_form.fields(form), interaction_form.kept(form)
        with interaction_form.files() as (taken, refused):
            seq = interactions.add(g.db, **fields, **made, files=taken, by=g.reader, now=utc_now())
    except Invalid as problem:
        return _talk_page(form, problem), 422
    held_pictures.drop(g.db, form["pictures_of"], by=g.reader)
    change = feed.change(g.db, seq)
    written = interactions.get(g.db, int(change["noun_id"]), reader=g.reader)
    page = url_for("interactions.show", interaction_id=written.id)
    made = interaction_notes.made_by(g.db, change, reader=g.reader)
    told = {"customer": written.customer, "notes": made, "refused": refused}
    warnings = interaction_form.warnings(seq)
    return render_template("capture/saved.html", page=page, undo=seq, warnings=warnings, **told), 201


def _saved(note, undo, proposed=False):
    page = url_for("notes.show", note_id=note.id)
    return render_template("capture/saved.html", page=page, title=note.title, undo=undo, proposed=proposed), 201


def _fields(form):
    title = shown_title(g.db, form["title"], form["body"])
    # A topic can be given later; that it is missing is itself something one looks under, one word for all.
    named = form["topics"].strip() or i18n.translator(current_app.config["SETTINGS"].language)(topics.UNSORTED)
    fields = note_form.fields(g.db, {**form, "title": title, "topics": named}, reader=g.reader)
    # What was written in one sentence is the title; twice would be once too often.
    return {**fields, "body": "" if fields["body"].strip().rstrip("。.") == title.rstrip("。.") else fields["body"]}


def _page(form, problem=None):
    return render_template(
        "capture/form.html",
        form=form,
        problem=problem,
        is_proven=False,
        **note_form.choices(g.db, g.reader),
        topics=topics.listing(g.db, reader=g.reader)[:8],
    )


def _talk_page(form, problem=None):
    known = {"methods": interactions.METHODS, "made": {}, "told": []}
    return render_template("capture/talk.html", form=form, problem=problem, **known)
