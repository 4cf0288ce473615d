"""Who bought, as the random number that stands for them in the ledger."""

import secrets

import numpy as np
import polars as pl

from mining.ledger import batches
from mining.ledger.figures import heads


class Customers:
    """Gives the customers of a file their keys: those the ledger knows already, and fresh random ones.

    Attributes
    ----------
    new : dict of str to int
        The fresh ones, to be remembered with the batch.
    """

    def __init__(self, db):
        self._db, self.new = db, {}
        self._known = _table({})

    def named(self, frame):
        """Return lines with ``customer_key`` beside ``customer``."""
        bought = heads(frame["customer"].drop_nulls()).unique().to_frame()
        keys = bought.join(self._known, on="customer")
        if len(keys) < len(bought):
            strangers = self._keys_of(bought.join(keys, on="customer", how="anti")["customer"].to_list())
            self._known = pl.concat([self._known, strangers])
            keys = pl.concat([keys, strangers])
        return frame.join(keys, on="customer", how="left", maintain_order="left")

    def known_meanwhile(self):
        """Return ``{fresh key: key}`` of those whom another import brought in since, and take over its keys."""
        found = batches.customer_keys(self._db, self.new)
        return {self.new.pop(identity): key for identity, key in found.items()}

    def _keys_of(self, strangers):
        found = batches.customer_keys(self._db, strangers)
        # Random: a key must say nothing of the person, not even when they came.
        fresh = [each for each in strangers if each not in found]
        fresh = dict(zip(fresh, _random(len(fresh)), strict=True))
        self.new |= fresh
        return _table(found | fresh)


def _table(keys):
    columns = {"customer": list(keys), "customer_key": list(keys.values())}
    return pl.DataFrame(columns, schema={"customer": pl.String, "customer_key": pl.Int64})


def _random(count):
    """Return so many random keys."""
    return (np.frombuffer(secrets.token_bytes(8 * count), np.uint64) >> 1).tolist()
