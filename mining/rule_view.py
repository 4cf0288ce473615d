"""The rules of a run as somebody judges them: what is worth a look first, the rest folded, each group with its count.

Pages import this file, so it imports nothing that mines.
"""

import json
from dataclasses import dataclass

from kb import access
from mining.findings import Finding, names
from mining.rule_filter import Filter

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


def listing(db, run_id, *, reader, limit=50, offset=0, **asked):
    """Return ``(rows, total)`` of a run's rules.

    Parameters
    ----------
    limit : int or None
    **asked
        As `mining.rule_filter.Filter`.
    """
    access.require(reader, "run.read")
    wanted = Filter(**asked)
    where, values = wanted.where()
    values |= {"run": run_id, "limit": -1 if limit is None else limit, "offset": offset}
    total = db.execute(f"SELECT count(*) FROM finding WHERE run_id = :run AND {where}", values).fetchone()[0]
    # Rules are long: they are put in order by their numbers, and read afterwards.
    ids = db.execute(
        f"""SELECT id FROM finding WHERE run_id = :run AND {where}
             ORDER BY {wanted.order()} LIMIT :limit OFFSET :offset""",
        values,
    )
    return of_ids(db, [number for (number,) in ids.fetchall()], reader=reader), total


def counts(db, run_id, *, reader, **asked):
    """Return ``{cause: number}`` of the rules that meet the filters; those worth a look under None."""
    access.require(reader, "run.read")
    wanted = Filter(**asked)
    where, values = wanted.where(any_cause=True)
    # Put together by the index that holds what is asked: the one by cause lacks figures and names.
    is_plain = wanted == Filter(cause=wanted.cause, judged=wanted.judged, sort=wanted.sort)
    group = "cause" if is_plain else "+cause"
    rows = db.execute(
        f"SELECT cause, count(*) FROM finding WHERE run_id = :run AND {where} GROUP BY {group}",
        {**values, "run": run_id},
    )
    return dict(rows.fetchall())


def points(db, run_id, *, reader, limit, **asked):
    """Return ``[(id, orders, confidence, lift, extra)]`` of the rules asked for, in their order."""
    access.require(reader, "run.read")
    wanted = Filter(**asked)
    where, values = wanted.where()
    rows = db.execute(
        f"""SELECT id, orders, confidence, lift, extra FROM finding
             WHERE run_id = :run AND {where} ORDER BY {wanted.order()} LIMIT :limit""",
        {**values, "run": run_id, "limit": limit},
    )
    return rows.fetchall()


def of_ids(db, finding_ids, *, reader):
    """Return the `Row` of each of some rules, in the order of their ids as given."""
    access.require(reader, "run.read")
    rows = db.query(
        """SELECT finding.*, verdict, reason, judged_at, member.name AS judged_by
             FROM finding
             LEFT JOIN judgement ON judgement.rule = finding.rule
             LEFT JOIN member ON member.id = judgement.member_id
            WHERE finding.id IN (SELECT value FROM json_each(:ids))""",
        {"ids": json.dumps(list(finding_ids))},
    )
    found = {row["id"]: _row(row) for row in rows}
    return [found[each] for each in finding_ids]


def similar(db, finding_id, *, reader, limit=6):
    """Return the findings of the same run that lead to the same, or come from the same, those most in number first."""
    access.require(reader, "run.read")
    rows = db.query(
        """SELECT other.* FROM finding AS rule JOIN finding AS other ON other.run_id = rule.run_id
            WHERE rule.id = :id AND other.id <> rule.id
              AND (other.right_side = rule.right_side OR other.left_side = rule.left_side OR other.pair = rule.pair)
            ORDER BY other.pair IS rule.pair DESC, other.extra DESC LIMIT :limit""",
        {"id": finding_id, "limit": limit},
    )
    return [_finding(row) for row in rows]


def sides(db, finding_ids):
    """Return ``{id: (left, right)}`` of some rules: texts that tell sides apart."""
    rows = db.execute(
        "SELECT id, left_side, right_side FROM finding WHERE id IN (SELECT value FROM json_each(:ids))",
        {"ids": json.dumps(list(finding_ids))},
    )
    return {number: tuple(each) for number, *each in rows.fetchall()}


def side_names(db, finding_ids):
    """Return ``{id: (left, right)}``: what people call the sides of some rules."""
    rows = db.execute(
        "SELECT id, data FROM finding WHERE id IN (SELECT value FROM json_each(:ids))",
        {"ids": json.dumps(list(finding_ids))},
    )
    told = {number: json.loads(data) for number, data in rows.fetchall()}
    return {
        number: tuple(" + ".join(names(data, side)) for side in ("antecedent", "consequent"))
        for number, data in told.items()
    }


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


_WAITING = """SELECT rule FROM finding
               WHERE run_id = :run AND cause IS NULL
                 AND NOT EXISTS (SELECT 1 FROM judgement WHERE judgement.rule = finding.rule)"""


def _row(row):
    kept = {name: row[name] for name in ("extra", "cause", "verdict", "reason", "judged_by", "judged_at")}
    return Row(_finding(row), **kept)


def _finding(row):
    return Finding(row["id"], row["run_id"], row["kind"], row["position"], json.loads(row["data"]))
