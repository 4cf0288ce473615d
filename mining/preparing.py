"""Compiles what mining rules needs before the first rules are mined: once, however many processes ask at a time."""

import fcntl

import numpy as np
from scipy import sparse

from mining import mine, numba_setup
from mining.baskets import Baskets

# Shares of items that are in a basket: many of few items are searched by bits, few of many by the rows of baskets.
_SHAPES = (((300, 12), 0.4), ((3000, 200), 0.02))
_DONE, _LOCK = "rules.done", "rules.lock"
_SEED = 0


def is_prepared():
    """Return whether nobody has to wait for the compiler."""
    return numba_setup.FOLDER is not None and (numba_setup.FOLDER / _DONE).exists()


def prepare():
    """Compile what is not compiled yet, or wait for the process that does.

    Compiling takes most of a minute; processes that begin together would each take it.
    """
    if is_prepared() or numba_setup.FOLDER is None:
        return
    with open(numba_setup.FOLDER / _LOCK, "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_prepared():
            _mine_a_little()
            (numba_setup.FOLDER / _DONE).touch()


def _mine_a_little():
    chance = np.random.default_rng(_SEED)
    for (n_baskets, n_items), share in _SHAPES:
        X = sparse.csr_array(chance.random((n_baskets, n_items)) < share)
        items = [f"{column:03}" for column in range(n_items)]
        days = np.datetime64("2026-01-01") + np.arange(n_baskets) % 100
        mine.rules(Baskets(X, items, [], days=days), min_support=3, min_confidence=0.5, max_length=3, hold_out=0.3)
