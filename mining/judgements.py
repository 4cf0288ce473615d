"""Judgements: what people think of a rule, whatever run finds it again.

Pages import this file, so it imports nothing that mines.
"""

import json
from dataclasses import dataclass

from kb import access, feed, note_returns, note_sources, standing
from kb.errors import Conflict, Invalid, N_
from kb.store import writing
from kb.text import clean
from mining import findings
from mining.rule_figures import SURE

# In the order of the keys that give them.
VERDICTS = {
    "worth": N_("Worth doing"),
    "known": N_("Known already"),
    "useless": N_("No use"),
    "later": N_("Look again"),
}
# These say that somebody vouches for the rule, so the notes that rest on it are judged too.
_BELIEVED = ("worth", "known")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was said of a rule: ``verdict`` of `VERDICTS`, why, and by whom (None for the operator)."""

    verdict: str
    reason: str
    judged_by: str | None
    judged_at: str


def judge(db, finding_id, *, verdict, by, now, reason=None):
    """Judge the rule of a finding and return the seq of the change, which `undo` takes.

    The notes that rest on the rule follow: judged when it is worth something or known, else found. Without a reason
    the one that stands is kept, as long as the verdict is the same.

    Raises
    ------
    kb.errors.Invalid, kb.errors.Forbidden, kb.errors.NotFound
    """
    access.require(by, "finding.judge")
    if verdict not in VERDICTS:
        raise Invalid(
            N_("A rule cannot be judged “%(value)s”."),
            hint=N_("One of: %(choices)s."),
            field="verdict",
            value=verdict,
            choices=", ".join(VERDICTS),
        )
    with writing(db):
        rule = _rule_of(db, finding_id, by)
        if reason is None:
            stands = _stands(db, rule)
            reason = stands["reason"] if stands and stands["verdict"] == verdict else ""
        reason = clean(reason, field="reason", label=N_("Reason"), limit=300, lines=False)
        row = {
            "verdict": verdict,
            "reason": reason,
            "finding_id": finding_id,
            "member_id": by.member_id,
            "judged_at": now,
        }
        return _set(db, rule, finding_id, row, "finding.judge", by, now)


def undo(db, seq, *, by, now):
    """Take a judgement back as a new change and return the id of its finding.

    Raises
    ------
    kb.errors.Conflict
        When the rule was judged again since.
    """
    access.require(by, "finding.judge")
    with writing(db):
        change = feed.to_undo(db, seq, "finding", hint=N_("Look at the rule."))
        feed.refuse_if_erased(change)
        finding_id = int(change["noun_id"])
        rule = _rule_of(db, finding_id, by)
        if _stands(db, rule) != change["after"]:
            raise Conflict(N_("This rule was judged again since."), hint=N_("Judge it as it should stand."))
        _set(db, rule, finding_id, change["before"], "finding.undo", by, now)
    return finding_id


def of_finding(db, finding_id):
    """Return the `Judgement` of the rule of a finding, or None."""
    row = next(
        iter(
            db.query(
                """SELECT judgement.*, member.name AS judged_by
                     FROM judgement JOIN finding ON finding.rule = judgement.rule
                     LEFT JOIN member ON member.id = judgement.member_id
                    WHERE finding.id = :id""",
                {"id": finding_id},
            )
        ),
        None,
    )
    return None if row is None else Judgement(**{name: row[name] for name in Judgement.__slots__})


def believed(db):
    """Return the ids of all findings whose rule somebody vouches for."""
    return list(_judged(db, _BELIEVED))


def follow(db, finding_id, *, by, now):
    """Bring the notes that rest on the rule of a finding to the standing it has; only inside ``writing``."""
    row = db.execute("SELECT rule FROM finding WHERE id = :id", {"id": finding_id}).fetchone()
    alike = [each[0] for each in db.execute("SELECT id FROM finding WHERE rule = :rule", {"rule": row[0]})]
    refuted = _judged(db, ("useless",))
    standing.follow(db, alike, believed=believed(db), refuted=refuted, by=by, now=now)


def compare(db, run_id, *, now):
    """Ask for a check of the notes that rest on a rule which a run found again and does not bear out; in ``writing``.

    A rule that was sure is not borne out where, of as many orders at least, it may be chance now, is no more than
    that, or did not hold in the later part of them. A later run that bears it out takes the question back.
    """
    rows = db.execute(
        f"SELECT {_COMPARED} AND later.run_id = :run ORDER BY evidence.id", {"run": run_id, "sure": SURE}
    ).fetchall()
    for number, note_id, is_against in rows:
        kind = "contradicted" if is_against else None
        note_sources.settle(db, note_id, f"evidence {number}", kind, by=access.OPERATOR, now=now)


@note_returns.also
def compare_returned(db, note_id, since):
    """Return ``{cause: kind}`` of the rules of a note that the last run since an instant does not bear out."""
    rows = db.execute(
        f"""SELECT {_COMPARED} AND evidence.note_id = :note
                AND EXISTS (SELECT 1 FROM run WHERE run.id = later.run_id AND run.finished_at >= :since)
             ORDER BY later.run_id""",
        {"note": note_id, "since": since, "sure": SURE},
    )
    return {f"evidence {number}": "contradicted" if is_against else None for number, _, is_against in rows.fetchall()}


# Of each piece of evidence, by what a later run found of its rule among as many orders at least: its id, of which note
# it is, and whether it is not borne out.
_COMPARED = """evidence.id, evidence.note_id, later.q_value > :sure OR later.lift <= 1 OR later.held = 0
     FROM finding AS later
     JOIN finding AS earlier ON earlier.rule = later.rule AND earlier.run_id <> later.run_id
     JOIN evidence ON evidence.finding_id = earlier.id
    WHERE earlier.q_value <= :sure AND earlier.lift > 1
      AND later.data ->> 'baskets' >= earlier.data ->> 'baskets' AND evidence.removed_at IS NULL"""


def _judged(db, verdicts):
    """Return ``{id: judged at}`` of the findings whose rule was judged one of `verdicts`."""
    rows = db.execute(
        """SELECT finding.id, judgement.judged_at FROM finding JOIN judgement ON judgement.rule = finding.rule
            WHERE judgement.verdict IN (SELECT value FROM json_each(:verdicts))""",
        {"verdicts": json.dumps(verdicts)},
    )
    return dict(rows.fetchall())


def _rule_of(db, finding_id, by):
    findings.get(db, finding_id, reader=by)
    return db.execute("SELECT rule FROM finding WHERE id = :id", {"id": finding_id}).fetchone()[0]


def _stands(db, rule):
    row = next(iter(db.query("SELECT * FROM judgement WHERE rule = :rule", {"rule": rule})), None)
    return None if row is None else {name: row[name] for name in row if name != "rule"}


def _set(db, rule, finding_id, row, did, by, now):
    before = _stands(db, rule)
    if row is None:
        db.execute("DELETE FROM judgement WHERE rule = :rule", {"rule": rule})
    else:
        db["judgement"].upsert({**row, "rule": rule}, pk="rule")
    seq = feed.append(db, by=by, did=did, of=finding_id, at=now, before=before, after=row)
    follow(db, finding_id, by=by, now=now)
    return seq
