"""Which notes a list shows, as its address says."""

from flask import g, url_for

from kb import channels, customers, members, products, topics
from kb.errors import N_, NotFound
from kb.search.counts import MATURITIES, TRUSTS
from kb.store import utc_now
from web import paging
from web.templating import translate

NAMES = ("dimension", "department", "customer", "product", "topic", "owner", "channel", "state", "trust", "archived")
STANDINGS = {
    "found": N_("To be judged"),
    "judged": N_("Judged"),
    "applied": N_("Applied"),
    "proven": N_("Proven"),
    "refuted": N_("Refuted"),
}
STATES = MATURITIES | STANDINGS
_WORDS = (("state", STATES), ("trust", TRUSTS))
_TITLES = {
    "department": N_("Department"), "customer": N_("Customer"), "product": N_("Product"), "topic": N_("Topic"),
    "owner": N_("Author"), "channel": N_("Channel"), "state": N_("Progress or standing"), "trust": N_("Trust"),
}  # fmt: skip
# What names nothing there is shows an empty list, not all.
_NOBODY = -1


def asked(args):
    """Return what `kb.notes.listing` takes of the address of a list."""
    numbers = {name: paging.ids([args.get(name) or ""]) for name in ("department", "customer")}
    return {
        "dimension": args.get("dimension") or None,
        **{f"{name}_id": found[0] if found else None for name, found in numbers.items()},
        "product": products.folded(args["product"]) if args.get("product") else None,
        "topic_id": _topic(args.get("topic")),
        "owner_id": _owner(args.get("owner")),
        "channel": channels.spelled(g.db, args["channel"].strip()) if args.get("channel") else None,
        "state": args.get("state") or None,
        "trust": args.get("trust") or None,
        "now": utc_now() if args.get("trust") else None,
        "archived": bool(args.get("archived")),
    }


def address(args):
    """Return the part of an address that says which list it is."""
    return {name: args[name] for name in NAMES if args.get(name)}


def chips(args):
    """Return what narrows a list beside the type, each with ``title``, ``text`` and ``address``, the list without."""
    kept = address(args)
    found = []
    for name, title in _TITLES.items():
        if name in kept:
            found.append({"title": translate(title), "text": _word(name, kept[name]), "address": _without(kept, name)})
    if "archived" in kept:
        found.append({"title": "", "text": translate(N_("In the archive")), "address": _without(kept, "archived")})
    return found


def choices():
    """Return what the two fields offer in which one chooses: pairs of a value and its word."""
    return {name: [("", ""), *((value, translate(word)) for value, word in words.items())] for name, words in _WORDS}


def _without(kept, name):
    return url_for("notes.index", **{each: value for each, value in kept.items() if each != name})


def _number(text):
    return next(iter(paging.ids([text])), _NOBODY)


def _word(name, value):
    try:
        if name == "department":
            return members.department(g.db, _number(value))["name"]
        if name == "customer":
            return customers.get(g.db, _number(value), reader=g.reader).name
    except NotFound:
        return value
    if name == "owner":
        return members.of_logins(g.db, [value]).get(value, (_NOBODY, value))[1]
    words = dict(_WORDS).get(name, {})
    return translate(words[value]) if value in words else value


def _topic(name):
    if not name:
        return None
    try:
        return topics.by_name(g.db, name, reader=g.reader).id
    except NotFound:
        return _NOBODY


def _owner(text):
    if not text:
        return None
    found = members.called(g.db, text.strip())
    return found[0] if found else _NOBODY
