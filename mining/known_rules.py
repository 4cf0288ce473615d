"""What a rule nobody judged may be known for already: sold as a set, or said before by a rule that was.

Pages import this file, so it imports nothing that mines.
"""

import json

from mining import findings
from mining.rule_figures import key

# Bought together so often, whichever one asks from, two products are sold as one.
BUNDLED = 0.8


def hints(db, rows):
    """Return ``{finding id: (cause, rule)}`` of the rules nobody judged that somebody may know already.

    The cause is "bundle"; or "reversed" or "shorter", then ``rule`` is the sides of the rule that was judged known.

    Parameters
    ----------
    rows : list of mining.rule_view.Row
    """
    open_rows = [row for row in rows if row.verdict is None]
    wanted = {row.finding.id: _nearby(row.finding.data) for row in open_rows}
    known = _known(db, {each for nearby in wanted.values() for _, each in nearby})
    found = {}
    for row in open_rows:
        near = next(((cause, each) for cause, each in wanted[row.finding.id] if each in known), None)
        if near is not None:
            found[row.finding.id] = (near[0], known[near[1]])
        elif _is_bundle(row.finding.data):
            found[row.finding.id] = ("bundle", None)
    return found


def _nearby(data):
    left, right = sorted(data["antecedent"]), sorted(data["consequent"])
    nearby = [("reversed", key(right, left))]
    if len(left) > 1:
        nearby += [("shorter", key([item], right)) for item in left]
    return nearby


def _known(db, rules):
    """Return ``{rule: data}`` of those of some rules that were judged known."""
    rows = db.execute(
        """SELECT judgement.rule, finding.data FROM judgement JOIN finding ON finding.id = judgement.finding_id
            WHERE verdict = 'known' AND judgement.rule IN (SELECT value FROM json_each(:rules))""",
        {"rules": json.dumps(list(rules))},
    )
    return {
        rule: " → ".join(" + ".join(findings.names(json.loads(data), side)) for side in _SIDES) for rule, data in rows
    }


_SIDES = ("antecedent", "consequent")


def _is_bundle(data):
    return data["confidence"] >= BUNDLED and data["count"] >= BUNDLED * data["consequent_count"]
