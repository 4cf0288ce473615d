"""From baskets to the rules people read: names instead of columns, pruned, with what was hidden counted by cause."""

import math

import polars as pl

from mining.findings import SURE
from mining.rules import AssociationRules

_FIGURES = (
    "count", "antecedent_count", "consequent_count", "support", "confidence", "base_rate", "lift", "leverage",
    "conviction", "zhang", "kulczynski", "imbalance", "cosine", "jaccard", "p_value", "q_value",
)  # fmt: skip


def rules(baskets, *, min_support, min_confidence, max_length=None, max_consequent=None, prune=frozenset(), most=None):
    """Return the rules in `baskets`.

    Parameters
    ----------
    baskets : mining.baskets.Baskets
    min_support, min_confidence, max_length, max_consequent
        As in `AssociationRules`.
    prune : set of {"redundant", "chance"}
        Which rules to hide: those that a part of the antecedent gives at least as surely, those with q > 0.05.
    most : int, optional
        Of more rules than these the redundant ones are hidden too.

    Returns
    -------
    dict
        ``baskets``, ``items`` (distinct in the data), ``itemsets``, ``tested``, ``hidden`` by cause, and ``rules``: a
        dict each, items on both sides, by leverage falling; an infinite conviction is None; ``redundant`` whether a
        shorter rule says as much; ``names`` of those of its items that the records know by a code, if any.

    Raises
    ------
    mining.errors.Refused
    """
    found = AssociationRules(min_support, min_confidence, max_length=max_length, max_consequent=max_consequent).fit(
        baskets.X
    )
    named = found.rules_named(baskets.items)
    is_redundant = pl.col("redundant") & ("redundant" in prune or (most is not None and len(named) > most))
    is_chance = (pl.col("q_value") > SURE) & ("chance" in prune) & ~is_redundant
    hidden = named.select(redundant=is_redundant.sum(), chance=is_chance.sum()).row(0, named=True)
    shown = named.filter(~is_redundant & ~is_chance)
    return {
        "baskets": found.n_baskets_,
        "items": len(baskets.items),
        "itemsets": found.n_itemsets_,
        "tested": found.n_tested_,
        "hidden": hidden,
        "rules": [
            _rule(row, baskets.names)
            for row in shown.select("antecedent", "consequent", *_FIGURES, "redundant").iter_rows(named=True)
        ],
    }


def _rule(row, names):
    called = {item: names[item] for item in (*row["antecedent"], *row["consequent"]) if item in names}
    conviction = row["conviction"] if math.isfinite(row["conviction"]) else None
    return {**row, "conviction": conviction, **({"names": called} if called else {})}
