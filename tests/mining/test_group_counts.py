import numpy as np
from hypothesis import given, strategies as st
from hypothesis.extra import numpy as hnp
from scipy import sparse

from mining import group_counts

baskets = st.integers(1, 200).flatmap(lambda n: st.tuples(hnp.arrays(bool, (n, 4)), hnp.arrays(int, n, elements=st.integers(0, 3))))  # fmt: skip # noqa: E501
itemsets = st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=3, unique=True).map(tuple), max_size=5)


@given(baskets, itemsets)
def test_an_itemset_is_counted_in_the_baskets_of_each_group(given_baskets, wanted):
    held, group = given_baskets
    told = group_counts.counted(wanted, sparse.csr_array(held), group, 4)
    expected = [[held[group == each][:, list(itemset)].all(axis=1).sum() for each in range(4)] for itemset in wanted]
    assert told.tolist() == np.array(expected, int).reshape(len(wanted), 4).tolist()
