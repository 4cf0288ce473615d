"""How likely it is that a rule is chance: Fisher's exact test, and what is left of it when many rules are tested."""

import numpy as np
from scipy import special, stats

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


def bonferroni(p_values):
    """Return the p-values times their number: the chance that even one test as sure as this is false.

    Parameters
    ----------
    p_values : ndarray of float, shape (n_tests,)
        Of every test that was made.

    Returns
    -------
    ndarray of float, shape (n_tests,)
        In [0, 1].
    """
    return np.minimum(p_values * len(p_values), 1.0)
