"""The neighbourhood of one thing: what a page draws, and the list that says the same."""

from dataclasses import dataclass, replace

from kb import topics
from kb.map import around, experts, knowing, links, things
from kb.map.things import Thing

# With the one in the middle, never more things to look at.
MOST = 40
# Beyond so many nobody asks how many more lie next to a thing.
MORE = 99
# On the page of a thing its notes stand in a list of their own.
BESIDE_NOTES = tuple(kind for kind in things.KINDS if kind != "note")
# So many may be opened, and each brings so many at most.
MOST_OPEN = 3
_BROUGHT = 8
_STEPS = 3


@dataclass(frozen=True, slots=True)
class Node:
    """A thing of the picture.

    Attributes
    ----------
    parent : Thing or None
        What it hangs on; none for the one in the middle.
    why : str
        Why it is there: a catalogue key for ``values``.
    size : int
        1 to 3: how strong it is beside the strongest of its kind.
    more : int
        How many lie next to it that are not in the picture; one more than ``MORE`` stands for all beyond.
    """

    thing: Thing
    name: str
    parent: Thing | None
    why: str
    values: dict
    size: int
    more: int = 0


@dataclass(frozen=True, slots=True)
class Edge:
    """A line of the picture, from one thing to another; its sentence is a catalogue key for ``values``."""

    start: Thing
    end: Thing
    width: int
    why: str
    values: dict


@dataclass(frozen=True, slots=True)
class Ego:
    """A picture.

    Attributes
    ----------
    centre : Node
    nodes, edges : tuple
    totals, more : dict
        Of each kind, how many lie around the middle, and how many of these are not in the picture.
    opened : tuple of Thing
        What brought its own neighbours along.
    """

    centre: Node
    nodes: tuple
    edges: tuple
    totals: dict
    more: dict
    opened: tuple

    @property
    def names(self):
        return {node.thing: node.name for node in (self.centre, *self.nodes)}


def of(db, thing, *, reader, now, kinds=things.KINDS, opened=()):
    """Return the `Ego` around a thing.

    Parameters
    ----------
    thing : Thing
    kinds : sequence of str
        Of what kinds neighbours may be.
    opened : sequence of Thing
        What brings its own neighbours along, the newest last; what is not in the picture is left out.

    Raises
    ------
    kb.errors.NotFound
        Of a thing that `reader` may not know of.
    """
    called = things.name(db, thing, reader=reader)
    opened = [each for each in dict.fromkeys(opened) if each != thing][-MOST_OPEN:]
    found = _of_kinds(around.around(db, thing, reader=reader, now=now), kinds)
    room = MOST - 1 - _BROUGHT * len(opened)
    picked = {thing: Node(thing, called, None, "", {}, _STEPS)}
    _pick(db, picked, thing, found, room, opened, reader)
    is_open = []
    for each in opened:
        if each in picked:
            is_open.append(each)
            its = _of_kinds(around.near(db, each, reader=reader, now=now), kinds)
            _pick(db, picked, each, its, min(_BROUGHT, MOST - len(picked)), opened, reader)
    joined = links.between(db, picked, reader=reader)
    totals = {kind: len(some.ids) for kind, some in found.items()}
    shown = things.by_kind(picked)
    more = {kind: totals[kind] - len(some.ids.intersection(shown.get(kind, ()))) for kind, some in found.items()}
    counted = _counted(db, picked, joined, kinds, reader)
    nodes = [replace(node, more=counted[each]) for each, node in picked.items() if each != thing]
    return Ego(picked[thing], tuple(nodes), tuple(_edges(picked, joined)), totals, more, tuple(is_open))


def warning(db, topic, *, reader):
    """Return ``("none", [])`` for a topic nobody here knows, ``("sole", [name])`` for one only one does, or None."""
    if not topics.sorted_of({topic.id: topic.name}):
        return None
    few = experts.known_by_few(db, [topic.id], reader=reader)
    return ("sole" if few[topic.id] else "none", few[topic.id]) if few else None


def _of_kinds(found, kinds):
    return {kind: found[kind] for kind in things.KINDS if kind in found and kind in kinds}


def _pick(db, picked, parent, found, room, forced, reader):
    """Add the strongest neighbours of each kind in turn to what was picked, those that must be there before them."""
    strongest = {kind: some.strongest[0].weight for kind, some in found.items()}
    queues = {kind: [each for each in some.strongest if each.thing not in picked] for kind, some in found.items()}
    chosen = [each for queue in queues.values() for each in queue if each.thing in forced]
    queues = {kind: iter([each for each in queue if each.thing not in forced]) for kind, queue in queues.items()}
    while queues and len(chosen) < room:
        for kind in list(queues):
            each = next(queues[kind], None)
            if each is None:
                del queues[kind]
            elif len(chosen) < room:
                chosen.append(each)
    chosen = chosen[: max(room, 0)]
    names = things.names(db, [each.thing for each in chosen], reader=reader)
    for each in sorted(chosen, key=lambda each: things.KINDS.index(each.thing.kind)):
        if each.thing in names:
            share = each.weight / (strongest[each.thing.kind] or 1)
            size = 1 + round((_STEPS - 1) * share)
            picked[each.thing] = Node(each.thing, names[each.thing], parent, each.why, each.values, size)


def _counted(db, picked, joined, kinds, reader):
    """Return how many lie next to each thing that are not in the picture, as far as anybody asks."""
    shown = {each: set() for each in picked}
    for link in joined:
        for one, other in ((link.left, link.right), (link.right, link.left)):
            shown[one].add(other)
    # The colleagues of a picture are few; those who know one of its topics can be thousands.
    ids = things.by_kind(picked)
    for pair in knowing.known(db, ids.get("member", ()), topic_ids=ids.get("topic", ()), reader=reader):
        topic, member = (Thing(*each) for each in zip(("topic", "member"), pair, strict=True))
        shown[topic].add(member)
        shown[member].add(topic)
    found = {}
    for each, numbers in around.counts(db, list(picked), reader=reader, most=MORE + 1 + MOST).items():
        those = [other for other in shown[each] if other.kind in kinds]
        more = sum(number for kind, number in numbers.items() if kind in kinds) - len(those)
        found[each] = min(more, MORE + 1)
    return found


def _edges(picked, joined):
    """Return one line for each pair: to what each hangs on, and of every link between two that are there."""
    said = {}
    for link in joined:
        said.setdefault(link.ends, link)
    hangs = {frozenset((each.thing, each.parent)): each for each in picked.values() if each.parent}
    for ends, node in hangs.items():
        link = said.pop(ends, None)
        yield Edge(node.parent, node.thing, node.size, *(_sentence(link, picked) if link else (node.why, node.values)))
    for link in said.values():
        yield Edge(link.left, link.right, 1, *_sentence(link, picked))


def _sentence(link, picked):
    names = {"left": picked[link.left].name, "right": picked[link.right].name}
    return links.why(link), {**names, "count": link.count}
