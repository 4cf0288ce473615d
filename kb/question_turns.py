"""Whose turn it is: a question that nobody answered in time goes on, or to the curators, who may name somebody."""

from kb import access, members, presence, question_routing, questions
from kb.errors import Forbidden, Invalid, N_
from kb.question_rows import turns_of
from kb.store import writing
from kb.text import clean

LONGEST_REASON = 300


def pass_on(db, *, now):
    """Have every question go on whose time is over, or whose colleague left or went away; return how many did.

    What is with a deputy, and nobody answered, goes back to whoever is here again; what nobody was there for goes to
    who is back first.
    """
    due, back, waiting = _due(db, now), _back(db, now), _waiting(db, now)
    if not due and not back and not waiting:
        return 0
    with writing(db):
        # Whoever came first has passed some on meanwhile.
        back = _back(db, now)
        for question_id, member_id in back.items():
            before = questions.get(db, question_id, reader=access.OPERATOR)
            turns = [*turns_of(db, question_id), [member_id, now, None]]
            turn = question_routing.turn(db, member_id, now)
            questions.save(db, before, turn, "question.return", access.OPERATOR, now, turns=turns)
        due = _due(db, now)
        for question_id, is_here in due.items():
            before = questions.get(db, question_id, reader=access.OPERATOR)
            turn, turns = questions.next_turn(db, before, now)
            if not is_here and turn["asked_id"] is not None:
                # Also from one who would have been asked anyway it goes back.
                turns[-1][2] = before.asked_id
            did = "question.route" if is_here else "question.away"
            questions.save(db, before, turn, did, access.OPERATOR, now, turns=turns)
        waiting = _waiting(db, now)
        for question_id in waiting:
            before = questions.get(db, question_id, reader=access.OPERATOR)
            turn, turns = questions.next_turn(db, before, now)
            questions.save(db, before, turn, "question.route", access.OPERATOR, now, turns=turns)
    return len(due) + len(back) + len(waiting)


def decline(db, question_id, *, by, now, reason=""):
    """Say that one has no answer, so that the next one is asked, and return the seq of the change.

    Raises
    ------
    kb.errors.Forbidden, kb.errors.Conflict, kb.errors.NotFound
    """
    access.require(by, "question.write")
    reason = clean(reason, field="reason", label=N_("Reason"), limit=LONGEST_REASON, lines=False)
    with writing(db):
        before = questions.get(db, question_id, reader=by)
        questions.require_open(before)
        if before.asked_id is None or before.asked_id != by.member_id:
            raise Forbidden(N_("This question is not with you."), hint=N_("You may answer it all the same."))
        turn, turns = questions.next_turn(db, before, now)
        return questions.save(db, before, turn, "question.decline", by, now, turns=turns, reason=reason)


def ask_next(db, question_id, *, by, now):
    """Have the next one asked, as who asked and was not helped, and return the seq of the change."""
    with writing(db):
        before = questions.to_change(db, question_id, by)
        turn, turns = questions.next_turn(db, before, now)
        return questions.save(db, before, turn, "question.next", by, now, turns=turns)


def assign(db, question_id, member_id, *, by, now):
    """Have a colleague asked, as a curator, and return the seq of the change.

    Raises
    ------
    kb.errors.Invalid
        For one who is not here, or may not see or answer it.
    kb.errors.Forbidden, kb.errors.Conflict, kb.errors.NotFound
    """
    access.require(by, "question.assign")
    with writing(db):
        before = questions.get(db, question_id, reader=by)
        questions.require_open(before)
        if before.asked_id == member_id:
            raise Invalid(N_("%(name)s is asked already."), field="member", name=members.get(db, member_id).name)
        # With no eyes of the asker: a refusal must not tell who that is.
        asked, for_id, stuck = question_routing.choose(
            db, before, asker=access.OPERATOR, tried=(), now=now, only=member_id
        )
        if asked is None:
            raise Invalid(
                N_("%(name)s cannot be asked this."),
                hint=question_routing.WHY_NOT[stuck],
                field="member",
                name=members.get(db, member_id).name,
            )
        turns = [*turns_of(db, question_id), [asked, now, for_id]]
        return questions.save(
            db, before, question_routing.turn(db, asked, now), "question.assign", by, now, turns=turns
        )


def hand_over(db, question_id, member_id, *, by, now):
    """Have whoever answers for a colleague asked in place of one who leaves; return whether they may answer it.

    Only inside ``writing``.
    """
    before = questions.get(db, question_id, reader=access.OPERATOR)
    asked, for_id, _ = question_routing.choose(db, before, asker=access.OPERATOR, tried=(), now=now, only=member_id)
    if asked is None:
        return False
    turns = [*turns_of(db, question_id), [asked, now, for_id]]
    questions.save(db, before, question_routing.turn(db, asked, now), "question.assign", by, now, turns=turns)
    return True


def of_question(db, question_id):
    """Return the turns of a question, the first first: dicts of member_id, member, department and asked_at."""
    return list(
        db.query(
            """SELECT question_turn.member_id, member.name AS member, department.name AS department,
                      question_turn.asked_at
                 FROM question_turn
                 JOIN member ON member.id = question_turn.member_id
                 JOIN department ON department.id = member.department_id
                WHERE question_turn.question_id = :id ORDER BY question_turn.position""",
            {"id": question_id},
        )
    )


def _due(db, now):
    """Return ``{question id: whether who is asked is here}`` of those that go on."""
    rows = db.execute(
        f"""SELECT question.id, member.state = 'active' AND NOT {_IS_AWAY}
              FROM question JOIN member ON member.id = question.asked_id
            WHERE question.due_at IS NOT NULL
              AND (question.due_at <= :now OR member.state <> 'active' OR {_IS_AWAY})
              AND {_WAITS}
            ORDER BY question.id""",
        {"now": now, "day": question_routing.day(db, now)},
    )
    return dict(rows.fetchall())


def _back(db, now):
    """Return ``{question id: member id}`` of those that were with somebody who went away and is here again.

    They are with a deputy, or with nobody.
    """
    rows = db.execute(
        f"""SELECT question.id, member.id
              FROM question
              JOIN question_turn AS turn ON turn.question_id = question.id AND turn.member_id = question.asked_id
              JOIN member ON member.id = turn.for_id
             WHERE {_LAST} AND member.state = 'active' AND NOT {_IS_AWAY} AND {_WAITS}
            UNION ALL
            SELECT question.id, member.id
              FROM question
              JOIN question_turn AS turn ON turn.question_id = question.id
              JOIN member ON member.id = ifnull(turn.for_id, turn.member_id)
             WHERE {_GONE} AND {_LAST} AND member.state = 'active' AND NOT {_IS_AWAY} AND {_WAITS}
             ORDER BY question.id""",
        {"day": question_routing.day(db, now)},
    )
    found = dict(rows.fetchall())
    asked = questions.of_ids(db, found, reader=access.OPERATOR)
    return {each: who for each, who in found.items() if question_routing.may_be_asked(db, asked[each], who)}


def _waiting(db, now):
    """Return the ids of those that nobody was there for when they were asked, and that somebody is there for now.

    Only who knows a topic, or one below it, by what is open to all is looked for, or who was wished for: this is asked
    every few seconds.
    """
    rows = db.execute(
        f"""WITH RECURSIVE of(id, owner_id, topic_id) AS (
                SELECT question.id, question.owner_id, topic_id
                  FROM question JOIN question_topic ON question_topic.question_id = question.id
                 WHERE {_GONE} AND {_WAITS}
                 UNION SELECT of.id, of.owner_id, topic_parent.topic_id
                         FROM of JOIN topic_parent ON topic_parent.parent_id = of.topic_id)
            SELECT of.id, of.owner_id, knower.member_id FROM of JOIN knower USING (topic_id)
             UNION SELECT id, owner_id, wished_id FROM question WHERE {_GONE} AND {_WAITS} AND wished_id IS NOT NULL"""
    ).fetchall()
    there = presence.answering(db, {who for *_, who in rows}, day=question_routing.day(db, now)) if rows else {}
    return sorted({question_id for question_id, owner_id, who in rows if there[who] not in (None, owner_id)})


# Nobody who could answer was there.
_GONE = "question.asked_id IS NULL AND question.stuck = 'gone'"
_LAST = "turn.position = (SELECT max(position) FROM question_turn WHERE question_id = question.id)"
_IS_AWAY = """EXISTS (SELECT 1 FROM absence
                       WHERE absence.member_id = member.id AND :day BETWEEN from_day AND until_day)"""
_WAITS = """NOT question.archived AND question.accepted_id IS NULL
              AND NOT EXISTS (SELECT 1 FROM reply WHERE reply.question_id = question.id)"""
