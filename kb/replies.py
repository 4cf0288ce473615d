"""Replies to questions, and thanks for them."""

import json
from dataclasses import dataclass

from kb import access, feed, questions
from kb.errors import Conflict, Forbidden, Invalid, N_, NotFound
from kb.store import writing
from kb.text import clean

LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Reply:
    """What a colleague answered; ``thanks`` are ``{member id: name}`` of who thanked, the first first."""

    id: int
    question_id: int
    member_id: int
    member: str
    department: str
    body: str
    written_at: str
    thanks: dict


def add(db, question_id, *, body, by, now):
    """Answer a question and return the seq of the change, which `undo` takes.

    Raises
    ------
    kb.errors.Invalid, kb.errors.Conflict, kb.errors.Forbidden, kb.errors.NotFound
    """
    access.require(by, "question.write")
    body = clean(body, field="reply", label=N_("Answer"), limit=LONGEST)
    if not body:
        raise Invalid(N_("The answer is empty."), hint=N_("Write what helps, a sentence is enough."), field="reply")
    with writing(db):
        question = questions.get(db, question_id, reader=by)
        questions.require_open(question)
        if question.is_mine:
            raise Invalid(N_("It is your own question."), hint=N_("Add to it by changing its details."), field="reply")
        row = {"question_id": question_id, "member_id": by.member_id, "body": body, "written_at": now}
        reply_id = db["reply"].insert(row).last_pk
        return feed.append(db, by=by, did="reply.add", of=reply_id, at=now, after=row)


def undo(db, seq, *, by, now):
    """Take a reply back, as who wrote it or a curator, and return the id of the question.

    Raises
    ------
    kb.errors.Conflict
        When it was taken back already, or accepted.
    kb.errors.Forbidden, kb.errors.NotFound
    """
    with writing(db):
        change = feed.change(db, seq)
        if change is None or (change["noun"], change["action"]) != ("reply", "add"):
            raise NotFound(N_("There is nothing to undo."), hint=N_("Look at the list of what was done."))
        feed.refuse_if_erased(change)
        question = questions.get(db, change["after"]["question_id"], reader=by)
        if change["member_id"] != by.member_id and not access.may(by, "question.assign"):
            raise Forbidden(N_("Only who wrote it, or a curator, may take it back."))
        found = next((each for each in of_question(db, question.id) if str(each.id) == change["noun_id"]), None)
        if found is None:
            raise Conflict(N_("This was taken back already."))
        if found.id == question.accepted_id:
            raise Conflict(
                N_("This answer was accepted, and a note made of it."), hint=N_("First the acceptance is taken back.")
            )
        db.execute("DELETE FROM reply_thanks WHERE reply_id = :id", {"id": found.id})
        db.execute("DELETE FROM reply WHERE id = :id", {"id": found.id})
        feed.append(db, by=by, did="reply.undo", of=found.id, at=now, before=change["after"])
    return question.id


def of_question(db, question_id):
    """Return the replies to a question, the oldest first, for whoever may see it."""
    rows = list(
        db.query(
            """SELECT reply.*, member.name AS member, department.name AS department
                 FROM reply
                 JOIN member ON member.id = reply.member_id
                 JOIN department ON department.id = member.department_id
                WHERE reply.question_id = :id ORDER BY reply.id""",
            {"id": question_id},
        )
    )
    thanked = _thanks(db, [row["id"] for row in rows])
    return [Reply(**row, thanks=thanked[row["id"]]) for row in rows]


def seqs(db, reply_ids):
    """Return ``{reply id: seq}`` of the changes that `undo` takes."""
    rows = db.execute(
        """SELECT CAST(noun_id AS INTEGER), seq FROM change
            WHERE noun = 'reply' AND action = 'add' AND noun_id IN (SELECT value FROM json_each(:ids))""",
        {"ids": json.dumps([str(each) for each in reply_ids])},
    )
    return dict(rows.fetchall())


def of_ids(db, reply_ids, *, reader):
    """Return ``{reply id: Question}`` of the questions that some replies answer and `reader` may see."""
    rows = db.execute(
        "SELECT id, question_id FROM reply WHERE id IN (SELECT value FROM json_each(:ids))",
        {"ids": json.dumps(list(reply_ids))},
    )
    pairs = rows.fetchall()
    known = questions.of_ids(db, {question_id for _, question_id in pairs}, reader=reader)
    return {reply_id: known[question_id] for reply_id, question_id in pairs if question_id in known}


def thank(db, reply_id, *, by, now):
    """Thank for a reply, or take the thanks back where they were given; return the id of the question.

    Raises
    ------
    kb.errors.Invalid
        For one's own, and for who asked without a name: thanks have one.
    """
    access.require(by, "question.write")
    with writing(db):
        question = of_ids(db, [reply_id], reader=by).get(reply_id)
        if question is None:
            raise NotFound(N_("There is nothing at this address."), hint=N_("Go back, or search for it."))
        reply = next(each for each in of_question(db, question.id) if each.id == reply_id)
        if reply.member_id == by.member_id:
            raise Invalid(N_("It is your own answer."), hint=N_("Colleagues thank you for it."))
        if question.is_mine and question.anonymous:
            raise Invalid(
                N_("Thanks would show your name, and you asked without it."), hint=N_("Accept the answer instead.")
            )
        known = {"reply": reply_id, "member": by.member_id}
        done = db.execute("DELETE FROM reply_thanks WHERE reply_id = :reply AND member_id = :member", known).rowcount
        if not done:
            db["reply_thanks"].insert({"reply_id": reply_id, "member_id": by.member_id, "thanked_at": now})
        feed.append(db, by=by, did="reply.unthank" if done else "reply.thank", of=reply_id, at=now)
    return question.id


def _thanks(db, reply_ids):
    found = {reply_id: {} for reply_id in reply_ids}
    rows = db.execute(
        """SELECT reply_id, member.id, member.name
             FROM reply_thanks JOIN member ON member.id = reply_thanks.member_id
            WHERE reply_id IN (SELECT value FROM json_each(:ids)) ORDER BY thanked_at, member.id""",
        {"ids": json.dumps(list(reply_ids))},
    )
    for reply_id, member_id, name in rows:
        found[reply_id][member_id] = name
    return found
