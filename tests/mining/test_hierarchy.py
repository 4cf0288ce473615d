import csv

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra import numpy as hnp
from scipy import sparse

from mining.errors import BadParameter
from mining.hierarchy import with_categories
from mining.itemsets import KINDS, FrequentItemsets
from mining.rules import AssociationRules
from tests.mining import definitions

ITEMS = ["啤酒", "白酒", "纸尿裤", "湿巾"]
CATEGORIES = {"啤酒": "酒", "白酒": "酒", "纸尿裤": "婴儿", "酒": "饮料"}
matrices = hnp.arrays(bool, st.tuples(st.integers(1, 20), st.just(len(ITEMS))))


def named(levels, fitted):
    return {
        tuple(frozenset(levels.names[item] for item in side) for side in row[:2]): row[2]
        for row in fitted.rules_.select("antecedent", "consequent", "count").iter_rows()
    }


def told(fitted):
    rows = np.split(fitted.itemsets_.indices, fitted.itemsets_.indptr[1:-1])
    return {tuple(row.tolist()): count for row, count in zip(rows, fitted.counts_.tolist(), strict=False) if len(row)}


def above(name):
    category = CATEGORIES.get(name.strip("[]"))
    return set() if category is None else {f"[{category}]"} | above(category)


@given(matrices, st.integers(1, 3))
def test_rules_of_all_levels_are_found_but_none_of_an_item_and_its_own_category(X, least):
    least = min(least, len(X))
    levels = with_categories(sparse.csr_array(X), ITEMS, CATEGORIES)

    found = named(levels, AssociationRules(least, 0.3, ancestors=levels.ancestors).fit(levels.X))

    rows = [{name for at, name in enumerate(ITEMS) if row[at]} for row in X]
    rows = [row | {category for name in row for category in above(name)} for row in rows]
    whole = np.array([[name in row for name in levels.names] for row in rows])
    names = np.array(levels.names)
    wanted = {}
    for sides, count in definitions.rules(definitions.itemsets(whole, least), 0.3).items():
        left, right = (frozenset(names[list(side)].tolist()) for side in sides)
        if not any(above(name) & (left | right) for name in left | right):
            wanted[left, right] = count
    assert found == wanted


def test_itemsets_of_an_item_and_its_own_category_are_not_even_counted():
    # Ten products, each in a category of its own, in every order: together 2^20 - 1 itemsets.
    items = [f"x{at}" for at in range(10)]
    levels = with_categories(sparse.csr_array(np.ones((30, 10), bool)), items, {item: f"of {item}" for item in items})

    found = FrequentItemsets(30, ancestors=levels.ancestors, max_itemsets=3**10 - 1).fit(levels.X)

    # Of each product itself, its category, or neither.
    assert len(found.counts_) == 3**10 - 1


@given(matrices, st.integers(1, 3), st.sampled_from(KINDS))
def test_no_itemset_of_any_kind_holds_an_item_and_its_own_category(X, least, kind):
    least = min(least, len(X))
    levels = with_categories(sparse.csr_array(X), ITEMS, CATEGORIES)

    found = FrequentItemsets(least, kind=kind, ancestors=levels.ancestors).fit(levels.X)

    pairs = {frozenset(pair) for pair in levels.ancestors.tolist()}
    every = FrequentItemsets(least, kind=kind).fit(levels.X)
    wanted = {row: count for row, count in told(every).items() if not any(pair <= set(row) for pair in pairs)}
    assert told(found) == wanted


@pytest.mark.parametrize("ancestors", [[[0, 9]], [[-1, 0]], [[0, 1, 2]], [[0.5, 1]], [["a", "b"]]])
def test_ancestors_that_are_no_columns_are_refused(ancestors):
    with pytest.raises(BadParameter) as refused:
        FrequentItemsets(1, ancestors=ancestors).fit(np.eye(3))
    assert refused.value.field == "ancestors"


def test_a_category_above_itself_is_refused():
    with pytest.raises(ValueError, match="酒"):
        with_categories(sparse.csr_array(np.eye(1, dtype=bool)), ["啤酒"], {"啤酒": "酒", "酒": "饮料", "饮料": "酒"})


@pytest.mark.shared_data
def test_real_orders_have_rules_between_kinds_of_products(shared_data):
    folder = shared_data / "purchases_zh"
    with (folder / "GoodsTypes.csv").open(encoding="gbk", newline="") as file:
        categories = {row["Goods"]: row["Types"] for row in csv.DictReader(file)}
    with (folder / "GoodsOrder.csv").open(encoding="gbk", newline="") as file:
        lines = [(int(row["id"]), row["Goods"]) for row in csv.DictReader(file)]
    items = sorted({item for _, item in lines})
    rows, columns = zip(*((order - 1, items.index(item)) for order, item in lines), strict=True)
    X = sparse.csr_array((np.ones(len(rows), bool), (rows, columns)), shape=(9835, len(items)))

    levels = with_categories(X, items, categories)
    found = named(levels, AssociationRules(0.02, 0.35, ancestors=levels.ancestors).fit(levels.X))

    # The 26 rules that are known of the items alone are all there.
    assert len([sides for sides in found if not any(name.startswith("[") for side in sides for name in side)]) == 26
    assert not [
        sides for sides in found if {f"[{categories.get(n)}]" for s in sides for n in s} & (sides[0] | sides[1])
    ]
    assert any(name.startswith("[") for left, _ in found for name in left)
