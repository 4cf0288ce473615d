"""The rules of a page as points: how many orders against how sure, coloured by lift; drawn by the template as SVG."""

import math
from dataclasses import dataclass

# As wide as its column beside the table, so that its words are as large as all others.
WIDTH, HEIGHT = 276, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 10, 24, 40
# Least lift of each step of colour.
STEPS = (0.0, 2.0, 3.0, 4.5, 7.0)
_LABELS = 4
_APART_X, _APART_Y = 130, 16


@dataclass(frozen=True, slots=True)
class Point:
    """A rule at its place; ``step`` 1 to 5 is its colour, ``label`` whether there is room for its name."""

    row: object
    x: float
    y: float
    step: int
    label: bool
    is_left: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """Points and ticks: pairs of place and value."""

    points: tuple
    x_ticks: tuple
    y_ticks: tuple


def chart(rows):
    """Return the `Chart` of rows of `mining.rule_view`, or None for fewer than two."""
    if len(rows) < 2:
        return None
    counts = [row.finding.data["count"] for row in rows]
    shares = [row.finding.data["confidence"] for row in rows]
    low, high = math.log10(min(counts)), math.log10(max(counts))
    margin = max(0.05, (high - low) * 0.06)
    low, high = low - margin, high + margin
    bottom, top = max(0.0, min(shares) - 0.05), min(1.0, max(shares) + 0.05)

    def x(count):
        return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * (math.log10(count) - low) / (high - low), 1)

    def y(share):
        return round(HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * (share - bottom) / (top - bottom), 1)

    places = [(row, x(row.finding.data["count"]), y(row.finding.data["confidence"])) for row in rows]
    return Chart(
        tuple(_labelled(places)),
        tuple((x(value), value) for value in _counts(10**low, 10**high)),
        tuple((y(value / 100), value) for value in range(0, 101, 10) if bottom <= value / 100 <= top),
    )


def _labelled(places):
    taken = []
    for at, (row, x, y) in enumerate(places):
        is_left = x > WIDTH * 0.58
        start = x - _APART_X if is_left else x
        is_free = all(abs(y - other) > _APART_Y or abs(start - begin) > _APART_X for begin, other in taken)
        label = len(taken) < _LABELS and at < 12 and is_free
        if label:
            taken.append((start, y))
        step = sum(row.finding.data["lift"] >= least for least in STEPS)
        yield Point(row, x, y, step, label, is_left)


def _counts(low, high):
    """Return round numbers from `low` to `high`: 1, 2, 5, 10, …"""
    found = [factor * 10**power for power in range(9) for factor in (1, 2, 5)]
    return [value for value in found if low <= value <= high]
