"""The notes of interactions: those made of what was said or told, and those for customers that were told."""

import json

from kb import notes
from kb.errors import Invalid, N_
from kb.note_details import Details
from kb.note_import import title_of

_EMPTY = {"said": N_("What the customer said is empty, so it cannot become a note."),
          "told": N_("What was told is empty, so it cannot become a note.")}  # fmt: skip


def link(db, interaction_id, note_id, part, *, by, is_made=False):
    """Say that a note belongs to a part of an interaction; only inside ``writing``.

    Parameters
    ----------
    part : {"said", "told"}
    is_made : bool
        Whether the note was made of it.

    Raises
    ------
    kb.errors.Invalid
        When a note that is not for customers is said to have been told to one.
    kb.errors.NotFound
    """
    note = notes.get(db, note_id, reader=by)
    if part == "told" and note.dimension != "for":
        raise Invalid(
            N_("“%(title)s” is not for customers."),
            hint=N_("Choose a note of the type “For customers”."),
            field="told_notes",
            title=note.title,
        )
    row = {"interaction_id": interaction_id, "note_id": note_id, "part": part, "is_made": int(is_made)}
    db["interaction_note"].insert(row)


def keep(db, interaction_id, part, interaction, *, experience, topic_names, day, origin, by, now):
    """Make a note of one part of an interaction; only inside ``writing``.

    Parameters
    ----------
    part : {"said", "told"}
    interaction : dict
        Its fields, checked.
    experience : str
        How the customer felt, for what was said.
    topic_names : sequence of str
    day : str
        Day from which what was told holds.
    origin : str
        Where what was told comes from.
    """
    text = interaction[part]
    if not text:
        raise Invalid(_EMPTY[part], hint=N_("Write it, or take the tick away."), field=part)
    whom = ((interaction["customer_id"], ""),)
    if part == "said":
        dimension, details = "from", Details(whom, channel=interaction["channel"], experience=experience)
    else:
        dimension, details = "for", Details(whom, audience="customer", valid_from=day, origin=origin)
    title = title_of("", text)
    note = notes.add(
        db,
        title=title,
        body="" if text.rstrip("。.") == title else text,
        dimension=dimension,
        topic_names=topic_names,
        details=details,
        readers=interaction["readers"],
        by=by,
        now=now,
    )
    link(db, interaction_id, note.id, part, by=by, is_made=True)


def of_interactions(db, interaction_ids):
    """Return ``{interaction_id: [{"note_id", "part", "is_made"}, ...]}``, what was said first."""
    rows = db.query(
        """SELECT * FROM interaction_note
            WHERE interaction_id IN (SELECT value FROM json_each(:ids))
            ORDER BY interaction_id, part, note_id""",
        {"ids": json.dumps(list(interaction_ids))},
    )
    found = {interaction_id: [] for interaction_id in interaction_ids}
    for row in rows:
        found[row["interaction_id"]].append({name: row[name] for name in ("note_id", "part", "is_made")})
    return found


def notes_of(db, interaction, *, reader):
    """Return the notes in no archive that were made of an interaction or told in it and that `reader` may see."""
    linked = [each["note_id"] for each in interaction.notes]
    return [note for note in notes.of_ids(db, linked, reader=reader) if not note.archived]


def made_of(db, note_id):
    """Return the ids of the interactions a note was made of."""
    rows = db.execute("SELECT interaction_id FROM interaction_note WHERE note_id = :id AND is_made", {"id": note_id})
    return [row[0] for row in rows.fetchall()]


def unlink_interaction(db, interaction_id):
    """Take an interaction that is erased off all notes; only inside ``writing``."""
    db.execute("DELETE FROM interaction_note WHERE interaction_id = :id", {"id": interaction_id})


def unlink(db, note_id):
    """Forget in which interactions a note was told or made; only inside ``writing``."""
    db.execute("DELETE FROM interaction_note WHERE note_id = :id", {"id": note_id})
