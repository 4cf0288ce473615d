"""A run on one page: question, data, method, findings, how sure, what to do.

Pages import this file, so it imports nothing that mines.
"""

from dataclasses import dataclass

from kb.errors import N_
from mining import rule_view, runs

# As many as fit on a page of paper, and as anybody acts on.
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Report:
    """``rows`` are the rules to tell of, those judged worth doing first; ``asked`` all worth a look, and the counts of
    all; ``verdicts`` how many were judged each way; ``facts`` pairs of a catalogue key and a value for a sheet.
    """

    rows: list
    asked: rule_view.Asked
    verdicts: dict
    facts: list


def of(db, run_id, *, reader):
    """Return the `Report` of a run that is done."""
    run = runs.get(db, run_id, reader=reader)
    worth, _ = rule_view.listing(db, run_id, reader=reader, cause="all", judged="worth", limit=SHOWN)
    found = rule_view.asked(db, run_id, reader=reader)
    more = rule_view.of_positions(db, run_id, found.positions(until=SHOWN + len(worth)), reader=reader)
    seen = {row.finding.id for row in worth}
    # What somebody called useless, or known, is no news.
    more = [row for row in more if row.finding.id not in seen and row.verdict not in ("useless", "known")]
    rows = [*worth, *more][:SHOWN]
    counts = found.counts
    result = run.result or {}
    times = result.get("times") or {}
    facts = [
        (N_("Orders"), result.get("baskets")),
        (N_("Products"), result.get("items")),
        (N_("Rules tested"), result.get("tested")),
        (N_("Rules found"), sum(counts.values())),
        (N_("Worth a look"), counts.get(None, 0)),
        (N_("Least support"), run.args.get("min_support")),
        (N_("Least confidence"), run.args.get("min_confidence")),
        (N_("Later part since"), times.get("since")),
        (N_("Reliable before it, tested on it"), times.get("sure")),
        (N_("of them held"), times.get("held")),
    ]
    told = [(label, value) for label, value in facts if value is not None]
    return Report(rows, found, _verdicts(db, run_id), told)


def _verdicts(db, run_id):
    rows = db.execute(
        """SELECT verdict, count(*) FROM judgement CROSS JOIN finding ON judgement.rule = finding.rule
            WHERE run_id = :run GROUP BY verdict""",
        {"run": run_id},
    )
    return dict(rows.fetchall())
