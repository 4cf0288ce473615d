"""CSV that Excel opens right: UTF-8 with a BOM, and no cell that Excel would run as a formula."""

import csv
import io

from mining import formulas


def text(head, rows):
    """Return `rows` under `head` as the text of a CSV file."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([guarded(cell) for cell in head])
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()


def guarded(cell):
    """Return a cell that stays what it is: numbers as they are, text that looks like a formula with a quote before."""
    if isinstance(cell, str):
        return formulas.guarded(cell)
    return "" if cell is None else cell
