"""From baskets to the rules people read: names instead of columns, pruned, with what was hidden counted by cause."""

import math

import numpy as np
import polars as pl

from mining.errors import BudgetExceeded, Refused, budget_exceeded
from mining.rule_figures import SURE
from mining.rules import AssociationRules

# How often a suggestion is tried and bettered, and the fewest products of a rule.
_TRIES, _SHORTEST = 6, 2
_FIGURES = (
    "count", "antecedent_count", "consequent_count", "support", "confidence", "base_rate", "lift", "leverage",
    "conviction", "zhang", "kulczynski", "imbalance", "cosine", "jaccard", "p_value", "q_value", "p_bonferroni",
    "improvement",
)  # fmt: skip


def rules(
    baskets,
    *,
    min_support,
    min_confidence,
    max_length=None,
    max_consequent=None,
    min_improvement=None,
    level="item",
    hold_out=None,
    prune=frozenset(),
    most=None,
    memory=None,
    max_base_rate=None,
):
    """Return the rules in `baskets`.

    Parameters
    ----------
    baskets : mining.baskets.Baskets or mining.spark.SparkBaskets
    min_support, min_confidence, max_length, max_consequent, min_improvement
        As in `AssociationRules`.
    level : {"item", "category", "both"}, optional
        What rules are between; categories stand in square brackets.
    hold_out : float, optional
        Which share of the orders, the latest, is left out, and the rules then tested on it.
    max_base_rate : float, optional
        In [0, 1]; the consequent is in no larger share of the orders, so that rules lead to what hardly sells.
    prune : set of {"redundant", "chance"}
        Which rules to hide: those that a part of the antecedent gives at least as surely, those with q > 0.05.
    most : int, optional
        Of more rules than these the redundant ones are hidden too, and what is still more is refused.
    memory : int, optional
        Bytes that may still be taken; what surely needs more is refused before it is tried.

    Returns
    -------
    dict
        ``baskets``, ``items`` (distinct in the data), ``itemsets``, ``tested``, ``hidden`` by cause, and ``rules``: a
        dict each, items on both sides, by leverage falling; an infinite conviction is None; ``redundant`` whether a
        shorter rule says as much; ``names`` of those of its items that the records know by a code, if any. With
        `hold_out` also ``later``: ``since``, the day it begins; ``baskets`` in it; ``kept``, the sure rules among those
        given; ``expected_false``, how many of them are so by chance, at most; ``held``, how many were sure again. Each
        rule then has ``later_count`` and the like, ``held``, and ``months``.

    Raises
    ------
    mining.errors.Refused
        Where it is too much and `most` is given, it is a `BudgetExceeded` whose suggestions were tried and fit, each
        alone.
    """
    asked = {
        "min_support": min_support,
        "min_confidence": min_confidence,
        "max_length": max_length,
        "max_consequent": max_consequent,
        "min_improvement": min_improvement,
        "level": level,
        "hold_out": hold_out,
        "prune": prune,
        "most": most,
        "memory": memory,
        "max_base_rate": max_base_rate,
    }
    try:
        return _rules(baskets, **asked)
    except BudgetExceeded as refused:
        if most is None:
            raise
        raise _that_fits(most, refused, lambda **changed: _rules(baskets, **{**asked, **changed})) from None


def _that_fits(most, refused, mined):
    """Return a refusal whose suggestions were tried: what is few enough itemsets may still be too many rules."""
    fits = {}
    for name in ("min_support", "max_length"):
        last = refused
        for _ in range(_TRIES):
            wanted = last.values.get(name)
            if wanted is None or (name == "max_length" and wanted < _SHORTEST):
                break
            try:
                mined(**{name: wanted})
            except Refused as still:
                last = still
                continue
            fits[name] = wanted
            break
    return budget_exceeded(
        "rules_to_read", limit=most, min_support=fits.get("min_support"), max_length=fits.get("max_length", 0)
    )


def _rules(
    baskets,
    *,
    min_support,
    min_confidence,
    max_length,
    max_consequent,
    min_improvement,
    level,
    hold_out,
    prune,
    most,
    memory,
    max_base_rate,
):
    counting = baskets.of_level(level)
    since = None if hold_out is None else counting.first_later_day(hold_out)
    asked = {"max_length": max_length, "max_consequent": max_consequent, "min_improvement": min_improvement}
    if memory is not None:
        asked |= counting.limits(memory)
    asking = AssociationRules(min_support, min_confidence, ancestors=counting.ancestors, **asked)
    found = counting.fit(asking, before=since)
    n_rules = len(found.rules_)
    if max_base_rate is not None:
        found.rules_ = found.rules_.filter(pl.col("base_rate") <= max_base_rate)
    is_redundant = pl.col("redundant") & ("redundant" in prune or (most is not None and len(found.rules_) > most))
    is_chance = (pl.col("q_value") > SURE) & ("chance" in prune) & ~is_redundant
    hidden = found.rules_.select(redundant=is_redundant.sum(), chance=is_chance.sum()).row(0, named=True)
    if max_base_rate is not None:
        hidden["popular"] = n_rules - len(found.rules_)
    if min_improvement is not None:
        hidden["improvement"] = found.hidden_["improvement"]
    is_shown = found.rules_.select(~is_redundant & ~is_chance).to_series()
    if most is not None and is_shown.sum() > most:
        raise _too_many(found.rules_.filter(is_shown), most)
    named = found.rules_named(counting.items).select("antecedent", "consequent", *_FIGURES, "redundant")
    shown = named.filter(is_shown)
    answer = {
        "baskets": found.n_baskets_,
        "items": len(counting.items),
        "itemsets": found.n_itemsets_,
        "tested": found.n_tested_,
        "hidden": hidden,
    }
    rules = [_rule(row, baskets.names) for row in shown.iter_rows(named=True)]
    if since is not None:
        answer["later"] = _later(rules, found.rules_.filter(is_shown), counting, since, found.n_tested_)
    return {**answer, "rules": rules}


def _too_many(rules, most):
    """Return the refusal of more rules than `most`, with the least support and the greatest length that leave fewer."""
    lengths = rules.select(pl.col("antecedent").list.len() + pl.col("consequent").list.len()).to_series().to_numpy()
    number = np.cumsum(np.bincount(lengths))
    # Some are in as many baskets as the first that is one too many.
    least = int(rules["count"].sort(descending=True)[most]) + 1
    longest = int(np.flatnonzero(number <= most)[-1])
    return budget_exceeded("rules_to_read", limit=most, min_support=least, max_length=longest)


def _later(rules, frame, counting, since, tested):
    """Add to `rules` what became of them from a day on, and return what became of all."""
    n_baskets, figures = counting.tested_since(frame, since)
    columns = ("count", "antecedent_count", "confidence", "lift", "p_value", "q_value")
    named = figures.select(pl.col(columns).name.prefix("later_"), "held")
    months = counting.by_month(frame).partition_by("rule", maintain_order=True, include_key=False)
    for rule, later, each in zip(rules, named.iter_rows(named=True), months, strict=True):
        rule.update(later, months=each.to_dicts())
    is_sure = frame["q_value"] <= SURE
    # Of all rules tested so many have a p-value as small as the largest that was kept, were all of them chance.
    expected = tested * (frame.filter(is_sure)["p_value"].max() or 0.0)
    return {
        "since": str(since),
        "baskets": n_baskets,
        "kept": int(is_sure.sum()),
        "expected_false": math.ceil(expected),
        "held": int((is_sure & figures["held"]).sum()),
    }


def _rule(row, names):
    called = {item: names[item] for item in (*row["antecedent"], *row["consequent"]) if item in names}
    conviction = row["conviction"] if math.isfinite(row["conviction"]) else None
    return {**row, "conviction": conviction, **({"names": called} if called else {})}
