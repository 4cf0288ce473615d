"""Compiles what mining rules needs before the first rules are mined: once, however many processes ask at a time."""

import fcntl
import logging
from contextlib import ExitStack

import numpy as np
from scipy import sparse

from mining import kernel_cache, mine
from mining.baskets import Baskets

_log = logging.getLogger(__name__)

# Shares of items that are in a basket: many of few items are searched by bits, few of many by the rows of baskets.
_SHAPES = (((300, 12), 0.4), ((3000, 200), 0.02))
_LOCK = "rules.lock"
_SEED = 0


def prepare():
    """Compile what is not compiled yet, or wait for the process that does.

    Compiling takes most of a minute; processes that begin together would each take it.
    """
    if kernel_cache.is_prepared() or kernel_cache.FOLDER is None:
        return
    with ExitStack() as stack:
        try:
            lock = stack.enter_context(open(kernel_cache.FOLDER / _LOCK, "w"))
        except OSError as problem:
            # As on a full disk: what is needed is then compiled as it comes.
            _log.warning("the miner cannot be prepared: %s", problem)
            return
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kernel_cache.is_prepared():
            _mine_a_little()
            (kernel_cache.FOLDER / kernel_cache.MARK).touch()


def _mine_a_little():
    chance = np.random.default_rng(_SEED)
    for (n_baskets, n_items), share in _SHAPES:
        X = sparse.csr_array(chance.random((n_baskets, n_items)) < share)
        items = [f"{column:03}" for column in range(n_items)]
        days = np.datetime64("2026-01-01") + np.arange(n_baskets) % 100
        mine.rules(Baskets(X, items, [], days=days), min_support=3, min_confidence=0.5, max_length=3, hold_out=0.3)
