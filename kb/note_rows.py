"""A note as the store keeps it: its rows read into one record, and the state of it that the feed keeps."""

from dataclasses import dataclass

from kb import (
    answers,
    attached,
    doubts,
    duties,
    evidence,
    facets,
    feed,
    gates,
    named_readers,
    note_details,
    note_templates,
    topics,
    traits,
)
from kb.note_details import Details
from kb.store import writing

STATE = (
    "version", "title", "summary", "body", "dimension", "maturity", "standing", "readers", "owner_id",
    "department_id", "archived", "merged_into",
)  # fmt: skip
# Who vouches for it, and who last did.
VOUCHING = ("verifier_id", "verifier_department_id", "deputy_id", "verified_by", "verified_at", "verified_version")

SELECT = """SELECT note.*, member.name AS owner, department.name AS department, checker.name AS checker,
                   coalesce(duty.name, duty_department.name) AS duty
               FROM note
               LEFT JOIN member ON member.id = note.owner_id
               LEFT JOIN department ON department.id = note.department_id
               LEFT JOIN member AS checker ON checker.id = note.verified_by
               LEFT JOIN member AS duty ON duty.id = note.duty_member_id
               LEFT JOIN department AS duty_department ON duty_department.id = note.duty_department_id"""


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it stands.

    ``topics`` is a tuple of ``{"id", "name"}``, ``customers`` one of ``{"id", "name", "part"}``, ``traits`` one of
    pairs of a kind and a word, ``facets`` one of keys of `kb.facets.FACETS`, ``answers``, ``doubts``, ``attachments``,
    ``asks`` and ``named_readers`` of dicts as `kb.answers`, `kb.doubts`, `kb.attached`, `kb.duties` and
    `kb.named_readers` give; ``checker`` is who checked it last, ``duty`` who has to from ``due_at`` on; ``unfilled``
    is what it lacks of its template, ``proofs`` a tuple of pairs of a table and an id as `kb.evidence` gives; what
    lies between ``segment`` and ``template`` is told by `kb.note_details.Details`.
    """

    id: int
    version: int
    title: str
    summary: str
    body: str
    dimension: str
    maturity: str | None
    standing: str | None
    readers: str
    named_readers: tuple
    owner_id: int | None
    owner: str | None
    department_id: int | None
    department: str | None
    archived: int
    merged_into: int | None
    created_at: str
    updated_at: str
    segment: str
    product: str
    observation: str
    audience: str
    valid_from: str
    valid_until: str
    channel: str
    experience: str
    our_part: str
    customer_text: str
    lang: str
    origin: str
    template: str
    verifier_id: int | None
    verifier_department_id: int | None
    deputy_id: int | None
    verified_by: int | None
    verified_at: str | None
    verified_version: int | None
    checker: str | None
    duty_member_id: int | None
    duty_department_id: int | None
    duty: str | None
    due_at: str
    topics: tuple
    customers: tuple
    traits: tuple
    facets: tuple
    answers: tuple
    doubts: tuple
    asks: tuple
    attachments: tuple
    proofs: tuple
    unfilled: tuple

    def details(self):
        """Return what the note says beside its text."""
        kept = {name: getattr(self, name) for name in note_details.COLUMNS}
        parts = tuple((each["id"], each["part"]) for each in self.customers)
        return Details(**kept, customers=parts, traits=self.traits)

    def is_unfelt(self):
        """Return whether how the customer felt is still to be told, as after a call."""
        return self.dimension == "from" and not self.experience

    @property
    def agreeing(self):
        """What `kb.gates.agreeing` says of it."""
        return gates.agreeing(self)


def state(note):
    """Return what the feed keeps of a note."""
    kept = {name: getattr(note, name) for name in (*STATE, *VOUCHING, *note_details.COLUMNS)}
    return {
        **kept,
        "named_readers": named_readers.pairs(note.named_readers),
        "topics": [topic["name"] for topic in note.topics],
        "customers": [[each["id"], each["part"]] for each in note.customers],
        "traits": [list(each) for each in note.traits],
        "facets": list(note.facets),
        "answers": [{name: each[name] for name in answers.COLUMNS} for each in note.answers],
        "doubts": [{name: each[name] for name in doubts.COLUMNS} for each in note.doubts],
        "asks": [{name: each[name] for name in duties.ASK} for each in note.asks],
        "attachments": [{name: each[name] for name in attached.COLUMNS} for each in note.attachments],
        "proofs": [list(each) for each in note.proofs],
    }


def state_of_version(db, note_id, version):
    """Return the state the feed keeps of a version of a note, or None."""
    states = (row["after"] for row in feed.changes(db, "note", note_id))
    return next((each for each in states if each and each["version"] == version), None)


def reserve(db, count):
    """Return as many ids that no other note will have, so that notes may name each other before they are written."""
    with writing(db):
        db.execute(
            """INSERT INTO sqlite_sequence (name, seq)
               SELECT 'note', 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'note')"""
        )
        db.execute("UPDATE sqlite_sequence SET seq = seq + :count WHERE name = 'note'", {"count": count})
        last = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'note'").fetchone()[0]
    return range(last - count + 1, last + 1)


def insert(db, row):
    """Store a new note and return its id; only inside ``writing``."""
    # Written out: sqlite-utils reads the schema before each insert, a sixth of the time of an import.
    columns, values = ", ".join(row), ", ".join(f":{name}" for name in row)
    return db.execute(f"INSERT INTO note ({columns}) VALUES ({values})", row).lastrowid


def update(db, note_id, fields):
    """Store some columns of a note; only inside ``writing``."""
    # Written out: sqlite-utils reads the schema and the row before each update.
    columns = ", ".join(f"{name} = :{name}" for name in fields)
    db.execute(f"UPDATE note SET {columns} WHERE id = :id", {**fields, "id": note_id})


def of_rows(db, rows):
    """Return the notes of rows that `SELECT` gave, in their order."""
    ids = [row["id"] for row in rows]
    links = {
        "named_readers": named_readers.of_notes(db, ids),
        "topics": topics.of_notes(db, ids),
        "customers": note_details.customers_of(db, ids),
        "traits": traits.of_notes(db, ids),
        "facets": facets.of_notes(db, ids),
        "answers": answers.of_notes(db, ids),
        "doubts": doubts.of_notes(db, ids),
        "asks": duties.of_notes(db, ids),
        "attachments": attached.of_notes(db, ids),
        "proofs": evidence.of_notes(db, ids),
        "unfilled": note_templates.unfilled(db, rows),
    }
    found = []
    for row in rows:
        kept = {name: row[name] for name in Note.__slots__ if name not in links}
        found.append(Note(**kept, **{name: tuple(its[row["id"]]) for name, its in links.items()}))
    return found
