"""Customers' answers: who at the customer said yes or no to a note, when, by which channel, in which words.

They are kept with the texts they were given to, so that a changed text has to be agreed again.
"""

import json
from datetime import date

from kb.errors import Invalid, N_
from kb.text import clean

VERDICTS = ("yes", "no")
COLUMNS = ("verdict", "person", "channel", "words", "said_on", "digest", "created_by", "created_at")
_TEXTS = {
    "person": (N_("Who at the customer"), 100),
    "channel": (N_("Channel"), 60),
    "words": (N_("Their words"), 500),
}


def checked(*, verdict, said_on, today, **texts):
    """Return the fields of an answer as they are stored, or refuse them by the field that lacks.

    Parameters
    ----------
    verdict : {"yes", "no"}
    said_on : str
        Day ``YYYY-MM-DD``, not after `today`.
    today : str
    person, channel, words : str
    """
    if verdict not in VERDICTS:
        raise Invalid(N_("Did the customer agree?"), hint=N_("Choose yes or no."), field="verdict", value=verdict)
    found = {}
    for name, (label, limit) in _TEXTS.items():
        found[name] = clean(texts[name], field=name, label=label, limit=limit, lines=False)
        if not found[name]:
            raise Invalid(N_("%(label)s is missing."), hint=N_("Fill it in."), field=name, label=label)
    return {**found, "verdict": verdict, "said_on": _day(said_on.strip(), today)}


def of_notes(db, note_ids):
    """Return ``{note_id: answers}``, the oldest first, each a dict of `COLUMNS` and ``created_by_name``."""
    found = {note_id: [] for note_id in note_ids}
    rows = db.query(
        """SELECT answer.*, member.name AS created_by_name
             FROM answer LEFT JOIN member ON member.id = answer.created_by
            WHERE answer.note_id IN (SELECT value FROM json_each(:ids)) ORDER BY answer.id""",
        {"ids": json.dumps(list(note_ids))},
    )
    for row in rows:
        found[row["note_id"]].append({name: row[name] for name in (*COLUMNS, "created_by_name")})
    return found


def store(db, note_id, answers):
    """Give a note these answers and no others; only inside ``writing``."""
    db.execute("DELETE FROM answer WHERE note_id = :id", {"id": note_id})
    db["answer"].insert_all({"note_id": note_id, **{name: each[name] for name in COLUMNS}} for each in answers)


def _day(text, today):
    try:
        found = date.fromisoformat(text).isoformat()
    except ValueError:
        raise Invalid(
            N_("“%(value)s” is no day."), hint=N_("Write a day, such as 2026-12-01."), field="said_on", value=text
        ) from None
    if found > today:
        raise Invalid(
            N_("%(day)s is still to come."), hint=N_("Write the day on which the customer said it."), field="said_on",
            day=found,
        )  # fmt: skip
    return found
