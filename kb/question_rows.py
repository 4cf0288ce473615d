"""A question as the store keeps it: its rows read into one record, and the state of it that the feed keeps.

Who asked without a name is known to the row alone, for the asker's own pages: no record of others and no state in the
feed holds it.
"""

import json
from dataclasses import dataclass

from kb import named_readers, similar_questions

# What the feed keeps, beside topics, readers by name and whom it went to.
STATE = (
    "version", "title", "body", "readers", "department_id", "anonymous", "archived", "wished_id", "asked_id", "due_at",
    "stuck", "accepted_id", "accepted_at", "note_id",
)  # fmt: skip

SELECT = """SELECT question.*, member.name AS owner, department.name AS department, asked.name AS asked,
                   (SELECT count(*) FROM reply WHERE reply.question_id = question.id) AS replies
              FROM question
              LEFT JOIN member ON member.id = question.owner_id
              LEFT JOIN department ON department.id = question.department_id
              LEFT JOIN member AS asked ON asked.id = question.asked_id"""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as one reader sees it.

    ``owner_id`` and ``owner`` are who asked, None for a question without a name, ``is_mine`` whether the reader asked;
    ``asked_id`` is who is asked now, until ``due_at``; ``stuck`` why it went to nobody, of `kb.question_routing.STUCK`;
    ``replies`` how many there are, ``accepted_id`` the one that answered it, ``note_id`` the note made of that;
    ``topics`` a tuple of ``{"id", "name"}``, ``named_readers`` as `kb.named_readers` gives.
    """

    id: int
    version: int
    title: str
    body: str
    readers: str
    named_readers: tuple
    owner_id: int | None
    owner: str | None
    is_mine: bool
    department_id: int | None
    department: str | None
    anonymous: int
    archived: int
    wished_id: int | None
    asked_id: int | None
    asked: str | None
    due_at: str | None
    stuck: str
    accepted_id: int | None
    accepted_at: str | None
    note_id: int | None
    replies: int
    topics: tuple
    created_at: str

    @property
    def is_open(self):
        """Whether it still waits for an answer that was accepted."""
        return not self.archived and self.accepted_id is None


def of_rows(db, rows, reader):
    """Return the questions of rows that `SELECT` gave, as `reader` sees them, in their order."""
    ids = [row["id"] for row in rows]
    topics, named = topics_of(db, ids), named_readers.of_things(db, "question", ids)
    kept = [name for name in Question.__slots__ if name not in ("named_readers", "topics", "is_mine")]
    found = []
    for row in rows:
        is_mine = reader.member_id is not None and row["owner_id"] == reader.member_id
        unnamed = {"owner_id": None, "owner": None} if row["anonymous"] else {}
        links = {"topics": tuple(topics[row["id"]]), "named_readers": tuple(named[row["id"]]), "is_mine": is_mine}
        found.append(Question(**{name: row[name] for name in kept} | unnamed, **links))
    return found


def state(db, question):
    """Return what the feed keeps of a question."""
    return {
        **{name: getattr(question, name) for name in STATE},
        "owner_id": question.owner_id,
        "topics": [each["id"] for each in question.topics],
        "named_readers": named_readers.pairs(question.named_readers),
        "turns": turns_of(db, question.id),
    }


def topics_of(db, question_ids):
    """Return ``{question id: [{"id", "name"}, ...]}`` in the order the askers gave."""
    found = {question_id: [] for question_id in question_ids}
    rows = db.query(
        """SELECT question_topic.question_id, topic.id, topic.name
             FROM question_topic JOIN topic ON topic.id = question_topic.topic_id
            WHERE question_topic.question_id IN (SELECT value FROM json_each(:ids))
            ORDER BY question_topic.question_id, question_topic.position""",
        {"ids": json.dumps(list(question_ids))},
    )
    for row in rows:
        found[row.pop("question_id")].append(row)
    return found


def turns_of(db, question_id):
    """Return member, instant and in whose place of those a question went to, the first first."""
    rows = db.execute(
        "SELECT member_id, asked_at, for_id FROM question_turn WHERE question_id = :id ORDER BY position",
        {"id": question_id},
    )
    return [list(row) for row in rows]


def store_links(db, question_id, *, topics=None, named=None, turns=None):
    """Give a question these topics, named readers or turns and no others; only inside ``writing``."""
    links = (
        ("question_topic", [{"topic_id": each, "position": n} for n, each in enumerate(topics or ())], topics),
        ("question_reader", [{"member_id": None, "department_id": None, f"{k}_id": v} for k, v in named or ()], named),
        (
            "question_turn",
            # The feed knows turns of before there were deputies.
            [
                {"position": n, "member_id": each, "asked_at": at, "for_id": place[0] if place else None}
                for n, (each, at, *place) in enumerate(turns or ())
            ],
            turns,
        ),
    )
    for table, rows, given in links:
        if given is not None:
            db.execute(f"DELETE FROM {table} WHERE question_id = :id", {"id": question_id})
            db[table].insert_all({"question_id": question_id, **row} for row in rows)


def delete(db, question_id):
    """Delete the rows of a question that is erased; only inside ``writing``."""
    replies = "SELECT id FROM reply WHERE question_id = :id"
    told = {"id": question_id}
    db.execute(f"DELETE FROM reply_thanks WHERE reply_id IN ({replies})", told)
    db.execute("UPDATE question SET accepted_id = NULL, accepted_at = NULL WHERE id = :id", told)
    db.execute("DELETE FROM reply WHERE question_id = :id", told)
    store_links(db, question_id, topics=(), named=(), turns=())
    similar_questions.store(db, question_id, "")
    db.execute("DELETE FROM question WHERE id = :id", told)
