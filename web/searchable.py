"""What search finds beside notes, and what its box offers while one types: one list, which a later noun joins.

The results page shows a group for each that finds something, and a chip that narrows the page to it; each has its rows
in ``search/named/<name>.html``. The box shows a heading for each that offers something. A test asks all of them whether
what a reader may not see changes anything.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app, g, url_for

from kb import customer_words, customers, interaction_search, members, sources, topics
from kb.access import may
from kb.errors import N_
from kb.search import suggest
from mining import findings
from web import facets, note_form


@dataclass(frozen=True, slots=True)
class Noun:
    """One kind of thing; whoever may do ``action`` finds it.

    ``find`` takes words and a limit and gives things, ``offer`` takes what was typed and a limit and gives pairs of a
    value of the address and an option. ``address`` is the endpoint of one, and the name of that value. ``opens`` says
    that the only thing a question names is opened at once, ``is_name`` that nothing is missing where it names one,
    ``is_below`` that they stand below the notes.
    """

    name: str
    heading: str
    action: str
    address: tuple
    find: Callable | None = None
    offer: Callable | None = None
    opens: bool = False
    is_name: bool = False
    is_below: bool = False

    def page(self, value):
        """Return the address of one of them."""
        endpoint, field = self.address
        return url_for(endpoint, **{field: value})


def named(words, limit, only=None):
    """Return ``{name: things}`` of what words name, of each noun or of one alone."""
    asked = [each for each in NOUNS if each.find and may(g.reader, each.action) and only in (None, each.name)]
    return {each.name: each.find(words, limit) for each in asked} if words else {}


def offered(query, limit):
    """Return the options of the box for what was typed, a noun behind the other; each leads to its page."""
    options = []
    for noun in NOUNS:
        if noun.offer and may(g.reader, noun.action):
            for at, (value, option) in enumerate(noun.offer(query, limit)):
                options.append({**option, "href": noun.page(value), "heading": "" if at else noun.heading})
    return options


def _customers(words, limit):
    return customers.listing(g.db, reader=g.reader, query=words, limit=limit)[0]


def _callers(query, limit):
    asked = {"reader": g.reader, "limit": limit}
    found = suggest.of_customers(g.db, current_app.extensions["customer_names"], query, **asked)
    return [(each.id, customer(each)) for each in found or customer_words.mentioned(g.db, query, **asked)]


def _titles(query, limit):
    names = current_app.extensions["note_names"]
    found = suggest.of_notes(g.db, names, query, reader=g.reader, limit=limit)
    return [(each["id"], option("note", each["title"])) for each in found]


def _interactions(words, limit):
    return interaction_search.find(g.db, words, reader=g.reader, limit=limit)


def _members(words, limit):
    return members.find(g.db, words, limit=limit, with_left=True)


def _colleagues(query, limit):
    return [(each.id, member(each)) for each in members.find(g.db, query, limit=limit)]


def _topics(words, limit):
    return topics.find(g.db, words, reader=g.reader, limit=limit)


def _subjects(query, limit):
    return [(each.id, option("topic", each.name)) for each in _topics(query, limit)]


def _products(query, limit):
    names = current_app.extensions["product_names"]
    found = names.of_products(g.db, current_app.config["HOME"], query, reader=g.reader, limit=limit)
    return [(facets.of_product(name), option("product", name)) for name in found]


def _sources(words, limit):
    return sources.find(g.db, words, reader=g.reader, limit=limit)


def _findings(words, limit):
    return findings.find(g.db, words, reader=g.reader, limit=limit)


def option(kind, text):
    """Return an option of a list that says no more than a name."""
    return {"kind": kind, "text": text, "facts": [], "value": text}


def customer(each):
    """Return a customer as an option of a list."""
    facts = [fact for fact in (each.number, each.phone, each.city) if fact]
    return {"kind": "customer", "text": each.name, "facts": facts, "value": note_form.named(each)}


def member(each):
    """Return a colleague as an option of a list."""
    return {"kind": "member", "text": each.name, "facts": [each.department], "value": each.name}


# In the order in which they are shown.
NOUNS = (
    Noun("customers", N_("Customers"), "customer.read", ("customers.show", "customer_id"), _customers, _callers,
         opens=True, is_name=True),
    Noun("notes", N_("Notes"), "note.read", ("notes.show", "note_id"), offer=_titles),
    Noun("members", N_("Colleagues"), "note.read", ("people.show", "member_id"), _members, _colleagues,
         opens=True, is_name=True),
    Noun("interactions", N_("Interactions"), "customer.read", ("interactions.show", "interaction_id"), _interactions,
         is_below=True),
    Noun("sources", N_("Sources"), "source.read", ("sources.show", "source_id"), _sources, opens=True, is_name=True),
    Noun("findings", N_("Rules"), "run.read", ("findings.show", "finding_id"), _findings),
    Noun("topics", N_("Topics"), "topic.read", ("topics.show", "topic_id"), _topics, _subjects, opens=True),
    Noun("products", N_("Products"), "note.read", ("search.results", "q"), offer=_products),
)  # fmt: skip
