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
    edited_at: str | None
    thanks: dict


def add(db, question_id, *, body, by, now):
    """Answer a question and return the seq of the change, which `undo` takes.

    Raises
    ------
    kb.errors.Invalid, kb.errors.Conflict, kb.errors.Forbidden, kb.errors.NotFound
    """
    access.require(by, "question.write")
    body = _checked(body)
    with writing(db):
        question = questions.get(db, question_id, reader=by)
        questions.require_open(question)
        if question.is_mine:
            raise Invalid(N_("It is your own question."), hint=N_("Add to it by changing its details."), field="reply")
        row = {"question_id": question_id, "member_id": by.member_id, "body": body, "written_at": now}
        reply_id = db["reply"].insert(row).last_pk
        return feed.append(db, by=by, did="reply.add", of=reply_id, at=now, after=row)


def edit(db, reply_id, *, was, body, by, now):
    """Say one's own reply in other words, and return the seq of the change; what stood before stays in the history.

    Parameters
    ----------
    was : str
        The body on top of which it was written.

    Raises
    ------
    kb.errors.Conflict
        When it was accepted, or changed since.
    kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    access.require(by, "question.write")
    body = _checked(body)
    with writing(db):
        question, before = _with_question(db, reply_id, by)
        if before.member_id != by.member_id:
            raise Forbidden(N_("Only who wrote it may change it."), hint=N_("Write an answer of your own."))
        _refuse_accepted(question, reply_id)
        if before.body != clean(was, field="was", label=N_("Answer"), limit=LONGEST):
            raise Conflict(N_("You changed this answer elsewhere meanwhile. Nothing was saved."))
        if body == before.body:
            raise Invalid(N_("Nothing is changed."), field="reply")
        return _put(db, before, body, now, "edit", by)


def undo(db, seq, *, by, now):
    """Take a reply back, or how it was changed, as who wrote it or a curator, and return the id of the question.

    Raises
    ------
    kb.errors.Conflict
        When it was taken back already, changed again, or accepted.
    kb.errors.Forbidden, kb.errors.NotFound
    """
    with writing(db):
        hint = N_("Look at the list of what was done.")
        change = feed.to_undo(db, seq, "reply", "add", "edit", hint=hint)
        feed.refuse_if_erased(change)
        question = questions.get(db, change["after"]["question_id"], reader=by)
        if change["member_id"] != by.member_id and not access.may(by, "question.assign"):
            raise Forbidden(N_("Only who wrote it, or a curator, may take it back."))
        found = next((each for each in of_question(db, question.id) if str(each.id) == change["noun_id"]), None)
        if found is None:
            raise Conflict(N_("This was taken back already."))
        _refuse_accepted(question, found.id)
        if change["action"] == "edit":
            if found.body != change["after"]["body"]:
                raise Conflict(N_("This answer was changed again since."))
            _put(db, found, change["before"]["body"], now, "unedit", by)
            return question.id
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
        question, reply = _with_question(db, reply_id, by)
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


def earlier(db, replies):
    """Return ``{reply id: [(body, until when it stood)]}`` of what some replies said before, the newest first."""
    found = {}
    for each in replies:
        if each.edited_at:
            rows = [row for row in feed.changes(db, "reply", each.id) if row["action"] in ("edit", "unedit")]
            found[each.id] = [(row["before"]["body"], row["at"]) for row in rows if row["before"]]
    return found


def of_member(db, member_id, *, reader, limit=5):
    """Return ``(how many, the newest)`` replies of a member to questions that `reader` may see, accepted ones first.

    The newest are triples of the `Question`, whether the reply was accepted, and when it was written.
    """
    clause, values = access.visible(reader, "question")
    rows = db.execute(
        f"""SELECT question.id, max(reply.id IS question.accepted_id), max(reply.written_at)
              FROM reply JOIN question ON question.id = reply.question_id
             WHERE reply.member_id = :member AND NOT question.archived AND {clause}
             GROUP BY question.id ORDER BY 2 DESC, max(reply.id) DESC""",
        {**values, "member": member_id},
    ).fetchall()
    known = questions.of_ids(db, [row[0] for row in rows[:limit]], reader=reader)
    return len(rows), [(known[number], bool(is_accepted), at) for number, is_accepted, at in rows[:limit]]


def _checked(body):
    body = clean(body, field="reply", label=N_("Answer"), limit=LONGEST)
    if not body:
        raise Invalid(N_("The answer is empty."), hint=N_("Write what helps, a sentence is enough."), field="reply")
    return body


def _with_question(db, reply_id, by):
    question = of_ids(db, [reply_id], reader=by).get(reply_id)
    if question is None:
        raise NotFound(N_("There is nothing at this address."), hint=N_("Go back, or search for it."))
    return question, next(each for each in of_question(db, question.id) if each.id == reply_id)


def _refuse_accepted(question, reply_id):
    if reply_id == question.accepted_id:
        raise Conflict(
            N_("This answer was accepted, and a note made of it."), hint=N_("First the acceptance is taken back.")
        )


def _put(db, before, body, now, did, by):
    db["reply"].update(before.id, {"body": body, "edited_at": now})
    told = {"question_id": before.question_id}
    states = {"before": {**told, "body": before.body}, "after": {**told, "body": body}}
    return feed.append(db, by=by, did=f"reply.{did}", of=before.id, at=now, **states)


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
