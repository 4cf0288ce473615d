"""Standing of a note about customers: found, judged, then what came of it: applied, proven, refuted.

Of a note that rests on a rule the judgement of the rule decides between found and judged. A person who may judge says
the rest, and all of it where a note rests on what somebody saw; with a reason, which stands in the history.
"""

import json

from kb import access, duties, evidence, note_texts, notes
from kb.errors import Invalid, N_
from kb.store import writing

STANDINGS = ("found", "judged", "applied", "proven", "refuted")
# What a person says above the judgement of a rule.
_ABOVE = ("applied", "proven", "refuted")


def choices(db, note, *, believed):
    """Return the standings that a person may give a note: of one that rests on a rule that of the rule, or above.

    Parameters
    ----------
    note : kb.note_rows.Note
    believed : sequence of int
        All findings somebody vouches for.
    """
    rests_on = evidence.findings_of(db, note.id)
    return (_by_rules(rests_on, believed), *_ABOVE) if rests_on else STANDINGS


def say(db, note_id, wanted, *, reason, believed, by, now):
    """Give a note a standing, as a person with a reason, and return the seq of the change.

    Parameters
    ----------
    wanted : str
        One of `choices`.
    reason : str
    believed : sequence of int
        All findings somebody vouches for.

    Raises
    ------
    kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    access.require(by, "finding.judge")
    reason = note_texts.reason(reason)
    with writing(db):
        before = notes.get(db, note_id, reader=by)
        if before.standing is None:
            raise Invalid(
                N_("Only a note about customers has a standing."), hint=N_("Bring the note to its next step.")
            )
        if wanted not in STANDINGS:
            raise Invalid(N_("How does it stand?"), hint=N_("Choose one."), field="standing")
        if wanted not in choices(db, before, believed=believed):
            raise Invalid(
                N_("This note rests on a rule, and what was judged of the rule comes first."),
                hint=N_("Judge the rule, and the note follows; or say that it was applied, proven or refuted."),
                field="standing",
            )
        if wanted == before.standing:
            raise Invalid(N_("It stands so already."), hint=N_("Choose another."), field="standing")
        if not reason:
            raise Invalid(
                N_("Why does it stand so?"),
                hint=N_("A few words are enough; they stand in the history."),
                field="reason",
            )
        db["note"].update(note_id, {"standing": wanted, "version": before.version + 1, "updated_at": now})
        after = notes.get(db, note_id, reader=access.OPERATOR)
        return notes.log(db, "note.stand", before, after, by, now, reason)


def settle(db, note, *, believed):
    """Bring a note whose rules are others now to the standing they give it; only inside ``writing``.

    What was applied already stays what it became.
    """
    if note.standing in ("found", "judged"):
        to = _by_rules(evidence.findings_of(db, note.id), believed)
        db["note"].update(note.id, {"standing": to})


def _by_rules(rests_on, believed):
    return "judged" if set(rests_on) & set(believed) else "found"


def follow(db, finding_ids, *, believed, refuted, by, now):
    """Bring the notes that rest on findings to the standing these have; only inside ``writing``.

    One that rests on a believed finding is judged, else found; what was applied already stays what it became. One that
    rests on a refuted finding, of any type, is to be verified at once, unless it was verified since.

    Parameters
    ----------
    finding_ids : sequence of int
        What was judged.
    believed : sequence of int
        All findings somebody vouches for.
    refuted : dict of int to str
        All findings called of no use, and the instant of that.
    """
    rows = db.execute(
        """SELECT id, standing, is_refuted, standing IN ('found', 'judged') AND (standing = 'judged') <> is_believed
             FROM (SELECT note.id, note.standing,
                          EXISTS (SELECT 1 FROM evidence JOIN json_each(:believed) AS ok
                                   WHERE evidence.note_id = note.id AND evidence.finding_id = ok.value
                                     AND evidence.removed_at IS NULL) AS is_believed,
                          EXISTS (SELECT 1 FROM evidence JOIN json_each(:refuted) AS no
                                   WHERE evidence.note_id = note.id AND evidence.finding_id = CAST(no.key AS INTEGER)
                                     AND evidence.removed_at IS NULL
                                     AND no.value > coalesce(note.verified_at, '')) AS is_refuted,
                          EXISTS (SELECT 1 FROM note_ask
                                   WHERE note_ask.note_id = note.id AND note_ask.kind = 'finding') AS is_asked
                     FROM note WHERE note.id IN (SELECT note_id FROM evidence
                                                  WHERE finding_id IN (SELECT value FROM json_each(:ids))))
            WHERE is_refuted <> is_asked
               OR (standing IN ('found', 'judged') AND (standing = 'judged') <> is_believed)
            ORDER BY id""",
        {"ids": json.dumps(list(finding_ids)), "believed": json.dumps(list(believed)), "refuted": json.dumps(refuted)},
    ).fetchall()
    for note_id, standing, is_refuted, moves in rows:
        before = notes.get(db, note_id, reader=access.OPERATOR)
        if moves:
            standing = "found" if standing == "judged" else "judged"
        duties.store(db, note_id, [each for each in before.asks if each["kind"] != "finding"])
        if is_refuted:
            duties.ask(db, [note_id], "finding", by=by, now=now)
        db["note"].update(note_id, {"standing": standing, "version": before.version + 1, "updated_at": now})
        after = notes.get(db, note_id, reader=access.OPERATOR)
        notes.log(db, "note.standing", before, after, by, now)
