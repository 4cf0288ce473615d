"""Findings: what a run found, and where it comes from.

Pages import this file, so it imports nothing that mines.
"""

import json
import re
from dataclasses import dataclass

from kb import access
from kb.errors import Invalid, N_, NotFound
from mining import rule_columns, rule_levels
from mining.ledger import batches
from mining.rule_figures import causes, figures

# More than anybody reads; a job that finds more says so instead of filling the store.
MOST = 100_000
# Runs that may have found the same rule before one looks for others.
_OF_A_RULE = 20
_ESCAPED = re.compile("[%_!]")
_SIDES = ("antecedent", "consequent")
_COLUMNS = (
    ("antecedent", N_("Who buys")),
    ("consequent", N_("also buys")),
    ("count", N_("Orders")),
    ("support", N_("Support")),
    ("confidence", N_("Confidence")),
    ("base_rate", N_("Base rate")),
    ("lift", N_("Lift")),
    ("leverage", N_("Leverage")),
    ("conviction", N_("Conviction")),
    ("p_value", N_("p")),
    ("q_value", N_("q")),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of a run; ``position`` from 1, the best first; ``data`` a rule as `mining.mine.rules` gives it."""

    id: int
    run_id: int
    kind: str
    position: int
    data: dict


def add_rules(db, run_id, answer, rows=None):
    """Store the rules of a run and return ``{position: id}``; only inside ``writing``.

    Parameters
    ----------
    answer : dict
        As `mining.mine.rules` gives it.
    rows : list of dict, optional
        What `prepared` made of it beforehand.
    """
    rows = prepared(answer) if rows is None else rows
    db["finding"].insert_all({**row, "run_id": run_id} for row in rows)
    rule_columns.put(db, run_id, rows, rule_levels.steps(answer["rules"]))
    return dict(db.execute("SELECT position, id FROM finding WHERE run_id = :run", {"run": run_id}).fetchall())


def prepared(answer):
    """Return the rules of an answer as they are stored: of many this takes longer than a writer should keep the store.

    Raises
    ------
    kb.errors.Invalid
        When there are more than anybody reads.
    """
    rules = answer["rules"]
    if len(rules) > MOST:
        raise Invalid(
            N_("There are %(count)d rules, more than anybody reads."),
            hint=N_("Ask again with a higher support or confidence."),
            field="min_support",
            count=len(rules),
        )
    found = [
        {
            "kind": "rule",
            "position": position,
            "data": json.dumps({**rule, "baskets": answer["baskets"]}, ensure_ascii=False),
            **figures(rule),
            "redundant": int(rule.get("redundant", False)),
            "length": len(rule["antecedent"]) + len(rule["consequent"]),
            **{name: rule.get(name) for name in ("held", "trend", "profit")},
        }
        for position, rule in enumerate(rules, 1)
    ]
    return [{**row, "cause": cause} for row, cause in zip(found, causes(found), strict=True)]


def of_run(db, run_id, *, limit, offset=0):
    """Return ``(findings, total)`` of a run, the best first; ``limit`` None gives all."""
    total = db.execute("SELECT count(*) FROM finding WHERE run_id = :run", {"run": run_id}).fetchone()[0]
    rows = db.query(
        "SELECT * FROM finding WHERE run_id = :run ORDER BY position LIMIT :limit OFFSET :offset",
        {"run": run_id, "limit": -1 if limit is None else limit, "offset": offset},
    )
    return [_finding(row) for row in rows], total


def get(db, finding_id, *, reader):
    """Return one finding.

    Raises
    ------
    kb.errors.NotFound
    """
    access.require(reader, "run.read")
    row = next(iter(db.query("SELECT * FROM finding WHERE id = :id", {"id": finding_id})), None)
    if row is None:
        raise NotFound(N_("There is no rule %(value)s."), hint=N_("Look for it in its run."), value=str(finding_id))
    return _finding(row)


def find(db, query, *, reader, limit):
    """Return the newest findings, one a rule, that name all words of a query."""
    access.require(reader, "run.read")
    words = [f"%{_ESCAPED.sub(_escape, word)}%" for word in query.split()]
    rows = db.query(
        """SELECT * FROM finding
            WHERE NOT EXISTS (SELECT 1 FROM json_each(:words) WHERE finding.data NOT LIKE value ESCAPE '!')
            ORDER BY id DESC LIMIT :most""",
        {"words": json.dumps(words), "most": limit * _OF_A_RULE},
    )
    found = {}
    for row in rows:
        found.setdefault(row["rule"], _finding(row))
    return list(found.values())[:limit]


def lineage(db, finding_id):
    """Return where a finding comes from: ``run`` (id, args, finished_at) and ``batches`` down to the file's SHA-256.

    Whoever may read a note that rests on the finding may read this.
    """
    run = next(
        iter(
            db.query(
                """SELECT run.id, run.args, run.finished_at
                     FROM finding JOIN run ON run.id = finding.run_id
                    WHERE finding.id = :id""",
                {"id": finding_id},
            )
        )
    )
    args = json.loads(run["args"])
    return {"run": {**run, "args": args}, "batches": batches.of_ids(db, args["batches"] or ())}


def behind(db, finding_id):
    """Return the ``data`` of a finding, for whoever may read a note that rests on it.

    ``by_month`` are its months, as `mining.rule_detail.details` gives them, or None.
    """
    data, months = db.execute(
        """SELECT finding.data, finding_detail.data -> '$.months'
             FROM finding LEFT JOIN finding_detail ON finding_id = finding.id
            WHERE finding.id = :id""",
        {"id": finding_id},
    ).fetchone()
    return {**json.loads(data), "by_month": json.loads(months) if months else None}


def names(data, side):
    """Return what people call the products on a side of a rule, ``antecedent`` or ``consequent``."""
    known = data.get("names", {})
    return [known.get(item, item) for item in data[side]]


def labels(data, side):
    """Return the products on a side of a rule by name, with the code behind where there is one."""
    known = data.get("names", {})
    return [f"{known[item]} ({item})" if item in known else item for item in data[side]]


def cross(data):
    """Return the four kinds of baskets behind a rule.

    Returns
    -------
    dict
        ``with`` and ``without`` the antecedent, and ``all``: each ``both`` (holds the consequent too), ``only`` (does
        not), ``total``, ``share`` of ``both`` in ``total``.
    """
    n, left, right, both = (data[name] for name in ("baskets", "antecedent_count", "consequent_count", "count"))
    rows = {"with": (both, left), "without": (right - both, n - left), "all": (right, n)}
    return {
        name: {"both": hits, "only": total - hits, "total": total, "share": hits / total if total else 0.0}
        for name, (hits, total) in rows.items()
    }


def as_table(findings):
    """Return ``(head, lines)`` of findings for an export: catalogue keys, and one list of cells a finding."""
    has_codes = any(finding.data.get("names") for finding in findings)
    head = [label for _, label in _COLUMNS] + ([N_("Codes (left)"), N_("Codes (right)")] if has_codes else [])
    return head, [_line(finding.data, has_codes) for finding in findings]


def _escape(sign):
    return f"!{sign[0]}"


def _finding(row):
    return Finding(row["id"], row["run_id"], row["kind"], row["position"], json.loads(row["data"]))


def _line(data, has_codes):
    sides = [" + ".join(names(data, side)) for side in _SIDES]
    codes = [" + ".join(data[side]) for side in _SIDES] if has_codes else []
    return [*sides, *(data[name] for name, _ in _COLUMNS if name not in _SIDES), *codes]
