"""Promotion: the note a rule becomes, with the rule as its evidence.

Pages import this file, so it imports nothing that mines.
"""

from kb import access, note_texts, notes, topics
from kb.errors import N_, fill
from kb.evidence import Evidence
from kb.note_details import LONGEST_PRODUCT, Details
from kb.store import writing
from kb.text import fold_name
from mining import findings, judgements

_MOST_TOPICS = 3
_SIDES = ("antecedent", "consequent")


def note_draft(finding, translate):
    """Return title, summary and body of the note a rule would become, in the language of `translate`."""
    data = finding.data
    values = {
        "left": " + ".join(findings.labels(data, "antecedent")),
        "right": " + ".join(findings.labels(data, "consequent")),
        "hits": f"{100 * data['confidence']:.0f}",
        "all": f"{100 * data['base_rate']:.0f}",
        "lift": f"{data['lift']:.1f}",
        "count": data["count"],
        "baskets": data["baskets"],
        "q": f"{data['q_value']:.2g}",
    }
    draft = {name: fill(template, values, translate) for name, template in _DRAFT.items()}
    return {**draft, "title": _title(data, values, translate)}


def near_topics(db, finding, *, reader):
    """Return the names of the topics that a product of the rule is named after, or that are in its name."""
    products = [fold_name(each) for side in _SIDES for each in findings.names(finding.data, side)]
    named = [each.name for each in topics.listing(db, reader=reader)]
    return [name for name in named if any(_shares(fold_name(name), product) for product in products)][:_MOST_TOPICS]


def _shares(topic, product):
    # 密封与防潮 and 密封罐 1.2 L: two characters at the beginning name the thing; one says nothing.
    return len(topic) > 1 and (topic in product or product[:2] == topic[:2])


def write_note(db, finding_id, *, title, topic_names, body, readers, translate, by, now):
    """Write a rule down as a note about the customers, with the rule as its evidence, and return the note.

    What the evidence says is kept in the language of `translate`, like the rest of the note.
    """
    access.require(by, "run.start")
    with writing(db):
        finding = findings.get(db, finding_id, reader=by)
        why = note_draft(finding, translate)["summary"]
        note = notes.add(
            db,
            title=title,
            body=body,
            dimension="about",
            topic_names=topic_names,
            details=Details(product=_items(finding.data)),
            readers=readers,
            proofs=[Evidence("finding", finding.id, why)],
            by=by,
            now=now,
        )
        # A rule that somebody vouches for already is no news.
        judgements.follow(db, finding_id, by=by, now=now)
        return notes.get(db, note.id, reader=by)


def _title(data, values, translate):
    """Return the title: products by name alone, of long lists as many as it has room for."""
    sides = {"left": findings.names(data, "antecedent"), "right": findings.names(data, "consequent")}
    title = ""
    for most in range(max(map(len, sides.values())), 0, -1):
        shown = {side: " + ".join(each[:most]) + (" …" if len(each) > most else "") for side, each in sides.items()}
        title = fill(_DRAFT["title"], {**values, **shown}, translate)
        if len(title) <= note_texts.LONGEST_TITLE:
            break
    return title


def _items(data):
    """Return the products of a rule as far as a note can name them."""
    named = [label for side in _SIDES for label in findings.labels(data, side)]
    while len("、".join(named)) > LONGEST_PRODUCT:
        named = named[:-1]
    return "、".join(named)


_DRAFT = {
    "title": N_("Who buys %(left)s also buys %(right)s: %(hits)s of 100 orders, %(lift)s times the average"),
    "summary": N_("Of 100 orders with %(left)s, %(hits)s also hold %(right)s; of all orders it is %(all)s."),
    "body": N_(
        "Of 100 orders with %(left)s, %(hits)s also hold %(right)s; of all orders it is %(all)s, so %(lift)s times as "
        "many.\n\nFound in %(count)d of %(baskets)d orders; corrected probability of chance q = %(q)s. "
        "Bought together; neither causes the other."
    ),
}
