"""Customers' answers: who at the customer said yes or no to a note, when, by which channel, in which words.

They are kept with the texts they were given to, so that a changed text has to be agreed again.
"""

import json

from kb import days
from kb.errors import Invalid, N_
from kb.text import clean

VERDICTS = ("yes", "no")
COLUMNS = ("verdict", "person", "channel", "words", "said_on", "digest", "attachment_id", "created_by", "created_at")
_TEXTS = {
    "person": (N_("Who at the customer"), 100),
    "channel": (N_("Channel"), 60),
    "words": (N_("Their words"), 500),
}


def checked(*, verdict, said_on, today, has_scan=False, **texts):
    """Return the fields of an answer as they are stored, or refuse them by the field that lacks.

    Parameters
    ----------
    verdict : {"yes", "no"}
    said_on : str
        Day ``YYYY-MM-DD``, not after `today`.
    today : str
    has_scan : bool
        Whether a file shows their yes, which then needs no words; a no needs them, as the reason.
    person, channel, words : str
    """
    if verdict not in VERDICTS:
        raise Invalid(N_("Did the customer agree?"), hint=N_("Choose yes or no."), field="verdict", value=verdict)
    found = {}
    for name, (label, limit) in _TEXTS.items():
        found[name] = clean(texts[name], field=name, label=label, limit=limit, lines=False)
        if not found[name] and not (name == "words" and has_scan and verdict == "yes"):
            raise Invalid(N_("%(label)s is missing."), hint=N_("Fill it in."), field=name, label=label)
    return {**found, "verdict": verdict, "said_on": _day(said_on, today)}


def scan(attachments, chosen):
    """Return the id of the file of a note that proves an answer, None for none.

    Parameters
    ----------
    attachments : sequence of dict
        As `kb.attached` gives those of the note.
    chosen : str
        An id, or nothing.

    Raises
    ------
    kb.errors.Invalid
        When no such file hangs on the note.
    """
    if not chosen:
        return None
    for each in attachments:
        if str(each["id"]) == chosen:
            return each["id"]
    raise Invalid(
        N_("The scan is no longer attached to this note."), hint=N_("Choose another file, or none."), field="scan"
    )


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
    """Give a note these answers and no others; only inside ``writing``.

    What the feed kept of a scan may be gone for good: the answer then stands without it.
    """
    db.execute("DELETE FROM answer WHERE note_id = :id", {"id": note_id})
    if not answers:
        return
    scans = [each.get("attachment_id") for each in answers]
    there = {
        row["id"]
        for row in db.query(
            "SELECT id FROM attachment WHERE id IN (SELECT value FROM json_each(:ids))", {"ids": json.dumps(scans)}
        )
    }
    db["answer"].insert_all(
        {
            "note_id": note_id,
            **{name: each.get(name) for name in COLUMNS},
            "attachment_id": scan if scan in there else None,
        }
        for each, scan in zip(answers, scans, strict=True)
    )


def forget_scans(db, *, note_id=None, before=None):
    """Let no answer name a file that goes for good: all of a note, or what was removed before an instant.

    Also the answers of a note that was merged into that one; only inside ``writing``.
    """
    db.execute(
        """UPDATE answer SET attachment_id = NULL
            WHERE attachment_id IN (SELECT id FROM attachment WHERE note_id = :note OR removed_at < :before)""",
        {"note": note_id, "before": before},
    )


def _day(text, today):
    found = days.day(text, "said_on")
    if found > today:
        raise Invalid(
            N_("%(day)s is still to come."), hint=N_("Write the day on which the customer said it."), field="said_on",
            day=found,
        )  # fmt: skip
    return found
