"""How scores are counted: what each kind of reason weighs, and how soon it fades. One table for the whole company."""

import math

from kb import access, feed
from kb.errors import Conflict, Invalid, N_
from kb.map.answer_tables import RULES as DEFAULTS
from kb.store import writing
from kb.text import clean

# What has a colleague behind it: the same one speaks for a member up to a cap.
PAIRED = ("applied", "verified", "endorsed")
KINDS = {
    "wrote": N_("wrote a note on the topic"),
    "answered": N_("answered a question, and the answer was accepted"),
    "applied": N_("a colleague used such a note of theirs, and it helped"),
    "verified": N_("a colleague verified such a note of theirs"),
    "proved": N_("gave evidence for a note"),
    "edited": N_("improved a colleague’s note"),
    "checked": N_("verified a colleague’s note"),
    "talked": N_("talked with a customer, and a note came of it"),
    "declared": N_("said themselves that they know it"),
    "endorsed": N_("a colleague said that they know it"),
}
WORDS = {
    "half_life": N_("After so many days a reason counts half"),
    "share": N_("This share of a reason counts for the topics above"),
    "cap": N_("So many times the same colleague counts, for each of the kinds with a colleague"),
}
_BOUNDS = {"half_life": (1, 10_000), "share": (0, 1), "cap": (1, 100)}
_OF_KIND = (0, 100)


def rules(db):
    """Return ``{name: value}``: the weight of each of `KINDS`, and the numbers of `WORDS`."""
    return dict(db.execute("SELECT name, value FROM score_rule").fetchall())


def arrange(db, asked, *, reason, by, now):
    """Set the numbers and return the seq of the change; every score is counted by them at once.

    Parameters
    ----------
    asked : dict
        ``{name: text or number}``, of all.
    reason : str
        Why, for everybody to read.

    Raises
    ------
    kb.errors.Invalid
        Without a reason, or named by the number that is none or out of its bounds.
    kb.errors.Forbidden
    """
    access.require(by, "score.arrange")
    wanted = {name: _checked(name, asked.get(name, "")) for name in DEFAULTS}
    needed = N_("Say why, for everybody reads it.")
    reason = clean(reason, field="reason", label=N_("Reason"), limit=300, lines=False, needed=needed)
    with writing(db):
        return _set(db, wanted, "score.arrange", by, now, reason)


def undo(db, seq, *, by, now):
    """Bring back the numbers of before a change.

    Raises
    ------
    kb.errors.Conflict
        When they were changed again since.
    kb.errors.Forbidden, kb.errors.NotFound
    """
    access.require(by, "score.arrange")
    with writing(db):
        change = feed.to_undo(db, seq, "score", hint=N_("Look at how scores are counted."))
        if change["after"] != rules(db):
            raise Conflict(N_("The numbers were changed again since."), hint=N_("Set them as they should stand."))
        return _set(db, change["before"], "score.undo", by, now, change["reason"])


def changes(db):
    """Return what was changed of the numbers, the newest first, as `kb.feed.changes` gives it."""
    return feed.changes(db, "score", "rules")


def _set(db, wanted, did, by, now, reason):
    before = rules(db)
    for name, value in wanted.items():
        db.execute("UPDATE score_rule SET value = :value WHERE name = :name", {"name": name, "value": value})
    return feed.append(db, by=by, did=did, of="rules", at=now, before=before, after=wanted, reason=reason)


def _checked(name, text):
    least, most = _BOUNDS.get(name, _OF_KIND)
    try:
        value = float(str(text).strip())
    except ValueError:
        value = math.nan
    if not least <= value <= most or (name == "cap" and value != int(value)):
        raise Invalid(
            N_("“%(value)s” is no number from %(least)s to %(most)s."),
            hint=N_("Write a number, such as 2."),
            field=name,
            value=str(text),
            least=least,
            most=most,
        )
    return value
