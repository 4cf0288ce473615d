"""The customers of a segment, as the purchase records know them.

Pages import this file, so it imports nothing that reads Parquet.
"""

from kb.errors import Invalid, N_

_KNOWN = """FROM customer
             JOIN ledger_customer ON ledger_customer.identity IN (customer.number, customer.phone)"""


def of_keys(db):
    """Return ``{customer key: segment}`` of the customers that have one."""
    rows = db.execute(
        f"""SELECT ledger_customer.customer_key, min(customer.segment) {_KNOWN}
             WHERE customer.segment <> '' AND customer.archived = 0
             GROUP BY ledger_customer.customer_key"""
    )
    return dict(rows.fetchall())


def asked(db, args):
    """Return the keys of the customers that a job is asked about; None for all."""
    return keys(db, args["segment"]) if args.get("segment") else None


def keys(db, segment):
    """Return the keys of the customers in a segment.

    Raises
    ------
    kb.errors.Invalid
        When none of them is in the purchase records.
    """
    rows = db.execute(
        f"""SELECT DISTINCT ledger_customer.customer_key {_KNOWN}
            WHERE customer.segment = :segment AND customer.archived = 0
            ORDER BY ledger_customer.customer_key""",
        {"segment": segment},
    ).fetchall()
    if not rows:
        raise Invalid(
            N_("No customer of the segment “%(value)s” is in the purchase records."),
            hint=N_("Choose another segment, or all customers."),
            field="segment",
            value=segment,
        )
    return [row[0] for row in rows]
