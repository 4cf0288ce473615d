"""The customers of a segment, as the purchase records know them.

Pages import this file, so it imports nothing that reads Parquet.
"""

from kb.errors import Invalid, N_


def keys(db, segment):
    """Return the keys of the customers in a segment.

    Raises
    ------
    kb.errors.Invalid
        When none of them is in the purchase records.
    """
    rows = db.execute(
        """SELECT DISTINCT ledger_customer.customer_key
             FROM customer
             JOIN ledger_customer ON ledger_customer.identity IN (customer.number, customer.phone)
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
