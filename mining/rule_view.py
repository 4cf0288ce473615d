"""The rules of a run as somebody judges them: what is worth a look first, the rest folded, each group with its count.

Pages import this file, so it imports nothing that mines.
"""

import json
from dataclasses import dataclass

import numpy as np

from kb import access
from mining import rule_columns
from mining.findings import Finding, names
from mining.rule_columns import Columns
from mining.rule_filter import Filter, is_text

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


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the rules of a run, answered.

    Attributes
    ----------
    columns : mining.rule_columns.Columns
    at : ndarray of int
        Places in the columns of the rules that meet it, in the order of the list.
    counts : dict
        ``{cause: number}`` of those that meet it whatever they are folded for; those worth a look under None.
    """

    columns: Columns
    at: np.ndarray
    counts: dict

    def __len__(self):
        return len(self.at)

    def first(self, most):
        """Return the same with the first rules alone."""
        return Asked(self.columns, self.at[:most], self.counts)

    def positions(self, since=0, until=None):
        """Return the positions of a part of the list."""
        return self.columns["position"][self.at[since:until]].tolist()


def asked(db, run_id, *, reader, **wanted):
    """Return `Asked`: which rules of a run meet what is wanted, as `mining.rule_filter.Filter`."""
    access.require(reader, "run.read")
    wanted, columns = Filter(**wanted), rule_columns.of(db, run_id)
    met = wanted.meeting(columns, _verdicts(db, run_id) if wanted.judged else {})
    at = np.flatnonzero(met & wanted.folded_so(columns))
    names = [*columns.texts("cause"), None]
    numbers = np.bincount(columns["cause"][met] % len(names), minlength=len(names)).tolist()
    counts = {name: number for name, number in zip(names, numbers, strict=True) if number}
    return Asked(columns, wanted.ordered(columns, at), counts)


def listing(db, run_id, *, reader, limit=50, **wanted):
    """Return ``(rows, total)`` of a run's rules.

    Parameters
    ----------
    limit : int or None
    **wanted
        As `mining.rule_filter.Filter`.
    """
    found = asked(db, run_id, reader=reader, **wanted)
    return of_positions(db, run_id, found.positions(until=limit), reader=reader), len(found)


def of_positions(db, run_id, positions, *, reader):
    """Return the `Row` of each of some rules of a run, in the order of their positions as given."""
    where = "finding.run_id = :run AND finding.position IN (SELECT value FROM json_each(:positions))"
    rows = _rows(db, where, {"run": run_id, "positions": json.dumps(positions)}, reader)
    found = {row.finding.position: row for row in rows}
    return [found[each] for each in positions]


def of_ids(db, finding_ids, *, reader):
    """Return the `Row` of each of some rules, in the order of their ids as given."""
    where = "finding.id IN (SELECT value FROM json_each(:ids))"
    found = {row.finding.id: row for row in _rows(db, where, {"ids": json.dumps(list(finding_ids))}, reader)}
    return [found[each] for each in finding_ids]


def similar(db, finding, *, reader, limit=6):
    """Return the rules of the same run that lead to the same, or come from the same, those most in number first."""
    columns = rule_columns.of(db, finding.run_id)
    left, right = (columns[f"{side}_side"] for side in ("left", "right"))
    (rule,) = np.flatnonzero(columns["position"] == finding.position)
    texts = [columns.texts(f"{side}_side")[columns[f"{side}_side"][rule]] for side in ("left", "right")]
    turned = is_text(columns, "left_side", texts[1]) & is_text(columns, "right_side", texts[0])
    alike = (left == left[rule]) | (right == right[rule])
    alike[rule] = False
    at = [*np.flatnonzero(turned), *np.flatnonzero(alike)][:limit]
    return [row.finding for row in of_positions(db, finding.run_id, columns["position"][at].tolist(), reader=reader)]


def levels(db, finding, *, reader, limit=6):
    """Return the first rules of the same run that say the same more finely, and those that say it more broadly."""
    columns = rule_columns.of(db, finding.run_id)
    return tuple(
        [
            row.finding
            for row in of_positions(
                db,
                finding.run_id,
                columns["position"][np.isin(columns["position"], each)][:limit].tolist(),
                reader=reader,
            )
        ]
        for each in columns.levels(finding.position)
    )


def side_names(db, run_id, positions):
    """Return ``{position: (left, right)}``: what people call the sides of some rules."""
    rows = db.execute(
        """SELECT position, data FROM finding
            WHERE run_id = :run AND position IN (SELECT value FROM json_each(:positions))""",
        {"run": run_id, "positions": json.dumps(positions)},
    )
    told = {position: json.loads(data) for position, data in rows.fetchall()}
    return {
        position: tuple(" + ".join(names(data, side)) for side in ("antecedent", "consequent"))
        for position, data in told.items()
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


def _verdicts(db, run_id):
    # In this order: people judge fewer rules than a run finds.
    rows = db.execute(
        """SELECT finding.position, judgement.verdict
             FROM judgement CROSS JOIN finding ON finding.rule = judgement.rule
            WHERE finding.run_id = :run""",
        {"run": run_id},
    )
    return dict(rows.fetchall())


def _rows(db, where, values, reader):
    access.require(reader, "run.read")
    rows = db.query(
        f"""SELECT finding.*, verdict, reason, judged_at, member.name AS judged_by
             FROM finding
             LEFT JOIN judgement ON judgement.rule = finding.rule
             LEFT JOIN member ON member.id = judgement.member_id
            WHERE {where}""",
        values,
    )
    return [_row(row) for row in rows]


def _row(row):
    kept = {name: row[name] for name in ("extra", "cause", "verdict", "reason", "judged_by", "judged_at")}
    return Row(_finding(row), **kept)


def _finding(row):
    return Finding(row["id"], row["run_id"], row["kind"], row["position"], json.loads(row["data"]))
