"""What a search page offers to narrow a question by, and what it takes away again: links that change the question."""

from kb.errors import N_
from kb.search import filters
from web.templating import translate

# The dimension has boxes of its own, and an address of its own.
_TITLES = {"maturity": N_("Progress"), "trust": N_("Trust"), "topic": N_("Topics"), "author": N_("Author")}


def choices(results):
    """Return the facets of a search as lists to show.

    Returns
    -------
    list of dict
        ``title``; ``rows``: ``label``, ``count``, ``is_chosen``, and ``query``, the question with or without it.
    """
    found = []
    for name, title in _TITLES.items():
        rows = [_row(results, name, each) for each in results.facets[name] if each["count"]]
        if rows:
            found.append({"title": translate(title), "rows": rows})
    return found


def chips(results):
    """Return the filters in a question, each with ``text`` and ``query``, the question without it."""
    return [{"text": each.text, "query": _without(results.query, each)} for each in results.filters]


def dimensions(results):
    """Return the dimensions that the filters in a question ask for, each with the question without it."""
    return {each.value: _without(results.query, each) for each in results.filters if each.field == "dimension"}


def names():
    """Return how the filters there are are called."""
    return [translate(name) for name in filters.NAMES.values()]


def of_trait(kind, word):
    """Return the question for the notes that have a trait."""
    return f"{translate(filters.TRAIT_NAMES[kind])}:{_quoted(word)}"


def of_topic(name):
    """Return the question for the notes of a topic and of all that stands under it."""
    return f"{translate(filters.NAMES['topic'])}:{_quoted(name)}"


def words(results):
    """Return what a question searches for, without its filters."""
    query = results.query
    for each in results.filters:
        query = _without(query, each)
    return query


def _row(results, name, facet):
    label = translate(facet["label"])
    asked = {facet["value"], facet["label"], label}
    chosen = next((each for each in results.filters if each.field == name and each.value in asked), None)
    if chosen is not None:
        query = _without(results.query, chosen)
    else:
        query = f"{results.query} {translate(filters.NAMES[name])}:{_value(results, name, facet, label)}".strip()
    return {"label": label, "count": facet["count"], "is_chosen": chosen is not None, "query": query}


def _value(results, name, facet, label):
    """Return how a value is written in a question: the word people read, where it says the same."""
    if name in ("maturity", "trust"):
        return label if filters.value_of(name, label) else facet["value"]
    if name == "author" and sum(each["label"] == facet["label"] for each in results.facets[name]) > 1:
        return facet["value"]
    return _quoted(facet["label"])


def _quoted(word):
    return f'"{word}"' if " " in word else word


def _without(query, condition):
    return " ".join(query.replace(condition.text, " ", 1).split())
