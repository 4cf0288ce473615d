"""Invented rules by the hundred thousand, with figures and names as real ones have them."""

import numpy as np

from kb import access
from kb.store import writing
from mining import findings, runs

BASKETS = 50_000
PRODUCTS = 3_000
_NAMES = ("密封罐", "除湿袋", "挂耳咖啡", "燕麦奶", "全麦吐司", "花生酱", "婴儿湿巾", "棉柔巾", "铸铁锅", "隔热手套")


def rules(number, seed=20260101):
    """Return so many different rules, seven of ten with one product on each side, as `mining.mine.rules` gives them."""
    chance = np.random.default_rng(seed)
    popular = np.sort(chance.pareto(1.2, PRODUCTS) + 1)[::-1]
    share = np.minimum(0.3, popular / popular.sum() * 5)
    found, seen = [], set()
    while len(found) < number:
        for sides in chance.choice(PRODUCTS, (number, 3), p=popular / popular.sum()):
            length = 2 if chance.random() < 0.7 else 3
            left, right = sorted(sides[: length - 1].tolist()), [int(sides[-1])]
            if len({*left, *right}) < length or (*left, right[0]) in seen or len(found) == number:
                continue
            seen.add((*left, right[0]))
            found.append(_rule(left, right, share, chance))
    return sorted(found, key=lambda rule: -rule["leverage"])


def stored(db, found, *, now):
    """Store rules as those of a run that is done, and return its id."""
    args = {"min_support": 10, "min_confidence": 0.05, "max_length": 3, "batches": []}
    run_id = runs.queue(db, kind="rules", args=args, by=access.OPERATOR, now=now)
    runs.claim(db, "explorer", now=now, is_abandoned=lambda *_: False)
    told = {"baskets": BASKETS, "items": PRODUCTS, "itemsets": len(found), "tested": 3 * len(found)}
    told["hidden"] = {"redundant": 0, "chance": 0}
    with writing(db):
        findings.add_rules(db, run_id, {**told, "rules": found})
        runs.finish(db, run_id, "explorer", {**told, "rules": len(found)}, now=now)
    return run_id


def _rule(left, right, share, chance):
    base_rate = float(share[right[0]])
    n_left = max(10, int(BASKETS * share[left].prod()))
    confidence = min(0.95, base_rate * float(chance.lognormal(1.2, 0.8)))
    count = max(5, int(n_left * confidence))
    confidence = count / max(n_left, count)
    n_right = max(count, int(BASKETS * base_rate))
    base_rate = n_right / BASKETS
    return {
        "antecedent": [_name(item) for item in left], "consequent": [_name(item) for item in right],
        "count": count, "antecedent_count": max(n_left, count), "consequent_count": n_right,
        "support": count / BASKETS, "confidence": confidence, "base_rate": base_rate, "lift": confidence / base_rate,
        "leverage": count / BASKETS - base_rate * max(n_left, count) / BASKETS, "conviction": None,
        "kulczynski": (confidence + count / n_right) / 2, "imbalance": 0.5,
        "p_value": 0.0001, "q_value": float(chance.choice([0.0004, 0.03, 0.4])),
        "redundant": bool(chance.random() < 0.2),
    }  # fmt: skip


def _name(item):
    return f"{_NAMES[item % len(_NAMES)]} {item}"
