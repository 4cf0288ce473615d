"""Promotion: the note a rule becomes, with the rule as its evidence.

Pages import this file, so it imports nothing that mines.
"""

from kb import access, notes
from kb.errors import N_, fill
from kb.evidence import Evidence
from kb.note_details import LONGEST_PRODUCT, Details
from kb.store import writing
from mining import findings, judgements


def note_draft(finding, translate):
    """Return title, summary and body of the note a rule would become, in the language of `translate`."""
    data = finding.data
    values = {
        "left": " + ".join(data["antecedent"]),
        "right": " + ".join(data["consequent"]),
        "hits": f"{100 * data['confidence']:.0f}",
        "all": f"{100 * data['base_rate']:.0f}",
        "lift": f"{data['lift']:.1f}",
        "count": data["count"],
        "baskets": data["baskets"],
        "q": f"{data['q_value']:.2g}",
    }
    return {name: fill(template, values, translate) for name, template in _DRAFT.items()}


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


def _items(data):
    """Return the products of a rule as far as a note can name them."""
    named = data["antecedent"] + data["consequent"]
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
