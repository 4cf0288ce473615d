"""What a rule nobody judged may be known for already: sold as a set, written down, or said before by one that was.

Pages import this file, so it imports nothing that mines.
"""

import json
import re

from kb import products
from kb.text import fold_name
from mining import findings
from mining.rule_figures import key

# Bought together so often, whichever one asks from, two products are sold as one.
BUNDLED = 0.8


# How the name of what is sold as a set tells that it is one.
_SET = re.compile(r"套|组合|礼盒|大礼包|[+＋&/]|\b(?:set|kit|bundle|pack|combo)\b", re.IGNORECASE)


def hints(db, rows, *, reader):
    """Return ``{finding id: (cause, what)}`` of the rules nobody judged that somebody may know already.

    The cause is "reversed" or "shorter", then it is the sides of the rule that was judged known; "sold", then the name
    of a product that is a set of them; "note", then the id and the title of a note about customers that `reader` may
    see and that names them all; or "bundle", then None.

    Parameters
    ----------
    rows : list of mining.rule_view.Row
    reader : kb.access.Reader
    """
    open_rows = [row for row in rows if row.verdict is None]
    wanted = {row.finding.id: _nearby(row.finding.data) for row in open_rows}
    known = _known(db, {each for nearby in wanted.values() for _, each in nearby})
    notes = products.notes_about(db, {row.finding.id: _spelled(row.finding.data) for row in open_rows}, reader=reader)
    found = {}
    for row in open_rows:
        number, data = row.finding.id, row.finding.data
        near = next(((cause, known[each]) for cause, each in wanted[number] if each in known), None)
        sold = ("sold", data["sold_as"]) if data.get("sold_as") else None
        written = ("note", notes[number]) if number in notes else None
        if hint := near or sold or written or (("bundle", None) if _is_bundle(data) else None):
            found[number] = hint
    return found


def add_sets(rules, called):
    """Tell each rule whose products are sold as a set too, as ``sold_as``, what that set is called.

    Parameters
    ----------
    rules : list of dict
        As `mining.mine.rules` gives them.
    called : dict of str to str
        What people call each product there is, by what it is known by.
    """
    sets = {fold_name(name): name for name in called.values() if _SET.search(name)}
    holding = {}
    for rule in rules if sets else ():
        fits = None
        for item in (*rule["antecedent"], *rule["consequent"]):
            if item not in holding:
                name = fold_name(called.get(item, item))
                holding[item] = {each for each in sets if name in each and name != each}
            fits = holding[item] if fits is None else fits & holding[item]
        if fits:
            rule["sold_as"] = sets[min(fits, key=lambda each: (len(each), each))]


def _spelled(data):
    """Return how each product of a rule may be called in a note."""
    return [
        [item, *pair]
        for side in _SIDES
        for item, *pair in zip(data[side], findings.names(data, side), findings.labels(data, side), strict=True)
    ]


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
