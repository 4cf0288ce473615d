"""What lists of rules are ordered and filtered by: taken out of a rule once, when it is stored."""

import json

from kb.text import fold_name


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
        "rule": _key(left, right),
        "pair": _key(sorted(left + right)) if is_pair else None,
        "left_side": _searched(left, rule),
        "right_side": _searched(right, rule),
        "orders": rule["count"],
        "extra": rule["count"] * (1 - rule["base_rate"] / rule["confidence"]),
        **{name: rule[name] for name in ("confidence", "base_rate", "lift", "q_value")},
    }


def _searched(items, rule):
    names = rule.get("names", {})
    return fold_name("、".join([*items, *(names[item] for item in items if item in names)]))


def _key(*parts):
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
