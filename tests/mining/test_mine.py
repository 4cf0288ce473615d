"""From baskets to rules: what is too much is refused with what fits, and what fits does."""

import numpy as np
import pytest
from scipy import sparse

from mining import mine
from mining.baskets import Baskets, from_files
from mining.errors import BudgetExceeded
from mining.ledger.options import Options

MEMORY = 800_000_000


def asked(baskets, support, most=50_000, **others):
    return mine.rules(baskets, min_support=support, min_confidence=0.25, most=most, memory=MEMORY, **others)


@pytest.mark.parametrize("support", [1, 30, 0.0001])
def test_orders_of_which_every_product_goes_with_every_other_name_a_length_that_fits(shared_data, support):
    # Thirty equal orders: no support helps.
    baskets = from_files([shared_data / "dirty/itemset_blow_up.csv"], Options())
    with pytest.raises(BudgetExceeded) as refused:
        asked(baskets, support)
    assert (refused.value.field, refused.value.values["min_support"]) == ("max_length", None)
    longest = refused.value.values["max_length"]
    assert f"at most {longest} products" in refused.value.sentence()
    assert 0 < len(asked(baskets, support, max_length=longest)["rules"]) <= 50_000


def test_of_more_rules_than_anybody_reads_the_nearest_support_that_leaves_few_enough_is_named():
    # Every second product is in all of twelve orders, the others in six.
    X = np.zeros((12, 8), bool)
    X[:6] = True
    X[:, ::2] = True
    baskets = Baskets(sparse.csr_array(X), [f"p{n}" for n in range(8)], [])
    with pytest.raises(BudgetExceeded) as refused:
        asked(baskets, 1, most=60, max_length=3)
    assert (refused.value.suggested_min_support, refused.value.suggested_max_length) == (7, 2)
    # In the words of every budget, on a page as in a terminal.
    assert refused.value.hint == "Set the minimum support to 7, or the maximum length to 2."
    assert 0 < len(asked(baskets, 7, most=60, max_length=3)["rules"]) <= 60
    assert 0 < len(asked(baskets, 1, most=60, max_length=2)["rules"]) <= 60
