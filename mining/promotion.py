"""Promotion: the note a rule becomes, with the rule as its evidence.

Pages import this file, so it imports nothing that mines.
"""

from kb import access, citing, note_texts, notes, topics, verification
from kb.errors import N_, fill
from kb.evidence import Evidence
from kb.note_details import LONGEST_PRODUCT, Details
from kb.store import writing
from kb.text import fold_name
from mining import findings, judgements

_MOST_TOPICS = 3
_LEAST_Q = 0.001
_SIDES = ("antecedent", "consequent")


def note_draft(finding, translate):
    """Return title, summary and body of the note a rule would become, in the language of `translate`."""
    data = finding.data
    values = {
        "left": " + ".join(findings.labels(data, "antecedent")),
        "right": " + ".join(findings.labels(data, "consequent")),
        "hits": _of_100(data["confidence"]),
        "all": _of_100(data["base_rate"]),
        "lift": f"{data['lift']:.1f}",
        "count": f"{data['count']:,}",
        "baskets": f"{data['baskets']:,}",
        "q": "< 0.001" if data["q_value"] < _LEAST_Q else f"= {data['q_value']:.3f}",
    }
    draft = {name: fill(template, values, translate) for name, template in _DRAFT.items()}
    if data.get("held") is not None:
        later = {"hits": _of_100(data["later_confidence"]), "all": _of_100(data["later_base_rate"])}
        draft["body"] += "\n\n" + fill(_LATER[data["held"]], later, translate)
    return {**draft, "title": _title(data, values, translate)}


def near_topics(db, finding, *, reader):
    """Return names of topics for the note: those a product is named after, or that are in its name, else the products.

    A product that no topic is about yet is one from then on.
    """
    products = [each for side in _SIDES for each in findings.names(finding.data, side)]
    folded = [fold_name(each) for each in products]
    named = [each.name for each in topics.listing(db, reader=reader)]
    near = [name for name in named if any(_shares(fold_name(name), product) for product in folded)]
    return (near or [each for each in dict.fromkeys(products) if len(each) <= topics.LONGEST_NAME])[:_MOST_TOPICS]


def _of_100(share):
    # Small ones keep a decimal, so that no habit reads as nobody.
    return f"{100 * share:.{0 if share >= 0.1 else 1}f}"


def _shares(topic, product):
    # 密封与防潮 and 密封罐 1.2 L: two characters at the beginning name the thing; one says nothing.
    return len(topic) > 1 and (topic in product or product[:2] == topic[:2])


def write_note(
    db, finding_id, *, title, topic_names, body, readers, translate, by, now, product=None, verifier_id=None
):
    """Write a rule down as a note about the customers, with the rule as its evidence, and return the note.

    Its products are those of the rule where `product` says nothing else; who verifies it is its author where
    `verifier_id` names no colleague. What the evidence says is kept in the
    language of `translate`, like the rest of the note.
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
            details=Details(product=products(finding) if product is None else product),
            readers=readers,
            proofs=[Evidence("finding", finding.id, why)],
            by=by,
            now=now,
        )
        if verifier_id not in (None, by.member_id):
            verification.assign(db, note.id, verifier_id=verifier_id, by=by, now=now)
        # A rule that somebody vouches for already is no news.
        judgements.follow(db, finding_id, by=by, now=now)
        return notes.get(db, note.id, reader=by)


def cite(db, finding_id, note_id, *, why, translate, by, now):
    """Name a rule as evidence of a note that exists, and return the seq of the change.

    Parameters
    ----------
    why : str
        What it shows; the rule as a sentence, in the language of `translate`, where it is empty.
    """
    finding = findings.get(db, finding_id, reader=by)
    why = why.strip() or note_draft(finding, translate)["summary"][: citing.LONGEST]
    return citing.finding(db, note_id, finding.id, why=why, believed=judgements.believed(db), by=by, now=now)


def notes_of_batch(db, batch_id, *, reader):
    """Return the notes that `reader` may see and that rest on rules found in an import."""
    rows = db.execute(
        """SELECT DISTINCT evidence.note_id
             FROM evidence
             JOIN finding ON finding.id = evidence.finding_id
             JOIN run ON run.id = finding.run_id
            WHERE evidence.removed_at IS NULL
              AND :batch IN (SELECT value FROM json_each(run.args, '$.batches'))""",
        {"batch": batch_id},
    )
    return notes.of_ids(db, [note_id for (note_id,) in rows], reader=reader)


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


def products(finding):
    """Return the products of a rule as far as a note can name them."""
    named = [label for side in _SIDES for label in findings.labels(finding.data, side)]
    while len("、".join(named)) > LONGEST_PRODUCT:
        named = named[:-1]
    return "、".join(named)


_DRAFT = {
    "title": N_("Who buys %(left)s also buys %(right)s: %(hits)s of 100 orders, %(lift)s times the average"),
    "summary": N_("Of 100 orders with %(left)s, %(hits)s also hold %(right)s; of all orders it is %(all)s."),
    "body": N_(
        "Of 100 orders with %(left)s, %(hits)s also hold %(right)s; of all orders it is %(all)s, so %(lift)s times as "
        "many.\n\nFound in %(count)s of %(baskets)s orders; corrected probability of chance q %(q)s. "
        "Bought together; neither causes the other."
    ),
}
_LATER = {
    True: N_("In the later 30%% of the orders it held: %(hits)s of 100, on average %(all)s."),
    False: N_("In the later 30%% of the orders it did not hold: %(hits)s of 100, on average %(all)s."),
}
