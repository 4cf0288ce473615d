"""What a rule looks like from near: by month, shop, segment and buyers, with orders as examples.

The worker does it for the rules worth a look; ``python -m mining.rule_detail HOME FINDING`` for any other.
"""

import sys
from pathlib import Path

import numpy as np
import polars as pl

from kb.access import OPERATOR
from kb.store import open_store, utc_now, writing
from mining import baskets, finding_details, findings, group_counts, known_rules, order_facts, rule_times, runs
from mining.counting import of_level
from mining.ledger import segments
from mining.ledger.orders import Slice
from mining.question import SEED

MOST = 500
_SHOWN = 8
_EXAMPLES = 5
_SHOWN_ITEMS = 12


def seen(db, home, found, answer, level="item", seed=SEED):
    """Look at the rules a run found, and return their rows for the store and ``{position: details}`` of the first.

    Each rule is told what became of it and, where the records know costs, what its orders more than by chance earn;
    ``answer`` gets ``times``, what became of all.
    """
    rules = answer["rules"]
    if rules:
        X, columns, above = matrix(found, level)
        _add_above(rules, above)
        known_rules.add_sets(rules, {item: found.names.get(item, item) for item in found.items})
        answer["times"] = rule_times.add_times(rules, sides_of(rules, columns), X, found.days, answer["tested"])
        _add_profit(rules, order_facts.margins(db, home, found.batches))
    rows = findings.prepared(answer)
    first = [row for row in rows if row["cause"] is None]
    first = sorted(first, key=lambda row: -row["extra"])[:MOST]
    told = details(db, home, found, [rules[row["position"] - 1] for row in first], level, seed) if first else []
    return rows, {row["position"]: each for row, each in zip(first, told, strict=True)}


def details(db, home, found, rules, level="item", seed=SEED):
    """Return what each rule looks like from near, a dict each.

    Parameters
    ----------
    found : mining.baskets.Baskets
        What was mined, from the ledger.
    rules : list of dict
        As `mining.mine.rules` gives them.
    level : str
    seed : int
        Of the orders that are drawn as examples.

    Returns
    -------
    list of dict
        ``months``, ``shops``, ``segments`` (of customers) and ``buyers``: a list of dicts each, with ``name``,
        ``baskets``, ``left``, ``right``, ``both``; ``examples``: ``order``, ``day``, ``shop``, ``customer``, ``amount``
        and ``items``.
    """
    X, columns, _ = matrix(found, level)
    left, right = sides_of(rules, columns)
    told = order_facts.of(db, home, found)
    segment_of = segments.of_keys(db)
    told_segments = told["customer"].replace_strict(segment_of, default=None, return_dtype=pl.String)
    groupings = {"months": _months(found), "shops": _most(told["shop"]), "segments": _most(told_segments)}
    groupings["buyers"] = _buyers(told)
    answers = [{} for _ in rules]
    for name, (labels, group) in groupings.items():
        rows = np.flatnonzero(group >= 0)
        sizes = np.bincount(group[rows], minlength=len(labels))
        counts = group_counts.sides(left, right, X[rows], group[rows], len(labels)) if len(rows) else None
        for at, answer in enumerate(answers):
            answer[name] = [
                {
                    "name": label,
                    "baskets": int(sizes[each]),
                    **{side: int(counts[place][at, each]) for place, side in enumerate(("left", "right", "both"))},
                }
                for each, label in enumerate(labels)
                if sizes[each]
            ]
    chance = np.random.default_rng(seed)
    held = X.tocsc()
    for answer, antecedent, consequent in zip(answers, left, right, strict=True):
        both = _holding(held, (*antecedent, *consequent))
        chosen = np.sort(chance.choice(both, min(_EXAMPLES, len(both)), replace=False))
        answer["examples"] = [_example(found, told, int(row)) for row in chosen]
    return answers


def matrix(found, level):
    """Return the baskets over what rules of a level are between, ``{name: column}``, and ``{name: what is above}``."""
    X, names, ancestors = of_level(found.X, found.items, found.categories, level)
    above = {}
    for lower, higher in () if ancestors is None else ancestors.tolist():
        above.setdefault(names[lower], []).append(names[higher])
    return X, {name: at for at, name in enumerate(names)}, above


def sides_of(rules, columns):
    """Return the columns of all antecedents, and of all consequents."""
    return tuple([tuple(columns[name] for name in rule[side]) for rule in rules] for side in _SIDES)


def main():
    """Look at the rule that a page names."""
    home, finding_id = Path(sys.argv[1]), int(sys.argv[2])
    db = open_store(home)
    finding = findings.get(db, finding_id, reader=OPERATOR)
    run = runs.get(db, finding.run_id, reader=OPERATOR)
    found = baskets.from_ledger(db, home, run.args["batches"], Slice.of_args(run.args, segments.asked(db, run.args)))
    (told,) = details(db, home, found, [finding.data], run.args.get("level", "item"), run.args.get("seed", SEED))
    with writing(db):
        finding_details.put(db, {finding_id: told}, now=utc_now())


_SIDES = ("antecedent", "consequent")


def _add_above(rules, above):
    for rule in rules if above else ():
        rule["above"] = {item: above[item] for side in _SIDES for item in rule[side] if item in above}


def _add_profit(rules, margins):
    for rule in rules:
        if all(item in margins for item in rule["consequent"]):
            extra = rule["count"] * (1 - rule["base_rate"] / rule["confidence"])
            rule["profit"] = round(extra * sum(margins[item] for item in rule["consequent"]), 2)


def _months(found):
    if found.days is None or np.isnat(found.days).all():
        return [], np.full(found.X.shape[0], -1)
    months = found.days.astype("datetime64[M]")
    labels = np.unique(months[~np.isnat(months)])
    return [str(label) for label in labels], np.where(np.isnat(months), -1, np.searchsorted(labels, months))


def _most(named):
    """Return the names that come most among those of orders, then None for the others, and where each order belongs."""
    counted = named.alias("name").drop_nulls().value_counts().sort("count", "name", descending=[True, False])
    names = counted["name"].head(_SHOWN).to_list()
    if len(counted) < 2:
        return [], np.full(len(named), -1)
    place = {name: at for at, name in enumerate(names)}
    others = len(names) if len(counted) > len(names) else -1
    group = [-1 if name is None else place.get(name, others) for name in named]
    return [*names, *([None] if others >= 0 else [])], np.array(group)


def _buyers(told):
    group = told["is_first"].cast(pl.Int64).fill_null(-1).to_numpy()
    return ["again", "first"], group


def _holding(columns, items):
    rows = [columns.indices[columns.indptr[item] : columns.indptr[item + 1]] for item in items]
    found = rows[0]
    for each in rows[1:]:
        found = np.intersect1d(found, each)
    return found


def _example(found, told, row):
    facts = told.row(row, named=True)
    items = found.X.indices[found.X.indptr[row] : found.X.indptr[row + 1]]
    names = [found.items[item] for item in items]
    return {
        **{name: facts[name] for name in ("order", "shop", "customer", "amount")},
        "day": facts["day"] and str(facts["day"]),
        "items": [found.names.get(name, name) for name in names[:_SHOWN_ITEMS]],
        "more": max(0, len(names) - _SHOWN_ITEMS),
    }


if __name__ == "__main__":
    main()
