"""What lines are about, counted while they pass: orders, customers, products, period, amount."""

from decimal import Decimal

import numpy as np
import polars as pl

from mining.ledger.numbers import SCALE

_COUNTED = {"order": "orders", "customer_key": "customers", "item": "products"}


class Figures:
    """Counts lines that come as frames.

    Attributes
    ----------
    lines, rows : int
        Lines, and the rows of the file that they come from.
    sheets : list of str
    """

    def __init__(self):
        self.lines, self.rows, self.sheets = 0, 0, []
        self._names = {name: [] for name in _COUNTED}
        self._times = []
        self._amount, self._product = 0, 0

    def add(self, frame):
        """Count the lines of a frame, with the columns of `mining.ledger.stage.COLUMNS`; rows are not parted."""
        quantity = pl.col("quantity").fill_null(SCALE).cast(pl.Int128)
        begins = (pl.col("row") != pl.col("row").shift()) | pl.col("sheet").ne_missing(pl.col("sheet").shift())
        told = frame.select(
            rows=begins.fill_null(True).sum(),
            first=pl.col("time").min(),
            last=pl.col("time").max(),
            amount=pl.col("amount").cast(pl.Int128).sum(),
            product=(quantity * pl.col("price").fill_null(0)).sum(),
        ).row(0, named=True)
        self.lines += len(frame)
        self.rows += told["rows"]
        self._times += [each for each in (told["first"], told["last"]) if each is not None]
        self._amount += told["amount"]
        self._product += told["product"]
        for name, found in self._names.items():
            found.append(heads(frame[name].drop_nulls()).hash().unique().to_numpy())
        for sheet in frame["sheet"].drop_nulls().unique(maintain_order=True):
            if sheet not in self.sheets:
                self.sheets.append(sheet)

    def told(self, mapping):
        """Return what the lines are about; None for what the file has no column for."""
        times = self._times
        return {
            **{word: self._count(name, mapping) for name, word in _COUNTED.items()},
            "period": [f"{moment.isoformat()}Z" for moment in (min(times), max(times))] if times else None,
            "amount": self._worth(mapping),
        }

    def _count(self, name, mapping):
        found = self._names[name]
        if len(found) > 1:
            # Asked again, it is counted already.
            found[:] = [pl.Series(np.concatenate(found)).unique().to_numpy()]
        count = len(found[0]) if found else 0
        return count if count or name.removesuffix("_key") in mapping else None

    def _worth(self, mapping):
        """Return the sum of the amounts as an exact decimal; of quantity times price where there are none."""
        if "amount" in mapping:
            total = Decimal(self._amount) / SCALE
        elif "price" in mapping:
            total = Decimal(self._product) / SCALE**2
        else:
            return None
        exact = total.normalize()
        return f"{exact if exact.as_tuple().exponent < -2 else total.quantize(Decimal('0.01')):f}"


def heads(values):
    """Return values without those that stand just before: an order's lines mostly follow each other."""
    return values.filter(values.ne_missing(values.shift()))
