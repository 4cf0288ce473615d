"""A text that could not be put together with what others saved: looked at again beside theirs, or discarded."""

from flask import Blueprint, flash, g, redirect, url_for

from kb import notes, unmerged
from kb.errors import N_
from kb.store import utc_now
from web import conflicts, note_form
from web.security import allowed

bp = Blueprint("unmerged", __name__)


@bp.get("/unmerged/<int:unmerged_id>")
@allowed("note.write")
def show(unmerged_id):
    kept = unmerged.get(g.db, unmerged_id, reader=g.reader)
    theirs = notes.get(g.db, kept.note_id, reader=g.reader)
    return conflicts.page(theirs, note_form.of_kept(g.db, theirs, kept, reader=g.reader), kept)


@bp.post("/unmerged/<int:unmerged_id>/drop")
@allowed("note.write")
def drop(unmerged_id):
    kept = unmerged.get(g.db, unmerged_id, reader=g.reader)
    seq = unmerged.drop(g.db, unmerged_id, by=g.reader, now=utc_now())
    flash({"text": N_("Your text is discarded."), "values": {}, "undo": seq})
    return redirect(url_for("notes.show", note_id=kept.note_id, discarded=1), 303)
