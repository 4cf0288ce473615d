"""Slices of the purchase records as evidence: a question, its answer when it was cited, and whether that changed since.

Pages and the worker import this file, so it imports nothing that reads Parquet.
"""

import json
from dataclasses import asdict, dataclass, fields
from datetime import date

from kb import access, evidence, feed, note_returns, note_sources
from kb.errors import Invalid, N_
from kb.store import writing
from kb.text import clean

# A change of a figure by more than this share is worth a look at the note that rests on it.
SHARE = 0.1
_CONSUMER = "slices"
_COMPARED = ("orders", "quantity", "amount")


@dataclass(frozen=True, slots=True)
class Question:
    """Which lines are counted: from one day to another, of a product, of a category, of a customer; empty asks nothing.

    ``item`` is a product by its code or its name, ``customer`` the id of one.
    """

    since: str = ""
    until: str = ""
    item: str = ""
    category: str = ""
    customer: int | None = None

    def args(self):
        """Return what was asked, as it is kept."""
        return {name: value for name, value in asdict(self).items() if value not in ("", None)}


def question(*, since, until, item, category, customer):
    """Return the `Question` of a form.

    Raises
    ------
    kb.errors.Invalid
        For a day that is none, and a question that asks for nothing.
    """
    days = {name: _day(text, name) for name, text in (("since", since), ("until", until))}
    if days["since"] and days["until"] and days["until"] < days["since"]:
        raise Invalid(
            N_("The period ends on %(ends)s, before it begins on %(begins)s."),
            hint=N_("Exchange the two days, or correct one."),
            field="until",
            ends=days["until"],
            begins=days["since"],
        )
    texts = {
        "item": clean(item, field="item", label=N_("Product"), limit=200, lines=False),
        "category": clean(category, field="category", label=N_("Category"), limit=200, lines=False),
    }
    asked = Question(**days, **texts, customer=customer)
    if not asked.args():
        raise Invalid(
            N_("Which purchases?"), hint=N_("Name a period, a product, a category or a customer."), field="item"
        )
    return asked


def of_args(args):
    """Return the `Question` that was kept."""
    return Question(**{each.name: args[each.name] for each in fields(Question) if each.name in args})


def is_due(db):
    """Return whether an import or its undo came since the figures were counted, and notes rest on any."""
    return feed.newest_of(db, "batch") > feed.cursor(db, _CONSUMER) and bool(evidence.questions(db))


def follow(db, home, *, now):
    """Count again every figure that notes rest on, and ask for a check of those whose figure changed by `SHARE`.

    Who was asked once and verified the note is asked again only when it changed as much again since.
    """
    from mining.ledger.slice_figures import figure

    seq, found = feed.last_seq(db), {}
    for row in evidence.questions(db):
        if row["question"] not in found:
            found[row["question"]] = figure(db, home, of_args(json.loads(row["question"])))
    with writing(db):
        rows = evidence.questions(db)
        for row in rows:
            if row["question"] in found:
                _tell(db, row, found[row["question"]], now)
        if all(row["question"] in found for row in rows):  # none came, or came back, while they were counted
            feed.move_cursor(db, _CONSUMER, seq)


@note_returns.also
def count_returned(db, note_id, since):
    """Have the figures counted again: of notes in the archive they were not."""
    if any(row["kind"] == "purchases" for row in evidence.of_note(db, note_id)):
        feed.move_cursor(db, _CONSUMER, 0)
    return {}


def changed_by(earlier, later):
    """Return by which share the most changed of the compared figures differs; 1 where one was, or is, nothing."""
    shares = [0.0]
    for name in _COMPARED:
        one, two = (float(each.get(name) or 0) for each in (earlier, later))
        if one != two:
            shares.append(abs(two - one) / abs(one) if one else 1.0)
    return max(shares)


def _tell(db, row, latest, now):
    figure = json.loads(row["figure"])
    asked = json.loads(row["asked"]) if row["asked"] else None
    is_back = changed_by(figure, latest) <= SHARE
    kind = None
    if is_back:
        asked = None
    elif changed_by(asked or figure, latest) > SHARE:
        kind, asked = "purchases", latest
    evidence.answer_again(db, row["id"], latest=latest, asked=asked)
    if is_back or kind:
        note_sources.settle(db, row["note_id"], f"evidence {row['id']}", kind, by=access.OPERATOR, now=now)


def _day(text, field):
    text = (text or "").strip()
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise Invalid(
            N_("“%(value)s” is no day."), hint=N_("Write a day, such as 2026-12-01."), field=field, value=text
        ) from None
