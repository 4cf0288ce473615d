import numpy as np
import pytest
from hypothesis import given, strategies as st

from mining.errors import BadParameter
from mining.threshold import least_count


@given(st.floats(0, 1, exclude_min=True), st.integers(1, 10_000))
def test_a_share_is_the_least_count_that_reaches_it_in_double_division(share, n_baskets):
    count = least_count(share, n_baskets)

    assert 1 <= count <= n_baskets
    assert count / n_baskets >= share
    assert count == 1 or (count - 1) / n_baskets < share


@pytest.mark.parametrize(
    ("asked", "n_baskets", "count"),
    [
        (0.07, 100, 7), (1, 9835, 1), (1.0, 9835, 9835), (197, 9835, 197), (0.02, 9835, 197), (1e-12, 9835, 1),
        (np.int64(3), 10, 3), (np.float32(0.5), 10, 5), (np.float64(1), 10, 10),
    ],
)  # fmt: skip
def test_an_int_is_a_count_and_a_float_a_share(asked, n_baskets, count):
    assert least_count(asked, n_baskets) == count


@pytest.mark.parametrize("asked", [0, -1, 0.0, -0.5, 1.5, True, np.True_, "abc", None, float("nan"), float("inf"), 11])
def test_what_is_neither_a_share_nor_a_possible_count_is_refused_in_one_sentence(asked):
    with pytest.raises(BadParameter) as refused:
        least_count(asked, 10)

    assert isinstance(refused.value, ValueError)
    assert refused.value.hint
    assert str(refused.value).count(".") <= 2
    assert str(refused.value).startswith("The minimum support")
