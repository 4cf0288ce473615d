"""The page on which two texts of a note, that could not be put together, stand beside each other."""

from flask import g, render_template

from kb import evidence, feed, unmerged
from web import note_form, readers


def page(theirs, mine, kept):
    """Return the page that shows a note as it stands beside a text that could not be put together with it.

    Parameters
    ----------
    theirs : kb.note_rows.Note
    mine : dict
        The fields of the form.
    kept : kb.unmerged.Unmerged
    """
    both = note_form.of_kept(g.db, theirs, unmerged.leaning(g.db, kept, theirs, reader=g.reader), reader=g.reader)
    form = {**both, **{name: mine[name] for name in ("reason", "participants", "template", "pictures_of", "answered")}}
    return render_template(
        "notes/conflict.html",
        note=theirs,
        who=feed.changes(g.db, "note", theirs.id)[0]["member_name"],
        mine=mine,
        theirs=note_form.of_note(g.db, theirs),
        form=form,
        unmerged_id=kept.id,
        is_proven=evidence.has_finding(g.db, theirs.id),
        change=readers.of_form(theirs, form),
        **note_form.choices(g.db, g.reader),
    )
