from fractions import Fraction

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import example, given, strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.utils.estimator_checks import check_estimator

from mining import rule_kernels
from mining.errors import BadParameter, BudgetExceeded
from mining.itemsets import FrequentItemsets
from mining.rules import AssociationRules
from mining.significance import benjamini_hochberg, fisher
from tests.mining import definitions

matrices = hnp.arrays(bool, st.tuples(st.integers(1, 25), st.integers(2, 6)))


def sides(frame):
    return [tuple(map(tuple, row)) for row in frame.select("antecedent", "consequent").iter_rows()]


def counted(frame):
    return frame.select("count", "antecedent_count").iter_rows()


@given(matrices, st.integers(1, 4), st.sampled_from([0.0, 0.2, 0.5, 2 / 3, 1.0]))
def test_exactly_the_rules_of_the_definition_are_kept(X, least, confidence):
    least = min(least, len(X))

    rules = AssociationRules(least, confidence).fit(X).rules_

    wanted = definitions.rules(definitions.itemsets(X, least), confidence)
    assert dict(zip(sides(rules), rules["count"], strict=True)) == wanted


@given(matrices)
def test_rules_stand_by_leverage_then_by_their_items(X):
    rules = AssociationRules(1, 0.0).fit(X).rules_

    surplus = rules["count"] * len(X) - rules["antecedent_count"] * rules["consequent_count"]
    keys = [(-int(s), *each) for s, each in zip(surplus, sides(rules), strict=True)]
    assert keys == sorted(keys)


@given(matrices, st.integers(1, 3))
def test_q_values_are_over_all_rules_tested_not_over_those_kept(X, most):
    every = AssociationRules(1, 0.0, max_consequent=most).fit(X)
    sure = AssociationRules(1, 0.6, max_consequent=most).fit(X)

    p_values = fisher(*(every.rules_[n].to_numpy() for n in ("count", "antecedent_count", "consequent_count")), len(X))
    wanted = dict(zip(sides(every.rules_), benjamini_hochberg(p_values), strict=True))
    assert sure.n_tested_ == every.n_tested_ == len(every.rules_)
    assert sure.rules_["q_value"].to_list() == pytest.approx([wanted[each] for each in sides(sure.rules_)])
    assert sure.rules_["p_bonferroni"].to_list() == pytest.approx(
        [min(1.0, p * every.n_tested_) for p in sure.rules_["p_value"]]
    )


# A shorter rule by two items that is surer than those in between: chance alone rarely makes one.
@example(np.random.default_rng(1).random((25, 6)) < 0.6)
@given(matrices)
def test_redundant_and_improvement_are_judged_against_every_shorter_rule(X):
    rules = AssociationRules(1, 0.0).fit(X).rules_

    known = {each: Fraction(*figures) for each, figures in zip(sides(rules), counted(rules), strict=True)}
    for (left, right), is_redundant, gained, base in zip(
        sides(rules), rules["redundant"], rules["improvement"], rules["consequent_count"], strict=True
    ):
        shorter = [c for (a, b), c in known.items() if b == right and set(a) < set(left)]
        assert is_redundant == any(each >= known[left, right] for each in shorter)
        assert gained == pytest.approx(float(known[left, right] - max(*shorter, Fraction(base, len(X)), 0)), abs=1e-15)


@given(matrices, st.sampled_from([0.0, 0.1, 0.5]), st.integers(1, 3))
def test_what_is_hidden_is_counted_by_its_first_cause(X, least, most):
    every = AssociationRules(1, 0.0, max_consequent=most).fit(X)
    asked = AssociationRules(1, 0.4, max_consequent=most, min_improvement=least).fit(X)

    sure = every.rules_.filter(pl.col("confidence") >= 0.4)
    better = sure.filter(pl.col("improvement") >= least)
    assert asked.rules_.equals(better)
    assert asked.hidden_ == {
        "confidence": len(every.rules_) - len(sure), "improvement": len(sure) - len(better)
    }  # fmt: skip


@given(matrices, st.randoms())
def test_neither_the_order_of_baskets_nor_of_columns_changes_a_rule(X, chance):
    columns, rows = list(range(X.shape[1])), list(range(len(X)))
    chance.shuffle(columns)
    chance.shuffle(rows)

    rules = AssociationRules(1, 0.3).fit(X).rules_
    shuffled = AssociationRules(1, 0.3).fit(X[rows][:, columns]).rules_

    def figures(frame, names):
        named = [tuple(tuple(sorted(names[item] for item in side)) for side in row) for row in sides(frame)]
        return dict(zip(named, frame.drop("antecedent", "consequent").rows(), strict=True))

    assert figures(rules, range(X.shape[1])) == figures(shuffled, columns)


@given(matrices)
def test_every_basket_twice_changes_no_share_and_an_empty_one_only_what_is_of_all(X):
    once = AssociationRules(1, 0.0).fit(X).rules_
    twice = AssociationRules(2, 0.0).fit(np.vstack([X, X])).rules_
    more = AssociationRules(1, 0.0).fit(np.vstack([X, np.zeros_like(X[:1])])).rules_

    shares = ["antecedent", "consequent", "support", "confidence", "base_rate", "lift", "zhang", "improvement"]
    assert twice.select(shares).equals(once.select(shares))
    by_sides = dict(zip(sides(more), more.iter_rows(named=True), strict=True))
    for side, was in zip(sides(once), once.iter_rows(named=True), strict=True):
        now = by_sides.pop(side)
        assert (now["count"], now["confidence"], now["jaccard"]) == (was["count"], was["confidence"], was["jaccard"])
        assert now["support"] == was["count"] / (len(X) + 1)
        assert now["lift"] == pytest.approx(was["lift"] * (len(X) + 1) / len(X))
    assert not by_sides


@given(matrices)
def test_every_figure_of_every_rule_is_a_number(X):
    figures = AssociationRules(1, 0.0).fit(np.hstack([X, np.ones((len(X), 1), bool)])).rules_

    for name in figures.columns[2:-1]:
        assert not figures[name].is_null().any()
        assert not figures[name].cast(pl.Float64).is_nan().any()


@given(matrices)
def test_a_hash_that_fits_is_still_compared_item_by_item(X):
    found = FrequentItemsets(1).fit(X).itemsets_
    rows = [tuple(row.tolist()) for row in np.split(found.indices, found.indptr[1:-1])] if found.shape[0] else []

    # With these codes all itemsets have the same hash.
    rest = rule_kernels.remainders(found.indptr.astype(np.int64), found.indices, np.zeros(X.shape[1], np.uint64))

    left = [(row, at) for row in rows for at in range(len(row))]
    for (row, at), position in zip(left, rest, strict=True):
        assert (rows[position] if position >= 0 else ()) == row[:at] + row[at + 1 :]


def test_consequents_are_as_short_and_rules_as_long_as_asked():
    X = np.ones((4, 5))

    rules = AssociationRules(1, 0.0, max_length=4, max_consequent=2).fit(X)

    lengths = rules.rules_.select(left=pl.col("antecedent").list.len(), right=pl.col("consequent").list.len())
    assert lengths["right"].max() == 2
    assert (lengths["left"] + lengths["right"]).max() == 4
    # 10 pairs of 2 splits, 10 triples of 6, 5 quadruples of 4 + 6
    assert rules.n_tested_ == 10 * 2 + 10 * 6 + 5 * 10


@given(matrices, st.integers(1, 4))
def test_recommend_gives_each_item_once_with_its_best_rule(X, k):
    fitted = AssociationRules(1, 0.3).fit(X)

    told = fitted.recommend(X, k)

    rules = fitted.rules_
    figures = list(zip(sides(rules), rules["confidence"], rules["count"], strict=True))
    for basket, row in enumerate(X):
        held = set(np.flatnonzero(row).tolist())
        best = {}
        for (left, right), confidence, count in figures:
            if set(left) <= held:
                for item in set(right) - held:
                    best[item] = min(best.get(item, (0, 0, 0)), (-confidence, -count, item))
        wanted = [item for *_, item in sorted(best.values())][:k]
        assert told.filter(pl.col("basket") == basket)["item"].to_list() == wanted
        assert told.filter(pl.col("basket") == basket)["rank"].to_list() == list(range(1, len(wanted) + 1))
    for _, _, item, rule, confidence, _ in told.iter_rows():
        assert item in rules["consequent"][rule]
        assert confidence == rules["confidence"][rule]
    assert fitted.predict(X).tolist() == [
        next(iter(fitted.recommend(X[at : at + 1], 1)["item"]), -1) for at in range(len(X))
    ]


def test_names_come_from_the_frame():
    frame = pd.DataFrame({"啤酒": [1, 1, 0], "纸尿裤": [1, 1, 0], "牛奶": [0, 0, 1]})

    named = AssociationRules(2, 0.5).fit(frame).rules_named()

    assert sides(named) == [(("啤酒",), ("纸尿裤",)), (("纸尿裤",), ("啤酒",))]


def test_without_an_itemset_of_two_there_is_an_empty_frame_with_all_its_columns():
    fitted = AssociationRules(1, 0.5).fit(np.eye(3))

    assert fitted.rules_.shape == (0, len(AssociationRules(1, 0.5).fit(np.ones((2, 2))).rules_.columns))
    assert fitted.predict(np.eye(3)).tolist() == [-1, -1, -1]
    assert fitted.rules_.schema == AssociationRules(1, 0.5).fit(np.ones((2, 2))).rules_.schema


def test_it_is_a_scikit_learn_estimator_without_a_failed_check():
    check_estimator(AssociationRules(), on_skip=None)


@given(matrices, st.integers(0, 30))
def test_more_rules_than_the_budget_end_in_a_support_and_a_length_that_fit(X, limit):
    tested = AssociationRules(1, 0.0).fit(X).n_tested_

    if tested <= limit:
        assert AssociationRules(1, 0.0, max_rules=limit).fit(X).n_tested_ == tested
        return
    with pytest.raises(BudgetExceeded) as refused:
        AssociationRules(1, 0.0, max_rules=limit).fit(X)
    for name, value in (
        ("min_support", refused.value.suggested_min_support),
        ("max_length", refused.value.suggested_max_length),
    ):
        if value:
            AssociationRules(**{"min_support": 1, "min_confidence": 0.0, "max_rules": limit, name: value}).fit(X)


@pytest.mark.parametrize("value", [-0.1, 1.1, "abc", None, True, float("nan")])
def test_a_confidence_that_is_no_share_is_refused(value):
    with pytest.raises(BadParameter) as refused:
        AssociationRules(1, value).fit(np.eye(3))

    assert refused.value.field == "min_confidence"


@pytest.mark.parametrize("value", [-1.5, 2, "abc", True, float("nan")])
def test_an_improvement_that_is_no_difference_of_shares_is_refused(value):
    with pytest.raises(BadParameter) as refused:
        AssociationRules(1, 0.5, min_improvement=value).fit(np.eye(3))

    assert refused.value.field == "min_improvement"
