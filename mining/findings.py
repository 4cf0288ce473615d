"""Findings: what a run found, where it comes from, and the note it becomes.

Pages import this file, so it imports nothing that mines.
"""

import json
from dataclasses import dataclass

from kb import access, notes
from kb.errors import Invalid, N_, NotFound, fill
from kb.evidence import Evidence
from kb.note_details import LONGEST_PRODUCT, Details
from kb.store import writing
from mining.ledger import batches

# More than anybody reads; a job that finds more says so instead of filling the store.
MOST = 50_000
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


def add_rules(db, run_id, answer):
    """Store the rules of a run; only inside ``writing``.

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
    rows = (
        {
            "run_id": run_id,
            "kind": "rule",
            "position": position,
            "data": json.dumps({**rule, "baskets": answer["baskets"]}, ensure_ascii=False),
        }
        for position, rule in enumerate(rules, 1)
    )
    db["finding"].insert_all(rows)


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


def note_draft(finding, translate):
    """Return title, summary and body of the note a rule would become, in the language of `translate`."""
    data = finding.data
    values = {
        "left": " + ".join(data["antecedent"]),
        "right": " + ".join(data["consequent"]),
        "hits": f"{100 * data['confidence']:.0f}",
        "all": f"{100 * data['base_rate']:.0f}",
        "lift": f"{data['lift']:.1f}",
        "count": data["count"],
        "baskets": data["baskets"],
        "q": f"{data['q_value']:.2g}",
    }
    return {name: fill(template, values, translate) for name, template in _DRAFT.items()}


def write_note(db, finding_id, *, title, topic_names, body, readers, translate, by, now):
    """Write a rule down as a note about the customers, with the rule as its evidence, and return the note.

    What the evidence says is kept in the language of `translate`, like the rest of the note.
    """
    access.require(by, "run.start")
    with writing(db):
        finding = get(db, finding_id, reader=by)
        why = note_draft(finding, translate)["summary"]
        return notes.add(
            db,
            title=title,
            body=body,
            dimension="about",
            topic_names=topic_names,
            details=Details(product=_items(finding.data)),
            readers=readers,
            proofs=[Evidence("finding", finding.id, why)],
            by=by,
            now=now,
        )


def _items(data):
    """Return the products of a rule as far as a note can name them."""
    named = data["antecedent"] + data["consequent"]
    while len("、".join(named)) > LONGEST_PRODUCT:
        named = named[:-1]
    return "、".join(named)


def as_table(findings):
    """Return ``(head, lines)`` of findings for an export: catalogue keys, and one list of cells a finding."""
    lines = [[_cell(finding.data[name]) for name, _ in _COLUMNS] for finding in findings]
    return [label for _, label in _COLUMNS], lines


_DRAFT = {
    "title": N_("Who buys %(left)s also buys %(right)s: %(hits)s of 100 orders, %(lift)s times the average"),
    "summary": N_("Of 100 orders with %(left)s, %(hits)s also hold %(right)s; of all orders it is %(all)s."),
    "body": N_(
        "Of 100 orders with %(left)s, %(hits)s also hold %(right)s; of all orders it is %(all)s, so %(lift)s times as "
        "many.\n\nFound in %(count)d of %(baskets)d orders; corrected probability of chance q = %(q)s. "
        "Bought together; neither causes the other."
    ),
}


def _finding(row):
    return Finding(**{**row, "data": json.loads(row["data"])})


def _cell(value):
    return " + ".join(value) if isinstance(value, list) else value
