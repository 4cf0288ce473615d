"""Citing: naming a note, a rule or a figure of the purchase records as why a note is believed; and taking it off."""

from kb import access, approval_rules, duties, evidence, gates, notes, standing
from kb.anchors import digest, whole
from kb.errors import Invalid, N_, NotFound
from kb.evidence import Evidence
from kb.store import writing
from kb.text import clean

LONGEST = 300


def note(db, note_id, source_id, *, why, by, now):
    """Name another note as evidence, as who may change this one, and return the seq of the change.

    Parameters
    ----------
    source_id : int
        Of one that `by` may see.
    why : str
        One sentence: what of this note it bears out.

    Raises
    ------
    kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    with writing(db):
        source = next(iter(notes.of_ids(db, [source_id], reader=by)), None)
        if source is None or source.archived:
            raise Invalid(
                N_("There is no note %(value)s."), hint=N_("Look for it by a word."), field="source", value=source_id
            )
        if source.id == note_id:
            raise Invalid(N_("A note is no evidence of itself."), hint=N_("Name another one."), field="source")
        if any(row["note_id"] == note_id for row in evidence.citing(db, source.id)):
            raise Invalid(N_("This note stands there already."), hint=N_("Name another one."), field="source")
        proof = Evidence("note", None, _why(why), source_note_id=source.id, digest=digest(whole(source)))
        return _add(db, note_id, proof, by, now)


def finding(db, note_id, finding_id, *, why, believed, by, now):
    """Name a rule as evidence of a note that exists, and return the seq of the change.

    Whether a note about customers is judged follows the rule from then on.

    Parameters
    ----------
    finding_id : int
        Of one that `by` may see.
    why : str
    believed : sequence of int
        All findings somebody vouches for.

    Raises
    ------
    kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    with writing(db):
        before = notes.get(db, note_id, reader=by)
        notes.require_editable(before, by)
        approval_rules.refuse_alone(db, before, by)
        if finding_id in evidence.findings_of(db, note_id):
            raise Invalid(N_("This rule stands there already."), hint=N_("Name another one."), field="rule")
        evidence.attach(db, note_id, [Evidence("finding", finding_id, _why(why))], by=by, now=now)
        standing.settle(db, before, believed=believed)
        return _save(db, before, "note.cite", by, now)


def purchases(db, note_id, *, question, figure, why, by, now):
    """Name a figure of the purchase records as evidence, and return the seq of the change.

    Parameters
    ----------
    question : dict
        What was asked, in words only the asker of `mining.slices` knows.
    figure : dict
        What the answer was: names to numbers.

    Raises
    ------
    kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    access.require(by, "purchase.read")
    with writing(db):
        proof = Evidence("purchases", None, _why(why), question=question, figure=figure)
        return _add(db, note_id, proof, by, now)


def remove(db, note_id, table, number, *, by, now, believed=(), reason=""):
    """Take a quote or another piece of evidence off a note, and return the seq of the change.

    Off a note that others build on not without a reason.

    Parameters
    ----------
    believed : sequence of int
        All findings somebody vouches for: which rules are left decides whether a note about customers is judged.

    Raises
    ------
    kb.errors.Invalid
        When a rule is the only ground of a note about customers, or the reason lacks.
    kb.errors.NotFound, kb.errors.Forbidden
    """
    with writing(db):
        before = notes.get(db, note_id, reader=by)
        notes.require_editable(before, by)
        approval_rules.refuse_alone(db, before, by)
        rules = evidence.findings_of(db, note_id)
        if table not in evidence.TABLES or not evidence.remove(db, note_id, table, number, now=now):
            raise NotFound(N_("There is nothing at this address."), hint=N_("Go back, or search for it."))
        left = evidence.findings_of(db, note_id)
        if left != rules:
            _require_ground(before, left)
            standing.settle(db, before, believed=believed)
        reason = gates.reason_to_take_off(before, reason)
        # What is no evidence asks for nothing.
        duties.store(db, note_id, [each for each in before.asks if each["cause"] != f"{table} {number}"])
        return _save(db, before, "note.uncite", by, now, reason)


def _require_ground(note, rules):
    if note.dimension == "about" and not rules and not note.observation:
        raise Invalid(
            N_("This rule is the only ground of the note."),
            hint=N_("First write on the note who saw it, where and when, or name another rule."),
        )


def _why(text):
    needed = N_("Write one sentence.")
    return clean(text, field="why", label=N_("What it shows"), limit=LONGEST, lines=False, needed=needed)


def _add(db, note_id, proof, by, now):
    before = notes.get(db, note_id, reader=by)
    notes.require_editable(before, by)
    approval_rules.refuse_alone(db, before, by)
    evidence.attach(db, note_id, [proof], by=by, now=now)
    return _save(db, before, "note.cite", by, now)


def _save(db, before, did, by, now, reason=""):
    # The text is as old as it was.
    db["note"].update(before.id, {"version": before.version + 1})
    return notes.log(db, did, before, notes.get(db, before.id, reader=access.OPERATOR), by, now, reason)
