from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy import sparse
from sklearn.utils.estimator_checks import check_estimator

from mining.errors import BadParameter, BudgetExceeded
from mining.sequences import SequentialPatterns
from tests.mining import definitions

ITEMS = 3
_basket = st.sets(st.integers(0, ITEMS - 1), max_size=ITEMS)
# Baskets of a customer with their times; two at the same time are one.
_bought = st.lists(st.tuples(st.integers(0, 6), _basket), min_size=1, max_size=4)
companies = st.lists(_bought, min_size=1, max_size=6)
spans = st.one_of(st.none(), st.integers(1, 4))


def arrays(company):
    rows = [(customer, time, basket) for customer, bought in enumerate(company) for time, basket in bought]
    X = np.array([[item in basket for item in range(ITEMS)] for *_, basket in rows])
    return X, [customer for customer, *_ in rows], [time for _, time, _ in rows]


def found(fitted):
    rows = fitted.patterns_.select("pattern", "count").iter_rows()
    return {tuple(map(tuple, pattern)): count for pattern, count in rows}


def fit(company, *arguments, **options):
    X, customers, times = arrays(company)
    return SequentialPatterns(*arguments, **options).fit(X, customers=customers, times=times)


@given(companies, st.integers(1, 3), spans, spans)
def test_exactly_the_patterns_of_the_definition_are_found_in_order(company, least, max_gap, window):
    least = min(least, len(company))

    patterns = found(fit(company, least, max_gap=max_gap, window=window))

    assert patterns == definitions.sequences(company, least, max_gap, window)
    assert list(patterns) == sorted(patterns, key=lambda pattern: (sum(map(len, pattern)), pattern))


@given(companies, st.integers(1, 3))
def test_closed_is_what_no_larger_pattern_is_as_frequent_as(company, least):
    least = min(least, len(company))
    every = definitions.sequences(company, least, None, None)

    closed = found(fit(company, least, kind="closed"))

    assert closed == {
        each: count
        for each, count in every.items()
        if not any(count == other and definitions.is_part(each, larger) for larger, other in every.items())
    }


@given(companies, spans, spans, st.integers(1, 3))
def test_with_a_gap_and_a_length_closed_is_judged_by_one_item_more(company, max_gap, window, longest):
    every = definitions.sequences(company, 1, max_gap, window)

    closed = found(fit(company, 1, kind="closed", max_gap=max_gap, window=window, max_length=longest))

    def size(pattern):
        return sum(map(len, pattern))

    assert closed == {
        each: count
        for each, count in every.items()
        if size(each) <= longest
        and not any(
            count == other and size(larger) == size(each) + 1 and definitions.is_part(each, larger)
            for larger, other in every.items()
        )
    }


@given(companies, spans, spans, st.integers(1, 3))
def test_transform_tells_who_follows_what(company, max_gap, window, slower):
    fitted = fit(company, 1, max_gap=max_gap, window=window)
    others = [[(time * slower, basket) for time, basket in bought] for bought in company]
    X, customers, times = arrays(others)

    followed = fitted.transform(X, customers=customers, times=times)

    for customer, bought in enumerate(others):
        own = definitions.sequences([bought], 1, max_gap, window)
        assert followed[[customer]].toarray().ravel().tolist() == [pattern in own for pattern in found(fitted)]


@given(companies, st.randoms())
def test_neither_the_order_of_rows_nor_the_names_of_customers_matter(company, chance):
    X, customers, times = arrays(company)
    rows = list(range(len(X)))
    chance.shuffle(rows)

    shuffled = SequentialPatterns(1).fit(
        sparse.csc_array(X[rows]), customers=[f"客户{-customers[row]}" for row in rows], times=np.array(times)[rows]
    )

    assert found(shuffled) == found(fit(company, 1))


def test_times_may_be_dates_and_gaps_spans_of_time():
    X = np.eye(2, dtype=bool)[[0, 1, 0, 1]]
    days = [date(2026, 1, 1), date(2026, 1, 8), date(2026, 1, 1), date(2026, 1, 9)]

    fitted = SequentialPatterns(1, max_gap=timedelta(days=7)).fit(
        X, customers=["甲", "甲", "乙", "乙"], times=np.array(days, "datetime64[D]")
    )

    assert found(fitted) == {((0,),): 2, ((1,),): 2, ((0,), (1,)): 1}
    assert list(fitted.get_feature_names_out(["奶粉", "尿布"])) == ["奶粉", "尿布", "奶粉 > 尿布"]


@given(companies, st.integers(0, 40), st.sampled_from(["all", "closed"]))
def test_more_patterns_than_the_budget_end_in_a_support_and_a_length_that_fit(company, limit, kind):
    asked = {"kind": kind, "max_patterns": limit}

    if len(found(fit(company, 1))) <= limit:
        assert found(fit(company, 1, **asked)) == found(fit(company, 1, kind=kind))
        return
    with pytest.raises(BudgetExceeded) as refused:
        fit(company, 1, **asked)
    if refused.value.suggested_min_support:
        fit(company, refused.value.suggested_min_support, **asked)
    if refused.value.suggested_max_length:
        fit(company, 1, max_length=refused.value.suggested_max_length, **asked)


@pytest.mark.parametrize(
    ("options", "field"),
    [({"kind": "maximal"}, "kind"), ({"max_gap": 0}, "max_gap"), ({"window": "7"}, "window"),
     ({"max_gap": float("nan")}, "max_gap"), ({"max_length": 0}, "max_length"), ({"min_support": 3}, "min_support")],
)  # fmt: skip
def test_what_is_no_pattern_to_look_for_is_refused_by_its_name(options, field):
    with pytest.raises(BadParameter) as refused:
        SequentialPatterns(**{"min_support": 1, **options}).fit(np.eye(2), customers=[1, 1])

    assert refused.value.field == field


@pytest.mark.parametrize("times", [[1.0, float("nan")], ["gestern", "heute"], np.array(["2026-01-01", "NaT"], "M8[D]")])
def test_a_basket_without_a_time_is_named(times):
    with pytest.raises(BadParameter) as refused:
        SequentialPatterns(1).fit(np.eye(2), customers=[1, 1], times=times)

    assert refused.value.field == "times"


def test_it_is_a_scikit_learn_estimator_without_a_failed_check():
    check_estimator(SequentialPatterns(), on_skip=None)
