"""Rules as points: how many orders against how sure, coloured by lift; drawn by the template as SVG.

Points without a name are dots of one line a colour: ten thousand of them are five elements of a page.
"""

from dataclasses import dataclass

import numpy as np

# As wide as its column beside the table, so that its words are as large as all others.
WIDTH, HEIGHT = 276, 240
LEFT, RIGHT, TOP, BOTTOM = 40, 10, 24, 40
# Least lift of each step of colour.
STEPS = (0.0, 2.0, 3.0, 4.5, 7.0)
_LABELS = 4
_APART_X, _APART_Y = 130, 16
_SPARK = (56, 18)
_FIGURES = ("orders", "confidence", "lift", "position")


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
    """What is drawn.

    Attributes
    ----------
    points : tuple of Point
        The rules of the page.
    dots : dict of int to str
        By step, the line whose ends are the other rules.
    count : int
        Rules drawn.
    x_ticks, y_ticks : tuple
        Pairs of place and value.
    low, high : float
        Orders at the left and the right edge.
    bottom, top : float
        Confidence at the lower and the upper edge.
    """

    points: tuple
    dots: dict
    count: int
    x_ticks: tuple
    y_ticks: tuple
    low: float
    high: float
    bottom: float
    top: float


def chart(asked, rows):
    """Return the `Chart` of rules, or None for fewer than two.

    Parameters
    ----------
    asked : mining.rule_view.Asked
    rows : list of mining.rule_view.Row
        Those that stand beside it.
    """
    if len(asked) < 2:
        return None
    orders, shares, lifts, positions = (asked.columns[name][asked.at] for name in _FIGURES)
    counts = np.maximum(1, orders)
    low, high = (float(np.log10(end)) for end in (counts.min(), counts.max()))
    margin = max(0.05, (high - low) * 0.06)
    low, high = low - margin, high + margin
    bottom, top = max(0.0, float(shares.min()) - 0.05), min(1.0, float(shares.max()) + 0.05)

    def x(count):
        return LEFT + (WIDTH - LEFT - RIGHT) * (np.log10(count) - low) / (high - low)

    def y(share):
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (share - bottom) / (top - bottom)

    def place(along, up):
        return round(float(x(max(1, along))), 1), round(float(y(up)), 1)

    places = [(row, *place(row.finding.data["count"], row.finding.data["confidence"])) for row in rows]
    others = ~np.isin(positions, [row.finding.position for row in rows])
    return Chart(
        tuple(_labelled(places)),
        _dots(x(counts[others]), y(shares[others]), lifts[others]),
        len(asked),
        tuple((place(value, bottom)[0], value) for value in _counts(10**low, 10**high)),
        tuple((place(1, value / 100)[1], value) for value in range(0, 101, 10) if bottom <= value / 100 <= top),
        10**low,
        10**high,
        bottom,
        top,
    )


def step(lift):
    """Return the step of colour of a lift, 1 to 5."""
    return sum(lift >= least for least in STEPS)


def spark(months):
    """Return ``(path, x, y)`` of a small line of how sure a rule was month by month, and its end; None for too few."""
    shares = [month["both"] / month["left"] for month in months if month["left"]]
    if len(shares) < 2:
        return None
    width, height = _SPARK
    low, high = min(shares), max(shares)
    # A habit that hardly moves is a flat line.
    spread = max(high - low, 0.15 * high, 0.01)
    middle = (low + high) / 2
    places = [
        (round(2 + (width - 6) * at / (len(shares) - 1), 1), round(height / 2 - (share - middle) / spread * 14, 1))
        for at, share in enumerate(shares)
    ]
    return "M" + "L".join(f"{x} {y}" for x, y in places), *places[-1]


def _dots(x, y, lifts):
    """Return by step a line of no length at each place, of two at one place one: its round ends are the dots."""
    colours = np.searchsorted(STEPS, lifts, side="right")
    spots = np.unique((colours * WIDTH + np.rint(x).astype(int)) * HEIGHT + np.rint(y).astype(int))
    found = {}
    for spot in spots.tolist():
        rest, up = divmod(spot, HEIGHT)
        colour, along = divmod(rest, WIDTH)
        found.setdefault(colour, []).append(f"M{along} {up}h0")
    return {colour: "".join(lines) for colour, lines in found.items()}


def _labelled(places):
    taken = []
    for at, (row, x, y) in enumerate(places):
        is_left = x > WIDTH * 0.58
        start = x - _APART_X if is_left else x
        is_free = all(abs(y - other) > _APART_Y or abs(start - begin) > _APART_X for begin, other in taken)
        label = len(taken) < _LABELS and at < 12 and is_free
        if label:
            taken.append((start, y))
        yield Point(row, x, y, step(row.finding.data["lift"]), label, is_left)


def _counts(low, high):
    """Return round numbers from `low` to `high`, 1, 2, 5, 10, …, as many as have room."""
    found = [factor * 10**power for power in range(9) for factor in (1, 2, 5)]
    found = [value for value in found if low <= value <= high]
    return found if len(found) <= 6 else [value for value in found if str(value)[0] == "1"]
