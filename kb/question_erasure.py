"""The end of a question: its words, those of its replies and what the feed keeps of both go for good."""

from kb import access, feed, question_rows, questions
from kb.errors import N_
from kb.store import writing
from kb.text import clean


def erase(db, question_id, *, reason, by, now):
    """Erase a question with its replies, as an administrator; a note made of it stays, and rests on it no more.

    Parameters
    ----------
    reason : str
        Why, for everybody to read; it names nobody.

    Raises
    ------
    kb.errors.Invalid
        Without a reason.
    kb.errors.Forbidden, kb.errors.NotFound
    """
    access.require(by, "member.manage")
    needed = N_("Say why, without naming anybody: it stays in the record.")
    reason = clean(reason, field="reason", label=N_("Reason"), limit=300, lines=False, needed=needed)
    with writing(db):
        question = questions.get(db, question_id, reader=by)
        erase_rows(db, question.id, by=by, now=now, reason=reason)


def erase_rows(db, question_id, *, by, now, reason):
    """Delete one question with its replies, in the feed too, whose chain still verifies; only inside ``writing``."""
    told = db.execute(
        """SELECT CAST(noun_id AS INTEGER) FROM change JOIN change_text USING (seq)
            WHERE noun = 'reply' AND :id IN (after ->> 'question_id', before ->> 'question_id')
            UNION SELECT id FROM reply WHERE question_id = :id""",
        {"id": question_id},
    ).fetchall()
    for (reply_id,) in told:
        feed.erase(db, "reply", reply_id, by=by, at=now, reason=reason)
    question_rows.delete(db, question_id)
    feed.erase(db, "question", question_id, by=by, at=now, reason=reason)


def erase_of_note(db, note_id, *, by, now, reason):
    """Erase the questions a note was made of, which hold its words; only inside ``writing``."""
    rows = db.execute("SELECT id FROM question WHERE note_id = :id", {"id": note_id}).fetchall()
    for (question_id,) in rows:
        erase_rows(db, question_id, by=by, now=now, reason=reason)
