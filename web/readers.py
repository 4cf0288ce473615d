"""Who may see a note: what a change of its readers would come to, told before it is saved."""

from flask import Blueprint, current_app, g, render_template, request

from kb import access, interaction_readers, interactions, members, named_readers, notes, readers
from kb.errors import Invalid, N_
from kb.interaction_rows import Interaction
from web import interaction_form, note_form
from web.security import allowed

bp = Blueprint("readers", __name__)


@bp.get("/notes/<int:note_id>/audience")
@allowed("note.write")
def audience(note_id):
    """Show who would gain and who would lose a note by the choice in its form."""
    note = notes.get(g.db, note_id, reader=g.reader)
    return render_template("notes/_audience.html", change=of_form(note, note_form.form(**request.args)))


@bp.get("/interactions/<int:interaction_id>/audience")
@allowed("note.write")
def audience_of_talk(interaction_id):
    """Show who would gain and who would lose an interaction by the choice in its form."""
    interaction = interactions.get(g.db, interaction_id, reader=g.reader)
    return render_template("notes/_audience.html", change=of_form(interaction, interaction_form.form(request.args)))


@bp.get("/notes/<int:note_id>/sight")
@allowed("note.read")
def sight(note_id):
    """Say whether a colleague sees a note, to its author and to those who may see the rights of colleagues."""
    return _sight_page(notes.get(g.db, note_id, reader=g.reader), "note")


@bp.get("/interactions/<int:interaction_id>/sight")
@allowed("note.read")
def sight_of_talk(interaction_id):
    """Say the same of an interaction."""
    return _sight_page(interactions.get(g.db, interaction_id, reader=g.reader), "interaction")


def _sight_page(thing, noun):
    if thing.owner_id != g.reader.member_id:
        access.require(g.reader, "member.read")
    asked = request.args.get("person", "")
    told = {noun: thing, "thing": thing, "asked": asked, "person": None, "problem": None}
    try:
        told |= _sight_of(thing, noun, asked) if asked.strip() else {}
    except Invalid as problem:
        return render_template(f"{noun}s/sight.html", **told | {"problem": problem}), 422
    return render_template(f"{noun}s/sight.html", **told)


def _sight_of(thing, noun, asked):
    ((kind, number),) = named_readers.parsed(g.db, [asked], field="person")
    if kind == "department":
        raise Invalid(N_("“%(value)s” is a department."), hint=N_("Name a colleague."), field="person", value=asked)
    person = members.get(g.db, number)
    sees = number in readers.of_note(g.db, thing)
    current_app.extensions["access_log"].add(member_id=g.member.id, action="view_as", noun=noun, noun_id=thing.id)
    if person.state == "left":
        return {"person": person, "sees": False, "why": N_("They have left, and can sign in no more.")}
    why = readers.OF_A_COLLEAGUE[readers.why(thing, person.reader())] if sees else readers.why_not(thing)
    return {"person": person, "sees": sees, "why": why}


def of_choice(note, form):
    """Return who gains and who loses `note` by the readers of a form, and the ``sight`` that saving asks for.

    None where it stays open to the same people; raises `Invalid` for a name that is nobody's. Of an interaction also
    ``wider``: the notes of it that stay open to others, as `kb.interaction_readers.told` gives them.

    Parameters
    ----------
    note : kb.note_rows.Note or kb.interaction_rows.Interaction
    form : dict
    """
    chosen = note_form.chosen_readers(g.db, form)
    found = readers.opened(g.db, note, chosen["readers"], chosen["named_readers"])
    if readers.sight(found) == readers.sight(note):
        return None
    change = {**readers.of_change(g.db, note, found), "sight": readers.sight(found)}
    if isinstance(note, Interaction) and change["lost"]:
        change["wider"] = interaction_readers.told(g.db, found, reader=g.reader)
    return change


def of_form(note, form):
    """Return what `of_choice` does, None where the thing is new or the choice is refused."""
    if note is None:
        return None
    try:
        return of_choice(note, form)
    except Invalid:
        # The field itself says what is wrong with it, or it is half a name that is being written.
        return None


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
