"""What a search page offers to narrow a question by, and what it takes away again: links that change the question."""

from dataclasses import replace
from urllib.parse import quote_plus

from flask import url_for

from kb.errors import N_
from kb.search import filters, language
from web.templating import translate

# The dimension has boxes of its own.
_TITLES = {
    "maturity": N_("Progress"),
    "trust": N_("Trust"),
    "topic": N_("Topics"),
    "customer": N_("Customers"),
    "product": N_("Products"),
    "department": N_("Department"),
    "author": N_("Author"),
    "date": N_("Last changed"),
}

_DIMENSIONS = {"about": N_("About"), "for": N_("For"), "from": N_("From"), "with": N_("With")}
# As Werkzeug writes it; of some hundred rows of facets its own way costs more than the search.
_SAFE = "!$'()*,/:;?@"
# A value of the filter “match” as it is written.
ALL_WORDS = N_("all words")


def choices(results):
    """Return the facets of a search as lists to show.

    Returns
    -------
    list of dict
        ``title``; ``rows``: ``label``, ``count``, ``is_chosen``; ``query``, the question with or without it, and
        its ``address``.
    """
    found, page = [], url_for("search.results")
    for name, title in _TITLES.items():
        rows = [_with_address(_row(results, name, each), page) for each in results.facets[name] if each["count"]]
        if rows:
            found.append({"title": translate(title), "rows": rows})
    return found


def chips(query):
    """Return what narrows a question, each with ``text`` as it was typed and ``query``, the question without it.

    Where words are asked for either, each of them is one too.
    """
    asked = language.read(query)
    kinds = [each for each in language.pieces(query) if each.kind in ("filter", "without")]
    found = [{"text": each.text, "query": _without(query, each.text)} for each in kinds]
    if len(asked.either) < 2:
        return found
    others = ([word for word in asked.either if word != each] for each in asked.either)
    rest = [language.write(replace(asked, either=tuple(left))) for left in others]
    return [{"text": text, "query": query} for text, query in zip(asked.either, rest, strict=True)] + found


def is_either(query):
    """Return whether a question asks for one of several words."""
    return len(language.read(query).either) > 1


def all_words(query):
    """Return the question that asks for all of the words, or None where it does or there is but one."""
    asked = language.read(query)
    wanted = {language.every_word(each) for each in asked.either}
    if asked.is_every or not any(each.count('"') > 2 for each in wanted):
        return None
    return f"{query} {language.written('match', translate(ALL_WORDS), name=translate)}"


def dimensions(results, query):
    """Return ``{dimension: row}``, the rows as those of `choices`; before a question without a count."""
    if results is None:
        rows = {each: {"label": "", "count": 0, "is_chosen": False} for each in _DIMENSIONS}
        return {each: {**row, "query": of_dimension(query, each)} for each, row in rows.items()}
    return {each["value"]: _row(results, "dimension", each) for each in results.facets["dimension"]}


def of_dimension(query, dimension):
    """Return a question with the filter for a dimension, or as it was where there is no such dimension."""
    if dimension not in _DIMENSIONS:
        return query
    return f"{query} {language.written('dimension', translate(_DIMENSIONS[dimension]), name=translate)}".strip()


def names():
    """Return how the filters there are are called."""
    return [translate(name) for name in filters.NAMES.values()]


def of_trait(kind, word):
    """Return the question for the notes that have a trait."""
    return language.written(kind, word, name=translate)


def of_topic(name):
    """Return the question for the notes of a topic and of all that stands under it."""
    return language.written("topic", name, name=translate)


def of_product(name):
    """Return the question for the notes of a product."""
    return language.written("product", name, name=translate)


def words(results):
    """Return what a question searches for, without its filters."""
    return " ".join(language.read(results.query).either)


def _with_address(row, page):
    return {**row, "address": f"{page}?q={quote_plus(row['query'], safe=_SAFE)}"}


def _row(results, name, facet):
    label = translate(facet["label"])
    asked = {facet["value"], facet["label"], label}
    fitting = (each for each in results.filters if each.field == name and each.value in asked and not each.is_not)
    chosen = next(fitting, None)
    if chosen is not None:
        query = _without(results.query, chosen.text)
    else:
        query = f"{results.query} {language.written(name, _value(results, name, facet, label), name=translate)}".strip()
    return {"label": label, "count": facet["count"], "is_chosen": chosen is not None, "query": query}


def _value(results, name, facet, label):
    """Return how a value is written in a question: the word people read, where it says the same."""
    if name == "dimension":
        return translate(_DIMENSIONS[facet["value"]])
    if name in ("maturity", "trust"):
        return label if filters.value_of(name, label) else facet["value"]
    if name == "date":
        return label
    if name == "author" and sum(each["label"] == facet["label"] for each in results.facets[name]) > 1:
        return facet["value"]
    return facet["label"]


def _without(query, text):
    """Return a question without the first piece of it that stands as `text`."""
    pieces = [each.text for each in language.pieces(query)]
    if text in pieces:
        pieces.remove(text)
    return " ".join(pieces)
