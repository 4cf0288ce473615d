"""What changed in a text with tables: these row by row, the rest as `web.diff` tells it."""

import re
from difflib import SequenceMatcher

from web.diff import diff

_RULER = re.compile(r"\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?")
_CELL = re.compile(r"(?<!\\)\|")
# So many rows that stayed are shown before and after one that did not.
_AROUND = 1
# The time to compare grows with the square.
_MOST_ROWS = 2000


def table_diff(before, after):
    """Return what became of `before`, in pieces from the top down.

    Parameters
    ----------
    before, after : str
        Markdown.

    Returns
    -------
    list of tuple
        ``("text", pairs)``, where pairs are those of `web.diff.diff`, and ``("table", rows)``. A row is a pair of
        ``"head"``, ``"same"``, ``"del"``, ``"ins"``, ``"changed"`` or ``"gap"`` (rows that stayed and are left out) and
        its cells, each as the pairs of `web.diff.diff`.
    """
    old, new = _parts(before or ""), _parts(after or "")
    if [kind for kind, _ in old] != [kind for kind, _ in new] or not any(kind == "table" for kind, _ in old):
        return [("text", diff(before, after))]
    found = []
    for (kind, one), (_, other) in zip(old, new, strict=True):
        if kind == "table":
            found.append((kind, _rows(one, other)))
        elif one or other:
            found.append((kind, diff("\n".join(one), "\n".join(other))))
    return found


def _parts(text):
    """Return the lines of a text in turns of text and table, text first and last."""
    parts = [("text", [])]
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        if (
            "|" in lines[at]
            and at + 1 < len(lines)
            and "-" in lines[at + 1]
            and _RULER.fullmatch(lines[at + 1].strip())
        ):
            end = next((n for n in range(at + 2, len(lines)) if "|" not in lines[n]), len(lines))
            parts += [("table", [_cells(lines[at]), *map(_cells, lines[at + 2 : end])]), ("text", [])]
            at = end
        else:
            parts[-1][1].append(lines[at])
            at += 1
    return parts


def _cells(line):
    line = line.strip().removeprefix("|")
    if line.endswith("|") and not line.endswith("\\|"):
        line = line[:-1]
    return tuple(cell.strip() for cell in _CELL.split(line))


def _rows(old, new):
    found = [("head", _compared(old[0], new[0]))]
    rows, others = old[1:], new[1:]
    if len(rows) + len(others) > _MOST_ROWS:
        return found + [("del", _whole(row, "del")) for row in rows] + [("ins", _whole(row, "ins")) for row in others]
    for what, i, j, k, m in SequenceMatcher(None, rows, others, autojunk=False).get_opcodes():
        if what == "equal":
            found += [("same", _whole(row, "same")) for row in rows[i:j]]
        elif j - i == m - k:
            pairs = zip(rows[i:j], others[k:m], strict=True)
            found += [("changed", _compared(row, other)) for row, other in pairs]
        else:
            found += [("del", _whole(row, "del")) for row in rows[i:j]]
            found += [("ins", _whole(row, "ins")) for row in others[k:m]]
    return list(_without_most_that_stayed(found))


def _compared(row, other):
    width = max(len(row), len(other))
    padded = [(*each, *[""] * (width - len(each))) for each in (row, other)]
    return [diff(*cells) for cells in zip(*padded, strict=True)]


def _whole(row, what):
    return [[(what, cell)] for cell in row]


def _without_most_that_stayed(rows):
    near = {n + step for n, (what, _) in enumerate(rows) if what != "same" for step in range(-_AROUND, _AROUND + 1)}
    is_left_out = False
    for n, row in enumerate(rows):
        if n in near:
            yield row
        elif not is_left_out:
            yield ("gap", [])
        is_left_out = n not in near
