"""What changed in a text with tables: these row by row, the rest as `web.diff` tells it."""

import re
from collections import Counter
from difflib import SequenceMatcher

from web.diff import diff

_RULER = re.compile(r"\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?")
_CELL = re.compile(r"(?<!\\)\|")
# So many rows that stayed are shown before and after one that did not.
_AROUND = 1
# The time to compare grows with the square; less is compared between two rows that have their like.
_MOST_ROWS = 2000
_MOST_PAIRS = 20_000


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
    (old, tables), (new, others) = _parts(before or ""), _parts(after or "")
    if not tables and not others:
        return [("text", diff(before, after))]
    found = []
    at = other_at = 0
    for end, other_end, table, other in _cuts(old, tables, new, others):
        if at < end or other_at < other_end:
            found.append(("text", diff("\n".join(old[at:end]), "\n".join(new[other_at:other_end]))))
        if table or other:
            found.append(("table", _rows(table, other)))
        at, other_at = end, other_end
    return found


def _cuts(old, tables, new, others):
    """Yield before which line of either text each table stands, with its rows in both; last the end of both."""
    at = other_at = 0
    pairs = _aligned([rows[0] for _, rows in tables], [rows[0] for _, rows in others])
    for n, (one, other) in enumerate(pairs):
        # The next table of either text stands behind this one.
        end = next((tables[i][0] for i, _ in pairs[n:] if i is not None), len(old))
        other_end = next((others[k][0] for _, k in pairs[n:] if k is not None), len(new))
        if one is None:
            at, other_at = _place(new, other_at, others[other][0], old, at, end), others[other][0]
        elif other is None:
            at, other_at = tables[one][0], _place(old, at, tables[one][0], new, other_at, other_end)
        else:
            at, other_at = end, other_end
        yield at, other_at, None if one is None else tables[one][1], None if other is None else others[other][1]
    yield len(old), len(new), None, None


def _place(lines, begin, at, others, other_begin, other_end):
    """Return where in the other text a table would stand that only this one has: after the line before it."""
    known = {others[n]: n for n in range(other_begin, other_end) if others[n].strip()}
    shared = next((known[lines[n]] + 1 for n in reversed(range(begin, at)) if lines[n] in known), None)
    if shared is not None:
        return shared
    return other_begin if begin == at else other_end


def _parts(text):
    """Return the lines of a text that are in no table, and the tables: before which of these it stands, and rows."""
    kept, tables = [], []
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
            tables.append((len(kept), [_cells(lines[at]), *map(_cells, lines[at + 2 : end])]))
            at = end
        else:
            kept.append(lines[at])
            at += 1
    return kept, tables


def _cells(line):
    line = line.strip().removeprefix("|")
    if line.endswith("|") and not line.endswith("\\|"):
        line = line[:-1]
    return tuple(cell.strip() for cell in _CELL.split(line))


def _rows(old, new):
    if old is None or new is None:
        what, (head, *rows) = ("ins", new) if old is None else ("del", old)
        return [("head", _whole(head, what)), *((what, _whole(row, what)) for row in rows)]
    found = [("head", _compared(old[0], new[0]))]
    rows, others = old[1:], new[1:]
    if len(rows) + len(others) > _MOST_ROWS:
        return found + [("del", _whole(row, "del")) for row in rows] + [("ins", _whole(row, "ins")) for row in others]
    for n, m in _aligned(rows, others):
        if m is None:
            found.append(("del", _whole(rows[n], "del")))
        elif n is None:
            found.append(("ins", _whole(others[m], "ins")))
        elif rows[n] == others[m]:
            found.append(("same", _whole(rows[n], "same")))
        else:
            found.append(("changed", _compared(rows[n], others[m])))
    return list(_without_most_that_stayed(found))


def _aligned(old, new):
    """Return which rows became which, as pairs of their places in order, with None for one that is gone or new.

    First those that stayed, between these such as alone begin with their first cell, then such as are most alike.
    """
    found = []
    for stayed, whole, others in _turns(old, new, range(len(old)), range(len(new))):
        if stayed:
            found += zip(whole, others, strict=True)
            continue
        for is_known, some, their in _turns(*_keys(old, new, whole, others), whole, others):
            found += zip(some, their, strict=True) if is_known else _most_alike(old, new, some, their)
    return found


def _turns(old, new, whole, others):
    for what, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield what == "equal", whole[i:j], others[k:m]


def _keys(old, new, whole, others):
    counts = [Counter(rows[n][0] for n in places) for rows, places in ((old, whole), (new, others))]
    return [
        [rows[n][0] if all(each[rows[n][0]] == 1 for each in counts) else (side, n) for n in places]
        for side, rows, places in ((0, old, whole), (1, new, others))
    ]


def _most_alike(old, new, whole, others):
    if not whole or not others or len(whole) * len(others) > _MOST_PAIRS:
        return _by_place(whole, others)
    alike = [[_alike(old[n], new[m]) for m in others] for n in whole]
    best = [[0] * (len(others) + 1) for _ in range(len(whole) + 1)]
    for n in reversed(range(len(whole))):
        for m in reversed(range(len(others))):
            best[n][m] = max(best[n + 1][m], best[n][m + 1], alike[n][m] + best[n + 1][m + 1])
    found = []
    n = m = since = other_since = 0
    while n < len(whole) and m < len(others):
        if alike[n][m] and best[n][m] == alike[n][m] + best[n + 1][m + 1]:
            found += [*_by_place(whole[since:n], others[other_since:m]), (whole[n], others[m])]
            n, m = since, other_since = n + 1, m + 1
        elif best[n][m] == best[n + 1][m]:
            n += 1
        else:
            m += 1
    return found + _by_place(whole[since:], others[other_since:])


def _by_place(whole, others):
    if len(whole) == len(others):
        return list(zip(whole, others, strict=True))
    return [(n, None) for n in whole] + [(None, m) for m in others]


def _alike(row, other):
    """Return how many cells two rows share, 0 for less than half."""
    shared = sum(1 for cell, its in zip(row, other, strict=False) if cell and cell == its)
    return shared if shared * 2 >= max(len(row), len(other)) else 0


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
