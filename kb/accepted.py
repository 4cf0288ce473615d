"""Accepted replies: the question is answered, and a draft note of it is written in the name of who answered."""

from kb import access, members, notes, questions, replies
from kb.errors import N_, NotFound
from kb.note_details import Details
from kb.store import writing


def accept(db, question_id, reply_id, *, origin, topic_names, today, by, now):
    """Accept a reply as the answer, as who asked or a curator, and return the seq of the change.

    The note is open to whom the question is; its evidence is the question with its answer, as `kb.proofs` tells.

    Parameters
    ----------
    origin : str
        Where the note says that it comes from.
    topic_names : sequence of str
        Topics of the note when the question has none.
    today : str
        Day ``YYYY-MM-DD`` where the company is, from which the note holds.

    Raises
    ------
    kb.errors.Conflict, kb.errors.Forbidden, kb.errors.NotFound
    """
    with writing(db):
        before = questions.to_close(db, question_id, by)
        reply = next((each for each in replies.of_question(db, question_id) if each.id == reply_id), None)
        if reply is None:
            raise NotFound(N_("This answer was taken back."), hint=N_("Look at the question again."))
        note = notes.add(
            db,
            title=before.title,
            body=reply.body,
            dimension="for",
            topic_names=[each["name"] for each in before.topics] or topic_names,
            details=Details(audience="all", valid_from=today, origin=origin),
            **_readers(before, members.get(db, reply.member_id)),
            by=members.get(db, reply.member_id).reader(),
            now=now,
        )
        fields = {"accepted_id": reply_id, "accepted_at": now, "note_id": note.id}
        return questions.save(db, before, {**fields, "asked_id": None, "due_at": None}, "question.accept", by, now)


def undo(db, seq, *, by, now):
    """Take back one change of a question and return its id; a note made of it, and not changed since, is archived.

    Raises
    ------
    kb.errors.Conflict, kb.errors.Forbidden, kb.errors.NotFound
    """
    with writing(db):
        before, after = questions.restore(db, seq, by=by, now=now)
        if before.note_id is not None and after.note_id is None:
            _take_away(db, before, by, now)
    return before.id


def _readers(question, author):
    """Return who may see the note: those who see the question, and who wrote it."""
    named = [(each["kind"], each["id"]) for each in question.named_readers]
    if question.readers == "department" and question.department_id != author.department_id:
        return {"readers": "list", "named_readers": [("department", question.department_id)]}
    if question.readers == "list" and question.owner_id is not None:
        named.append(("member", question.owner_id))
    return {"readers": question.readers, "named_readers": named if question.readers == "list" else ()}


def _take_away(db, question, by, now):
    note = next(iter(notes.of_ids(db, [question.note_id], reader=access.OPERATOR)), None)
    if note is None or note.version != 1 or note.archived:
        return
    db["note"].update(note.id, {"archived": 1, "version": note.version + 1, "updated_at": now})
    after = notes.get(db, note.id, reader=access.OPERATOR)
    notes.log(db, "note.archive", note, after, questions.teller(question, by), now)
