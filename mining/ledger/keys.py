"""Which purchase a line is: what makes two lines the same one, and how often it stands there."""

import dataclasses
import hashlib

import polars as pl

from mining.ledger import shapes

# Names and categories may be spelled anew in the next export. The customer is in it by random key: from a hash of a
# phone number, the number could be found by trying them all.
IDENTITY = ("order", "item", "customer_key", "time", "quantity", "price", "amount", "shop")
_FILE_DIGITS = 16


def with_orders(lines, options):
    """Return the `Lines`, an order that is a row of a file named by file and row.

    Row 5 of January and row 5 of February are two baskets; the same file again is the same baskets.
    """
    if options.layout != "baskets" and not shapes.is_unnamed(lines.mapping, options):
        return lines
    named = pl.concat_str(pl.lit(f"{lines.sha256[:_FILE_DIGITS]}-"), "order")
    return dataclasses.replace(lines, frame=lines.frame.with_columns(order=named))


def with_keys(frame, customer_keys):
    """Return lines with ``customer_key``, ``key`` and ``ordinal``: which purchase each is, and which of its like.

    Parameters
    ----------
    frame : polars.DataFrame
    customer_keys : dict of str to int
    """
    replaced = pl.col("customer").replace_strict(customer_keys, default=None, return_dtype=pl.Int64)
    frame = frame.with_columns(customer_key=replaced if customer_keys else pl.lit(None, pl.Int64))
    rows = frame.select(IDENTITY).iter_rows()
    digests = [hashlib.blake2b(repr(row).encode("utf-8", "surrogatepass"), digest_size=16).digest() for row in rows]
    frame = frame.with_columns(key=pl.Series(digests, dtype=pl.Binary))
    return frame.with_columns(ordinal=pl.int_range(pl.len()).over("key"))
