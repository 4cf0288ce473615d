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
    # Equal p-values get the same, whatever their order; scipy sorts with care for it, which takes twice as long.
    order = np.argsort(p_values)
    ranked = p_values[order] * (len(p_values) / np.arange(1, len(p_values) + 1))
    found = np.empty(len(p_values))
    found[order] = np.minimum.accumulate(ranked[::-1])[::-1]
    return np.minimum(found, 1.0)


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
