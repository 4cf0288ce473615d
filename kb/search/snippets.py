"""The place in a text that answers a question, and which characters of it to mark.

Made from the text as it was written, never from the index: it is folded with offsets, so that a mark found in the
folded text is right to the character in the original.
"""

import re
from functools import cache
from itertools import islice, pairwise, takewhile

import numpy as np

from kb.search import analysis
from kb.search.folding import fold, fold_with_offsets
from kb.search.query import FUNCTION_WORD, CodeChunk, HanRun

# Folded characters.
WIDTH = 120
# Of what is longer only the beginning is looked through.
LONGEST = 20_000
_LEAD = 40
_SENTENCE_END = re.compile(r"[。！？!?;；\n]|\.\s")


class Marker:
    """Marks one question in many texts."""

    def __init__(self, question):
        runs = [chunk for chunk in question.chunks if isinstance(chunk, HanRun)]
        words = {*question.phrases, *(run.text for run in runs), *(word for run in runs for word in run.words)}
        if any(len(run.text) > 1 for run in runs):
            words = {word for word in words if len(word) > 1}
        # A text that holds no word as a whole may still share pieces with it.
        pieces = {term for run in runs for term, weight in run.weights.items() if weight > FUNCTION_WORD}
        by_length = [{piece for piece in pieces if len(piece) == length} for length in (2, 1)]
        self._levels = [_alternatives(level) for level in (words, *by_length)]
        self._codes = [_Asked(chunk) for chunk in question.chunks if isinstance(chunk, CodeChunk)]
        # A text says most of its words many times, and so do texts of one subject.
        self._answers = cache(self._is_answer)
        self._joined = set(question.pairs)

    def level(self, *texts):
        """Return how whole the words are that these texts hold: 0 as asked, 1 pairs of characters, 2 single ones.

        Where one part of a note holds a word, marks on single characters in another are only noise.
        """
        folded = [fold(text[:LONGEST]) for text in texts]
        found = (at for at, level in enumerate(self._levels) if any(map(level.search, folded)))
        return next(found, 0)

    def marks(self, text, level):
        """Return the spans of `text` that answer, ascending, as pairs of code point offsets."""
        folded, starts, ends = fold_with_offsets(text[:LONGEST])
        return _outside(self._spans(folded, level), starts, ends)

    def snippet(self, text, level):
        """Return the part of `text` that answers best, and its marks.

        Returns
        -------
        tuple of (str, list of [int, int])
            Line breaks are blanks; an ellipsis stands where the text goes on.
        """
        text = text[:LONGEST]
        folded, starts, ends = fold_with_offsets(text)
        spans = self._spans(folded, level)
        if not folded:
            return "", []
        first, last = _window(folded, spans)
        begin, end = int(starts[first]), int(ends[last - 1])
        inside = [span for span in spans if span[0] >= first and span[1] <= last]
        before, after = "…" if begin else "", "…" if end < len(text) else ""
        shift = len(before) - begin
        marks = [[start + shift, stop + shift] for start, stop in _outside(inside, starts, ends)]
        return before + re.sub(r"\s", " ", text[begin:end]) + after, marks

    def _spans(self, folded, level):
        found = [match.span() for match in self._levels[level].finditer(folded)]
        return sorted(found + self._code_spans(folded))

    def _code_spans(self, folded):
        if not self._codes:
            return []
        chunks = [chunk for chunk in analysis.chunks(folded) if chunk.kind != "han"]
        found = [(chunk.start, chunk.end) for chunk in chunks if self._answers(chunk.kind, chunk.text)]
        for one, two in pairwise(chunks):
            if self._joined and analysis.is_pair(one, two) and analysis.joined_pair(one, two) in self._joined:
                found.append((one.start, two.end))
        return found

    def _is_answer(self, kind, text):
        terms = frozenset() if kind == "emoji" else analysis.spellings(analysis.Chunk(kind, text, 0, len(text)))
        return any(each.is_in(kind, text, terms) for each in self._codes)


class _Asked:
    """A code that was asked for, ready to be looked for among the terms of many words."""

    def __init__(self, chunk):
        self._text = chunk.text
        self._wholes = frozenset(chunk.code.wholes)
        self._parts = chunk.code.parts
        bare = "".join(character for character in chunk.text if character.isalnum())
        self._start = bare if chunk.prefix else ""
        self._inside = bare if chunk.prefix and len(bare) > 3 and bare.isdigit() else ""

    def is_in(self, kind, text, terms):
        """Return whether a chunk of a text, of a kind and with terms as `kb.search.analysis` has them, answers."""
        if kind == "emoji":
            return text == self._text
        if not terms.isdisjoint(self._wholes):
            return True
        if any(part in terms or (runs and terms.issuperset(runs)) for part, runs in self._parts):
            return True
        if self._inside and any(self._inside in term for term in terms):
            return True
        return bool(self._start) and any(term.startswith(self._start) for term in terms)


def _alternatives(words):
    longest_first = sorted(filter(None, words), key=lambda word: (-len(word), word))
    # What can never match stands for no words at all.
    return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")


def _window(folded, spans):
    """Return the ends of the stretch of the folded text with the largest sum of lengths of distinct marks."""
    best, first = -1, 0
    for at, (start, _) in enumerate(spans):
        near = takewhile(lambda span, end=start + WIDTH - _LEAD: span[0] < end, islice(spans, at, None))
        seen = {folded[a:b] for a, b in near if b <= start + WIDTH - _LEAD}
        if sum(map(len, seen)) > best:
            best, first = sum(map(len, seen)), start
    if len(folded) <= WIDTH:
        return 0, len(folded)
    lead = max(0, first - _LEAD)
    sentences = [match.end() for match in _SENTENCE_END.finditer(folded, lead, first)]
    lead = sentences[-1] if sentences else lead
    lead = min(lead, max(0, len(folded) - WIDTH))
    return lead, min(len(folded), lead + WIDTH)


def _outside(spans, starts, ends):
    """Return spans of the folded text as spans of the original, overlapping ones joined."""
    merged = []
    for start, stop in spans:
        begin, end = int(starts[start]), int(np.max(ends[start:stop]))
        if merged and begin <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([begin, end])
    return merged
