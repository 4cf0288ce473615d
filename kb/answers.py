"""Customers' answers: who at the customer said yes or no to a note, when, by which channel, in which words.

They are kept with what they were given to, so that a changed note has to be agreed again, and with the customers it
named then, of whom one, or all together, gave them.
"""

import hashlib
import json

from kb import days, gates
from kb.errors import Invalid, N_
from kb.text import clean

VERDICTS = ("yes", "no")
COLUMNS = (
    "verdict", "person", "channel", "words", "said_on", "digest", "customers", "customer_id", "attachment_id",
    "created_by", "created_at",
)  # fmt: skip
# What a form says for all the customers of a note at once.
ALL = "all"
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


def customer(note, chosen):
    """Return the id of the customer of a note who gave an answer, None for all it names, or for whoever was asked.

    Parameters
    ----------
    note : kb.note_rows.Note
    chosen : str
        An id, or `ALL`; nothing where the note names one, or none.

    Raises
    ------
    kb.errors.Invalid
        When it names several and none of them is chosen, or another.
    """
    if len(note.customers) < 2 and chosen in ("", ALL):
        return None
    found = next((each["id"] for each in note.customers if str(each["id"]) == chosen), None)
    if found is None and chosen != ALL:
        raise Invalid(
            N_("Which of its customers said it?"), hint=N_("Choose one of those it names now."), field="customer"
        )
    return found


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
        said = {name: row[name] for name in (*COLUMNS, "created_by_name")}
        found[row["note_id"]].append({**said, "customers": json.loads(row["customers"])})
    return found


def of_state(state):
    """Return the answers of a note of which the feed keeps a state.

    Those it kept when they were to texts alone are to all that it said, if they were to its texts.
    """
    texts = [state["title"], state["summary"], state["body"], *filter(None, [state.get("customer_text")])]
    said = json.dumps(texts, ensure_ascii=False)
    was = hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
    parts = gates.parts_of(state.get("customers", ()))
    anew = {"digest": gates.digest_of(state), "customers": parts, "customer_id": None}
    earlier = {"customers": {}, "customer_id": None}
    return [
        each if "customers" in each else {**each, **(anew if each["digest"] == was else earlier)}
        for each in state.get("answers", ())
    ]


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
            "customers": json.dumps(each["customers"]),
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
