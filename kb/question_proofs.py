"""Questions as evidence: what was asked, and answered, of the notes that were made of it."""

from dataclasses import dataclass

from kb import questions


@dataclass(frozen=True, slots=True)
class Accepted:
    """A question with the reply that was accepted; ``title`` and ``words`` are None where it is closed to the reader.

    ``state`` is of `kb.quotes.STATES`.
    """

    question_id: int
    title: str | None
    words: str | None
    state: str
    by: str
    at: str


def of_note(db, note_id, *, reader):
    """Return the questions a note was made of, the first first."""
    rows = db.execute(
        """SELECT question.id, question.accepted_at, question.archived, reply.body, member.name
             FROM question
             JOIN reply ON reply.id = question.accepted_id
             JOIN member ON member.id = reply.member_id
            WHERE question.note_id = :note ORDER BY question.id""",
        {"note": note_id},
    ).fetchall()
    known = questions.of_ids(db, [row[0] for row in rows], reader=reader)
    found = []
    for question_id, at, is_archived, body, name in rows:
        if question_id in known:
            state = "archived" if is_archived else "there"
            found.append(Accepted(question_id, known[question_id].title, body, state, name, at))
        else:
            found.append(Accepted(question_id, None, None, "closed", name, at))
    return found
