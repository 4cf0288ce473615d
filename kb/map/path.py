"""How two things of the map are connected: the shortest ways over links that the reader may see."""

from dataclasses import dataclass
from itertools import islice

from kb.map import links, things
from kb.map.things import Thing

# Of two colleagues a note on one topic each makes four steps, and a small company has few topics in common: in the demo
# no way to a customer is longer than nine. What is further apart is connected with everything.
LONGEST = 10
_TOLD = 5
_LOOKED_AT = 500
# About how many links a thing of each kind has in a store of 100,000 notes: one goes on from where they are few.
_LINKS = {"topic": 1000, "member": 500, "department": 20, "customer": 20, "product": 20, "note": 5, "source": 3}
# Somebody can be called; a topic, a product or a department is shared by many who do not know each other.
_WEAK = ("topic", "product", "department")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a way: the thing it leads to, and every link that says so."""

    thing: Thing
    links: tuple


@dataclass(frozen=True, slots=True)
class Found:
    """The ways between two things, those over people first, and how many of the same length there are in all.

    ``ways`` are tuples of `Step`, ``names`` names the things of them.
    """

    ways: tuple
    total: int
    names: dict


def between(db, start, end, *, reader):
    """Return the shortest ways from one thing to another as `Found`; no way is longer than ``LONGEST`` steps.

    Both ends must be known to `reader`, as `kb.map.things.name` finds out.
    """
    sides = (_Side(start), _Side(end))
    while not (met := sides[0].distance.keys() & sides[1].distance.keys()):
        if sum(side.depth for side in sides) == LONGEST or not all(side.edge for side in sides):
            return Found((), 0, {})
        near, far = sorted(sides, key=_Side.cost)
        near.widen(db, reader, far.edge)
    length = min(sides[0].distance[each] + sides[1].distance[each] for each in met)
    # Every shortest way goes through exactly one of these.
    cut = min(sides[0].depth, length)
    through = [each for each in met if sides[0].distance[each] == cut and sides[1].distance[each] == length - cut]
    total = sum(sides[0].number(each) * sides[1].number(each) for each in through)
    # There may be thousands, and most lead over the same few: those over people come first, whatever is left out.
    through.sort(key=lambda each: (sides[0].weak(each) + sides[1].weak(each), each))
    every = (
        _steps(there, back[::-1])
        for middle in through
        for there in sides[0].ways(middle)
        for back in sides[1].ways(middle)
    )
    ways = sorted(islice(every, _LOOKED_AT), key=_rank)[:_TOLD]
    named = {step.thing for way in ways for step in way} | {start, end}
    return Found(tuple(ways), total, things.names(db, named, reader=reader))


class _Side:
    """What is reached from one end, level by level, and over which links."""

    def __init__(self, start):
        self.distance = {start: 0}
        self.before = {start: {}}
        self.edge = [start]
        self.depth = 0
        self._numbers, self._weak = {start: 1}, {start: 0}

    def widen(self, db, reader, ends):
        """Go one step further from all that was reached last: where any of the `ends` are reached, to these alone."""
        here, self.depth = set(self.edge), self.depth + 1
        self.edge = []
        # The last step is the widest, and most of what lies beyond it is on no way.
        for link in links.across(db, here, ends, reader=reader) or links.at(db, here, reader=reader):
            for near, far in ((link.left, link.right), (link.right, link.left)):
                if near not in here or self.distance.get(far, self.depth) < self.depth:
                    continue
                if far not in self.distance:
                    self.distance[far] = self.depth
                    self.before[far] = {}
                    self.edge.append(far)
                self.before[far].setdefault(near, []).append(link)

    def cost(self):
        """Return about how many links leave what was reached last."""
        return sum(_LINKS[each.kind] for each in self.edge)

    def number(self, thing):
        """Return how many shortest ways lead from the start to a thing."""
        if thing not in self._numbers:
            self._numbers[thing] = sum(self.number(each) for each in self.before[thing])
        return self._numbers[thing]

    def weak(self, thing):
        """Return over how few weak things a shortest way leads from the start to a thing."""
        if thing not in self._weak:
            self._weak[thing] = min(self.weak(each) for each in self.before[thing]) + (thing.kind in _WEAK)
        return self._weak[thing]

    def ways(self, thing):
        """Yield the shortest ways from the start to a thing, each a list of ``(thing, links)``.

        Those over the fewest weak things come first, then those of the newest links.
        """
        if not self.before[thing]:
            yield [(thing, ())]
            return
        newest = sorted(self.before[thing].items(), key=lambda each: _newest(each[1]), reverse=True)
        for near, said in sorted(newest, key=lambda each: self.weak(each[0])):
            for way in self.ways(near):
                yield [*way, (thing, tuple(said))]


def _newest(said):
    return max(link.at or "" for link in said)


def _steps(there, back):
    """Return the steps of a way out of its two halves: in the second, a step's links stand with the thing before it."""
    steps = [Step(thing, said) for thing, said in there]
    for (_, said), (thing, _) in zip(back, back[1:], strict=False):
        steps.append(Step(thing, said))
    return tuple(steps)


def _rank(way):
    weak = sum(step.thing.kind in _WEAK for step in way)
    dates = sorted((_newest(step.links) for step in way if step.links), reverse=True)
    return weak, [_turned(each) for each in dates], [step.thing for step in way]


def _turned(text):
    """Return what sorts the other way round than a text does."""
    return [-ord(sign) for sign in text] or [0]
