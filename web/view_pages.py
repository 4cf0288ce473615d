"""Where a saved view leads: the list of notes or of rules, or the search, it is of."""

from flask import url_for


def page_of(view):
    """Return the address of the list a `kb.saved_views.View` is of, as it was saved."""
    args = {name: value for name, value in view.address.items() if name != "list"}
    return url_for(_PAGES[view.address.get("list", "notes")], **args)


_PAGES = {"notes": "notes.index", "rules": "rules.latest", "search": "search.results"}


def is_of_rules(view):
    """Return whether a view is a list of rules."""
    return view.address.get("list") == "rules"


def is_of_search(view):
    """Return whether a view is a search."""
    return view.address.get("list") == "search"
