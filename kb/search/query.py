"""A question: text in, no operators but quotes, and never an error but a sentence."""

import re
from dataclasses import dataclass

from kb.errors import Invalid, N_
from kb.search import analysis
from kb.search.folding import fold
from kb.search.function_words import CHINESE, ENGLISH

LONGEST = 256
MOST_TERMS = 32

# SEARCH 2: a dictionary word weighs 1, a piece of one or two characters 0.8 more, a word in Latin letters 1.8.
WORD, PIECE, LATIN = 1.0, 0.8, 1.8
FUNCTION_WORD = 0.2
# The inside of a class of characters.
QUOTE = '"“”„‟″〝〞＂'
_QUOTES = re.compile(f"[{QUOTE}]")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class HanRun:
    """A run of Han characters: ``weights`` of its terms; ``needed`` is what every text with the run holds."""

    text: str
    weights: dict
    needed: tuple
    words: tuple


@dataclass(frozen=True, slots=True)
class CodeChunk:
    """A code, number, word, phone number or address; ``text`` as typed, folded."""

    text: str
    code: analysis.Code
    weight: float
    prefix: bool


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked.

    ``chunks`` are `HanRun` and `CodeChunk` in order, ``pairs`` the terms of two chunks written as one word,
    ``whole`` the folded question without quotes, ``phrases`` the folded texts that stood in quotes.
    """

    text: str
    chunks: tuple
    pairs: tuple
    whole: str
    phrases: tuple


def refuse_too_long(text):
    """Refuse a question of more than 256 characters: it is not cut."""
    if len(text) > LONGEST:
        raise Invalid(
            N_("The question has %(length)d characters; %(limit)d are possible."),
            hint=N_("Ask with fewer words, or with one sentence of the text you look for."),
            field="query",
            length=len(text),
            limit=LONGEST,
        )


def parse(text):
    """Return the `Question` in `text`.

    Raises
    ------
    kb.errors.Invalid
        If it is longer than 256 characters, has more than 32 terms, or nothing that can be searched for.
    """
    refuse_too_long(text)
    # Quotes are cut before folding; every second piece stood inside, also when the last is not closed.
    pieces = [fold(piece) for piece in _QUOTES.split(text)]
    chunks = [chunk for piece in pieces for chunk in analysis.chunks(piece)]
    if not chunks:
        raise Invalid(
            N_("“%(value)s” holds nothing that can be searched for."),
            hint=N_("Type a word, a number or a single character."),
            field="query",
            value=text,
        )
    terms = sum(1 for piece in pieces for group in _groups(piece) if group)
    if terms > MOST_TERMS:
        raise Invalid(
            N_("The question has %(count)d words; %(limit)d are possible."),
            hint=N_("Keep the words that matter most."),
            field="query",
            count=terms,
            limit=MOST_TERMS,
        )
    phrases = tuple(plain(piece) for piece in pieces[1::2] if any(analysis.chunks(piece)))
    return Question(text, _parsed(chunks), _pairs(pieces), plain(" ".join(pieces)), phrases)


def plain(folded):
    """Return folded text with every stretch of blanks and line breaks as one blank: what is compared as a whole."""
    return _BLANKS.sub(" ", folded).strip()


def _groups(piece):
    """Yield what a person would count as a word: chunks that touch are one."""
    group, end = [], None
    for chunk in analysis.chunks(piece):
        if end != chunk.start:
            yield group
            group = []
        group.append(chunk)
        end = chunk.end
    yield group


def _parsed(chunks):
    grammar = all(_is_grammar(chunk) for chunk in chunks)
    return tuple(_han(chunk.text, grammar) if chunk.kind == "han" else _other(chunk, grammar) for chunk in chunks)


def _is_grammar(chunk):
    if chunk.kind == "han":
        return all(word in CHINESE for word in analysis.cut(chunk.text))
    return chunk.text in ENGLISH


def _han(run, grammar):
    """Return the `HanRun`; with ``grammar`` the question has nothing but function words and they count in full."""
    weights = {}
    at = 0
    for word in analysis.cut(run):
        if not grammar and word in CHINESE:
            weights.setdefault(word, FUNCTION_WORD)
        else:
            weights.update(dict.fromkeys(analysis.grams(word), PIECE))
        if at:
            weights[run[at - 1 : at + 1]] = PIECE
        at += len(word)
    words = [word for word in analysis.words(run) if grammar or word not in CHINESE]
    for word in dict.fromkeys(words):
        weights[word] = weights.get(word, 0.0) + WORD
    needed = (run,) if len(run) == 1 else tuple(term for term in analysis.grams(run) if len(term) == 2)
    return HanRun(run, weights, needed, tuple(word for word in words if len(word) > 1) or (run,))


def _other(chunk, grammar):
    if chunk.kind == "emoji":
        return CodeChunk(chunk.text, analysis.Code((chunk.text,)), LATIN, prefix=False)
    light = not grammar and chunk.text in ENGLISH
    letters = chunk.text.isalpha()
    # From 3 letters or digits; a mixture is rare enough from 2.
    prefix = not light and len(chunk.text) >= (3 if letters or chunk.text.isdigit() else 2)
    return CodeChunk(chunk.text, analysis.code(chunk), 0.0 if light else LATIN, prefix)


def _pairs(pieces):
    """Return the terms of neighbours that may also be written as one word, but for function words."""
    found = []
    for piece in pieces:
        before = None
        for chunk in analysis.chunks(piece):
            named = before is not None and not {before.text, chunk.text} & ENGLISH
            if named and analysis.is_pair(before, chunk):
                found.append(analysis.joined_pair(before, chunk))
            before = chunk
    return tuple(found)
