"""Small tables for a terminal, where a Chinese character is as wide as two letters."""

import unicodedata

_WIDE = ("W", "F")


def table(head, rows, *, right=()):
    """Yield the lines of a table.

    Parameters
    ----------
    head : sequence of str
    rows : sequence of sequence
        Cells; None is shown as nothing.
    right : collection of int
        Columns of numbers, which end at the same place.
    """
    lines = [[_cell(cell) for cell in row] for row in (head, *rows)]
    widths = [max(map(width, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = (_padded(cell, size, n in right) for n, (cell, size) in enumerate(zip(line, widths, strict=True)))
        yield "  ".join(padded).rstrip()


def width(text):
    """Return how many columns of a terminal `text` takes."""
    return sum(2 if unicodedata.east_asian_width(each) in _WIDE else not unicodedata.combining(each) for each in text)


def _cell(value):
    # A line break or an escape sequence inside a name must not move the cursor.
    return "" if value is None else "".join(each if each.isprintable() else " " for each in str(value))


def _padded(text, size, right):
    blanks = " " * (size - width(text))
    return blanks + text if right else text + blanks
