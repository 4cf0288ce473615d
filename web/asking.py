"""Asking for rules in words: what the form proposes, and what was asked."""

import math
from datetime import timedelta

from kb.errors import Invalid, N_
from mining import asked, nothing, question
from mining.ledger import batches
from web import paging
from web.templating import formats

_FIELDS = (
    "since", "until", "min_support", "min_confidence", "max_length", "without", "within", "segment", "level",
    "hold_out", "max_base_rate",
)  # fmt: skip
# What one wants to know, in the words of a shop: (word, what it asks).
PRESETS = {
    "first": (N_("First look"), N_("Pairs of products, of all the time.")),
    "promotion": (N_("Promotion"), N_("What to offer together: the last 90 days, up to three products.")),
    "shelf": (N_("Shelf layout"), N_("Which kinds of products belong side by side.")),
    "cross": (N_("Cross-selling"), N_("What else to offer: surer rules, tested on later orders.")),
    "slow": (N_("Slow sellers"), N_("What leads to products that hardly sell.")),
}
_RECENT = timedelta(days=89)
_LEAST = 20
_FEW = 200
_FEWEST = 5


def defaults(ledger, chosen=(), preset=None, columns=()):
    """Return the form as it is proposed: all of the period, and so many orders that chance alone rarely makes them.

    Parameters
    ----------
    ledger : dict
        As `mining.ledger.batches.totals` returns of the imports that are asked about.
    chosen : sequence of int
        The imports, if not all.
    preset : str, optional
        One of `PRESETS`.
    columns : collection of str
        What the records tell, as `mining.ledger.batches.columns` says.
    """
    days = _days(ledger) or ("", "")
    form = {
        "since": str(days[0]),
        "until": str(days[1]),
        "min_support": str(_least(ledger["orders"] or ledger["rows"])),
        "min_confidence": "25%",
        "max_length": "2",
        **dict.fromkeys(("without", "within", "segment", "level", "hold_out", "max_base_rate"), ""),
        "shops": [],
        "bags": None,
        "batch": list(chosen),
        "preset": preset if preset in PRESETS else "first",
    }
    return form | _preset(form["preset"], form, days, columns)


def _preset(name, form, days, columns):
    """Return the fields that a preset proposes otherwise."""
    if name == "promotion":
        recent = {"since": str(max(days[0], days[1] - _RECENT))} if all(days) else {}
        return {**recent, "min_confidence": "20%", "max_length": "3"}
    if name == "shelf":
        return {"min_confidence": "10%", "level": "category" if "category" in columns else ""}
    if name == "cross":
        return {"min_confidence": "30%", "max_length": "3", "hold_out": "30%" if all(days) else ""}
    if name == "slow":
        fewer = max(_FEWEST, int(form["min_support"]) // 4)
        return {"min_support": str(min(fewer, int(form["min_support"]))), "min_confidence": "5%", "max_base_rate": "2%"}
    return {}


def form_like(args, form):
    """Return the form that asks what a run was asked; ``form`` is as it is proposed, for what the run did not say."""
    shares = {
        name: f"{args[name] * 100:g}%" if isinstance(args.get(name), float) else str(args.get(name) or "")
        for name in ("min_support", "min_confidence", "max_length", "hold_out", "max_base_rate")
    }
    texts = {name: args.get(name) or form[name] for name in ("since", "until", "segment", "level")}
    lists = {name: "，".join(args.get(name) or ()) for name in ("without", "within")}
    return form | shares | texts | lists | {"shops": args.get("shops") or [], "bags": [], "preset": None}


def form_of(sent):
    """Return the form as it was sent; ``bags`` are the proposed products left out, None before any were proposed."""
    form = {name: sent.get(name, "") for name in _FIELDS}
    return {
        **form,
        "shops": sent.getlist("shop"),
        "preset": None,
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
    from mining.ledger import facts, product_names, segments
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
    categories = product_names.categories_of_ledger(db, home, batch_ids=ledger["ids"])
    within = _within(form["within"], items, names, set(categories.values()))
    shops = facts.shops(db, home, ledger["ids"])
    given = {name: form[name] for name in _FIELDS if name not in ("without", "within", "segment")}
    given |= {"within": within, "shops": [each for each in form["shops"] if each in shops], "segment": form["segment"]}
    without = list(dict.fromkeys([*typed, *chosen]))
    args = question.rules_args(**given, without=without, names=names, span=_days(ledger), batches=ledger["ids"])
    if form["batch"]:
        args["only"] = [each.file for each in batches.of_ids(db, form["batch"])]
    keys = segments.asked(db, args)
    found = facts.remaining(db, home, Slice.of_args(args, keys), ledger["ids"])
    least = args["min_support"]
    least = least if isinstance(least, int) else max(1, math.ceil(least * found["orders"]))
    _refuse(found, least, Slice.of_args(args, keys), _days(ledger))
    return args, {**found, "least": least, "bags": bags, "chosen": chosen, "names": names, "shops": shops}


def _within(text, items, names, categories):
    """Return the products and categories that were typed.

    Raises
    ------
    kb.errors.Invalid
        For a name that is neither.
    """
    found = _meant(asked.names(text, {*items, *names.values(), *categories}), [*items, *categories], names)
    unknown = [each for each in found if each not in categories and each not in items]
    if unknown:
        raise Invalid(
            N_("No product and no category is called “%(value)s”."),
            hint=N_("Write it as it stands in the purchase records, or take it out of the list."),
            field="within",
            value="”, “".join(unknown),
        )
    return found


def _meant(typed, items, names):
    """Return the items that were typed, by themselves or by name: several may have one name."""
    known, found = frozenset(items), []
    for each in typed:
        called = [] if each in known else [item for item, name in names.items() if name == each]
        found += called or [each]
    return found


def _refuse(found, least, wanted, span):
    if not found["all_orders"]:
        raise Invalid(
            N_("These imports do not say what was bought together: products, or orders, are missing."),
            hint=N_("Choose other imports; or undo them and import the files again with these columns."),
            field="batch",
        )
    if not found["orders"]:
        raise nothing.left_of(wanted, in_period=found["in_period"], span=span)
    nothing.refuse_too_few(found["orders"], found["products"])
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
