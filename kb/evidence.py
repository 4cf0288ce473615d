"""Evidence: why a note is believed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason to believe a note; ``why`` is one sentence."""

    kind: str
    finding_id: int
    why: str


def attach(db, note_id, evidence, *, by, now):
    """Store the evidence of a note; only inside ``writing``."""
    rows = [
        {
            "note_id": note_id,
            "kind": each.kind,
            "finding_id": each.finding_id,
            "why": each.why,
            "created_by": by.member_id,
            "created_at": now,
        }
        for each in evidence
    ]
    db["evidence"].insert_all(rows)


def of_note(db, note_id):
    """Return the evidence of one note, oldest first."""
    return list(
        db.query(
            """SELECT evidence.*, member.name AS created_by_name
                 FROM evidence LEFT JOIN member ON member.id = evidence.created_by
                WHERE note_id = :note ORDER BY evidence.id""",
            {"note": note_id},
        )
    )


def has_finding(db, note_id):
    """Return whether a finding proves a note."""
    rows = db.execute("SELECT 1 FROM evidence WHERE note_id = :note AND kind = 'finding' LIMIT 1", {"note": note_id})
    return rows.fetchone() is not None


def delete(db, note_id):
    """Remove the evidence of a note that is erased; only inside ``writing``."""
    db.execute("DELETE FROM evidence WHERE note_id = :note", {"note": note_id})
