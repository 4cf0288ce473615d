"""Why a note is believed, all of it in one shape; and which notes rest on something."""

import json
from dataclasses import dataclass

from kb import access, evidence, notes, question_proofs, quotes
from kb.anchors import digest, whole
from kb.note_rows import SELECT, of_rows


@dataclass(frozen=True, slots=True)
class Proof:
    """One piece of evidence.

    ``kind`` is one of "answer", "reply", "file" (named as evidence), "quote", "note", "finding", "purchases"; ``words``
    what it says, None where that is not open to the reader; ``state`` one of `kb.quotes.STATES`; ``part`` is
    ``"quote 5"`` for what can be taken off; ``thing`` the row or record behind it.
    """

    kind: str
    words: str | None
    state: str
    by: str | None
    at: str
    part: str | None
    thing: object


def of_note(db, note, *, reader):
    """Return the evidence of a note in its order: answers, replies, quotes, files, notes, findings, figures."""
    rows = evidence.of_note(db, note.id)
    sources = {row["source_note_id"] for row in rows} - {None}
    known = {each.id: each for each in notes.of_ids(db, sources, reader=reader)}
    cited = [_proof(row, known) for row in rows]
    return [
        *(_answer(each) for each in reversed(note.answers)),
        *(
            Proof("reply", each.words, each.state, each.by, each.at, None, each)
            for each in question_proofs.of_note(db, note.id, reader=reader)
        ),
        *(
            Proof("quote", each.text, each.state, each.by, each.at, f"quote {each.id}", each)
            for each in quotes.of_note(db, note.id, reader=reader)
        ),
        *(
            Proof("file", each["name"], "there", each["added_by_name"], each["added_at"], None, each)
            for each in note.attachments
            if each["proof"] is not None
        ),
        *sorted(cited, key=lambda each: ("note", "finding", "purchases").index(each.kind)),
    ]


def of_finding(db, finding_id, *, reader):
    """Return the notes that name this finding as evidence and that `reader` may see."""
    return _resting(
        db, "SELECT note_id FROM evidence WHERE finding_id = :id AND removed_at IS NULL", finding_id, reader
    )


def on_note(db, note_id, *, reader):
    """Return the notes outside the archive that name a note as evidence, or quote it, and that `reader` may see."""
    return _resting(
        db,
        """SELECT note_id FROM evidence WHERE source_note_id = :id AND removed_at IS NULL
           UNION SELECT note_id FROM quote WHERE source_note_id = :id AND removed_at IS NULL""",
        note_id,
        reader,
    )


def on_purchases_of(db, customer_id, *, reader):
    """Return the notes that rest on figures of a customer's purchases and that `reader` may see."""
    return _resting(
        db,
        """SELECT note_id FROM evidence WHERE question ->> 'customer' = :id AND question IS NOT NULL
                                           AND removed_at IS NULL""",
        customer_id,
        reader,
    )


def _resting(db, ids, number, reader):
    clause, values = access.visible(reader)
    rows = db.query(
        f"{SELECT} WHERE note.id IN ({ids}) AND note.archived = 0 AND {clause} ORDER BY note.id",
        {**values, "id": number},
    )
    return of_rows(db, list(rows))


def _answer(answer):
    return Proof("answer", answer["words"], "there", answer["created_by_name"], answer["created_at"], None, answer)


def _proof(row, known):
    thing, state = row, "there"
    if row["kind"] == "note":
        thing, state = {**row, "note": known.get(row["source_note_id"])}, _state(row, known)
    elif row["kind"] == "purchases":
        thing = {**row, **{name: row[name] and json.loads(row[name]) for name in ("question", "figure", "latest")}}
        state = "there" if row["latest"] in (None, row["figure"]) else "changed"
    # What a colleague wrote of a closed note may tell of it.
    words = None if state == "closed" else row["why"]
    return Proof(row["kind"], words, state, row["created_by_name"], row["created_at"], f"evidence {row['id']}", thing)


def _state(row, known):
    if row["source_note_id"] is None:
        return "erased"
    source = known.get(row["source_note_id"])
    if source is None:
        return "closed"
    if source.archived:
        return "archived"
    return "there" if digest(whole(source)) == row["digest"] else "changed"
