"""What changed between two texts, in pieces a person reads: words, single Han characters, blanks."""

import re
from bisect import bisect_left
from collections import Counter
from difflib import SequenceMatcher
from itertools import groupby

_PIECE = re.compile(r"[^\W\d_⺀-鿿豈-﫿]+|\d+|\s+|.", re.DOTALL)
_CLAUSE = re.compile(r"[^\n。！？；，,;]*[\n。！？；，,;]|[^\n。！？；，,;]+$")
# What is compared piece by piece: the time grows with the pieces of the one that stand in the other, taken in pairs.
_MOST_PIECES = 4000
_MOST_PAIRS = 400_000
# A longer text is parted where both have the same clause, then where they have the same run of so many pieces; what is
# still too long between two such places was written anew. There may be many such places, so less is done at each.
_RUN = 8
_MOST_PAIRS_BETWEEN = 20_000


def diff(before, after):
    """Return what became of `before`, as pairs of ``"same"``, ``"del"`` or ``"ins"`` and a text.

    Parameters
    ----------
    before, after : str or None
    """
    old, new = (_PIECE.findall(text or "") for text in (before, after))
    if _is_short(old, new, _MOST_PAIRS):
        return _told(_by_pieces(old, new))
    found = []
    for part in _parted(*(_CLAUSE.findall(text or "") for text in (before, after)), 1):
        found += [part] if part[0] == "same" else _compared(*(_PIECE.findall("".join(each)) for each in part[1:]))
    return _told(found)


def _told(parts):
    """Return the parts as pairs, each kind once between two stretches that stayed, what went first."""
    found = []
    for is_same, group in groupby(parts, lambda part: part[0] == "same"):
        group = list(group)
        old, new = ("".join("".join(part[side]) for part in group) for side in (1, 2))
        found += [("same", old)] if is_same else [("del", old), ("ins", new)]
    return [(kind, text) for kind, text in found if text]


def _is_short(old, new, most_pairs):
    if len(old) + len(new) > _MOST_PIECES:
        return False
    counts = Counter(new)
    return sum(counts[piece] for piece in old) <= most_pairs


def _by_pieces(old, new):
    for what, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield "same" if what == "equal" else "other", old[i:j], new[k:m]


def _compared(old, new):
    if _is_short(old, new, _MOST_PAIRS_BETWEEN):
        yield from _by_pieces(old, new)
        return
    for part in _parted(old, new, _RUN):
        yield from _by_pieces(*part[1:]) if part[0] == "other" and _is_short(*part[1:], _MOST_PAIRS_BETWEEN) else [part]


def _parted(old, new, run):
    """Yield ``("same" or "other", part of old, part of new)`` in order, parted at runs that stand once in both."""
    start, end = _common(old, new)
    yield "same", old[:start], new[:start]
    old_end, new_end = len(old) - end, len(new) - end
    i, k = start, start
    for j, m, length in [*_anchors(old, new, start, old_end, new_end, run), (old_end, new_end, end)]:
        yield "other", old[i:j], new[k:m]
        yield "same", old[j : j + length], new[m : m + length]
        i, k = j + length, m + length


def _common(old, new):
    """Return how many pieces are the same at the start, and of the others at the end."""
    least = min(len(old), len(new))
    start = next((n for n in range(least) if old[n] != new[n]), least)
    least -= start
    return start, next((n for n in range(least) if old[-1 - n] != new[-1 - n]), least)


def _anchors(old, new, start, old_end, new_end, run):
    """Return ``(place in old, place in new, length)`` of stretches that are the same, in the order of both.

    As in Bram Cohen's patience diff: runs that stand once in each text, of these the longest series in one order, each
    as far as the texts agree around it.
    """
    # Every place of a run in the one, and only every run-th in the other, find each other as well as all would.
    mine = _once(zip(*[iter(old[start:old_end])] * run, strict=False))
    theirs = _once(zip(*(new[start + n : new_end] for n in range(run)), strict=False), mine)
    pairs = [(start + run * n, start + theirs[what]) for what, n in mine.items() if what in theirs]
    found = []
    i, k = start, start
    for j, m in _rising(pairs):
        if j < i or m < k:
            continue
        while j > i and m > k and old[j - 1] == new[m - 1]:
            j, m = j - 1, m - 1
        length = 0
        while j + length < old_end and m + length < new_end and old[j + length] == new[m + length]:
            length += 1
        found.append((j, m, length))
        i, k = j + length, m + length
    return found


def _once(runs, wanted=None):
    """Return ``{run of pieces: its number}`` of the wanted runs that stand there once."""
    runs = [(what, n) for n, what in enumerate(runs) if wanted is None or what in wanted]
    counts = Counter(what for what, _ in runs)
    return {what: n for what, n in runs if counts[what] == 1}


def _rising(pairs):
    """Return a longest series of `pairs`, which rise by their first, whose second rises too."""
    tails, ends, before = [], [], []
    for n, (_, m) in enumerate(pairs):
        place = bisect_left(tails, m)
        tails[place : place + 1], ends[place : place + 1] = [m], [n]
        before.append(ends[place - 1] if place else None)
    found, n = [], ends[-1] if ends else None
    while n is not None:
        found.append(pairs[n])
        n = before[n]
    return found[::-1]
