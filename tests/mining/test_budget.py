import tracemalloc

import numpy as np
import pytest
from scipy import sparse

from mining.errors import BadParameter, BudgetExceeded
from mining.itemsets import FrequentItemsets
from mining.stopping import forward


def baskets(n_baskets, n_items, density, seed=4):
    """Return baskets by chance."""
    return sparse.random_array((n_baskets, n_items), density=density, rng=np.random.default_rng(seed), format="csr")


@pytest.mark.parametrize("kind", ["all", "closed", "maximal"])
def test_sixty_items_in_every_basket_are_answered(kind):
    X = np.ones((5, 60), bool)

    if kind != "all":
        assert len(FrequentItemsets(1, kind=kind).fit(X).counts_) == 1
        return
    with pytest.raises(BudgetExceeded) as refused:
        FrequentItemsets(1).fit(X)
    # 60 + 1770 + 34220 + 487635 + 5461512 are below ten million, and another 50063860 are not.
    assert (refused.value.suggested_min_support, refused.value.suggested_max_length) == (None, 5)


def test_an_answer_too_large_for_the_memory_is_refused_with_a_support_that_fits():
    X = baskets(3000, 40, 0.4)

    with pytest.raises(BudgetExceeded) as refused:
        FrequentItemsets(30, memory_limit=5_000_000).fit(X)

    assert "5 MB" in str(refused.value)
    least = refused.value.suggested_min_support
    assert len(FrequentItemsets(least, memory_limit=5_000_000).fit(X).counts_) > 0
    with pytest.raises(BudgetExceeded):
        FrequentItemsets(least - 1, memory_limit=5_000_000).fit(X)


def test_what_is_said_to_fit_into_the_memory_does():
    X = baskets(3000, 40, 0.4)
    FrequentItemsets(900).fit(X)
    with pytest.raises(BudgetExceeded) as refused:
        FrequentItemsets(30, memory_limit=8_000_000).fit(X)
    estimator = FrequentItemsets(refused.value.suggested_min_support, memory_limit=8_000_000)

    tracemalloc.start()
    estimator.fit(X)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most <= 8_000_000


@pytest.mark.parametrize("value", [0, -5, 1.5, True, "1GB"])
def test_a_memory_limit_that_is_no_number_of_bytes_is_refused(value):
    with pytest.raises(BadParameter) as refused:
        FrequentItemsets(1, memory_limit=value).fit(np.eye(3))

    assert refused.value.field == "memory_limit"


def test_a_small_set_is_counted_and_not_guessed():
    X = baskets(2000, 30, 0.3)

    expected = FrequentItemsets(20).estimate(X)

    assert expected.is_exact
    assert expected.n_itemsets == len(FrequentItemsets(20).fit(X).counts_)
    assert expected.seconds > 0
    assert expected.memory_bytes > X.nnz


def test_a_large_set_is_guessed_from_a_part_of_its_baskets():
    X = baskets(200_000, 60, 0.1)

    expected = FrequentItemsets(150).estimate(X)

    number = len(FrequentItemsets(150).fit(X).counts_)
    assert not expected.is_exact
    assert number / 3 < expected.n_itemsets < number * 3


def test_what_nobody_can_list_is_estimated_all_the_same():
    assert FrequentItemsets(1).estimate(np.ones((5, 60), bool)).n_itemsets >= 10**15


def test_who_looks_on_is_told_of_no_step_back():
    told = []
    tell = forward(lambda *each: told.append(each))

    for each in ((0.1, 5), (0.0, 3), (0.2, 7)):
        tell(*each)

    assert told == [(0.1, 5), (0.1, 5), (0.2, 7)]


@pytest.mark.parametrize("kind", ["all", "closed", "maximal"])
def test_progress_is_told_and_ends_the_search_by_raising(kind):
    class Enough(Exception):
        pass

    told = []

    def progress(share, number):
        told.append((share, number))
        if len(told) == 4:
            raise Enough

    # 2^40 itemsets, none of which is a perfect extension of another.
    estimator = FrequentItemsets(1, kind=kind, max_itemsets=10**9, progress=progress)
    X = ~np.eye(40, dtype=bool) if kind != "maximal" else baskets(4000, 60, 0.6)
    with pytest.raises(Enough):
        estimator.fit(X)

    assert len(told) == 4
    assert told[3][1] > 0
    assert told == sorted(told)
    assert not hasattr(estimator, "itemsets_")
    assert 0 <= told[0][0] <= told[3][0] <= 1
