"""What lists of rules are ordered and filtered by: taken out of a rule once, when it is stored."""

import json

from kb.text import fold_name

# A rule is sure when its false discovery rate, over all rules tested, is at most this.
SURE = 0.05
# At most this where a page calls a rule reliable: it is to go on, not only not to be chance. In three shops with 0.05
# between 83 and 99 of 100 went on in the later orders, with 0.01 at least 96 (RESULTS.md, “Rules that go on”).
RELIABLE = 0.01
LEAST_ORDERS = 20
LEAST_LIFT = 2.0
MOST_BASE_RATE = 0.15
# Why a rule is not among the first; of several reasons the first.
CAUSES = ("redundant", "several", "mirrored", "few", "weak", "chance", "common")


def figures(rule):
    """Return the columns of table ``finding`` that a rule fills.

    Parameters
    ----------
    rule : dict
        As `mining.mine.rules` gives it.

    Returns
    -------
    dict
        ``rule`` names it whatever run found it; ``pair``, for one product on each side, whatever the direction.
        ``extra`` is count * (1 - base rate / confidence): orders more than if the two had nothing to do with another.
    """
    left, right = sorted(rule["antecedent"]), sorted(rule["consequent"])
    is_pair = len(left) == len(right) == 1
    return {
        "rule": key(left, right),
        "pair": key(sorted(left + right)) if is_pair else None,
        "left_side": _searched(left, rule),
        "right_side": _searched(right, rule),
        "orders": rule["count"],
        "extra": rule["count"] * (1 - rule["base_rate"] / rule["confidence"]),
        **{name: rule[name] for name in ("confidence", "base_rate", "lift", "q_value")},
    }


def key(*parts):
    """Return what names a rule whatever run finds it: its sides, each sorted, one after the other."""
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def causes(rows):
    """Return why each of a run's rules is not among those worth a look first: one of `CAUSES`, or None.

    Parameters
    ----------
    rows : list of dict
        All rules of the run, as `figures` gives them, with ``redundant``.
    """
    first = {}
    for row in sorted(rows, key=lambda row: (-row["confidence"], row["left_side"])):
        first.setdefault(row["pair"], row["rule"])
    return [_cause(row, first[row["pair"]] == row["rule"]) for row in rows]


def _cause(row, is_first):
    meets = {
        "redundant": row["redundant"],
        "several": row["pair"] is None,
        "mirrored": not is_first,
        "few": row["orders"] < LEAST_ORDERS,
        "weak": row["lift"] < LEAST_LIFT,
        "chance": row["q_value"] > SURE,
        "common": row["base_rate"] > MOST_BASE_RATE,
    }
    return next((cause for cause in CAUSES if meets[cause]), None)


def _searched(items, rule):
    names = rule.get("names", {})
    return fold_name("、".join([*items, *(names[item] for item in items if item in names)]))
