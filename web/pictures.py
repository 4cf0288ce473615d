"""Pictures of a text that somebody writes: sent while writing, seen by nobody else until the text is saved."""

from flask import Blueprint, current_app, g, jsonify, request, url_for

from kb import held_pictures, interactions, notes
from kb.errors import Invalid, N_
from kb.file_kinds import PICTURES
from kb.store import utc_now
from web import paging
from web.kept_files import sent
from web.security import allowed
from web.templating import translate

bp = Blueprint("pictures", __name__)


@bp.post("/pictures")
@allowed("note.write")
def create():
    """Take in a picture and answer how the text names it, for a script; a refusal is a sentence."""
    given = request.files.get("picture")
    try:
        if given is None:
            raise Invalid(N_("No file was chosen."), hint=N_("Choose one, or several at once."), field="files")
        name = held_pictures.hold(
            g.db,
            given.stream,
            name=given.filename or "",
            draft=request.form.get("draft", ""),
            most_megabytes=current_app.config["SETTINGS"].attachment_megabytes,
            by=g.reader,
            now=utc_now(),
        )
    except Invalid as problem:
        return jsonify({"error": problem.details(translate)}), 422
    return jsonify({"name": name}), 201


@bp.get("/pictures/<name>")
@allowed("note.write")
def show(name):
    """Send a picture to who holds it; with the number of a note or an interaction, also one that hangs there."""
    note_id, talk_id = (request.args.get(each, type=paging.whole) for each in ("note", "interaction"))
    places = notes.of_ids(g.db, filter(None, [note_id]), reader=g.reader)
    for place in (*places, *interactions.of_ids(g.db, filter(None, [talk_id]), reader=g.reader).values()):
        for each in place.attachments:
            if each["name"] == name and each["kind"] in PICTURES:
                return _picture(each, name)
    return _picture(held_pictures.get(g.db, name, reader=g.reader), name)


def _picture(found, name):
    return sent(found["sha256"], mimetype=f"image/{found['kind']}", download_name=name)


def of_writer():
    """Return ``{name: (address of the picture, none for its page, width, height)}`` of what this reader holds."""
    held = held_pictures.of_writer(g.db, reader=g.reader)
    return {
        name: (url_for("pictures.show", name=name), None, each["width"], each["height"]) for name, each in held.items()
    }
