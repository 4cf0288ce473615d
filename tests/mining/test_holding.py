import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra import numpy as hnp
from scipy import sparse

from mining.errors import BadParameter
from mining.holding import by_month, first_later_day, tested_on as later
from mining.rules import AssociationRules

matrices = hnp.arrays(bool, st.tuples(st.integers(1, 20), st.just(4)))


@given(matrices, matrices)
def test_a_rule_is_counted_anew_on_the_later_baskets(X, other):
    rules = AssociationRules(1, 0.0).fit(X).rules_

    told = later(rules, sparse.csr_array(other))

    for (left, right), figures in zip(
        rules.select("antecedent", "consequent").iter_rows(), told.iter_rows(named=True), strict=True
    ):
        with_left, with_right = other[:, left].all(axis=1), other[:, right].all(axis=1)
        assert figures["count"] == (with_left & with_right).sum()
        assert figures["antecedent_count"] == with_left.sum()
        assert figures["consequent_count"] == with_right.sum()
        assert figures["confidence"] == (with_right[with_left].mean() if with_left.any() else None)
        assert (figures["lift"] is None) == (not with_left.any() or not with_right.any())


def test_a_rule_that_goes_on_held_and_one_that_was_chance_did_not():
    rng = np.random.default_rng(3)
    X = rng.random((400, 3)) < 0.3
    X[:, 1] = np.where(X[:, 0], rng.random(400) < 0.8, X[:, 1])
    first = X.copy()
    # In the first part alone, item 2 goes along with item 0 too.
    first[:, 2] |= first[:, 0] & (rng.random(400) < 0.4)
    rules = AssociationRules(10, 0.3, max_length=2).fit(first).rules_

    held = later(rules, sparse.csr_array(X))["held"].to_list()

    pairs = [tuple(sorted(left + right)) for left, right in rules.select("antecedent", "consequent").iter_rows()]
    assert {pair for pair, is_held in zip(pairs, held, strict=True) if is_held} == {(0, 1)}
    assert (0, 2) in pairs


def test_months_show_how_sure_a_rule_was_in_each():
    X = sparse.csr_array(np.array([[1, 1], [1, 0], [1, 1], [0, 1], [1, 1]], bool))
    days = np.array(["2026-01-05", "2026-01-31", "2026-02-01", "2026-03-01", "NaT"], "datetime64[D]")
    rules = AssociationRules(1, 0.7).fit(X).rules_

    told = by_month(rules, X, days)

    place = rules["antecedent"].to_list().index([0])
    assert [row[1:] for row in told.iter_rows() if row[0] == place] == [
        ("2026-01", 2, 2, 1, 0.5, 0.5), ("2026-02", 1, 1, 1, 1.0, 1.0), ("2026-03", 1, 0, 0, None, 1.0)
    ]  # fmt: skip


@given(st.lists(st.integers(0, 12), min_size=1, max_size=40), st.floats(0.01, 0.99))
def test_the_later_part_is_whole_days_and_as_large_as_it_may_be(days, share):
    days = np.array(days, "datetime64[D]")
    fits = [day for day in sorted(set(days))[1:] if (days >= day).sum() <= share * len(days)]

    if fits:
        assert first_later_day(days, share) == fits[0]
        return
    with pytest.raises(BadParameter) as refused:
        first_later_day(days, share)
    assert refused.value.field == "hold_out"
