"""Rules of one left side against right sides, in a grid; and few rules as lines from left to right."""

from dataclasses import dataclass

from mining import rule_view
from web.rule_chart import step

SIDES = 5
# Rules that are looked through, the first of the list.
_READ = 1000
# Of the drawing of lines: the room for a name, and for a row.
NAME, ROW, WIDTH = 104, 24, 276


@dataclass(frozen=True, slots=True)
class Cell:
    """The rules of a left and a right side: the highest lift, its step of colour, and how many."""

    lift: float
    step: int
    count: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """Names of the right sides, and per left side its name and a `Cell` or None for each; how many sides there are."""

    rights: tuple
    rows: tuple
    n_lefts: int
    n_rights: int


def of(db, run_id, asked):
    """Return the `Matrix` of the sides with most orders more than by chance, or None for a single one.

    Parameters
    ----------
    asked : mining.rule_view.Asked
    """
    sums, first, cells = ({}, {}), ({}, {}), {}
    at = asked.at[:_READ]
    read = (asked.columns[name][at].tolist() for name in ("position", "lift", "extra", "left_side", "right_side"))
    for position, lift, extra, *sides in zip(*read, strict=True):
        for end, side in enumerate(sides):
            sums[end][side] = sums[end].get(side, 0) + extra
            first[end].setdefault(side, position)
        cells.setdefault(tuple(sides), []).append(lift)
    if min(map(len, sums)) < 2:
        return None
    chosen = [sorted(each, key=each.get, reverse=True)[:SIDES] for each in sums]
    names = rule_view.side_names(db, run_id, [first[end][side] for end in (0, 1) for side in chosen[end]])
    named = [[names[first[end][side]][end] for side in chosen[end]] for end in (0, 1)]
    rows = tuple(
        (name, tuple(_cell(cells.get((left, right))) for right in chosen[1]))
        for name, left in zip(named[0], chosen[0], strict=True)
    )
    return Matrix(tuple(named[1]), rows, len(sums[0]), len(sums[1]))


@dataclass(frozen=True, slots=True)
class Web:
    """Names at the left and at the right with their heights, and lines ``(row, y1, y2, step, width)`` between them."""

    lefts: tuple
    rights: tuple
    lines: tuple
    height: int


def web(rows):
    """Return the `Web` of some rules; the strongest have the widest lines."""
    sides = [[tuple(row.finding.data[side]) for row in rows] for side in ("antecedent", "consequent")]
    names = [list(dict.fromkeys(each)) for each in sides]
    height = ROW * max(map(len, names))
    places = [
        {side: round(height * (at + 0.5) / len(each), 1) for at, side in enumerate(each)}
        for each in names
    ]  # fmt: skip
    most = max(row.extra for row in rows) or 1
    lines = tuple(
        (
            row,
            places[0][left],
            places[1][right],
            step(row.finding.data["lift"]),
            1 + round(3 * max(0, row.extra) / most),
        )
        for row, left, right in zip(rows, *sides, strict=True)
    )
    called = {name: text for row in rows for name, text in (row.finding.data.get("names") or {}).items()}
    shown = [
        tuple((" + ".join(called.get(item, item) for item in side), places[at][side]) for side in names[at])
        for at in (0, 1)
    ]
    return Web(*shown, lines, height)


def _cell(lifts):
    return Cell(max(lifts), step(max(lifts)), len(lifts)) if lifts else None
