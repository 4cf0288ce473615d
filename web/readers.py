"""Who may see a note: what a change of its readers would come to, told before it is saved."""

from flask import Blueprint, g, render_template, request

from kb import named_readers, notes, readers
from kb.errors import Invalid, N_
from web import note_form
from web.security import allowed

bp = Blueprint("readers", __name__)


@bp.get("/notes/<int:note_id>/audience")
@allowed("note.write")
def audience(note_id):
    """Show who would gain and who would lose a note by the choice in its form."""
    note = notes.get(g.db, note_id, reader=g.reader)
    try:
        change = of_choice(note, note_form.form(**request.args))
    except Invalid:
        # Half a name, while it is being written.
        change = None
    return render_template("notes/_audience.html", change=change)


def of_choice(note, form):
    """Return who gains and who loses `note` by the readers of a form, and the ``sight`` that saving asks for.

    None where it stays open to the same people; raises `Invalid` for a name that is nobody's.
    """
    chosen = note_form.chosen_readers(g.db, form)
    found = readers.opened(g.db, note, chosen["readers"], chosen["named_readers"])
    if readers.sight(found) == readers.sight(note):
        return None
    return {**readers.of_change(g.db, note, found), "sight": readers.sight(found)}


def refuse_unseen(note, form):
    """Refuse a change of readers before whoever makes it has seen who gains and who loses by it."""
    change = of_choice(note, form)
    if change is not None and change["sight"] != form["seen_readers"]:
        raise Invalid(
            N_("Others would see it than today."),
            hint=N_("Look below who gains and who loses, then save again."),
            field="readers",
        )


def since(note, rows):
    """Return who gained and who lost `note` by the newest of its changes, None where its readers stayed.

    Parameters
    ----------
    note : kb.note_rows.Note
    rows : list of dict
        As `kb.note_history.history` gives them.
    """
    before = rows[0]["before"] if rows else None
    if not before:
        return None
    earlier = readers.opened(g.db, note, before["readers"], before.get("named_readers", ()))
    if readers.sight(earlier) == readers.sight(note):
        return None
    return readers.of_change(g.db, earlier, note)


def written(pairs):
    """Return ``{(kind, id): name}`` of pairs of named readers."""
    return {(each["kind"], each["id"]): each["name"] for each in named_readers.of_pairs(g.db, pairs)}
