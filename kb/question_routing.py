"""Whom a question goes to: who knows its topics best, takes questions, is there, may see it and was not asked yet."""

from datetime import datetime
from zoneinfo import ZoneInfo

from kb import access, home, presence, readers, working_days
from kb.errors import N_
from kb.map.experts import experts
from kb.store import home_of

# So many whole working days somebody has before the next one is asked.
DAYS = 2
# Why a question went to nobody; then it is for the curators.
STUCK = {
    "topic": N_("No topic was named, so there was nobody to look for."),
    "unknown": N_("Nobody else here is known to know these topics."),
    "gone": N_("Those who know these topics are not here now."),
    "closed": N_("Those who know these topics take no questions now."),
    "readers": N_("Those who know these topics may not see or answer this question."),
    "asked": N_("All who know these topics were asked, and nobody answered in time."),
}
# The same of one who was named.
WHY_NOT = {
    "unknown": N_("It is you yourself: name somebody else."),
    "gone": N_("They are not here now: name somebody else."),
    "closed": N_("They take no questions now: name somebody else."),
    "readers": N_("They may not see or answer it: open the question to more people, or name somebody else."),
}


def choose(db, question, *, asker, tried, now, only=None):
    """Return ``(member id, id in whose place, "")``, who is asked next, or ``(None, None, why)`` with why of `STUCK`.

    The second is None for one who is asked themselves.

    Parameters
    ----------
    question : kb.question_rows.Question
    asker : kb.access.Reader
        Whose eyes decide who knows what: what they may not see moves nobody up.
    tried : collection of int
        Who was asked before.
    only : int, optional
        The one member who comes into question.
    """
    ranked = [only] if only is not None else _ranked(db, question, asker, now)
    ranked = [each for each in ranked if each != asker.member_id]
    if not ranked:
        return None, None, "unknown" if question.topics or only is not None else "topic"
    there = presence.answering(db, ranked, day=day(db, now))
    people = [each for each in dict.fromkeys(there[each] for each in ranked) if each not in (None, asker.member_id)]
    for why, left in (
        ("gone", people),
        ("closed", presence.taking_questions(db, people)),
        ("readers", _who_can(db, question, people)),
        ("asked", [each for each in people if each not in tried]),
    ):
        people = [each for each in people if each in left]
        if not people:
            return None, None, why
    # Nobody stands in for others where they know it themselves.
    places = [each for each in ranked if there[each] == people[0]]
    return people[0], None if people[0] in places else places[0], ""


def may_be_asked(db, question, member_id):
    """Return whether somebody takes questions, and may see and answer this one."""
    return bool(_who_can(db, question, presence.taking_questions(db, [member_id])))


def turn(db, member_id, now):
    """Return the fields of a question that somebody is asked from an instant on."""
    zone = home.settings(home_of(db)).zone
    return {"asked_id": member_id, "due_at": working_days.end_after(now, DAYS, zone), "stuck": ""}


def day(db, now):
    """Return the day ``YYYY-MM-DD`` it is at an instant where the company is."""
    zone = ZoneInfo(home.settings(home_of(db)).zone)
    return datetime.fromisoformat(now).astimezone(zone).date().isoformat()


def _ranked(db, question, asker, now):
    """Return the ids of those who know the topics, the best first, after the one who was wished for."""
    scores = {}
    for topic in question.topics:
        for each in experts(db, topic["id"], reader=asker, now=now, limit=0):
            scores[each.member_id] = scores.get(each.member_id, 0) + each.score
    wished = [] if question.wished_id is None else [question.wished_id]
    # Equals stay in the order of those who know.
    return [*wished, *sorted(scores, key=lambda each: -scores[each])]


def _who_can(db, question, people):
    """Return those of some members who may see and answer a question."""
    writers = access.ACTIONS["question.write"]
    rows = db.execute("SELECT id, role FROM member WHERE state = 'active'")
    able = {member_id for member_id, role in rows if role in writers}
    seeing = able if question.readers == "all" else readers.of_note(db, question)
    return [each for each in people if each in able and each in seeing]
