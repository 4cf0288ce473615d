"""The notes of a list to take along: as a folder of Markdown files, and on paper."""

from flask import Blueprint, Response, current_app, g, render_template, request, stream_with_context

from kb import note_conditions, notes
from kb.folders import export
from web import note_list
from web.security import allowed

bp = Blueprint("note_folder", __name__)

_ALL = -1
# A few hundred pages of paper; more nobody prints, and each text has to be laid out.
_MOST_ON_PAPER = 300


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
    """Show the notes of a list one after another, whole."""
    found, total = notes.listing(g.db, reader=g.reader, **note_list.asked(request.args), limit=_MOST_ON_PAPER)
    return render_template("notes/print.html", notes=found, total=total, asked=note_list.address(request.args))
