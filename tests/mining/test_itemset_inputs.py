"""What does not change the itemsets, and what is no matter to mine."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, strategies as st
from scipy import sparse

from mining.errors import BadParameter
from mining.itemsets import FrequentItemsets
from tests.mining.test_itemsets import found, matrices

shares = st.sampled_from([0.01, 0.07, 0.1, 0.3, 0.5, 1.0])


@given(matrices, shares, st.data())
def test_names_and_order_of_the_columns_do_not_matter(X, share, data):
    order = np.array(data.draw(st.permutations(range(X.shape[1]))))

    moved = found(FrequentItemsets(share).fit(X[:, order]))

    renamed = {tuple(sorted(order[list(items)].tolist())): count for items, count in moved.items()}
    assert renamed == found(FrequentItemsets(share).fit(X))


@given(matrices, shares, st.data())
def test_the_order_of_the_baskets_does_not_matter(X, share, data):
    order = np.array(data.draw(st.permutations(range(len(X)))))

    assert found(FrequentItemsets(share).fit(X[order])) == found(FrequentItemsets(share).fit(X))


@given(matrices, st.integers(1, 5), st.data())
def test_an_item_twice_in_a_basket_is_there_once(X, times, data):
    rows, columns = np.nonzero(X)
    order = np.array(data.draw(st.permutations(range(len(rows) * times))), np.int64)
    again = np.tile(rows, times)[order], np.tile(columns, times)[order]
    order = np.argsort(again[0], kind="stable")
    ends = np.concatenate([[0], np.cumsum(np.bincount(again[0], minlength=len(X)))])
    repeated = sparse.csr_array((np.ones(len(order)), again[1][order], ends), shape=X.shape)

    assert found(FrequentItemsets(1).fit(repeated)) == found(FrequentItemsets(1).fit(X))


@given(matrices, shares)
def test_every_basket_twice_doubles_the_counts(X, share):
    doubled = found(FrequentItemsets(share).fit(np.vstack([X, X])))

    assert doubled == {items: 2 * count for items, count in found(FrequentItemsets(share).fit(X)).items()}


@given(matrices, shares)
def test_an_empty_basket_counts_as_a_basket(X, share):
    more = np.vstack([X, np.zeros((1, X.shape[1]), bool)])

    fitted = FrequentItemsets(share).fit(more)

    everything = found(FrequentItemsets(1).fit(X))
    assert found(fitted) == {items: count for items, count in everything.items() if count / len(more) >= share}
    assert fitted.n_baskets_ == len(X) + 1


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 0)])
@pytest.mark.parametrize("table", [np.zeros, sparse.csr_array])
def test_a_matrix_without_baskets_or_items_is_refused(shape, table):
    with pytest.raises(ValueError, match="0 (sample|feature)"):
        FrequentItemsets(1).fit(table(shape))


@pytest.mark.parametrize("kind", ["all", "closed", "maximal"])
def test_baskets_that_are_all_empty_have_no_itemsets(kind):
    fitted = FrequentItemsets(1, kind=kind).fit(np.zeros((4, 3)))

    assert fitted.itemsets_.shape == (0, 3)
    assert fitted.transform(np.ones((2, 3))).shape == (2, 0)
    assert list(fitted.get_feature_names_out()) == []


def test_a_share_on_the_edge_is_judged_by_division():
    X = np.zeros((100, 2), bool)
    X[:7, 0] = X[:6, 1] = True

    # 0.07 * 100 is 7.000000000000001.
    assert found(FrequentItemsets(0.07).fit(X)) == {(0,): 7}


@pytest.mark.parametrize("wrong", [True, np.True_, 4, -1, 0, 0.0, 1.5, float("nan"), "0.1", None])
def test_a_minimum_support_that_is_none_is_refused(wrong):
    with pytest.raises(BadParameter) as refused:
        FrequentItemsets(wrong).fit(np.eye(3))

    assert refused.value.field == "min_support"


@pytest.mark.parametrize("kind", ["all", "closed", "maximal"])
def test_three_used_among_seventy_thousand_columns_are_found(kind):
    columns = [3, 40_000, 69_999]
    X = sparse.csr_array((np.ones(9), (np.repeat(range(3), 3), columns * 3)), shape=(5, 70_000))

    fitted = found(FrequentItemsets(3, kind=kind).fit(X))

    assert fitted[tuple(columns)] == 3
    assert len(fitted) == (7 if kind == "all" else 1)


def test_one_basket_of_all_items_among_small_ones_is_an_ordinary_basket():
    X = np.vstack([np.eye(300, dtype=bool), np.ones((1, 300), bool)])

    assert found(FrequentItemsets(2).fit(X)) == {(item,): 2 for item in range(300)}


def test_names_with_commas_blanks_and_line_ends_stay_as_they_are():
    names = ["a, b", " c ", "d\ne", ""]

    fitted = FrequentItemsets(2, max_length=1).fit(pd.DataFrame(np.ones((2, 4)), columns=names))

    assert list(fitted.get_feature_names_out()) == names
