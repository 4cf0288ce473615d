"""The notes of a list to take along: as a folder of Markdown files, and on paper."""

from flask import Blueprint, Response, current_app, g, render_template, request, stream_with_context

from kb import note_conditions, notes
from kb.folders import export
from web import note_list, paging
from web.security import allowed

bp = Blueprint("note_folder", __name__)

_ALL = -1
# A few hundred pages of paper: each text has to be laid out, so longer lists are printed in parts.
_ON_PAPER = 300


@bp.get("/notes/list.zip")
@allowed("note.read")
def download():
    """Send the notes of a list that the reader may see, all pages of it."""
    ids = note_conditions.ids_of_list(g.db, reader=g.reader, limit=_ALL, **note_list.asked(request.args))
    parts = export.zipped(g.db, current_app.config["HOME"], ids, reader=g.reader)
    headers = {"Content-Disposition": "attachment; filename=notes.zip"}
    return Response(stream_with_context(parts), mimetype="application/zip", headers=headers)


@bp.get("/notes/print")
@allowed("note.read")
def paper():
    """Show the notes of a list one after another, whole; of a long list a part of it."""
    part, asked = paging.page(request.args, _ON_PAPER), note_list.asked(request.args)
    found, total = notes.listing(g.db, reader=g.reader, **asked, limit=part.size, offset=part.offset)
    return render_template("notes/print.html", notes=found, parts=part.of(total), asked=note_list.address(request.args))
