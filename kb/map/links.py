"""How things hang together: every link is a row that somebody wrote, seen by those who see the note it stands in.

A link has a left and a right end; its sentence names both. What only follows from links, such as that a customer and
a topic share notes, is no link.
"""

import json
from dataclasses import dataclass
from typing import NamedTuple

from kb import access, topics
from kb.errors import N_
from kb.map.things import Thing, by_kind


class Link(NamedTuple):
    """One link: `how` is a name of ``RELATIONS``, ``count`` how many rows say it, ``at`` the newest instant or None."""

    left: Thing
    right: Thing
    how: str
    count: int = 1
    at: str | None = None

    @property
    def ends(self):
        return frozenset((self.left, self.right))


@dataclass(frozen=True, slots=True)
class Relation:
    """Links of one sort: the columns of both ends, the tables with the condition, and the sentence that says it.

    ``{note}``, ``{source_note}`` and ``{interaction}`` in `rows` are what `kb.access.visible` says of these.
    """

    left: str
    right: str
    columns: tuple
    rows: str
    why: str
    at: str = "NULL"
    why_many: str | None = None


_MADE = """reason JOIN note ON note.id = reason.note_id JOIN member ON member.id = reason.member_id
    WHERE reason.kind = '{kind}' AND member.state = 'active' AND NOT note.archived AND {{note}}"""

# A plus before a column keeps SQLite from walking over all customers first.
RELATIONS = {
    "carries": Relation(
        "note", "topic", ("note_topic.note_id", "note_topic.topic_id"),
        "note_topic JOIN note ON note.id = note_topic.note_id WHERE NOT note.archived AND {note}",
        N_("“%(left)s” is about the topic %(right)s"),
    ),
    "concerns": Relation(
        "note", "customer", ("note_customer.note_id", "note_customer.customer_id"),
        """note_customer JOIN note ON note.id = note_customer.note_id
             JOIN customer ON customer.id = note_customer.customer_id
            WHERE +customer.archived = 0 AND NOT note.archived AND {note}""",
        N_("“%(left)s” is about the customer %(right)s"),
    ),
    "names": Relation(
        "note", "product", ("note_product.note_id", "note_product.folded"),
        "note_product JOIN note ON note.id = note_product.note_id WHERE NOT note.archived AND {note}",
        N_("“%(left)s” is about the product %(right)s"),
    ),
    "wrote": Relation(
        "note", "member", ("note.id", "note.owner_id"),
        """note JOIN member ON member.id = note.owner_id
            WHERE member.state = 'active' AND NOT note.archived AND {note}""",
        N_("%(right)s wrote “%(left)s”"), "note.created_at",
    ),
    "edited": Relation(
        "note", "member", ("reason.note_id", "reason.member_id"), _MADE.format(kind="edited"),
        N_("%(right)s improved “%(left)s”"), "reason.at",
    ),
    "proved": Relation(
        "note", "member", ("reason.note_id", "reason.member_id"), _MADE.format(kind="proved"),
        N_("%(right)s gave evidence for “%(left)s”"), "reason.at",
    ),
    "used": Relation(
        "note", "member", ("note_use.note_id", "note_use.member_id"),
        """note_use JOIN note ON note.id = note_use.note_id JOIN member ON member.id = note_use.member_id
            WHERE member.state = 'active' AND NOT note.archived AND {note}""",
        N_("%(right)s used “%(left)s”"), "note_use.used_at",
    ),
    "cites": Relation(
        "note", "note", ("evidence.note_id", "evidence.source_note_id"),
        """evidence JOIN note ON note.id = evidence.note_id
             JOIN note AS source_note ON source_note.id = evidence.source_note_id
            WHERE evidence.removed_at IS NULL AND NOT note.archived AND NOT source_note.archived
              AND {note} AND {source_note}""",
        N_("“%(left)s” rests on “%(right)s”"), "evidence.created_at",
    ),
    "registered": Relation(
        "source", "topic", ("source_topic.source_id", "source_topic.topic_id"),
        "source_topic JOIN source ON source.id = source_topic.source_id WHERE source.archived = 0",
        N_("“%(left)s” holds knowledge of the topic %(right)s"),
    ),
    "keeps": Relation(
        "source", "member", ("source.id", "source.owner_id"),
        "source JOIN member ON member.id = source.owner_id WHERE source.archived = 0 AND member.state = 'active'",
        N_("%(right)s looks after “%(left)s”"),
    ),
    "works": Relation(
        "member", "department", ("member.id", "member.department_id"), "member WHERE member.state = 'active'",
        N_("%(left)s works in %(right)s"),
    ),
    "talked": Relation(
        "member", "customer", ("interaction.owner_id", "interaction.customer_id"),
        """interaction JOIN member ON member.id = interaction.owner_id
             JOIN customer ON customer.id = interaction.customer_id
            WHERE interaction.archived = 0 AND member.state = 'active' AND +customer.archived = 0 AND {interaction}""",
        N_("%(left)s spoke with %(right)s"), "interaction.happened_at",
        N_("%(left)s spoke with %(right)s %(count)s times"),
    ),
}  # fmt: skip
UNDER = N_("%(left)s stands under %(right)s")
# Those of a picture: who else worked on a note is told by the note itself.
DRAWN = ("carries", "concerns", "names", "wrote", "cites", "registered", "keeps", "works", "talked")


def why(link):
    """Return the sentence of a link: a catalogue key with ``left``, ``right`` and ``count`` to fill."""
    if link.how == "under":
        return UNDER
    relation = RELATIONS[link.how]
    return relation.why_many if link.count > 1 and relation.why_many else relation.why


def at(db, things, *, reader, hows=tuple(RELATIONS)):
    """Return the links of which at least one end is among `things`, as far as `reader` may see them."""
    ids, found = by_kind(things), []
    for how in hows:
        relation = RELATIONS[how]
        for side, kind in enumerate((relation.left, relation.right)):
            if kind in ids:
                found += _asked(db, how, {side: ids[kind]}, reader)
    return list(dict.fromkeys(found + _under(db, ids.get("topic", ()), reader)))


def across(db, some, others, *, reader):
    """Return the links from some things to others, none of which is among both, as far as `reader` may see them."""
    ids, there, found = by_kind(some), by_kind(others), []
    for how, relation in RELATIONS.items():
        for left, right in ((ids, there), (there, ids)):
            if relation.left in left and relation.right in right:
                found += _asked(db, how, {0: left[relation.left], 1: right[relation.right]}, reader)
    among = set(others)
    return found + [link for link in _under(db, ids.get("topic", ()), reader) if link.ends & among]


def between(db, things, *, reader, hows=DRAWN):
    """Return the links of which both ends are among `things`, as far as `reader` may see them."""
    ids, found = by_kind(things), []
    for how in hows:
        relation = RELATIONS[how]
        if relation.left in ids and relation.right in ids:
            found += _asked(db, how, {0: ids[relation.left], 1: ids[relation.right]}, reader)
    among = set(things)
    return found + [link for link in _under(db, ids.get("topic", ()), reader) if link.ends <= among]


def counts(db, things, *, reader, most, hows=DRAWN):
    """Return ``{thing: {kind: number}}`` of the other ends of the links of some things; a kind without one is left out.

    Only of relations between kinds that no other of `hows` joins: an end is counted once; nothing is beyond `most`.
    """
    ids, found = by_kind(things), {thing: {} for thing in things}
    alike = _under(db, ids.get("topic", ()), reader)
    for how in hows:
        relation = RELATIONS[how]
        if relation.left == relation.right:
            alike += [link for side in (0, 1) for link in _asked(db, how, {side: ids.get(relation.left, [])}, reader)]
            continue
        for side, kind in enumerate((relation.left, relation.right)):
            if kind in ids:
                other = (relation.left, relation.right)[1 - side]
                for thing_id, number in _counted(db, how, side, ids[kind], reader, most):
                    found[Thing(kind, thing_id)][other] = number
    for ends in {link.ends for link in alike}:
        for thing in ends & found.keys():
            found[thing][thing.kind] = found[thing].get(thing.kind, 0) + 1
    return found


def _asked(db, how, sides, reader):
    relation = RELATIONS[how]
    rows, values = _rows(relation, sides, reader)
    left, right = relation.columns
    query = f"SELECT {left}, {right}, count(*), max({relation.at}) FROM {rows} GROUP BY 1, 2"
    return [
        Link(Thing(relation.left, a), Thing(relation.right, b), how, number, when)
        for a, b, number, when in db.execute(query, values).fetchall()
    ]


def _counted(db, how, side, ids, reader, most):
    relation = RELATIONS[how]
    rows, values = _rows(relation, {}, reader)
    mine, other = relation.columns[side], relation.columns[1 - side]
    # One by one, and no further than anybody reads: the best known have them by the thousand.
    asked = f"""SELECT each.value, (SELECT count(*) FROM (SELECT DISTINCT {other} FROM {rows} AND {mine} = each.value
                                                           LIMIT :most)) AS number
                  FROM json_each(:ids) AS each WHERE number"""
    return db.execute(asked, {**values, "ids": json.dumps(ids), "most": most}).fetchall()


def _rows(relation, sides, reader):
    seen, values = access.visible(reader)
    of_source, _ = access.visible(reader, "source_note")
    of_talk, _ = access.visible(reader, "interaction")
    rows = relation.rows.format(note=seen, source_note=of_source, interaction=of_talk)
    for side, ids in sides.items():
        rows += f" AND {relation.columns[side]} IN (SELECT value FROM json_each(:side{side}))"
        values = {**values, f"side{side}": json.dumps(ids)}
    return rows, values


def _under(db, topic_ids, reader):
    """Return the links to the topics above and under some topics."""
    pairs = topics.parents(db, topic_ids)
    known = topics.seen(db, {each for pair in pairs for each in pair}, reader=reader)
    return [
        Link(Thing("topic", child), Thing("topic", parent), "under")
        for child, parent in pairs
        if child in known and parent in known
    ]
