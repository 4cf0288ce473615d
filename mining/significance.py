"""How likely it is that a rule is chance: Fisher's exact test, and what is left of it when many rules are tested."""

import numpy as np
from scipy import stats


def fisher(both, left, right, n_baskets):
    """Return the one-sided p-values of Fisher's exact test: as many baskets with both sides, or more, by chance.

    Parameters
    ----------
    both, left, right : ndarray of int, shape (n_rules,)
        Number of baskets that hold both sides, the antecedent, the consequent.
    n_baskets : int

    Returns
    -------
    ndarray of float, shape (n_rules,)
        In [0, 1]. The upper tail of the hypergeometric distribution (Fisher 1934).
    """
    # The test is the same either way round, and many rules share their counts: each is computed once.
    cells = np.stack([both, np.minimum(left, right), np.maximum(left, right)], axis=1)
    distinct, back = np.unique(cells, axis=0, return_inverse=True)
    tail = stats.hypergeom.sf(distinct[:, 0] - 1, n_baskets, distinct[:, 1], distinct[:, 2])
    return np.clip(tail, 0.0, 1.0)[back.ravel()]


def benjamini_hochberg(p_values):
    """Return the q-values: the least false discovery rate at which each test is still called a discovery.

    Parameters
    ----------
    p_values : ndarray of float, shape (n_tests,)
        Of every test that was made, not only of those somebody looks at.

    Returns
    -------
    ndarray of float, shape (n_tests,)
        In [0, 1]. Benjamini & Hochberg (1995).
    """
    return stats.false_discovery_control(p_values) if len(p_values) else np.zeros(0)
