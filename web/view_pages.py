"""Where a saved view leads: the list of notes or of rules it is of."""

from flask import url_for


def page_of(view):
    """Return the address of the list a `kb.saved_views.View` is of, as it was saved."""
    args = {name: value for name, value in view.address.items() if name != "list"}
    return url_for("rules.latest" if is_of_rules(view) else "notes.index", **args)


def is_of_rules(view):
    """Return whether a view is a list of rules."""
    return view.address.get("list") == "rules"
