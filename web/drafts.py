"""What a member writes and has not saved, sent by a script every few seconds, so that any browser of theirs has it."""

import json

from flask import Blueprint, g, jsonify, request

from kb import drafts, notes
from kb.errors import Invalid, N_
from kb.store import utc_now
from web import paging
from web.security import allowed
from web.templating import translate

bp = Blueprint("drafts", __name__)


@bp.get("/drafts")
@allowed("note.write")
def index():
    found = drafts.of_writer(g.db, reader=g.reader)
    answer = jsonify(
        [
            {"key": each.key, "path": each.path, "title": each.title, "fields": each.fields, "kept_at": each.kept_at}
            for each in found
        ]
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/drafts")
@allowed("note.write")
def keep():
    try:
        sent = {name: request.form.get(name, "") for name in ("form", "path", "title")}
        key, fields, note_id = request.form.get("key", ""), _fields(), request.form.get("note", type=paging.whole)
        if note_id is not None:
            notes.get(g.db, note_id, reader=g.reader)
        drafts.keep(g.db, key, **sent, fields=fields, note_id=note_id, by=g.reader, now=utc_now())
    except Invalid as problem:
        return jsonify({"error": problem.details(translate)}), 422
    return "", 204


@bp.post("/drafts/drop")
@allowed("note.write")
def drop():
    drafts.drop(g.db, request.form.get("key", ""), by=g.reader)
    return "", 204


def _fields():
    try:
        found = json.loads(request.form.get("fields", ""))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not all(isinstance(each, str) for each in found.values()):
        raise Invalid(N_("The draft cannot be read."), hint=N_("Load the page again."), field="fields")
    return found
