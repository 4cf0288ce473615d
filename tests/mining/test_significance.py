from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy import stats

from mining.significance import benjamini_hochberg, fisher


@st.composite
def tables(draw):
    n = draw(st.integers(1, 400))
    left, right = draw(st.integers(1, n)), draw(st.integers(1, n))
    both = draw(st.integers(max(0, left + right - n), min(left, right)))
    return both, left, right, n


def exact(both, left, right, n):
    ways = sum(comb(left, k) * comb(n - left, right - k) for k in range(both, min(left, right) + 1))
    return float(Fraction(ways, comb(n, right)))


@given(tables())
def test_the_p_value_is_the_exact_tail_in_whole_numbers(table):
    both, left, right, n = table

    p_value = fisher(*(np.array([cell]) for cell in (both, left, right)), n)

    assert p_value[0] == pytest.approx(exact(*table), rel=1e-9, abs=1e-300)


def test_a_strong_negative_association_is_no_discovery():
    # The first term of the tail underflows to 0 here; a p-value of 0 would top every list.
    assert fisher(np.array([2688]), np.array([3516]), np.array([7296]), 8124)[0] == 1.0


def test_p_values_among_a_million_baskets_are_those_of_scipy():
    rng = np.random.default_rng(5)
    n = 1_000_000
    left, right = rng.integers(1, 20_000, 300), rng.integers(1, n, 300)
    least = np.maximum(0, left + right - n)
    near = (left * right / n * rng.choice([0.9, 1, 1.01, 1.3], 300)).astype(int)
    both = np.clip(near, least, np.minimum(left, right))

    p_values = fisher(both, left, right, n)

    assert p_values == pytest.approx(stats.hypergeom.sf(both - 1, n, left, right), rel=1e-7, abs=1e-300)
    assert (p_values < 1e-3).any()


def test_many_tests_at_once_keep_their_own_values():
    both, left, right = np.array([5, 9, 5]), np.array([10, 12, 20]), np.array([20, 30, 10])

    p_values = fisher(both, left, right, 60)

    assert p_values == pytest.approx([exact(*row, 60) for row in zip(both, left, right, strict=True)])
    assert p_values[0] == p_values[2]


@given(st.lists(st.floats(0, 1), max_size=40))
def test_a_q_value_is_the_least_rate_at_which_a_test_is_a_discovery(p_values):
    q_values = benjamini_hochberg(np.array(p_values))

    m = len(p_values)
    for p, q in zip(p_values, q_values, strict=True):
        above = [m * other / sum(each <= other for each in p_values) for other in p_values if other >= p]
        assert q == pytest.approx(min(1.0, *above) if len(above) > 1 else min(1.0, above[0]))


def test_q_values_of_p_values_close_together_are_those_of_scipy():
    rng = np.random.default_rng(3)
    # After so many sure ones even two that hardly differ have q-values of their own.
    p_values = rng.permutation(np.concatenate([np.geomspace(1e-300, 1e-5, 900), np.linspace(0.5, 1, 100), [0, 1, 1]]))

    assert benjamini_hochberg(p_values) == pytest.approx(stats.false_discovery_control(p_values), rel=1e-12)
    assert benjamini_hochberg(p_values[:5], p_values) == pytest.approx(benjamini_hochberg(p_values)[:5])
