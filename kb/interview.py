"""The interview with one who leaves: questions that draw out what only they know, and the notes that come of it."""

from kb import access, gaps, members, notes, verification
from kb.errors import Forbidden, Invalid, N_
from kb.note_details import Details
from kb.store import writing
from kb.text import clean

LONGEST = 5000
QUESTIONS = {
    "work": N_("What do you do for it week by week, and what only once a year?"),
    "rules": N_("Which rules of thumb do you go by that stand nowhere?"),
    "traps": N_("What goes wrong most, and how do you notice early?"),
    "people": N_("Whom do you call, in the company and outside, and what for?"),
    "places": N_("Where do files, samples and tools lie, and how does one get at them?"),
    "open": N_("What is promised or half done, to whom, and until when?"),
}


def write(db, member_id, *, topic, answers, origin, say, today, by, now):
    """Make a note of the answers on one topic, in the name of who leaves, and return its id.

    Whoever was told to learn the topic answers for the note.

    Parameters
    ----------
    topic : str
        Its name.
    answers : dict
        ``{code of QUESTIONS: text}``; empty ones are left out.
    origin : str
        Where the note says that it comes from.
    say : callable
        From a key of the catalogue to the language texts of the company are written in.

    Raises
    ------
    kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    if by.member_id != member_id and not access.may(by, "member.manage"):
        raise Forbidden(N_("Only who leaves, or an administrator, hands over."))
    topic = clean(topic, field="topic", label=N_("Topic"), limit=50, lines=False, needed=N_("Fill it in."))
    told = {}
    for code, question in QUESTIONS.items():
        told[code] = clean(answers.get(code, ""), field=code, label=question, limit=LONGEST)
    if not any(told.values()):
        raise Invalid(N_("No question is answered."), hint=N_("One answer is enough."), field="work")
    member = members.get(db, member_id)
    body = "\n\n".join(f"## {say(QUESTIONS[code])}\n\n{text}" for code, text in told.items() if text)
    with writing(db):
        note = notes.add(
            db,
            title=say(N_("%(topic)s: what %(name)s knows")) % {"topic": topic, "name": member.name},
            body=body,
            dimension="for",
            topic_names=[topic],
            details=Details(audience="all", valid_from=today, origin=origin),
            readers="department",
            by=member.reader(),
            now=now,
        )
        learner = gaps.who_fills(db, "sole", note.topics[0]["id"])
        if learner is not None and members.get(db, learner).department_id == member.department_id:
            verification.assign(db, note.id, verifier_id=learner, by=member.reader(), now=now)
    return note.id
