"""The notes of interactions: those made of what was said or told, and those for customers that were told."""

import json

from kb import access, notes
from kb.anchors import digest
from kb.errors import Invalid, N_
from kb.evidence import Words
from kb.first_sentence import shown_title
from kb.folders import links
from kb.note_details import Details

_MADE = {"said": N_("What the customer said is a note already."), "told": N_("What was told is a note already.")}
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


def keep(
    db, interaction_id, interaction, *, by, now, told_note_ids=(), kept=(), experience="", topic_names=(), day="",
    origin="",
):  # fmt: skip
    """Make the notes ticked with an interaction, and say which ones were told; only inside ``writing``.

    A note made so rests on all that was said or told: when that changes, it is to be verified.

    Parameters
    ----------
    interaction : dict
        Its fields, checked.
    told_note_ids : sequence of int
        Notes for customers that were given or told.
    kept : collection of {"said", "told"}
        Which of the two becomes a note of its own.
    experience : str
        How the customer felt, for what was said; empty where that is told later.
    topic_names : sequence of str
    day : str
        Day ``YYYY-MM-DD`` where the company is from which what was told holds.
    origin : str
        Where a note of what was told says it comes from.

    Raises
    ------
    kb.errors.Invalid
        For a part without text, one that is a note already, and a note that is not for customers.
    kb.errors.NotFound
    """
    linked = of_interactions(db, [interaction_id])[interaction_id]
    made = made_parts(db, linked)
    for note_id in dict.fromkeys(told_note_ids):
        if all(each["note_id"] != note_id for each in linked):
            link(db, interaction_id, note_id, "told", by=by)
    for part in kept:
        if part in made:
            raise Invalid(_MADE[part], hint=N_("Take the tick away; change the note itself."), field=part)
        told = {"experience": experience, "topic_names": topic_names, "day": day, "origin": origin}
        _make(db, interaction_id, part, interaction, **told, by=by, now=now)


def _make(db, interaction_id, part, interaction, *, experience, topic_names, day, origin, by, now):
    text = interaction[part]
    words = links.PICTURE.sub("", text).strip() or links.PICTURE.sub(r"\g<words>", text).strip()
    if not words:
        raise Invalid(_EMPTY[part], hint=N_("Write it, or take the tick away."), field=part)
    whom = ((interaction["customer_id"], ""),)
    if part == "said":
        dimension, details = "from", Details(whom, channel=interaction["channel"], experience=experience)
    else:
        dimension, details = "for", Details(whom, audience="customer", valid_from=day, origin=origin)
    title = shown_title(db, "", words)
    note = notes.add(
        db,
        title=title,
        body="" if text.rstrip("。.") == title else text,
        dimension=dimension,
        topic_names=topic_names,
        details=details,
        readers=interaction["readers"],
        named_readers=interaction["named_readers"],
        felt_later=True,
        proofs=[Words("interaction", interaction_id, part, 0, text, digest(text))],
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


def made_parts(db, linked):
    """Return which parts of an interaction are a note that stands, whoever may see it.

    Parameters
    ----------
    linked : sequence of dict
        As `of_interactions` gives them.
    """
    made = {each["note_id"]: each["part"] for each in linked if each["is_made"]}
    return {made[note.id] for note in notes.of_ids(db, made, reader=access.OPERATOR) if not note.archived}


def siblings(db, note_id, *, reader):
    """Return the other notes of the interactions a note was made of, of those `reader` may see, and out of archives."""
    clause, values = access.visible(reader, "interaction")
    rows = db.execute(
        f"""SELECT DISTINCT other.note_id
             FROM interaction_note AS own
             JOIN interaction ON interaction.id = own.interaction_id
             JOIN interaction_note AS other ON other.interaction_id = own.interaction_id AND other.note_id <> :note
            WHERE own.note_id = :note AND own.is_made AND interaction.archived = 0 AND {clause}""",
        {**values, "note": note_id},
    )
    found = notes.of_ids(db, [row[0] for row in rows], reader=reader)
    return [note for note in found if not note.archived]


def made_by(db, change, *, reader):
    """Return the notes that a change of an interaction made, of those `reader` may see.

    Parameters
    ----------
    change : dict
        As `kb.feed.change` gives it.
    """
    return notes.of_ids(db, [each["note_id"] for each in _new(change) if each["is_made"]], reader=reader)


def told_by(db, change, *, reader):
    """Return the notes that by a change of an interaction were told in it, as `made_by` does."""
    return notes.of_ids(db, [each["note_id"] for each in _new(change) if not each["is_made"]], reader=reader)


def _new(change):
    before = [each["note_id"] for each in (change["before"] or {}).get("notes", ())]
    return [each for each in change["after"]["notes"] if each["note_id"] not in before]


def take_back(db, interaction_id, before, after, *, by, now):
    """Undo what a change did to the notes of an interaction; only inside ``writing``.

    A note that it made goes to the archive, but for one changed since; what it said was told was not told.

    Parameters
    ----------
    before, after : sequence of dict
        Which there were, as `of_interactions` gives them.
    """
    kept = {each["note_id"] for each in before}
    new = [each for each in after if each["note_id"] not in kept]
    for note in notes.of_ids(db, [each["note_id"] for each in new if each["is_made"]], reader=by):
        if note.version == 1 and not note.archived:
            notes.archive(db, note.id, by=by, now=now)
    told = [each["note_id"] for each in new if not each["is_made"]]
    db.execute(
        """DELETE FROM interaction_note
            WHERE interaction_id = :id AND note_id IN (SELECT value FROM json_each(:told))""",
        {"id": interaction_id, "told": json.dumps(told)},
    )
    lost = {each["note_id"]: each for each in before if all(each["note_id"] != one["note_id"] for one in after)}
    for note in notes.of_ids(db, lost, reader=access.OPERATOR):
        db["interaction_note"].insert({"interaction_id": interaction_id, **lost[note.id]})


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
