"""How likely it is that a rule is chance: Fisher's exact test, and what is left of it when many rules are tested."""

import numpy as np
from scipy import special

from mining import tail_kernels


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
    both, left, right = (np.asarray(each, np.int64) for each in (both, left, right))
    return tail_kernels.upper_tails(both, left, right, n_baskets, special.gammaln(np.arange(1.0, n_baskets + 2)))


def benjamini_hochberg(p_values, tested=None):
    """Return the q-values: the least false discovery rate at which each test is still called a discovery.

    Parameters
    ----------
    p_values : ndarray of float, shape (n_values,)
    tested : ndarray of float, shape (n_tests,), optional
        The p-values of every test that was made, where `p_values` are only those somebody looks at.

    Returns
    -------
    ndarray of float, shape (n_values,)
        In [0, 1]. Benjamini & Hochberg (1995).
    """
    # To sort values and to look each up takes a third of the time of sorting with their places.
    rising = np.sort(p_values if tested is None else tested)
    ranked = rising * (len(rising) / np.arange(1, len(rising) + 1))
    q_values = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1.0)
    return tail_kernels.looked_up(rising, rising.view(np.uint64), q_values, p_values, p_values.view(np.uint64))


def bonferroni(p_values, n_tests):
    """Return the p-values times the number of tests: the chance that even one as sure as this is false."""
    return np.minimum(p_values * n_tests, 1.0)
