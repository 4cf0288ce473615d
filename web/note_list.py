"""Which notes a list shows, as its address says."""

from web import paging

NAMES = ("dimension", "department", "customer")


def asked(args):
    """Return what `kb.notes.listing` takes of the address of a list."""
    numbers = {name: paging.ids([args.get(name) or ""]) for name in ("department", "customer")}
    return {
        "dimension": args.get("dimension") or None,
        **{f"{name}_id": found[0] if found else None for name, found in numbers.items()},
    }


def address(args):
    """Return the part of an address that says which list it is."""
    return {name: args[name] for name in NAMES if args.get(name)}
