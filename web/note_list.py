"""Which notes a list shows, as its address says."""

from web import paging

NAMES = ("dimension", "department", "customer")


def asked(args):
    """Return what `kb.notes.listing` takes of the address of a list."""
    return {
        "dimension": args.get("dimension") or None,
        "department_id": args.get("department", type=paging.whole),
        "customer_id": args.get("customer", type=paging.whole),
    }


def address(args):
    """Return the part of an address that says which list it is."""
    return {name: args[name] for name in NAMES if args.get(name)}
