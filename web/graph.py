"""Where the neighbours of one thing stand in a drawing: two bows around the middle, so that no name covers another."""

import math
from dataclasses import dataclass

WIDTH = 760
_ROW = 30
_LEAST_HEIGHT = 220
_REACH = 190
_BOW = 60


@dataclass(frozen=True, slots=True)
class Place:
    """A neighbour at its place: its centre, the width of its edge in steps 1 to 3, and whether it stands left."""

    node: object
    x: float
    y: float
    width: int
    is_left: bool


def places(nodes):
    """Return ``(places, height)``: people and customers at the left, topics and sources at the right.

    Parameters
    ----------
    nodes : sequence of kb.map.ego.Node
    """
    left = [node for node in nodes if node.kind in ("member", "customer")]
    right = [node for node in nodes if node.kind not in ("member", "customer")]
    if not left or not right:
        half = (len(nodes) + 1) // 2
        left, right = list(nodes[:half]), list(nodes[half:])
    height = max(_LEAST_HEIGHT, _ROW * (max(len(left), len(right)) + 1))
    return [*_side(left, height, True), *_side(right, height, False)], height


def _side(nodes, height, is_left):
    found = []
    for at, node in enumerate(nodes, 1):
        y = height * at / (len(nodes) + 1)
        bow = _BOW * math.sin(math.pi * at / (len(nodes) + 1))
        reach = (_REACH - _BOW + bow) * (-1 if is_left else 1)
        width = 1 + round(2 * node.strength)
        found.append(Place(node, round(WIDTH / 2 + reach, 1), round(y, 1), width, is_left))
    return found
