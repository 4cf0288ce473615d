"""Bars for a drawing on the page: places and ticks, so that the template only writes them down."""

import calendar
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 640, 200
TOP, BOTTOM = 12, 28
# More bars than this are too thin to read.
MOST = 36
# Widths of a month and of a digit on a phone, where the drawing shrinks and its letters do not.
_LABEL, _DIGIT, _GAP = 92, 13, 16


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: where it stands, what it says when pointed at, its label under the axis or none."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    name: str
    value: object
    label: str


def of_months(months):
    """Return ``{"orders": chart, "amount": chart}`` of the last months; only of what is known.

    A chart is a dict of ``left``, where its bars begin, ``bars`` and ``ticks``, pairs of height and value.
    """
    shown = months[-MOST:]
    found = {}
    for name in ("orders", "amount"):
        if any(row[name] is not None for row in shown):
            found[name] = _chart([(row["month"], row[name] or 0) for row in shown])
    return found


def cut_months(period, months):
    """Return ``{"first", "last"}``: whether the first bar and the last one are of months that are not whole.

    Parameters
    ----------
    period : pair of str, or None
        First and last day of the records, ``YYYY-MM-DD``.
    months : list
        As `of_months` takes.
    """
    if period is None:
        return {"first": False, "last": False}
    first, last = map(date.fromisoformat, period)
    whole = calendar.monthrange(last.year, last.month)[1]
    return {"first": first.day > 1 and len(months) <= MOST, "last": last.day < whole}


def _chart(rows):
    # Returned goods may make a month negative; a bar begins at nought.
    values = [max(0.0, float(value)) for _, value in rows]
    step = nice_step(max(values))
    top = step * max(1, -(-max(values) // step))
    left = _DIGIT * len(f"{top:,.0f}") + _GAP
    height, width = HEIGHT - TOP - BOTTOM, (WIDTH - left) / len(rows)
    every = -(-_LABEL // width)
    bars = []
    for at, ((name, value), number) in enumerate(zip(rows, values, strict=True)):
        tall = height * number / top
        x = left + width * at
        # At the right edge a month would be cut.
        has_room = at == 0 or x + (width + _LABEL) / 2 <= WIDTH
        label = name if at % every == 0 and has_room else ""
        bar = (x + width * 0.15, TOP + height - tall, width * 0.7, tall, x + width / 2)
        bars.append(Bar(*(round(each, 1) for each in bar), name, value, label))
    count = round(top / step)
    ticks = [(round(TOP + height * (1 - at / count), 1), step * at) for at in range(count + 1)]
    return {"left": left, "bars": bars, "ticks": ticks}


def nice_step(most):
    """Return 1, 2 or 5 times a power of ten, the least whole one with at most five steps up to `most`."""
    power = 1
    while True:
        for factor in (1, 2, 5):
            if factor * power * 5 >= most:
                return factor * power
        power *= 10
