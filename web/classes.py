"""Topics and facets that a note suggests: taken or refused by one tap, and how often they are right."""

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for

from kb import notes, suggestions
from kb.errors import N_
from kb.store import utc_now
from web import i18n, paging
from web.security import allowed

bp = Blueprint("classes", __name__)


@bp.get("/classes")
@allowed("topic.read")
def index():
    return render_template(
        "classes/list.html",
        learned=suggestions.measured(g.db, current_app.config["HOME"], reader=g.reader),
        adopted=suggestions.adopted(g.db, now=utc_now()),
        days=suggestions.DAYS,
    )


@bp.post("/notes/<int:note_id>/classes")
@allowed("note.write")
def take(note_id):
    # The tap is the reason, in the language of the company: it stands in the history for all.
    say = i18n.translator(current_app.config["SETTINGS"].language)
    return _said(note_id, suggestions.take, N_("Saved."), reason=say(N_("Suggestion accepted")))


@bp.post("/notes/<int:note_id>/classes/refuse")
@allowed("note.write")
def refuse(note_id):
    return _said(note_id, suggestions.refuse, N_("It is not suggested for this note again."))


def of_note(note):
    """Return what `note` suggests to whoever may change it."""
    if note.archived or not notes.may_edit(note, g.reader):
        return []
    return suggestions.of_note(g.db, current_app.config["HOME"], note, reader=g.reader)


def of_text(title, summary, body, topics):
    """Return the topics that what stands in a form suggests, without those named in it."""
    text = "\n".join((title, summary, body))
    without = paging.split_names(topics)
    return suggestions.of_text(g.db, current_app.config["HOME"], text, reader=g.reader, without=without)


def settle(note):
    """Remember what became of the topics that the form of `note` offered."""
    offered = paging.ids(request.form.get("offered", "").split())
    suggestions.settle(g.db, note, offered, by=g.reader, now=utc_now())


def _said(note_id, act, text, **told):
    kind, key = request.form.get("kind", ""), request.form.get("key", "")
    seq = act(g.db, note_id, kind, key, by=g.reader, now=utc_now(), **told)
    flash({"text": text, "values": {}, "undo": seq})
    return redirect(url_for("notes.show", note_id=note_id), 303)
