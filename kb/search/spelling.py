"""What was meant by a question that finds nothing: words of titles that sound like it, or are one slip of a key away.

Only titles that the reader may see are looked into, so that no word of another is ever offered.
"""

import re

from kb import pinyin
from kb.search import suggest
from kb.search.folding import fold

# Longer ones are made of words that are shorter.
_LONGEST, _SHORTEST = 6, 2
_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
_LATIN = re.compile(r"[a-z]{4,}")
# From here two slips are forgiven.
_LONG_WORD = 8
_SEEN = 20


def meant(db, names, words, *, reader, limit=3):
    """Return questions with a word of a title in place of one that no title has, the likeliest first.

    Parameters
    ----------
    names : kb.search.names.Names
        The titles of notes.
    """
    text = fold(words)
    found = {}
    for start, end in [*_windows(text), *(match.span() for match in _LATIN.finditer(text))]:
        typed = text[start:end]
        if suggest.holding(db, names, typed, reader=reader):
            continue
        for other in _others(db, names, typed, reader):
            found.setdefault(text[:start] + other + text[end:])
            if len(found) == limit:
                return list(found)
    return list(found)


def _windows(text):
    """Return where pieces of runs of Han characters stand, the longest first."""
    spans = [
        (match.start() + at, match.start() + at + length)
        for match in _HAN_RUN.finditer(text)
        for length in range(_SHORTEST, min(_LONGEST, len(match[0])) + 1)
        for at in range(len(match[0]) - length + 1)
    ]
    return sorted(spans, key=lambda span: (span[0] - span[1], span[0]))


def _others(db, names, typed, reader):
    yield from _sounding(db, names, typed, reader)
    if typed.isascii():
        yield from (each for each in _near(names.latin_words(db), typed) if _is_seen(db, names, each, reader))


def _sounding(db, names, typed, reader):
    """Yield the pieces of titles that sound as `typed` does, or whose pinyin it is."""
    ids = names.sounding(db, pinyin.spelled(typed))
    spelled = pinyin.spelled(typed).lower()
    for note in suggest.seen(db, ids, reader=reader, limit=_SEEN):
        title = fold(note["title"])
        for length in (len(typed),) if not typed.isascii() else range(_SHORTEST, _LONGEST + 1):
            for at in range(len(title) - length + 1):
                piece = title[at : at + length]
                if piece != typed and not piece.isascii() and pinyin.spelled(piece).lower() == spelled:
                    yield piece


def _is_seen(db, names, word, reader):
    return bool(suggest.holding(db, names, word, reader=reader))


def _near(known, typed):
    """Return the known words that few slips lead to from what was typed, the nearest first."""
    most = 2 if len(typed) >= _LONG_WORD else 1
    near = ((_slips(typed, word, most), word) for word in known if abs(len(word) - len(typed)) <= most)
    return [word for slips, word in sorted(each for each in near if each[0] is not None)]


def _slips(one, other, most):
    """Return how many letters are wrong, missing, too many or swapped with the next, None for more than `most`."""
    before, last = None, list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        row = [at]
        for place, theirs in enumerate(other, 1):
            cost = min(last[place] + 1, row[-1] + 1, last[place - 1] + (letter != theirs))
            if before and place > 1 and letter == other[place - 2] and one[at - 2] == theirs:
                cost = min(cost, before[place - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return None
        before, last = last, row
    return last[-1] if last[-1] <= most else None
