"""Where somebody stands on the map, as the address says it: the middle, what is shown, what is open, the way there."""

from dataclasses import dataclass, replace

from flask import g, url_for

from kb.map import ego, things

# Of a longer way the beginning is forgotten.
_STEPS = 6


@dataclass(frozen=True, slots=True)
class Walk:
    """One place on the map; its methods return the addresses that lead on from it."""

    thing: things.Thing
    kinds: tuple
    opened: tuple
    way: tuple

    def address(self, endpoint="map.show"):
        """Return the address of this place, which one may keep or send."""
        asked = {
            "kind": self.kinds if self.kinds != things.KINDS else None,
            "open": [each.key for each in self.opened] or None,
            "way": [each.key for each in self.way] or None,
        }
        return url_for(endpoint, key=self.thing.key, **asked)

    def to(self, thing):
        """Return the address where `thing` is in the middle; back on the way, what came after it is forgotten."""
        way = (*self.way, self.thing)
        way = way[: way.index(thing)] if thing in way else way[-_STEPS:]
        return replace(self, thing=thing, opened=(), way=way).address()

    def open(self, thing):
        """Return the address where `thing` brings its neighbours along, or no longer does."""
        if thing in self.opened:
            return replace(self, opened=tuple(each for each in self.opened if each != thing)).address()
        return replace(self, opened=(*self.opened, thing)[-ego.MOST_OPEN :]).address()

    def toggle(self, kind):
        """Return the address where a kind is shown, or no longer; where none would be left, all are."""
        kinds = tuple(each for each in things.KINDS if (each in self.kinds) != (each == kind))
        return replace(self, kinds=kinds or things.KINDS).address()


def of_request(thing, args):
    """Return the `Walk` that the address of a request says; what in it is nothing is left out."""
    asked = args.getlist("kind")
    kinds = tuple(kind for kind in things.KINDS if kind in asked) or things.KINDS
    opened, way = (_things(args.getlist(name)) for name in ("open", "way"))
    return Walk(thing, kinds, opened[-ego.MOST_OPEN :], way[-_STEPS:])


def _things(keys):
    named = filter(None, map(things.of_key, keys[-_STEPS:]))
    return tuple(dict.fromkeys(things.settled(g.db, each, reader=g.reader) for each in named))
