"""One rule drawn: how sure it was month by month, with how sure one can be of that."""

import math
from dataclasses import dataclass

from web.chart import nice_step

WIDTH, HEIGHT = 420, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 8, 10, 24
_LABEL = 56
_Z = 1.96


@dataclass(frozen=True, slots=True)
class Place:
    """A month: its place, None where nobody bought the first; the ends of its 95 % interval (Wilson 1927)."""

    name: str
    label: str
    x: float
    y: float | None
    low: float | None
    high: float | None
    share: float | None
    left: int


@dataclass(frozen=True, slots=True)
class Months:
    """What is drawn: places, ticks, and the paths of the rule and of all orders."""

    width: int
    height: int
    left: int
    right: int
    places: tuple
    ticks: tuple
    line: str
    base: str


def months(rows):
    """Return the `Months` of a rule, or None for fewer than two."""
    if len(rows) < 2:
        return None
    ends = [_wilson(row["both"], row["left"]) if row["left"] else None for row in rows]
    averages = [row["right"] / row["baskets"] for row in rows]
    most = min(100, 100 * max([*averages, *(end[1] for end in ends if end)]))
    step = nice_step(max(1, most))
    top = step * math.ceil(most / step)
    width = (WIDTH - _LEFT - _RIGHT) / len(rows)

    def y(share):
        return round(HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * 100 * share / top, 1)

    every = math.ceil(_LABEL / width)
    places = []
    for at, (row, end) in enumerate(zip(rows, ends, strict=True)):
        share = row["both"] / row["left"] if row["left"] else None
        known = (None, None, None) if end is None else (y(share), y(end[0]), y(end[1]))
        x = round(_LEFT + width * (at + 0.5), 1)
        places.append(Place(row["name"], row["name"] if at % every == 0 else "", x, *known, share, row["left"]))
    base = _path([(place.x, y(average)) for place, average in zip(places, averages, strict=True)])
    line = _path([(place.x, place.y) for place in places if place.y is not None])
    ticks = tuple((y(value / 100), value) for value in range(0, int(top) + 1, int(step)))
    return Months(WIDTH, HEIGHT, _LEFT, WIDTH - _RIGHT, tuple(places), ticks, line, base)


def parts(details):
    """Return the rows by shop, by segment and by buyers; of a run from before segments were counted without these."""
    return [*details["shops"], *details.get("segments", ()), *details["buyers"]]


def _wilson(hits, total):
    share, square = hits / total, _Z * _Z
    middle = (share + square / (2 * total)) / (1 + square / total)
    reach = _Z / (1 + square / total) * math.sqrt(share * (1 - share) / total + square / (4 * total * total))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def _path(places):
    return "M" + "L".join(f"{x} {y}" for x, y in places) if places else ""
