"""Evidence: why a note is believed. What rests on quoted words has a row in table ``quote``, the rest in ``evidence``.

Rows belong to the state of a note, by id: no word of a source gets into the feed of another note. What is removed keeps
its row, as removed, for as long as that can be undone; then `sweep` takes it away.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from kb.activity import DAYS
from kb.errors import Conflict, N_
from kb.store import writing

TABLES = ("evidence", "quote")
_LOST = N_("Some evidence was removed more than 30 days ago and is gone for good.")
# The column that names the source of a quote.
SOURCES = {"interaction": "interaction_id", "interaction_file": "interaction_file_id", "note": "source_note_id",
           "file": "attachment_id"}  # fmt: skip
# What makes two pieces of evidence of a note one and the same.
_SAME = {"evidence": ("kind", "finding_id", "source_note_id", "question"),
         "quote": ("kind", *SOURCES.values(), "part", "start", "text")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason to believe a note; ``why`` is one sentence.

    Attributes
    ----------
    kind : {"finding", "note", "purchases"}
    finding_id, source_note_id : int or None
        What it rests on.
    digest : str or None
        Of the text of the note it rests on, as `kb.anchors.digest` gives it.
    question, figure : dict or None
        What was asked of the purchase records, and what the answer was.
    """

    kind: str
    finding_id: int | None
    why: str
    source_note_id: int | None = None
    digest: str | None = None
    question: dict | None = None
    figure: dict | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """Words a note rests on: ``text`` begins at ``start`` in a part of a source whose text had this ``digest``."""

    kind: str
    source_id: int
    part: str
    start: int
    text: str
    digest: str


def attach(db, note_id, proofs, *, by, now):
    """Store the evidence of a note, `Evidence` and `Words`; only inside ``writing``."""
    stamp = {"note_id": note_id, "created_by": by.member_id, "created_at": now}
    for each in proofs:
        if isinstance(each, Words):
            kept = {name: getattr(each, name) for name in ("kind", "part", "start", "text", "digest")}
            db["quote"].insert({**stamp, **kept, SOURCES[each.kind]: each.source_id})
        else:
            kept = {name: getattr(each, name) for name in Evidence.__slots__}
            told = {name: kept[name] and as_json(kept[name]) for name in ("question", "figure")}
            db["evidence"].insert({**stamp, **kept, **told})


def as_json(value):
    """Return a question or a figure as it is stored: alike where it is the same."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def of_note(db, note_id):
    """Return the rows of table ``evidence`` of one note, oldest first."""
    return list(
        db.query(
            """SELECT evidence.*, member.name AS created_by_name
                 FROM evidence LEFT JOIN member ON member.id = evidence.created_by
                WHERE note_id = :note AND removed_at IS NULL ORDER BY evidence.id""",
            {"note": note_id},
        )
    )


def quotes_of_note(db, note_id):
    """Return the rows of table ``quote`` of one note, oldest first."""
    return list(
        db.query(
            """SELECT quote.*, member.name AS created_by_name
                 FROM quote LEFT JOIN member ON member.id = quote.created_by
                WHERE note_id = :note AND removed_at IS NULL ORDER BY quote.id""",
            {"note": note_id},
        )
    )


def notes_cited_by(db, note_id):
    """Return the rows of table ``evidence`` in which a note names others as why it is believed, oldest first."""
    return list(
        db.query(
            """SELECT * FROM evidence
                WHERE note_id = :note AND kind = 'note' AND removed_at IS NULL ORDER BY id""",
            {"note": note_id},
        )
    )


def holder(db, row):
    """Return ("note" or "interaction", id) of what a row of ``quote`` quotes, or of what the file hangs on."""
    if row["interaction_file_id"] is not None:
        sql, noun = "SELECT interaction_id FROM interaction_file WHERE id = :id", "interaction"
    elif row["attachment_id"] is not None:
        sql, noun = "SELECT note_id FROM attachment WHERE id = :id", "note"
    elif row["interaction_id"] is not None:
        return "interaction", row["interaction_id"]
    else:
        return "note", row["source_note_id"]
    return noun, db.execute(sql, {"id": row["interaction_file_id"] or row["attachment_id"]}).fetchone()[0]


def notes_of_quoted_files(db):
    """Return the ids of the notes on which a file hangs that is quoted."""
    rows = db.execute(
        """SELECT DISTINCT attachment.note_id FROM quote JOIN attachment ON attachment.id = quote.attachment_id
            WHERE quote.removed_at IS NULL AND attachment.removed_at IS NULL ORDER BY attachment.note_id"""
    )
    return [row[0] for row in rows]


def resting_on(db, kind, source_id):
    """Return the rows of ``quote`` that quote a source, of any note, the oldest first."""
    return list(
        db.query(
            f"SELECT * FROM quote WHERE {SOURCES[kind]} = :id AND removed_at IS NULL ORDER BY id", {"id": source_id}
        )
    )


def resting_on_talk(db, interaction_id):
    """Return the rows of ``quote`` that quote an interaction or a file that hangs on it, or did."""
    return list(
        db.query(
            """SELECT * FROM quote
                WHERE removed_at IS NULL
                  AND (interaction_id = :id
                       OR interaction_file_id IN (SELECT id FROM interaction_file WHERE interaction_id = :id))
                ORDER BY id""",
            {"id": interaction_id},
        )
    )


def citing(db, note_id):
    """Return the rows of ``evidence`` that name a note as why another is believed, the oldest first."""
    return list(
        db.query(
            "SELECT * FROM evidence WHERE source_note_id = :id AND removed_at IS NULL ORDER BY id", {"id": note_id}
        )
    )


def questions(db):
    """Return the rows of ``evidence`` that rest on the purchase records, of notes in no archive."""
    return list(
        db.query(
            """SELECT evidence.* FROM evidence JOIN note ON note.id = evidence.note_id
                WHERE evidence.kind = 'purchases' AND evidence.question IS NOT NULL
                  AND evidence.removed_at IS NULL AND note.archived = 0 ORDER BY evidence.id"""
        )
    )


def answer_again(db, number, *, latest, asked):
    """Keep what a question to the purchase records is answered today; only inside ``writing``.

    Parameters
    ----------
    latest, asked : dict
        The figure of today, and the one at which somebody was last asked to look, None while nobody was.
    """
    told = {"latest": as_json(latest), "asked": None if asked is None else as_json(asked), "id": number}
    db.execute("UPDATE evidence SET latest = :latest, asked = :asked WHERE id = :id", told)


def has_finding(db, note_id):
    """Return whether a finding proves a note."""
    return bool(findings_of(db, note_id))


def findings_of(db, note_id):
    """Return the ids of the findings a note rests on."""
    rows = db.execute(
        """SELECT finding_id FROM evidence
            WHERE note_id = :note AND kind = 'finding' AND removed_at IS NULL ORDER BY id""",
        {"note": note_id},
    )
    return [row[0] for row in rows]


def of_notes(db, note_ids):
    """Return ``{note_id: [[table, id], ...]}``: what the feed keeps of the evidence of notes."""
    found = {note_id: [] for note_id in note_ids}
    for table in TABLES:
        rows = db.execute(
            f"""SELECT note_id, id FROM {table}
                 WHERE removed_at IS NULL AND note_id IN (SELECT value FROM json_each(:ids)) ORDER BY id""",
            {"ids": json.dumps(list(note_ids))},
        )
        for note_id, number in rows.fetchall():
            found[note_id].append([table, number])
    return found


def store(db, note_id, proofs, *, now):
    """Give a note the evidence of an earlier state and no other; only inside ``writing``.

    Raises
    ------
    kb.errors.Conflict
        When some of it was taken away for good.
    """
    for table in TABLES:
        wanted = {number for name, number in proofs if name == table}
        known = {row[0] for row in db.execute(f"SELECT id FROM {table} WHERE note_id = :id", {"id": note_id})}
        if wanted - known:
            raise Conflict(_LOST)
        told = {"id": note_id, "now": now, "wanted": json.dumps(sorted(wanted))}
        inside = "id IN (SELECT value FROM json_each(:wanted))"
        db.execute(f"UPDATE {table} SET removed_at = NULL WHERE note_id = :id AND {inside}", told)
        db.execute(
            f"UPDATE {table} SET removed_at = :now WHERE note_id = :id AND removed_at IS NULL AND NOT {inside}", told
        )


def remove(db, note_id, table, number, *, now):
    """Take one piece of evidence off its note; return whether there was one; only inside ``writing``."""
    rows = db.execute(
        f"""UPDATE {table} SET removed_at = :now
             WHERE id = :id AND note_id = :note AND removed_at IS NULL RETURNING id""",
        {"now": now, "id": number, "note": note_id},
    )
    return bool(rows.fetchall())


def off(db, parts):
    """Return ``{(table, id): note id}`` of the evidence among these that is off, not gone for good nor there again."""
    found = {}
    for table, same in _SAME.items():
        alike = " AND ".join(f"again.{column} IS its.{column}" for column in ("note_id", *same))
        rows = db.execute(
            f"""SELECT its.id, its.note_id FROM {table} AS its
                 WHERE its.id IN (SELECT value FROM json_each(:ids)) AND its.removed_at IS NOT NULL
                   AND NOT EXISTS (SELECT 1 FROM {table} AS again
                                    WHERE {alike} AND again.removed_at IS NULL
                                      AND again.created_at >= its.removed_at)""",
            {"ids": json.dumps([number for name, number in parts if name == table])},
        )
        found |= {(table, number): note_id for number, note_id in rows.fetchall()}
    return found


def give_back(db, note_id, parts):
    """Let evidence that was taken off a note stand there again; only inside ``writing``.

    Raises
    ------
    kb.errors.Conflict
        When some of it stands there again, or was taken away for good.
    """
    may_return = off(db, parts)
    for table, number in parts:
        known = {"id": number, "note": note_id}
        if db.execute(f"SELECT 1 FROM {table} WHERE id = :id AND note_id = :note", known).fetchone() is None:
            raise Conflict(_LOST)
        if (table, number) not in may_return:
            raise Conflict(N_("This evidence stands there again already."))
        db[table].update(number, {"removed_at": None})


def sweep(db, *, now):
    """Take away for good what was removed longer ago than it can be undone."""
    before = (datetime.fromisoformat(now) - timedelta(days=DAYS)).isoformat().replace("+00:00", "Z")
    with writing(db):
        for table in TABLES:
            db.execute(f"DELETE FROM {table} WHERE removed_at < :before", {"before": before})


def adrift(db):
    """Return the ids of quotes that keep words and do not name just the one source they are of."""
    named = " + ".join(f"({column} IS NOT NULL)" for column in SOURCES.values())
    own = " ".join(f"WHEN '{kind}' THEN {column}" for kind, column in SOURCES.items())
    rows = db.execute(
        f"SELECT id FROM quote WHERE text <> '' AND ({named} <> 1 OR CASE kind {own} END IS NULL) ORDER BY id"
    )
    return [row[0] for row in rows]


def delete(db, note_id):
    """Remove the evidence of a note that is erased, and its words where others quote it; only inside ``writing``."""
    for table in TABLES:
        db.execute(f"DELETE FROM {table} WHERE note_id = :note", {"note": note_id})
    db.execute("UPDATE evidence SET source_note_id = NULL WHERE source_note_id = :note", {"note": note_id})
    db.execute(
        """UPDATE quote SET source_note_id = NULL, attachment_id = NULL, text = ''
            WHERE source_note_id = :note OR attachment_id IN (SELECT id FROM attachment WHERE note_id = :note)""",
        {"note": note_id},
    )


def forget_interaction(db, interaction_id):
    """Forget the words that notes quote of an interaction that is erased, and of its files; only inside ``writing``."""
    db.execute(
        """UPDATE quote SET interaction_id = NULL, interaction_file_id = NULL, text = ''
            WHERE interaction_id = :id
               OR interaction_file_id IN (SELECT id FROM interaction_file WHERE interaction_id = :id)""",
        {"id": interaction_id},
    )


def forget_attachments(db, *, before):
    """Forget the words of files taken off before an instant, which go for good; only inside ``writing``."""
    db.execute(
        """UPDATE quote SET attachment_id = NULL, interaction_file_id = NULL, text = ''
            WHERE attachment_id IN (SELECT id FROM attachment WHERE removed_at < :before)
               OR interaction_file_id IN (SELECT id FROM interaction_file WHERE removed_at < :before)""",
        {"before": before},
    )
