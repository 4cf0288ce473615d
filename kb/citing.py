"""Citing: naming another note, or a figure of the purchase records, as why a note is believed; and taking it off."""

from kb import access, duties, evidence, notes
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


def remove(db, note_id, table, number, *, by, now):
    """Take a quote or another piece of evidence off a note, and return the seq of the change.

    A finding stays: the note was made of it.

    Raises
    ------
    kb.errors.NotFound, kb.errors.Forbidden
    """
    with writing(db):
        before = notes.get(db, note_id, reader=by)
        notes.require_editable(before, by)
        if table not in evidence.TABLES or not evidence.remove(db, note_id, table, number, now=now):
            raise NotFound(N_("There is nothing at this address."), hint=N_("Go back, or search for it."))
        # What is no evidence asks for nothing.
        duties.store(db, note_id, [each for each in before.asks if each["cause"] != f"{table} {number}"])
        return _save(db, before, "note.uncite", by, now)


def _why(text):
    text = clean(text, field="why", label=N_("What it shows"), limit=LONGEST, lines=False)
    if not text:
        raise Invalid(
            N_("%(label)s is missing."), hint=N_("Write one sentence."), field="why", label=N_("What it shows")
        )
    return text


def _add(db, note_id, proof, by, now):
    before = notes.get(db, note_id, reader=by)
    notes.require_editable(before, by)
    evidence.attach(db, note_id, [proof], by=by, now=now)
    return _save(db, before, "note.cite", by, now)


def _save(db, before, did, by, now):
    # The text is as old as it was.
    db["note"].update(before.id, {"version": before.version + 1})
    return notes.log(db, did, before, notes.get(db, before.id, reader=access.OPERATOR), by, now)
