"""From baskets to the rules people read: names instead of columns, pruned, with what was hidden counted by cause."""

import math

import numpy as np
import polars as pl

from mining.errors import BadParameter, N_
from mining.findings import SURE
from mining.hierarchy import with_categories
from mining.holding import by_month, first_later_day, tested_on
from mining.rules import AssociationRules

LEVELS = ("item", "category", "both")

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
):
    """Return the rules in `baskets`.

    Parameters
    ----------
    baskets : mining.baskets.Baskets
    min_support, min_confidence, max_length, max_consequent, min_improvement
        As in `AssociationRules`.
    level : {"item", "category", "both"}, optional
        What rules are between; categories stand in square brackets.
    hold_out : float, optional
        Which share of the orders, the latest, is left out, and the rules then tested on it.
    prune : set of {"redundant", "chance"}
        Which rules to hide: those that a part of the antecedent gives at least as surely, those with q > 0.05.
    most : int, optional
        Of more rules than these the redundant ones are hidden too.

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
    """
    X, items, ancestors = _of_level(baskets, level)
    days = np.full(X.shape[0], "NaT", "M8[D]") if baskets.days is None else baskets.days
    since = None if hold_out is None else first_later_day(days, hold_out)
    asked = {"max_length": max_length, "max_consequent": max_consequent, "min_improvement": min_improvement}
    found = AssociationRules(min_support, min_confidence, ancestors=ancestors, **asked).fit(
        X if since is None else X[np.flatnonzero(days < since)]
    )
    is_redundant = pl.col("redundant") & ("redundant" in prune or (most is not None and len(found.rules_) > most))
    is_chance = (pl.col("q_value") > SURE) & ("chance" in prune) & ~is_redundant
    hidden = found.rules_.select(redundant=is_redundant.sum(), chance=is_chance.sum()).row(0, named=True)
    if min_improvement is not None:
        hidden["improvement"] = found.hidden_["improvement"]
    is_shown = found.rules_.select(~is_redundant & ~is_chance).to_series()
    shown = found.rules_named(items).filter(is_shown).select("antecedent", "consequent", *_FIGURES, "redundant")
    answer = {
        "baskets": found.n_baskets_,
        "items": len(items),
        "itemsets": found.n_itemsets_,
        "tested": found.n_tested_,
        "hidden": hidden,
    }
    rules = [_rule(row, baskets.names) for row in shown.iter_rows(named=True)]
    if since is not None:
        answer["later"] = _later(rules, found.rules_.filter(is_shown), X, days, since, found.n_tested_)
    return {**answer, "rules": rules}


def _of_level(baskets, level):
    if level == "item":
        return baskets.X, baskets.items, None
    if not baskets.categories:
        raise BadParameter(
            N_("The purchase records have no categories."),
            hint=N_("Name their column with --map category=…, or mine products alone."),
            field="level",
        )
    levels = with_categories(baskets.X, baskets.items, baskets.categories)
    if level == "both":
        return levels.X, levels.names, levels.ancestors
    n_items = len(baskets.items)
    above = levels.ancestors[levels.ancestors[:, 0] >= n_items] - n_items
    return levels.X[:, n_items:], levels.names[n_items:], above


def _later(rules, frame, X, days, since, tested):
    """Add to `rules` what became of them from a day on, and return what became of all."""
    rows = np.flatnonzero(days >= since)
    figures = tested_on(frame, X[rows])
    columns = ("count", "antecedent_count", "confidence", "lift", "p_value", "q_value")
    named = figures.select(pl.col(columns).name.prefix("later_"), "held")
    months = by_month(frame, X, days).partition_by("rule", maintain_order=True, include_key=False)
    for rule, later, each in zip(rules, named.iter_rows(named=True), months, strict=True):
        rule.update(later, months=each.to_dicts())
    is_sure = frame["q_value"] <= SURE
    # Of all rules tested so many have a p-value as small as the largest that was kept, were all of them chance.
    expected = tested * (frame.filter(is_sure)["p_value"].max() or 0.0)
    return {
        "since": str(since),
        "baskets": len(rows),
        "kept": int(is_sure.sum()),
        "expected_false": math.ceil(expected),
        "held": int((is_sure & figures["held"]).sum()),
    }


def _rule(row, names):
    called = {item: names[item] for item in (*row["antecedent"], *row["consequent"]) if item in names}
    conviction = row["conviction"] if math.isfinite(row["conviction"]) else None
    return {**row, "conviction": conviction, **({"names": called} if called else {})}
