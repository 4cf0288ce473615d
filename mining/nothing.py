"""What is missing where nothing can be mined: one sentence for each case, the same on pages, of jobs and at a terminal.

Pages import this file, so it imports nothing that mines.
"""

from kb.errors import Invalid, N_

# Keys: does the question say from when, and until when?
_OUTSIDE = {
    (True, True): N_("No order is left: nothing was bought from %(since)s to %(until)s."),
    (True, False): N_("No order is left: nothing was bought from %(since)s on."),
    (False, True): N_("No order is left: nothing was bought up to %(until)s."),
}


def left_of(wanted, *, in_period, span):
    """Return the `kb.errors.Invalid` of a question that leaves no order.

    Parameters
    ----------
    wanted : mining.ledger.orders.Slice
    in_period : bool
        Whether anything was bought in its period.
    span : pair of datetime.date, optional
        First and last day of the records.
    """
    if not in_period and span is not None:
        return Invalid(
            _OUTSIDE[wanted.since is not None, wanted.until is not None],
            hint=N_("The records go from %(first)s to %(last)s: choose days in it, or import what is missing."),
            field="since" if wanted.since else "until",
            since=str(wanted.since),
            until=str(wanted.until),
            first=str(span[0]),
            last=str(span[1]),
        )
    if wanted.without and not (wanted.within or wanted.shops or wanted.customers is not None):
        return Invalid(
            N_("No order is left: all that was bought is left out."), hint=N_("Leave out fewer products."),
            field="without",
        )  # fmt: skip
    return Invalid(
        N_("No order is left of the products, shops and customers that were chosen."),
        hint=N_("Choose more of them, or a longer period."),
        field="within",
    )


def refuse_too_few(orders, products, largest=2):
    """Refuse what cannot show what is bought together.

    Parameters
    ----------
    orders, products : int
        How many there are.
    largest : int
        The most products of an order.

    Raises
    ------
    kb.errors.Invalid
    """
    if orders == 1:
        raise Invalid(
            N_("There is only one order."),
            hint=N_("What is bought together shows in many: import more, or choose a longer period."),
            field="since",
        )
    if products == 1:
        raise Invalid(
            N_("There is only one product."),
            hint=N_("What is bought together takes two: import more, or leave out fewer."),
            field="without",
        )
    if largest < 2:
        raise Invalid(
            N_("No order holds two products, so nothing was bought together."),
            hint=N_("See whether the column of the order is the right one: a number of the line makes each an order."),
            field="batch",
        )
