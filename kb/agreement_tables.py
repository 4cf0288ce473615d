"""What m047 makes of customers’ answers: to all that a note says, and for whom; like a migration it never changes."""

import hashlib
import json

_SAID = (
    "title", "summary", "body", "customer_text", "segment", "product", "observation", "audience", "valid_from",
    "valid_until", "experience", "our_part", "origin",
)  # fmt: skip


def make(db):
    """Add to the answers which customers they are of, and make those given to a text as it stands be to all it says."""
    db.execute("ALTER TABLE answer ADD COLUMN customers TEXT NOT NULL DEFAULT '{}'")
    db.execute("ALTER TABLE answer ADD COLUMN customer_id INTEGER REFERENCES customer(id)")
    db.execute("CREATE INDEX answer_customer ON answer(customer_id) WHERE customer_id IS NOT NULL")
    names = ", ".join(f"note.{name}" for name in _SAID)
    rows = db.execute(
        f"""SELECT answer.id, answer.digest, {names},
                   (SELECT json_group_array(json_array(customer_id, part))
                      FROM (SELECT customer_id, part FROM note_customer
                             WHERE note_customer.note_id = note.id ORDER BY position))
              FROM answer JOIN note ON note.id = answer.note_id"""
    ).fetchall()
    for answer_id, was, *said, customers in rows:
        title, summary, body, customer_text = said[:4]
        if was == _digest([title, summary, body, *filter(None, [customer_text])]):
            parts = {str(number): _sha256(part) for number, part in json.loads(customers)}
            told = {"id": answer_id, "digest": _digest(said), "customers": json.dumps(parts)}
            db.execute("UPDATE answer SET digest = :digest, customers = :customers WHERE id = :id", told)


def _digest(texts):
    return _sha256(json.dumps(texts, ensure_ascii=False))


def _sha256(text):
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
