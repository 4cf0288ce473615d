"""Quotes: the words of an interaction that a note rests on, found again where they moved, told where they are gone."""

from dataclasses import dataclass

from kb import access, interactions, notes
from kb.errors import Invalid, N_
from kb.note_details import Details
from kb.note_import import title_of
from kb.store import writing
from kb.text import clean

LONGEST = 2000
PARTS = ("said", "told")


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a part of an interaction.

    ``start`` is where they stand in that part today, None where they are gone from it; ``was_at`` where they stood when
    they were quoted. ``text`` is None for who may not see the interaction.
    """

    id: int
    note_id: int
    interaction_id: int
    part: str
    text: str | None
    was_at: int
    start: int | None
    created_at: str


def add(db, interaction_id, *, part, text, topic_names, by, now, experience=""):
    """Make words of an interaction a note from the customer, and return the note.

    Parameters
    ----------
    part : {"said", "told"}
    text : str
        Words that stand there just so, but for blanks.
    topic_names : sequence of str
    experience : str
        How the customer felt.

    Raises
    ------
    kb.errors.Invalid
        When the words do not stand there.
    kb.errors.Forbidden, kb.errors.NotFound
    """
    access.require(by, "note.write")
    text = clean(text, field="quote", label=N_("Quote"), limit=LONGEST)
    if part not in PARTS or not text:
        raise Invalid(N_("Which words are quoted?"), hint=N_("Select them, or paste them here."), field="quote")
    with writing(db):
        source = interactions.get(db, interaction_id, reader=by)
        start = getattr(source, part).find(text)
        if start < 0:
            raise Invalid(
                N_("These words do not stand in the interaction."),
                hint=N_("Quote them just as they are."),
                field="quote",
            )
        title = title_of("", text)
        note = notes.add(
            db,
            title=title,
            body="" if text.rstrip("。.") == title else text,
            dimension="from",
            topic_names=topic_names,
            details=Details(((source.customer_id, ""),), channel=source.channel, experience=experience),
            readers=source.readers,
            by=by,
            now=now,
        )
        db["quote"].insert(
            {
                "note_id": note.id,
                "interaction_id": interaction_id,
                "part": part,
                "start": start,
                "text": text,
                "created_by": by.member_id,
                "created_at": now,
            }
        )
    return note


def of_note(db, note_id, *, reader):
    """Return the quotes a note rests on, the oldest first."""
    rows = list(db.query("SELECT * FROM quote WHERE note_id = :id ORDER BY id", {"id": note_id}))
    sources = interactions.of_ids(db, {row["interaction_id"] for row in rows}, reader=reader)
    return [_quote(row, sources.get(row["interaction_id"])) for row in rows]


def of_interaction(db, interaction, *, reader):
    """Return ``[(quote, note)]``: the notes in no archive that rest on an interaction and `reader` may see."""
    rows = list(db.query("SELECT * FROM quote WHERE interaction_id = :id ORDER BY id", {"id": interaction.id}))
    ids = {row["note_id"] for row in rows}
    found = {note.id: note for note in notes.of_ids(db, ids, reader=reader) if not note.archived}
    return [(_quote(row, interaction), found[row["note_id"]]) for row in rows if row["note_id"] in found]


def delete(db, note_id):
    """Remove the quotes of a note that is erased; only inside ``writing``."""
    db.execute("DELETE FROM quote WHERE note_id = :id", {"id": note_id})


def delete_of_interaction(db, interaction_id):
    """Remove what notes quote of an interaction that is erased; only inside ``writing``."""
    db.execute("DELETE FROM quote WHERE interaction_id = :id", {"id": interaction_id})


def _quote(row, source):
    text = row["text"] if source else None
    start = None if source is None else _found_again(getattr(source, row["part"]), text, row["start"])
    kept = {name: row[name] for name in ("id", "note_id", "interaction_id", "part", "created_at")}
    return Quote(**kept, text=text, was_at=row["start"], start=start)


def _found_again(now, text, was_at):
    """Return where `text` stands, nearest to where it stood; None where it does not."""
    if now[was_at : was_at + len(text)] == text:
        return was_at
    at = [now.rfind(text, 0, was_at + len(text)), now.find(text, was_at)]
    found = [each for each in at if each >= 0]
    return min(found, key=lambda each: abs(each - was_at)) if found else None
