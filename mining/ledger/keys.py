"""Which purchase a line is: what makes two lines the same one."""

import numpy as np
import polars as pl

from mining.ledger import shapes

# Names and categories may be spelled anew in the next export. The customer is in it by random key: from a hash of a
# phone number, the number could be found by trying them all.
IDENTITY = ("order", "item", "customer_key", "time", "quantity", "price", "amount", "shop")
_FILE_DIGITS = 16
_SEED = 8_415


def with_orders(frame, sha256, mapping, options):
    """Return lines, an order that is a row of a file named by file and row.

    Row 5 of January and row 5 of February are two baskets; the same file again is the same baskets.
    """
    if options.layout != "baskets" and not shapes.is_unnamed(mapping, options):
        return frame
    return frame.with_columns(order=pl.concat_str(pl.lit(f"{sha256[:_FILE_DIGITS]}-"), "order"))


def of_lines(frame):
    """Return a number for each line of a frame, the same for the same purchase; ndarray of uint64.

    Two purchases among 30 million and 30 million share one by chance once in 20,000 imports of that size. It is made
    anew each time from what the ledger holds, so that nothing depends on how it is made.
    """
    return frame.select(IDENTITY).hash_rows(_SEED).to_numpy()


def of_sales(frame):
    """Return a number for each line as `of_lines` does, the same for a sale however much of it came back."""
    return frame.select(each for each in IDENTITY if each not in ("quantity", "amount")).hash_rows(_SEED).to_numpy()


def are_new(mine, there):
    """Return which lines are more than there are of their like; ndarray of bool.

    Parameters
    ----------
    mine, there : ndarray of uint64
        Lines of a file, in its order, and of the ledger, as `of_lines` numbers them.
    """
    there = np.sort(there)
    count = np.searchsorted(there, mine, "right") - np.searchsorted(there, mine, "left")
    is_new = count == 0
    at = np.flatnonzero(~is_new)
    at = at[np.argsort(mine[at], kind="stable")]
    same = mine[at]
    # Of equal lines as many as are there already are the same purchases; what comes after them is new.
    ordinal = np.arange(len(at)) - np.searchsorted(same, same, "left")
    is_new[at] = ordinal >= count[at]
    return is_new
