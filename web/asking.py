"""Asking for rules in words: what the form proposes, and what was asked."""

import math

from kb.errors import Invalid, N_
from mining import asked, question
from mining.ledger import batches
from web import paging
from web.templating import formats

_FIELDS = ("since", "until", "min_support", "min_confidence", "max_length", "without")
_LEAST = 20
_FEW = 200


def defaults(ledger, chosen=()):
    """Return the form as it is proposed: all of the period, and so many orders that chance alone rarely makes them.

    Parameters
    ----------
    ledger : dict
        As `mining.ledger.batches.totals` returns of the imports that are asked about.
    chosen : sequence of int
        The imports, if not all.
    """
    days = _days(ledger) or ("", "")
    return {
        "since": str(days[0]),
        "until": str(days[1]),
        "min_support": str(_least(ledger["orders"] or ledger["rows"])),
        "min_confidence": "25%",
        "max_length": "2",
        "without": "",
        "bags": None,
        "batch": list(chosen),
    }


def form_of(sent):
    """Return the form as it was sent; ``bags`` are the proposed products left out, None before any were proposed."""
    form = {name: sent.get(name, "") for name in _FIELDS}
    return {
        **form,
        "bags": sent.getlist("bags") if "offered" in sent else None,
        "batch": paging.ids(sent.getlist("batch")),
    }


def args_of(db, home, form):
    """Return the arguments of the job a form asks for, and what it is about.

    The second is as `mining.ledger.facts.remaining` tells it, with ``least``, the number of orders the least support
    comes to, ``bags``, the products proposed to leave out, and ``names`` of those known by a code.

    Raises
    ------
    kb.errors.Invalid
        Names the field.
    """
    # Loaded only for who asks: they take a third of a second and much memory.
    from mining.ledger import facts, product_names
    from mining.ledger.orders import Slice

    batches.refuse_others(db, form["batch"])
    ledger = batches.totals(db, form["batch"] or None)
    if not ledger["ids"]:
        raise Invalid(
            N_("There are no purchase records yet."), hint=N_("Import an order file first, or name one to mine.")
        )
    items, names = facts.items(db, home, ledger["ids"]), product_names.of_ledger(db, home, batch_ids=ledger["ids"])
    bags = facts.by_the_way(items, names)
    typed = _meant(asked.names(form["without"], {*items, *names.values()}), items, names)
    chosen = bags if form["bags"] is None else [name for name in form["bags"] if name in bags]
    given = {name: form[name] for name in ("min_support", "min_confidence", "max_length", "since", "until")}
    without = list(dict.fromkeys([*typed, *chosen]))
    args = question.rules_args(**given, without=without, names=names, span=_days(ledger), batches=ledger["ids"])
    if form["batch"]:
        args["only"] = [each.file for each in batches.of_ids(db, form["batch"])]
    found = facts.remaining(db, home, Slice.of_args(args), ledger["ids"])
    least = args["min_support"]
    least = least if isinstance(least, int) else max(1, math.ceil(least * found["orders"]))
    _refuse(found, least)
    return args, {**found, "least": least, "bags": bags, "chosen": chosen, "names": names}


def _meant(typed, items, names):
    """Return the items that were typed, by themselves or by name: several may have one name."""
    known, found = frozenset(items), []
    for each in typed:
        called = [] if each in known else [item for item, name in names.items() if name == each]
        found += called or [each]
    return found


def _refuse(found, least):
    if not found["all_orders"]:
        raise Invalid(
            N_("These imports do not say what was bought together: products, or orders, are missing."),
            hint=N_("Choose other imports; or undo them and import the files again with these columns."),
            field="batch",
        )
    if not found["orders"]:
        raise Invalid(
            N_("No order is left."), hint=N_("Choose a longer period, or leave out fewer products."), field="since"
        )
    if least > found["orders"]:
        raise Invalid(
            N_("At least %(value)d orders are asked for, but there are only %(orders)d."),
            hint=N_("Write a smaller number, or choose a longer period."),
            field="min_support",
            value=least,
            orders=found["orders"],
        )


def _days(ledger):
    """Return the first and the last day of the records, or None when they have no dates."""
    if ledger["first"] is None:
        return None
    return tuple(formats().instant(ledger[name]).date() for name in ("first", "last"))


def _least(orders):
    if orders < _FEW:
        return max(min(2, orders), orders // 10)
    return max(_LEAST, math.ceil(orders / 1000))
