"""Quotes: words of an interaction, a note or a file become a note."""

from flask import Blueprint, current_app, g, redirect, request, url_for

from kb import quotes, topics
from kb.errors import Invalid
from kb.store import utc_now
from web import attachments, i18n, interaction_files, interactions, notes, paging
from web.security import allowed

bp = Blueprint("quotes", __name__)


@bp.post("/interactions/<int:interaction_id>/quotes")
@allowed("note.write")
def create(interaction_id):
    return _add("interaction", interaction_id, interactions.page, part="said", usual=[_unsorted()])


@bp.post("/notes/<int:note_id>/quotes")
@allowed("note.write")
def of_note(note_id):
    return _add("note", note_id, notes.page)


@bp.post("/attachments/<int:attachment_id>/quotes")
@allowed("note.write")
def of_file(attachment_id):
    return _add("file", attachment_id, attachments.page)


@bp.post("/interactions/files/<int:attachment_id>/quotes")
@allowed("note.write")
def of_interaction_file(attachment_id):
    return _add("interaction_file", attachment_id, interaction_files.page, usual=[_unsorted()])


def _unsorted():
    return i18n.translator(current_app.config["SETTINGS"].language)(topics.UNSORTED)


def _add(kind, source_id, page, *, part="", usual=()):
    form = {name: request.form.get(name, "") for name in ("part", "quote", "experience", "topics")}
    try:
        note = quotes.add(
            g.db,
            kind,
            source_id,
            part=form["part"] or part,
            text=form["quote"],
            experience=form["experience"],
            topic_names=paging.split_names(form["topics"]) or usual,
            by=g.reader,
            now=utc_now(),
        )
    except Invalid as problem:
        return page(source_id, problem=problem, quote=form), 422
    return redirect(url_for("notes.show", note_id=note.id, saved=1), 303)
