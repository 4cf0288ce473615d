"""The file of rejected rows: each with row number, reason and cells, to be corrected and imported again."""

import csv
import os

from mining.ledger.reasons import sentence

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write(path, lines, translate=str):
    """Write the rejected rows of a file as a csv that a spreadsheet opens as text.

    Parameters
    ----------
    path : pathlib.Path
    lines : mining.ledger.lines.Lines
    translate : callable
        From template to template, for the reasons.
    """
    path.parent.mkdir(mode=0o700, exist_ok=True)
    aside = path.with_name(f"{path.name}.new")
    with aside.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "reason", "column", "value", *map(_guarded, lines.header)])
        for each in lines.rejects:
            values = {name: each[name] for name in ("row", "column", "value")}
            reason = sentence(each["code"], {"file": lines.file, **values}, translate)
            told = [each["row"], reason, each["column"] or "", each["value"], *each["cells"]]
            writer.writerow(map(_guarded, told))
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


def _guarded(cell):
    """Return a cell that no spreadsheet takes for a formula; numbers stay numbers."""
    if isinstance(cell, str) and cell.startswith(_FORMULA) and not _is_number(cell):
        return f"'{cell}"
    return cell


def _is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True
