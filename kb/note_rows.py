"""A note as the store keeps it: its rows read into one record, and the state of it that the feed keeps."""

from dataclasses import dataclass

from kb import answers, doubts, facets, note_details, topics
from kb.note_details import Details

STATE = (
    "version", "title", "summary", "body", "dimension", "maturity", "standing", "readers", "owner_id",
    "department_id", "archived",
)  # fmt: skip

SELECT = """SELECT note.*, member.name AS owner, department.name AS department
               FROM note
               LEFT JOIN member ON member.id = note.owner_id
               LEFT JOIN department ON department.id = note.department_id"""


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it stands.

    ``topics`` is a tuple of ``{"id", "name"}``, ``customers`` one of ``{"id", "name", "part"}``, ``facets`` one of keys
    of `kb.facets.FACETS`, ``answers`` and ``doubts`` of dicts as `kb.answers` and `kb.doubts` give; what lies between
    ``segment`` and ``origin`` is told by `kb.note_details.Details`.
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
    owner_id: int | None
    owner: str | None
    department_id: int | None
    department: str | None
    archived: int
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
    lang: str
    origin: str
    topics: tuple
    customers: tuple
    facets: tuple
    answers: tuple
    doubts: tuple

    def details(self):
        """Return what the note says beside its text."""
        kept = {name: getattr(self, name) for name in note_details.COLUMNS}
        return Details(**kept, customers=tuple((each["id"], each["part"]) for each in self.customers))


def state(note):
    """Return what the feed keeps of a note."""
    kept = {name: getattr(note, name) for name in (*STATE, *note_details.COLUMNS)}
    return {
        **kept,
        "topics": [topic["name"] for topic in note.topics],
        "customers": [[each["id"], each["part"]] for each in note.customers],
        "facets": list(note.facets),
        "answers": [{name: each[name] for name in answers.COLUMNS} for each in note.answers],
        "doubts": [{name: each[name] for name in doubts.COLUMNS} for each in note.doubts],
    }


def of_rows(db, rows):
    """Return the notes of rows that `SELECT` gave, in their order."""
    ids = [row["id"] for row in rows]
    links = {
        "topics": topics.of_notes(db, ids),
        "customers": note_details.customers_of(db, ids),
        "facets": facets.of_notes(db, ids),
        "answers": answers.of_notes(db, ids),
        "doubts": doubts.of_notes(db, ids),
    }
    found = []
    for row in rows:
        kept = {name: row[name] for name in Note.__slots__ if name not in links}
        found.append(Note(**kept, **{name: tuple(its[row["id"]]) for name, its in links.items()}))
    return found
