"""What lies next to one thing of the map: the strongest of each kind, and how many there are before anybody asks.

Next to a thing are the other ends of its links, and who knows a topic. Around the one in the middle stands, besides,
what shares its notes: too many steps to draw, but what one looks for.
"""

import heapq
import json
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

    ids: frozenset
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
    """Neighbours by kind and id, each with its weight and the reason said first: links come before shared notes."""

    def __init__(self):
        self.kinds, self.scores = {}, {}

    def add(self, kind, why, weights):
        its, fresh = self.kinds.get(kind, {}), {thing_id: (weight, why) for thing_id, weight in weights}
        self.kinds[kind] = fresh | its
        if why in ("talks", "notes"):
            for thing_id in fresh.keys() & its.keys():
                if {why, its[thing_id][1]} == {"talks", "notes"}:
                    self.kinds[kind][thing_id] = (its[thing_id][0] + fresh[thing_id][0], "talks and notes")

    def ids(self, kind):
        # In the order of the tables: a walk over them is a third cheaper.
        return json.dumps(sorted(self.kinds.get(kind, ())))

    def some(self):
        return {kind: Some(frozenset(its), tuple(_strongest(kind, its))) for kind, its in self.kinds.items() if its}


def near(db, thing, *, reader, now):
    """Return ``{kind: Some}`` of what lies next to a thing."""
    return _near(db, thing, reader, now).some()


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
        own = knowing.knowers(db, [thing.id], reader=reader)
        found.add("member", "score", [(member_id, found.scores.get(member_id, 0.0)) for _, member_id in own])
        _add_notes(db, found, _on_topic(db, thing.id, reader))
    elif thing.kind == "member":
        known = experts.known_by(db, thing.id, reader=reader, now=now, limit=0)
        found.scores = {topic_id: score for topic_id, _, score, *_ in known}
        own = knowing.known(db, [thing.id], reader=reader)
        found.add("topic", "score", [(topic_id, found.scores.get(topic_id, 0.0)) for topic_id, _ in own])
        _add_notes(db, found, _written(db, thing.id, reader))
    elif thing.kind == "department":
        found.add("topic", "notes", _topics_of(db, [thing.id], reader)[thing.id].items())
    _add_links(db, found, thing, reader)
    if thing.kind == "department":
        its = found.kinds.get("member", {})
        written = note_counts.owners(db, its, reader=reader)
        found.kinds["member"] = {each: (written.get(each, 0), "notes") for each in its}
    return found


# How a link is told beside its right end, and beside its left one.
_ENDS = {"cites": ("cited", "citing"), "under": ("whole", "part"), "talked": ("talks", "talks")}
# Of these the notes are many, and found in another way.
_APART = {"topic": ("carries",), "member": ("wrote",)}


def _add_links(db, found, thing, reader):
    hows = [how for how in links.DRAWN if how not in _APART.get(thing.kind, ())]
    about = []
    for link in links.at(db, [thing], reader=reader, hows=hows):
        is_left = link.left == thing
        other = link.right if is_left else link.left
        if other.kind == "note" and thing.kind in ("customer", "product"):
            about.append(other.id)
        else:
            why = _ENDS.get(link.how, (link.how, link.how))[0 if is_left else 1]
            found.add(other.kind, why, [(other.id, link.count)])
    _add_notes(db, found, about)


def _around_topic(db, found, thing, reader):
    # Who knows a topic below knows something of this one.
    found.add("member", "score", found.scores.items())
    its = found.ids("note")
    found.add("topic", "shares", _tally(db, "note_topic", "topic_id", its, own=thing.id))
    _add_customers(db, found)
    _add_products(db, found)


def _around_customer(db, found, thing, reader):
    _add_topics_and_writers(db, found)
    _add_products(db, found)


def _around_product(db, found, thing, reader):
    _add_topics_and_writers(db, found)
    _add_customers(db, found)
    found.add("product", "shares", _tally(db, "note_product", "folded", found.ids("note"), own=thing.id))


def _around_member(db, found, thing, reader):
    found.add("topic", "score", found.scores.items())
    _add_customers(db, found)
    _add_products(db, found)


def _around_note(db, found, thing, reader):
    for link in links.at(db, [thing], reader=reader, hows=("edited", "proved", "used")):
        found.add("member", link.how, [(link.right.id, 1)])


_SHARING = {
    "topic": _around_topic, "customer": _around_customer, "product": _around_product, "member": _around_member,
    "note": _around_note,
}  # fmt: skip
_HERE = "owner_id IN (SELECT id FROM member WHERE state = 'active')"


def _add_notes(db, found, note_ids):
    """Add notes: what others used most, and then what is newest."""
    rows = db.execute(
        """SELECT note_id, count(*) FROM json_each(:notes) CROSS JOIN note_use ON note_id = value
            WHERE result <> 'failed' GROUP BY 1""",
        {"notes": json.dumps(sorted(note_ids))},
    )
    found.add("note", "uses", rows.fetchall())
    found.add("note", "new", [(each, 0) for each in note_ids])


def _add_customers(db, found):
    here = "customer_id IN (SELECT id FROM customer WHERE archived = 0)"
    found.add("customer", "notes", _tally(db, "note_customer", "customer_id", found.ids("note"), here))


def _add_products(db, found):
    found.add("product", "notes", _tally(db, "note_product", "folded", found.ids("note")))


def _add_topics_and_writers(db, found):
    its = found.ids("note")
    found.add("topic", "notes", _tally(db, "note_topic", "topic_id", its))
    found.add("member", "notes", _tally(db, "note", "owner_id", its, _HERE))


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


def _tally(db, table, column, notes, of="1", own=""):
    """Return ``[(other end, number)]`` of some notes; `of` is asked last, or it would be walked over first."""
    note = "note.id" if table == "note" else "note_id"
    return db.execute(
        f"""SELECT {column}, count(*) FROM json_each(:notes) CROSS JOIN {table} ON {note} = value
             WHERE {column} <> :own GROUP BY 1 HAVING {of}""",
        {"own": own, "notes": notes},
    ).fetchall()


def _strongest(kind, its):
    # Of equals the newest.
    ranked = heapq.nlargest(_RANKED, its, key=lambda each: (its[each][0], each))
    for thing_id in ranked:
        weight, why = its[thing_id]
        values = {"score": f"{weight:.3f}"} if why == "score" else {"count": weight}
        yield Near(Thing(kind, thing_id), weight, _WHY[why][weight != 1], values)
