"""Where the things of a map stand in its picture: each in a cell of its own, so that no name covers another.

The cells are laid like bricks around the middle. The same picture comes out of the same neighbours.
"""

import functools
import math
import re
import unicodedata
from dataclasses import dataclass

from web import assets

_CELL = (144, 60)
_COLUMNS = 6
WIDTH = _CELL[0] * _COLUMNS
_LEAST_ROWS = 5
# Of all cells so many may be taken: what is left gives the lines room.
_FULL = 0.8
# Around the circle in this order, so that things of one kind stand together; from the left over the top.
_ORDER = ("member", "department", "topic", "note", "product", "source", "customer")
_BOXED = ("topic", "department")
# What fits into a box, beneath a shape, and into the middle.
_IN_BOX, _BENEATH, _IN_THE_MIDDLE = 92, 132, 168
_LETTER, _HAN = 8, 14
_MIDDLE = (200, 34)
# So far to the right the number beside a thing reaches at most.
_BADGE = 70
# The names of the last row reach a little beneath their cells.
_UNDER = 8


@dataclass(frozen=True, slots=True)
class Place:
    """A thing at its place: the middle of its shape, its name as far as there is room, half the width of its box."""

    node: object
    x: float
    y: float
    label: str
    half: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """Places by thing; lines as ``(edge, x1, y1, x2, y2)``."""

    height: int
    centre: Place
    places: tuple
    lines: tuple


def drawing(ego):
    """Return the `Drawing` of a `kb.map.ego.Ego`."""
    nodes = _in_turn(ego)
    rows = _LEAST_ROWS
    while len(cells := _cells(rows)) * _FULL < len(nodes):
        rows += 2
    height = rows * _CELL[1]
    called = _fitting(ego.centre.name, _IN_THE_MIDDLE)
    centre = Place(ego.centre, WIDTH / 2, height / 2, called, width(called) / 2 + 16)
    wanted = {node.thing: _wanted(at / len(nodes), node, ego.centre.thing, height) for at, node in enumerate(nodes)}
    taken = {}
    for node in sorted(nodes, key=lambda node: (-node.size, nodes.index(node))):
        x, y = wanted[node.thing]
        taken[node.thing] = min(cells, key=lambda cell: ((cell[0] - x) ** 2 + 2 * (cell[1] - y) ** 2, cell))
        cells.remove(taken[node.thing])
    places = {node.thing: _place(node, *taken[node.thing]) for node in nodes} | {ego.centre.thing: centre}
    lines = tuple(
        (edge, places[edge.start].x, places[edge.start].y, places[edge.end].x, places[edge.end].y) for edge in ego.edges
    )
    return Drawing(height + _UNDER, centre, tuple(places[node.thing] for node in nodes), lines)


def box(place):
    """Return ``(left, top, right, bottom)`` of what a place takes: its shape, its name, the number beside it."""
    if place.node.parent is None:
        return place.x - place.half, place.y - _MIDDLE[1] / 2, place.x + place.half, place.y + _MIDDLE[1] / 2
    is_boxed = place.node.thing.kind in _BOXED
    half = max(place.half, _BADGE if place.node.more else 0, 0 if is_boxed else width(place.label) / 2)
    return place.x - half, place.y - 25, place.x + half, place.y + (14 if is_boxed else place.half + 19)


def width(text):
    """Return about how wide a text is in the picture."""
    return sum(_HAN if unicodedata.east_asian_width(sign) in "WFA" else _LETTER for sign in text)


@functools.cache
def colours():
    """Return ``{name: colour}`` of the light tokens: a picture that leaves the page takes them along."""
    text = (assets.FOLDER / "css" / "tokens.css").read_text("utf-8")
    light = re.search(r":root \{(.*?)\n\}", text, re.DOTALL)[1]
    return dict(re.findall(r"--([\w-]+): (#[0-9A-Fa-f]{6});", light))


def _in_turn(ego):
    """Return the things around the middle as they stand around it, what hangs on another right after it."""
    own = [node for node in ego.nodes if node.parent == ego.centre.thing]
    turn = sorted(own, key=lambda node: _ORDER.index(node.thing.kind))
    for thing in ego.opened:
        at = next(at for at, node in enumerate(turn) if node.thing == thing)
        turn[at + 1 : at + 1] = [node for node in ego.nodes if node.parent == thing]
    return turn


def _wanted(share, node, centre, height):
    """Return where a thing would best stand: the stronger, the nearer; what hangs on another thing at the edge."""
    angle = math.pi + 2 * math.pi * share
    reach = 1.0 if node.parent != centre else 0.95 - 0.15 * node.size
    return WIDTH / 2 * (1 + reach * math.cos(angle)), height / 2 * (1 + reach * math.sin(angle))


def _cells(rows):
    """Return the middles of the cells, those left out that the middle of the picture needs."""
    found = []
    for row in range(rows):
        # The middle row has a brick in the middle, which the thing there takes.
        shift = _CELL[0] / 2 if (row - rows // 2) % 2 == 0 else 0
        y = _CELL[1] * (row + 0.5)
        for column in range(_COLUMNS):
            x = _CELL[0] * (column + 0.5) + shift
            is_free = abs(x - WIDTH / 2) >= (_CELL[0] + _MIDDLE[0]) / 2 or abs(y - rows * _CELL[1] / 2) >= _CELL[1] - 1
            if x + _CELL[0] / 2 <= WIDTH and is_free:
                found.append((x, y))
    return found


def _place(node, x, y):
    is_boxed = node.thing.kind in _BOXED
    label = _fitting(node.name, _IN_BOX if is_boxed else _BENEATH)
    return Place(node, x, y, label, width(label) / 2 + 10 if is_boxed else 10 + 2 * node.size)


def _fitting(text, most):
    """Return a text as far as it fits."""
    text = " ".join(text.split())
    if width(text) <= most:
        return text
    while text and width(text) + _HAN > most:
        text = text[:-1]
    return text.rstrip() + "…"
