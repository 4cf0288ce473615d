import numpy as np
import pandas as pd
import pytest
from hypothesis import given, strategies as st

from mining import frequent
from mining.errors import BadParameter, BudgetExceeded
from mining.itemsets import FrequentItemsets
from tests.mining import definitions
from tests.mining.test_itemsets import found, matrices


@st.composite
def constraints(draw, n_items):
    """Draw what contradicts itself nowhere."""
    roles = draw(st.lists(st.sampled_from(["must", "not", "a", "b", "", ""]), min_size=n_items, max_size=n_items))
    named = {role: [item for item in range(n_items) if roles[item] == role] for role in ("must", "not", "a", "b")}
    if named["must"] and draw(st.booleans()):
        named["a"].append(named["must"][0])
    return named["must"], named["not"], [named["a"], named["b"]]


@pytest.mark.parametrize("factor", [frequent._ROOT_FACTOR, 1e9, 0], ids=["as it chooses", "bits", "rows"])
@given(matrices, st.data())
def test_exactly_the_itemsets_within_the_constraints_are_found(factor, X, data):
    must, must_not, groups = data.draw(constraints(X.shape[1]))
    least = data.draw(st.integers(1, len(X)))
    longest = data.draw(st.sampled_from([None, 1, 2, 3]))
    asked = {"must_contain": must, "must_not_contain": must_not, "at_most_one": groups}

    chosen, frequent._ROOT_FACTOR = frequent._ROOT_FACTOR, factor
    try:
        fitted = found(FrequentItemsets(least, max_length=longest, **asked).fit(X))
    finally:
        frequent._ROOT_FACTOR = chosen

    wanted = definitions.constrained(definitions.itemsets(X, least), must, must_not, groups)
    wanted = {items: n for items, n in wanted.items() if longest is None or len(items) <= longest}
    assert fitted == wanted
    assert list(fitted) == sorted(wanted, key=lambda items: (len(items), items))


@given(matrices, st.data())
def test_closed_and_maximal_are_judged_before_the_constraints(X, data):
    must, must_not, groups = data.draw(constraints(X.shape[1]))
    least = data.draw(st.integers(1, len(X)))

    for kind, definition in (("closed", definitions.closed), ("maximal", definitions.maximal)):
        estimator = FrequentItemsets(least, kind=kind, must_contain=must, must_not_contain=must_not, at_most_one=groups)
        judged = definition(definitions.itemsets(X, least))
        assert found(estimator.fit(X)) == definitions.constrained(judged, must, must_not, groups)


def test_items_of_a_frame_may_be_named():
    frame = pd.DataFrame({"啤酒": [1, 1, 0], "纸尿裤": [1, 1, 1], "牛奶": [1, 1, 1]})

    fitted = FrequentItemsets(2, must_contain=["啤酒"], at_most_one=[["纸尿裤", "牛奶"]]).fit(frame)

    assert list(fitted.get_feature_names_out()) == ["啤酒", "啤酒 + 纸尿裤", "啤酒 + 牛奶"]


def test_what_must_not_be_in_leaves_room_in_the_budget():
    X = np.ones((4, 30), bool)

    fitted = FrequentItemsets(4, max_itemsets=7, must_not_contain=range(3, 30)).fit(X)

    assert len(fitted.counts_) == 7
    with pytest.raises(BudgetExceeded):
        FrequentItemsets(4, max_itemsets=7, must_not_contain=range(4, 30)).fit(X)


@pytest.mark.parametrize(
    ("field", "asked"),
    [
        ("must_contain", {"must_contain": [3]}),
        ("must_contain", {"must_contain": "x0"}),
        ("must_contain", {"must_contain": [True]}),
        ("must_contain", {"must_contain": [1], "must_not_contain": [1]}),
        ("must_contain", {"must_contain": [0, 1], "at_most_one": [[0, 1]]}),
        ("must_not_contain", {"must_not_contain": ["beer"]}),
        ("must_not_contain", {"must_not_contain": [-1]}),
        ("at_most_one", {"at_most_one": [[0, 1], [1, 2]]}),
        ("at_most_one", {"at_most_one": [0, 1]}),
    ],
)
def test_a_constraint_that_makes_no_sense_is_refused_by_its_name(field, asked):
    with pytest.raises(BadParameter) as refused:
        FrequentItemsets(1, **asked).fit(np.eye(3))

    assert refused.value.field == field
