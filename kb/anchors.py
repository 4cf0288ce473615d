"""Anchors: where quoted words stand in a text, also after it changed, and whether it is the text they were taken from.

Words are selected as people see them, so the marks of Markdown between them in the text do not count.
"""

import hashlib
import re

# Targets of links, marks at the beginning of a line, the rule under the head of a table, marks within a line, blanks.
_MARKS = re.compile(
    r"\]\([^)\s]*\)|\n\s*(?:[-+*>#]+|\d{1,9}[.)])(?=\s)|\n\|[-:| ]+\|(?=\n|$)|[\s*_`~\\>#|\[\]]",
)


def whole(note):
    """Return all that is quoted of a note, as one text.

    Parameters
    ----------
    note : kb.note_rows.Note or dict
        Anything with title, summary and body.
    """
    texts = [note[name] if isinstance(note, dict) else getattr(note, name) for name in ("title", "summary", "body")]
    return "\n\n".join(filter(None, texts))


def digest(text):
    """Return what names a text and says nothing of it."""
    return hashlib.sha256(text.encode()).hexdigest()


def find(text, words, near):
    """Return where `words` stand in `text`, nearest to where they stood, as ``(start, end)``; None where they do not.

    Parameters
    ----------
    text, words : str
    near : int
        Where they began.
    """
    start = _nearest(text, words, near)
    if start is not None:
        return start, start + len(words)
    bare, places = _bare(text)
    wanted, _ = _bare(words)
    if not wanted:
        return None
    before = sum(1 for place in places if place < near)
    start = _nearest(bare, wanted, before)
    return None if start is None else (places[start], places[start + len(wanted) - 1] + 1)


def line(text, span):
    """Return the line of `text` in which a stretch of it stands; None for no stretch."""
    if span is None:
        return None
    begin = text.rfind("\n", 0, span[0]) + 1
    end = text.find("\n", span[1])
    return text[begin : len(text) if end < 0 else end]


def _nearest(text, words, near):
    if not words:
        return None
    if text[near : near + len(words)] == words:
        return near
    at = [text.rfind(words, 0, near + len(words)), text.find(words, near)]
    found = [each for each in at if each >= 0]
    return min(found, key=lambda each: abs(each - near)) if found else None


def _bare(text):
    """Return a text without blanks and marks, and where each character of that stands in it."""
    pieces, places, end = [], [], 0
    for mark in _MARKS.finditer(text):
        pieces.append(text[end : mark.start()])
        places.extend(range(end, mark.start()))
        end = mark.end()
    pieces.append(text[end:])
    places.extend(range(end, len(text)))
    return "".join(pieces), places
