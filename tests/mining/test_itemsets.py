import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra import numpy as hnp
from scipy import sparse
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.estimator_checks import check_estimator

from mining import frequent, frequent_kernels
from mining.errors import BadParameter, BudgetExceeded
from mining.itemsets import FrequentItemsets
from tests.mining import definitions

matrices = hnp.arrays(bool, st.tuples(st.integers(1, 30), st.integers(1, 7)))


def found(fitted):
    rows = np.split(fitted.itemsets_.indices, fitted.itemsets_.indptr[1:-1]) if fitted.itemsets_.shape[0] else []
    return dict(zip((tuple(row.tolist()) for row in rows), fitted.counts_.tolist(), strict=True))


@given(matrices, st.data())
def test_exactly_the_itemsets_of_the_definition_are_found_in_order(X, data):
    least = data.draw(st.integers(1, len(X)))

    fitted = found(FrequentItemsets(least).fit(X))

    wanted = definitions.itemsets(X, least)
    assert fitted == wanted
    assert list(fitted) == sorted(wanted, key=lambda items: (len(items), items))


@given(matrices, st.data())
def test_closed_and_maximal_are_judged_among_all_and_then_cut_to_the_length(X, data):
    least = data.draw(st.integers(1, len(X)))
    longest = data.draw(st.sampled_from([None, 1, 2, 3]))

    for kind, definition in (("closed", definitions.closed), ("maximal", definitions.maximal)):
        wanted = definition(definitions.itemsets(X, least))
        fitted = found(FrequentItemsets(least, kind=kind, max_length=longest).fit(X))
        assert fitted == {items: n for items, n in wanted.items() if longest is None or len(items) <= longest}


@given(matrices, st.integers(1, 4))
def test_no_itemset_is_longer_than_asked_and_none_of_the_shorter_is_lost(X, longest):
    wanted = {items: n for items, n in definitions.itemsets(X, 1).items() if len(items) <= longest}

    assert found(FrequentItemsets(1, max_length=longest).fit(X)) == wanted


@pytest.mark.parametrize("shape", [(400, 40), (3000, 300), (60, 12)])
@pytest.mark.parametrize("density", [0.01, 0.05, 0.3])
def test_wide_and_sparse_data_count_like_a_matrix_product(shape, density):
    X = sparse.random_array(shape, density=density, rng=np.random.default_rng(7), format="csr")

    fitted = FrequentItemsets(2, max_length=2).fit(X)

    together = ((X != 0).astype(int).T @ (X != 0).astype(int)).toarray()
    pairs = {(i, j): int(together[i, j]) for i in range(shape[1]) for j in range(i + 1, shape[1]) if together[i, j] > 1}
    assert {items: n for items, n in found(fitted).items() if len(items) == 2} == pairs


def test_rows_and_bits_find_the_same_three_levels_down(monkeypatch):
    X = sparse.random_array((2000, 60), density=0.12, rng=np.random.default_rng(3), format="csr")

    fitted = FrequentItemsets(3, max_length=4).fit(X)

    monkeypatch.setattr(frequent, "_ROOT_FACTOR", 1e9)
    assert found(fitted) == found(FrequentItemsets(3, max_length=4).fit(X))
    assert max(map(len, found(fitted))) == 4


@pytest.mark.parametrize(("cells", "entries"), [(1, 1), (300, 20), (10**6, 30)])
def test_a_search_in_many_parts_finds_what_one_in_few_finds(monkeypatch, cells, entries):
    X = np.random.default_rng(4).random((800, 60)) < 0.04
    whole = FrequentItemsets(3).fit(X)
    monkeypatch.setattr(frequent, "CELLS", cells)
    monkeypatch.setattr(frequent, "ENTRIES", entries)
    monkeypatch.setattr(frequent, "_ROOT_FACTOR", 0)

    parts = FrequentItemsets(3).fit(X)

    assert (whole.itemsets_ != parts.itemsets_).nnz == 0
    assert parts.counts_.tolist() == whole.counts_.tolist()


@given(matrices, st.data())
def test_baskets_that_occur_often_count_as_often(X, data):
    often = data.draw(st.lists(st.sampled_from([1, 2, 3, 64, 65, 127, 300]), min_size=len(X), max_size=len(X)))
    least = data.draw(st.integers(1, sum(often)))

    fitted = found(FrequentItemsets(least).fit(np.repeat(X, often, axis=0)))

    once = definitions.itemsets(X, 1)
    counts = {items: int(X[:, items].all(axis=1) @ often) for items in once}
    assert fitted == {items: n for items, n in counts.items() if n >= least}


@pytest.mark.parametrize("n_items", [64, 65, 130])
def test_itemsets_of_many_items_are_in_order(n_items):
    X = np.zeros((6, n_items), bool)
    X[:3, -12:] = True
    X[3:, :] = True

    fitted = FrequentItemsets(4, max_length=2).fit(~np.eye(n_items, dtype=bool))
    longer = FrequentItemsets(4).fit(X[:, -12:])

    assert len(fitted.counts_) == n_items + n_items * (n_items - 1) // 2
    for each in (fitted, longer):
        assert list(found(each)) == sorted(found(each), key=lambda items: (len(items), items))


def test_zeros_written_out_are_absent_and_repeated_cells_are_one():
    # 128 + 128 overflows to 0 in int8, so cells must not be added up.
    cells = np.array([128, 128, 0, 5], np.uint8)
    repeated = sparse.csr_array((cells, [0, 0, 0, 1], [0, 2, 4]), shape=(2, 2))

    assert found(FrequentItemsets(1).fit(repeated)) == {(0,): 1, (1,): 1}


def test_the_matrix_handed_in_is_not_changed():
    X = sparse.csr_array((np.array([1.0, 0.0, 2.0]), [1, 0, 0], [0, 2, 3]), shape=(2, 2))
    before = X.data.copy(), X.indices.copy(), X.indptr.copy()

    FrequentItemsets(1).fit(X)

    assert all(map(np.array_equal, before, (X.data, X.indices, X.indptr)))


@pytest.mark.parametrize(
    "frame", [sparse.csr_array, sparse.csc_array, sparse.csr_matrix, np.asarray, pd.DataFrame, pl.DataFrame]
)
def test_every_kind_of_table_gives_the_same(frame):
    X = np.random.default_rng(5).random((50, 5)) < 0.5

    assert found(FrequentItemsets(3).fit(frame(X))) == found(FrequentItemsets(3).fit(X))


@given(matrices)
def test_transform_says_which_baskets_hold_which_itemsets(X):
    fitted = FrequentItemsets(1).fit(X)

    holds = fitted.transform(X)

    wanted = [[all(row[item] for item in items) for items in found(fitted)] for row in X]
    assert holds.format == "csr"
    assert np.array_equal(holds.toarray(), np.array(wanted, bool).reshape(holds.shape))


def test_columns_of_a_frame_give_the_names():
    frame = pd.DataFrame({"啤酒": [1, 1, 0], "纸尿裤": [1, 1, 1]})

    assert list(FrequentItemsets(2).fit(frame).get_feature_names_out()) == ["啤酒", "纸尿裤", "啤酒 + 纸尿裤"]


def test_it_is_a_scikit_learn_estimator_without_a_failed_check():
    check_estimator(FrequentItemsets(), on_skip=None)


def test_it_pickles_and_works_in_a_pipeline_that_is_searched():
    rng = np.random.default_rng(1)
    X = rng.random((120, 8)) < 0.4
    y = X[:, 0] & X[:, 1]
    pipeline = make_pipeline(FrequentItemsets(), DecisionTreeClassifier(max_depth=1))

    search = GridSearchCV(pipeline, {"frequentitemsets__min_support": [0.05, 0.3]}).fit(X, y)

    assert search.best_params_ == {"frequentitemsets__min_support": 0.05}
    copy = pickle.loads(pickle.dumps(search.best_estimator_[0]))
    assert found(copy) == found(search.best_estimator_[0])


def test_the_item_in_every_basket_is_not_lost():
    X = np.ones((6, 3), bool)
    X[:3, 1] = False

    assert found(FrequentItemsets(1.0).fit(X)) == {(0,): 6, (2,): 6, (0, 2): 6}


def test_one_enormous_basket_ends_in_a_sentence_with_a_support_that_fits():
    X = np.zeros((40, 50), bool)
    X[:30] = True
    X[30:, 0] = True

    with pytest.raises(BudgetExceeded) as refused:
        FrequentItemsets(2, max_itemsets=1000).fit(X)

    assert (refused.value.suggested_min_support, refused.value.suggested_max_length) == (31, 1)
    assert "31" in str(refused.value)
    FrequentItemsets(31, max_itemsets=1000).fit(X)
    FrequentItemsets(2, max_itemsets=1000, max_length=1).fit(X)
    assert len(FrequentItemsets(2, kind="closed").fit(X).counts_) == 2


def test_where_no_support_fits_the_length_is_named_and_the_estimator_stays_unfitted():
    estimator = FrequentItemsets(1, max_itemsets=5)

    with pytest.raises(BudgetExceeded) as refused:
        estimator.fit(np.ones((3, 5)))

    assert (refused.value.suggested_min_support, refused.value.suggested_max_length) == (None, 1)
    assert not hasattr(estimator, "itemsets_")
    assert pickle.loads(pickle.dumps(refused.value)).suggested_max_length == 1


@given(matrices, st.integers(0, 40))
def test_a_budget_is_kept_to_the_itemset(X, limit):
    wanted = definitions.itemsets(X, 1)

    if len(wanted) <= limit:
        assert found(FrequentItemsets(1, max_itemsets=limit).fit(X)) == wanted
        return
    with pytest.raises(BudgetExceeded) as refused:
        FrequentItemsets(1, max_itemsets=limit).fit(X)
    fits = [c for c in range(2, len(X) + 1) if sum(n >= c for n in wanted.values()) <= limit]
    assert refused.value.suggested_min_support == min(fits, default=None)


def test_an_answer_larger_than_first_thought_is_neither_doubled_nor_cut():
    # Every row lacks one item, so each itemset of k items is in 18 - k rows, and only the whole is in none.
    fitted = FrequentItemsets(1).fit(~np.eye(18, dtype=bool))

    assert len(fitted.counts_) == 2**18 - 2
    assert np.array_equal(fitted.counts_, 18 - np.diff(fitted.itemsets_.indptr))
    assert len(np.unique(fitted.itemsets_ @ 2 ** np.arange(18))) == 2**18 - 2


@pytest.mark.parametrize(
    ("wrong", "value"),
    [("max_length", 0), ("max_length", 1.5), ("max_itemsets", -1), ("max_itemsets", "9"), ("kind", "open")],
)
def test_a_wrong_parameter_is_refused_by_its_name(wrong, value):
    with pytest.raises(BadParameter) as refused:
        FrequentItemsets(1, **{wrong: value}).fit(np.eye(3))

    assert refused.value.field == wrong


@pytest.mark.parametrize("cell", [-1.0, np.nan, np.inf])
def test_what_is_no_presence_is_refused(cell):
    with pytest.raises(ValueError, match="(?i)negative|nan|inf"):
        FrequentItemsets(1).fit(sparse.csr_array([[1.0, cell]]))


def test_kernels_loaded_from_the_cache_find_the_same():
    # numba crashed here when a recursive kernel had variants (numba/numba#6713).
    chance = np.random.default_rng(0)
    small, large = (chance.random(shape) < share for shape, share in (((300, 12), 0.4), ((3000, 200), 0.02)))
    here = [len(FrequentItemsets(3, kind=kind).fit(X).counts_) for kind in ("all", "closed") for X in (small, large)]
    script = (
        "import numpy as np; from mining.itemsets import FrequentItemsets as F; r = np.random.default_rng(0);"
        "both = [r.random(s) < d for s, d in (((300, 12), .4), ((3000, 200), .02))];"
        "print([len(F(3, kind=k).fit(X).counts_) for k in ('all', 'closed') for X in both])"
    )

    # Compiled here, or by whoever came first: the next process loads it.
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)

    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == str(here)
    assert len(frequent_kernels.search_bits.signatures) <= 1


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("name", "support", "number"),
    [
        ("mushroom.dat", 0.3, 2735), ("mushroom.dat", 0.5, 153), ("chess_plus1.dat", 0.9, 622),
        ("chess_plus1.dat", 0.8, 8227), ("T10I4D100K.dat.gz", 0.02, 155), ("T10I4D100K.dat.gz", 0.01, 385),
        ("BMS1.dat.gz", 0.01, 77), ("BMS1.dat.gz", 0.002, 798),
    ],
)  # fmt: skip
def test_the_known_sets_have_the_known_numbers_of_itemsets(shared_data, name, support, number):
    assert len(FrequentItemsets(support).fit(fimi(shared_data / "fim" / name)).counts_) == number


def fimi(path):
    """Return a file of one basket a line as a matrix."""
    import gzip

    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    rows = [np.array(line.split(), int) for line in text.decode().splitlines() if line.strip()]
    items = np.concatenate(rows)
    ends = np.cumsum([0, *map(len, rows)])
    return sparse.csr_array((np.ones(len(items), bool), items, ends), shape=(len(rows), items.max() + 1))
