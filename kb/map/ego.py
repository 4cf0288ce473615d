"""The neighbourhood of one topic or one member: what a page draws, and the list that says the same."""

from dataclasses import dataclass

from kb import access, sources
from kb.errors import N_
from kb.map import experts

# With the one in the middle, never more than forty things to look at.
MOST = {"member": 12, "topic": 11, "customer": 8, "source": 8}


@dataclass(frozen=True, slots=True)
class Node:
    """One neighbour: `kind` is member, topic, customer or source; ``why`` is a template for ``count`` or ``score``.

    ``strength`` in [0, 1] compares it with the strongest of its kind.
    """

    kind: str
    id: int
    name: str
    strength: float
    why: str
    values: dict


@dataclass(frozen=True, slots=True)
class Ego:
    """The neighbours of one thing, and ``more``: how many of each kind are not among them."""

    nodes: tuple
    more: dict


def of_topic(db, topic_id, people, *, reader):
    """Return the people, topics, customers and sources around a topic; `people` as `kb.map.experts.experts` gives."""
    people = [("member", each.member_id, each.name, each.score) for each in people if each.state == "active"]
    clause, values = access.visible(reader)
    shared = db.query(
        f"""SELECT topic.id, topic.name, count(*) AS n
              FROM note
              JOIN note_topic AS here ON here.note_id = note.id AND here.topic_id = :topic
              JOIN note_topic AS other ON other.note_id = note.id AND other.topic_id <> :topic
              JOIN topic ON topic.id = other.topic_id
             WHERE note.archived = 0 AND {clause}
             GROUP BY topic.id ORDER BY n DESC, topic.name""",
        {**values, "topic": topic_id},
    )
    customers = db.query(
        f"""SELECT customer.id, customer.name, count(*) AS n
              FROM note
              JOIN note_topic ON note_topic.note_id = note.id AND note_topic.topic_id = :topic
              JOIN note_customer ON note_customer.note_id = note.id
              JOIN customer ON customer.id = note_customer.customer_id AND customer.archived = 0
             WHERE note.archived = 0 AND {clause}
             GROUP BY customer.id ORDER BY n DESC, customer.name""",
        {**values, "topic": topic_id},
    )
    registered = sources.listing(db, reader=reader, topic_id=topic_id)
    return _ego(
        people,
        [("topic", row["id"], row["name"], row["n"]) for row in shared],
        [("customer", row["id"], row["name"], row["n"]) for row in customers],
        [("source", each.id, each.name, 1) for each in registered],
    )


def of_member(db, member_id, known, *, reader):
    """Return the topics, customers and sources around a member; `known` as `kb.map.experts.known_by` gives."""
    clause, values = access.visible(reader)
    customers = db.query(
        f"""SELECT customer.id, customer.name, count(*) AS n
              FROM note
              JOIN note_customer ON note_customer.note_id = note.id
              JOIN customer ON customer.id = note_customer.customer_id AND customer.archived = 0
             WHERE note.owner_id = :member AND note.archived = 0 AND {clause}
             GROUP BY customer.id ORDER BY n DESC, customer.name""",
        {**values, "member": member_id},
    )
    return _ego(
        [("topic", topic_id, name, score) for topic_id, name, score, _ in known],
        [("customer", row["id"], row["name"], row["n"]) for row in customers],
        [("source", each.id, each.name, 1) for each in sources.listing(db, reader=reader, owner_id=member_id)],
    )


def warning(db, topic, *, reader):
    """Return ``("none", [])`` for a topic nobody here knows, ``("sole", [name])`` for one only one does, or None."""
    names = experts.knowers(db, [topic.id], reader=reader)[topic.id]
    return {0: ("none", names), 1: ("sole", names)}.get(len(names))


_WHY = {
    "member": N_("score %(score)s"),
    "topic": N_("%(count)s notes on both"),
    "customer": N_("%(count)s notes"),
    "source": N_("registered"),
    "known": N_("score %(score)s"),
}
_WHY_OF_ONE = {**_WHY, "topic": N_("%(count)s note on both"), "customer": N_("%(count)s note")}


def _ego(*groups):
    nodes, more = [], {}
    for group in groups:
        for kind, thing_id, name, weight in group[: MOST[group[0][0]] if group else 0]:
            nodes.append(Node(kind, thing_id, name, weight / group[0][3], *_why(kind, weight)))
        if group and len(group) > MOST[group[0][0]]:
            more[group[0][0]] = len(group) - MOST[group[0][0]]
    return Ego(tuple(nodes), more)


def _why(kind, weight):
    if isinstance(weight, float):
        return _WHY["known"], {"score": f"{weight:.3f}"}
    return (_WHY_OF_ONE if weight == 1 else _WHY)[kind], {"count": weight}
