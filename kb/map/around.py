"""What lies next to one thing of the map: the strongest of each kind, and how many there are before anybody asks.

Next to a thing are the other ends of its links, and who knows a topic. Around the one in the middle stands, besides,
what shares its notes: too many steps to draw, but what one looks for.
"""

import heapq
import json
from collections import Counter
from dataclasses import dataclass

from kb import access, note_counts
from kb.errors import N_
from kb.map import experts, knowing, links
from kb.map.things import Thing

# No picture shows more of one kind, those left out that are there already.
_RANKED = 80


@dataclass(frozen=True, slots=True)
class Near:
    """A neighbour: what makes it stronger than others of its kind, and a catalogue key with values that says why."""

    thing: Thing
    weight: float
    why: str
    values: dict


@dataclass(frozen=True, slots=True)
class Some:
    """The neighbours of one kind: the ids of all, and the strongest of them."""

    ids: set
    strongest: tuple


_WHY = {
    "score": (N_("score %(score)s"), N_("score %(score)s")),
    "shares": (N_("%(count)s note on both"), N_("%(count)s notes on both")),
    "notes": (N_("%(count)s note"), N_("%(count)s notes")),
    "talks": (N_("%(count)s talk"), N_("%(count)s talks")),
    "talks and notes": (N_("%(count)s talk or note"), N_("%(count)s talks and notes")),
    "uses": (N_("used once"), N_("used %(count)s times")),
    "new": (N_("not used so far"), N_("not used so far")),
    "part": (N_("stands under it"), N_("stands under it")),
    "whole": (N_("stands above it"), N_("stands above it")),
    "registered": (N_("registered"), N_("registered")),
    "keeps": (N_("looks after it"), N_("looks after it")),
    "works": (N_("works there"), N_("works there")),
    "wrote": (N_("wrote it"), N_("wrote it")),
    "edited": (N_("improved it"), N_("improved it")),
    "proved": (N_("gave evidence"), N_("gave evidence")),
    "used": (N_("used it"), N_("used it")),
    "cited": (N_("it rests on this"), N_("it rests on this")),
    "citing": (N_("rests on it"), N_("rests on it")),
    "carries": (N_("stands on it"), N_("stands on it")),
    "concerns": (N_("spoken of"), N_("spoken of")),
    "names": (N_("spoken of"), N_("spoken of")),
}


class _Found:
    """Neighbours by kind and by what is said of them, with their weights: what is said first of one holds.

    Beside them is kept what `around` asks of again: who knows the topic how well, or what the member does; the notes,
    and of those about a customer or a product the owners.
    """

    def __init__(self):
        self.kinds, self.scores, self.notes, self.owners = {}, {}, "[]", {}

    def add(self, kind, why, weights):
        its = self.kinds.setdefault(kind, {})
        its[why] = weights | its[why] if why in its else weights

    def some(self):
        return {kind: _some(kind, its) for kind, its in self.kinds.items() if any(its.values())}


def near(db, thing, *, reader, now):
    """Return ``{kind: Some}`` of what lies next to a thing."""
    found = _near(db, thing, reader, now)
    # Not who knows but a topic below.
    if thing.kind == "topic":
        own = [member_id for _, member_id in knowing.knowers(db, [thing.id], reader=reader)]
        found.add("member", "score", {each: found.scores.get(each, 0.0) for each in own})
    elif thing.kind == "member":
        own = [topic_id for topic_id, _ in knowing.known(db, [thing.id], reader=reader)]
        found.add("topic", "score", {each: found.scores.get(each, 0.0) for each in own})
    return found.some()


def around(db, thing, *, reader, now):
    """Return what `near` does, and besides what shares notes with a thing."""
    found = _near(db, thing, reader, now)
    if thing.kind in _SHARING:
        _SHARING[thing.kind](db, found, thing, reader)
    return found.some()


def counts(db, things, *, reader, most):
    """Return ``{thing: {kind: number}}``: how many `near` returns of each, without asking for them.

    What is kept as a number is told as it is, what would have to be counted up to `most`.
    """
    ids = {kind: [thing.id for thing in things if thing.kind == kind] for kind in ("topic", "member", "department")}
    # What these have by the thousand is kept as a number.
    hows = [how for how in links.DRAWN if how not in ("carries", "wrote")]
    told = {"reader": reader, "most": most}
    found = links.counts(db, [each for each in things if each.kind in ("topic", "member")], **told, hows=hows)
    found |= links.counts(db, [each for each in things if each not in found], **told)
    for kind, other, numbers in (
        ("topic", "note", note_counts.topics(db, reader=reader, topic_ids=ids["topic"])),
        ("topic", "member", knowing.numbers(db, ids["topic"], reader=reader)),
        ("member", "topic", knowing.numbers_known(db, ids["member"], reader=reader)),
        ("member", "note", note_counts.owners(db, ids["member"], reader=reader)),
        ("department", "topic", {each: len(its) for each, its in _topics_of(db, ids["department"], reader).items()}),
    ):
        for thing_id in ids[kind]:
            if numbers.get(thing_id):
                found[Thing(kind, thing_id)][other] = numbers[thing_id]
    return found


def _near(db, thing, reader, now):
    found = _Found()
    if thing.kind == "topic":
        found.scores = experts.scores(db, thing.id, reader=reader, now=now)
        _add_notes(db, found, _on_topic(db, thing.id, reader))
    elif thing.kind == "member":
        known = experts.known_by(db, thing.id, reader=reader, now=now, limit=0)
        found.scores = {topic_id: score for topic_id, _, score, *_ in known}
        _add_notes(db, found, _written(db, thing.id, reader))
    elif thing.kind == "department":
        found.add("topic", "notes", _topics_of(db, [thing.id], reader)[thing.id])
    elif thing.kind in _ABOUT:
        found.owners = _about(db, thing, reader)
        _add_notes(db, found, found.owners)
    _add_links(db, found, thing, reader)
    if thing.kind == "department":
        its = found.kinds.pop("member", {}).get("works", {})
        written = note_counts.owners(db, its, reader=reader)
        found.add("member", "notes", {each: written.get(each, 0) for each in its})
    return found


# How a link is told beside its right end, and beside its left one.
_ENDS = {"cites": ("cited", "citing"), "under": ("whole", "part"), "talked": ("talks", "talks")}
# Of these the notes are many, and found in another way.
_APART = {"topic": ("carries",), "member": ("wrote",), "customer": ("concerns",), "product": ("names",)}


def _add_links(db, found, thing, reader):
    hows = [how for how in links.DRAWN if how not in _APART.get(thing.kind, ())]
    said = {}
    for link in links.at(db, [thing], reader=reader, hows=hows):
        is_left = link.left == thing
        other = link.right if is_left else link.left
        why = _ENDS.get(link.how, (link.how, link.how))[0 if is_left else 1]
        said.setdefault((other.kind, why), {}).setdefault(other.id, link.count)
    for (kind, why), weights in said.items():
        found.add(kind, why, weights)


def _around_topic(db, found, thing, reader):
    # Who knows a topic below knows something of this one.
    found.add("member", "score", found.scores)
    found.add("topic", "shares", _others(_topics(db, found.notes), thing))
    _add_customers(db, found)
    found.add("product", "notes", _products(db, found.notes))


def _around_customer(db, found, thing, reader):
    found.add("topic", "notes", _topics(db, found.notes))
    _add_writers(db, found)
    found.add("product", "notes", _products(db, found.notes))


def _around_product(db, found, thing, reader):
    found.add("topic", "notes", _topics(db, found.notes))
    _add_writers(db, found)
    _add_customers(db, found)
    found.add("product", "shares", _others(_products(db, found.notes), thing))


def _around_member(db, found, thing, reader):
    found.add("topic", "score", found.scores)
    _add_customers(db, found)
    found.add("product", "notes", _products(db, found.notes))


def _around_note(db, found, thing, reader):
    for link in links.at(db, [thing], reader=reader, hows=("edited", "proved", "used")):
        found.add("member", link.how, {link.right.id: 1})


_SHARING = {
    "topic": _around_topic, "customer": _around_customer, "product": _around_product, "member": _around_member,
    "note": _around_note,
}  # fmt: skip
# Where the notes about a thing stand.
_ABOUT = {
    "customer": """note_customer JOIN customer ON customer.id = customer_id AND customer.archived = 0
                     JOIN note ON note.id = note_id WHERE customer_id = :id""",
    "product": "note_product JOIN note ON note.id = note_id WHERE folded = :id",
}


def _add_notes(db, found, note_ids):
    """Add notes: what others used most, and then what is newest."""
    # In the order of the tables: a walk over them is a third cheaper.
    found.notes = json.dumps(sorted(note_ids))
    rows = db.execute(
        """SELECT note_id, count(*) FROM json_each(:notes) CROSS JOIN note_use ON note_id = value
            WHERE result <> 'failed' GROUP BY 1""",
        {"notes": found.notes},
    )
    found.add("note", "uses", dict(rows.fetchall()))
    found.add("note", "new", dict.fromkeys(note_ids, 0))


def _add_customers(db, found):
    gone = {row[0] for row in db.execute("SELECT id FROM customer WHERE archived <> 0").fetchall()}
    numbers = _numbers(_tally(db, "note_customer", "customer_id", found.notes))
    found.add("customer", "notes", {each: number for each, number in numbers.items() if each not in gone})


def _add_writers(db, found):
    gone = {row[0] for row in db.execute("SELECT id FROM member WHERE state <> 'active'").fetchall()} | {None}
    numbers = Counter(found.owners.values())
    found.add("member", "notes", {each: number for each, number in numbers.items() if each not in gone})


def _topics(db, notes):
    return _numbers(_tally(db, "note_topic", "topic_id", notes))


def _products(db, notes):
    return dict(_tally(db, "note_product", "folded", notes))


def _others(numbers, thing):
    return {each: number for each, number in numbers.items() if each != thing.id}


def _about(db, thing, reader):
    """Return ``{note_id: owner_id}``."""
    clause, values = access.visible(reader)
    asked = f"SELECT note.id, note.owner_id FROM {_ABOUT[thing.kind]} AND NOT note.archived AND {clause}"
    return dict(db.execute(asked, {**values, "id": thing.id}).fetchall())


def _on_topic(db, topic_id, reader):
    clause, values = access.visible(reader, "topic_note")
    asked = f"SELECT note_id FROM topic_note WHERE topic_id = :topic AND {clause}"
    return [row[0] for row in db.execute(asked, {**values, "topic": topic_id}).fetchall()]


def _written(db, member_id, reader):
    clause, values = access.visible(reader)
    asked = f"SELECT id FROM note WHERE owner_id = :owner AND NOT archived AND {clause}"
    return [row[0] for row in db.execute(asked, {**values, "owner": member_id}).fetchall()]


def _topics_of(db, department_ids, reader):
    """Return ``{department_id: {topic_id: notes}}``."""
    found = {each: {} for each in department_ids}
    if found:
        written = note_counts.topics_of_departments(db, reader=reader, department_ids=department_ids)
        for topic_id, its in written.items():
            for department_id, notes in its.items():
                found[department_id][topic_id] = notes
    return found


def _tally(db, table, column, notes):
    """Return how many of some notes each other end has, by its text."""
    asked = f"SELECT group_concat({column}, char(10)) FROM json_each(:notes) CROSS JOIN {table} ON note_id = value"
    # As one text, for to sort them for a row each costs SQLite as much again.
    text = db.execute(asked, {"notes": notes}).fetchone()[0]
    return Counter(text.split("\n") if text else ())


def _numbers(tally):
    return {int(each): number for each, number in tally.items()}


def _some(kind, said):
    talks, notes = (said.get(each, {}) for each in ("talks", "notes"))
    both = {each: talks[each] + notes[each] for each in talks.keys() & notes.keys()}
    ids, best = set(), []
    for why, its in {"talks and notes": both, **said}.items():
        fresh = {each: weight for each, weight in its.items() if each not in ids} if ids else its
        # Of equals the newest; they stand last, and where they come first few are put in the place of others.
        strongest = heapq.nlargest(_RANKED, zip(reversed(fresh.values()), reversed(fresh), strict=True))
        best += [(*each, why) for each in strongest]
        ids |= fresh.keys()
    return Some(ids, tuple(_told(kind, *each) for each in heapq.nlargest(_RANKED, best)))


def _told(kind, weight, thing_id, why):
    values = {"score": f"{weight:.3f}"} if why == "score" else {"count": weight}
    return Near(Thing(kind, thing_id), weight, _WHY[why][weight != 1], values)
