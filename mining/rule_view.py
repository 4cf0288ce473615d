"""The rules of a run as somebody judges them: what is worth a look first, the rest folded, each group with its count.

Pages import this file, so it imports nothing that mines.
"""

import json
from dataclasses import dataclass

from kb import access
from kb.text import fold_name
from mining.findings import SURE, Finding
from mining.judgements import VERDICTS

LEAST_ORDERS = 20
LEAST_LIFT = 2.0
MOST_BASE_RATE = 0.15
# Why a rule is not among the first; of several reasons the first.
CAUSES = ("redundant", "several", "mirrored", "few", "weak", "chance", "common")
JUDGED = ("no", "yes", *VERDICTS)
_RUNS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """A rule in a list; ``extra`` orders more than by chance; ``verdict``, ``reason``, ``judged_by``, ``judged_at`` of
    its judgement, or None; ``cause`` why it is not among the first, or None.
    """

    finding: Finding
    extra: float
    cause: str | None
    verdict: str | None
    reason: str | None
    judged_by: str | None
    judged_at: str | None


def listing(db, run_id, *, reader, cause=None, left="", right="", judged=None, limit=50, offset=0):
    """Return ``(rows, total)`` of a run's rules, those with the most extra orders first.

    Parameters
    ----------
    cause : str, optional
        One of `CAUSES`: the rules folded for it; by default those worth a look first.
    left, right : str
        What a product on that side must contain.
    judged : str, optional
        One of `JUDGED`.
    limit : int or None
    """
    access.require(reader, "run.read")
    where, values = _asked(cause, left, right, judged)
    values |= {"run": run_id, "limit": -1 if limit is None else limit, "offset": offset}
    total = db.execute(f"{_RANKED} SELECT count(*) FROM ranked {_JUDGEMENT} WHERE {where}", values).fetchone()[0]
    rows = db.query(
        f"""{_RANKED} SELECT ranked.*, verdict, reason, judged_at, member.name AS judged_by
              FROM ranked {_JUDGEMENT} LEFT JOIN member ON member.id = judgement.member_id
             WHERE {where} ORDER BY extra DESC, position LIMIT :limit OFFSET :offset""",
        values,
    )
    return [_row(row) for row in rows], total


def counts(db, run_id, *, reader, left="", right="", judged=None):
    """Return ``{cause: number}`` of the rules that meet the filters; those worth a look under None."""
    access.require(reader, "run.read")
    where, values = _asked("all", left, right, judged)
    rows = db.execute(
        f"{_RANKED} SELECT cause, count(*) FROM ranked {_JUDGEMENT} WHERE {where} GROUP BY cause",
        {**values, "run": run_id},
    )
    return dict(rows.fetchall())


def to_judge(db, *, reader):
    """Return ``[(run_id, number)]``: how many rules of the newest runs are worth a look and not judged yet.

    A rule that several of them found counts with the newest alone, one from an import undone since not at all.
    """
    newest = db.execute(
        """SELECT id FROM run WHERE kind = 'rules' AND state = 'done'
              AND NOT EXISTS (SELECT 1 FROM batch WHERE batch.state = 'undone'
                                 AND batch.id IN (SELECT value FROM json_each(run.args, '$.batches')))
            ORDER BY id DESC LIMIT :most""",
        {"most": _RUNS},
    ).fetchall()
    access.require(reader, "run.read")
    seen, found = set(), []
    for (run_id,) in newest:
        rules = {rule for (rule,) in db.execute(_WAITING, {"run": run_id})} - seen
        seen |= rules
        if rules:
            found.append((run_id, len(rules)))
    return found


_RANKED = f"""WITH ranked AS (
    SELECT finding.*, CASE
        WHEN redundant THEN 'redundant'
        WHEN pair IS NULL THEN 'several'
        WHEN row_number() OVER (PARTITION BY pair ORDER BY confidence DESC, left_side) > 1 THEN 'mirrored'
        WHEN orders < {LEAST_ORDERS} THEN 'few'
        WHEN lift < {LEAST_LIFT} THEN 'weak'
        WHEN q_value > {SURE} THEN 'chance'
        WHEN base_rate > {MOST_BASE_RATE} THEN 'common'
    END AS cause
    FROM finding WHERE run_id = :run)"""
_JUDGEMENT = "LEFT JOIN judgement ON judgement.rule = ranked.rule"
# Home asks at each visit: what both directions of a pair share is asked before they are compared.
_WAITING = f"""WITH pairs AS (
    SELECT rule, base_rate, row_number() OVER (PARTITION BY pair ORDER BY confidence DESC, left_side) AS place
      FROM finding
     WHERE run_id = :run AND NOT redundant AND pair IS NOT NULL AND orders >= {LEAST_ORDERS} AND lift >= {LEAST_LIFT}
       AND q_value <= {SURE})
    SELECT rule FROM pairs
     WHERE place = 1 AND base_rate <= {MOST_BASE_RATE}
       AND NOT EXISTS (SELECT 1 FROM judgement WHERE judgement.rule = pairs.rule)"""


def _asked(cause, left, right, judged):
    where, values = [], {}
    if cause is None:
        where.append("cause IS NULL")
    elif cause != "all":
        where.append("cause = :cause")
        values["cause"] = cause
    for name, text in (("left", left), ("right", right)):
        if text.strip():
            where.append(f"instr({name}_side, :{name})")
            values[name] = fold_name(text)
    if judged == "no":
        where.append("verdict IS NULL")
    elif judged == "yes":
        where.append("verdict IS NOT NULL")
    elif judged is not None:
        where.append("verdict = :verdict")
        values["verdict"] = judged
    return " AND ".join(where or ["1"]), values


def _row(row):
    finding = Finding(row["id"], row["run_id"], row["kind"], row["position"], json.loads(row["data"]))
    kept = {name: row[name] for name in ("extra", "cause", "verdict", "reason", "judged_by", "judged_at")}
    return Row(finding, **kept)
