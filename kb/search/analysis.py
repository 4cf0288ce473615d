"""The analyzer: from a text to the terms of the index, the same at both ends.

An index file holds the schema pickled, with the classes of this module in it by name: never move or rename them.
"""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache

from whoosh.analysis import Token, Tokenizer
from whoosh.lang.snowball.english import EnglishStemmer

from kb.search.folding import fold

__all__ = ["Chunk", "Code", "KezhiTokenizer", "chunks", "code", "fold", "grams", "is_searchable", "terms", "words"]

# Han with 々〇 and the radicals, kana (not the middle dot ・), Hangul.
HAN = "々〇⺀-⿕㐀-鿿豈-﫿\U00020000-\U0003ffffぁ-ゖ゙-ゟァ-ヺー-ヿㇰ-ㇿ가-힣ᄀ-ᇿ"
_LETTER = f"[^\\W_{HAN}]"
_EMOJI = "[\U0001f000-\U0001faff☀-➿⬀-⯿⌀-⏿]"
_MOBILE = r"(?:(?:\+|00)?86[- ]?)?(?P<mobile>1[3-9]\d[- ]?\d{4}[- ]?\d{4})"
_LANDLINE = r"\(?(?P<landline>0\d{2,3}(?:[- ]|\) ?)\d{3,4}[- ]?\d{4}|[48]00[- ]\d{3,4}[- ]?\d{3,4})"
_TOKEN = re.compile(
    rf"(?<![0-9a-z.])(?:{_MOBILE}|{_LANDLINE})(?![0-9a-z])(?![-.][0-9a-z])"
    rf"|(?P<han>[{HAN}]+)"
    rf"|(?P<code>{_LETTER}+(?:[-_./@:&'~·*,+\\]{_LETTER}+)*(?:\+\+|#)?)"
    rf"|(?P<emoji>{_EMOJI})",
)
_NUMBER = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_CONNECTORS = re.compile(r"[-_./@:&'~·*,+\\]+")
# 210x297, 210×297 and 210*297 are one size.
_TIMES = re.compile(r"(?<=\d)x(?=\d)")
_RUNS = re.compile(r"\d+|[^\W\d]+")
_LATIN_WORD = re.compile(r"[a-z]{4,}")
_stemmer = EnglishStemmer()


@dataclass(frozen=True, slots=True)
class Chunk:
    """One stretch of folded text: ``kind`` is ``han``, ``code``, ``phone`` or ``emoji``."""

    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Code:
    """How a code, number, word, phone number or address may be written.

    Any of ``wholes`` is the whole of it. ``parts`` are ``(part, runs)``: together they are the whole too, where each
    part may stand as itself or as all of its runs of letters and digits. ``extra`` is only indexed.
    """

    wholes: tuple
    parts: tuple = ()
    extra: tuple = ()


class KezhiTokenizer(Tokenizer):
    """The terms of a text, for Whoosh."""

    def __call__(self, value, **kwargs):
        token = Token(**{name: kwargs[name] for name in ("positions", "chars", "mode") if name in kwargs})
        token.boost = 1.0
        for term, count in terms(value).items():
            for _ in range(count):
                token.text = term
                yield token


def terms(text):
    """Return how often each term of the index stands in `text`.

    Parameters
    ----------
    text : str
        As written.

    Returns
    -------
    collections.Counter
    """
    found = Counter()
    before = None
    for chunk in chunks(fold(text)):
        if chunk.kind == "han":
            found.update(chunk.text)
            found.update(map("".join, zip(chunk.text, chunk.text[1:], strict=False)))
            found.update(word for word in words(chunk.text) if len(word) >= 3)
        elif chunk.kind == "emoji":
            found[chunk.text] += 1
        else:
            found.update(spellings(chunk))
            if before is not None and is_pair(before, chunk):
                found[joined_pair(before, chunk)] += 1
        before = chunk
    return found


def chunks(folded):
    """Yield the searchable stretches of a folded text, in order."""
    for match in _TOKEN.finditer(folded):
        kind = match.lastgroup
        if kind in ("mobile", "landline"):
            kind, text = "phone", match[kind]
        else:
            text = match[0]
        yield Chunk(kind, text, match.start(), match.end())


def is_searchable(text):
    """Return whether `text` holds anything the index knows."""
    return _TOKEN.search(fold(text)) is not None


def grams(run):
    """Return the characters and the pairs of a run of Han characters, each once, in order."""
    pairs = (run[at : at + 2] for at in range(len(run) - 1))
    return list(dict.fromkeys([*run, *pairs]))


@cache
def dictionary():
    """Return `rjieba`, whose words are read at its first import: what searches nothing need not wait for them."""
    import rjieba

    return rjieba


def words(run):
    """Return the dictionary words in a run of Han characters, also those inside longer ones."""
    return dictionary().cut_for_search(run)


def cut(run):
    """Return a run of Han characters as dictionary words, one behind the other."""
    return dictionary().cut(run)


def code(chunk):
    """Return the ways to write the code, number, phone number, address or word of a chunk, as a `Code`."""
    if chunk.kind == "phone":
        return _phone(chunk.text)
    return _code(chunk.text)


def spellings(chunk):
    """Return the terms of the chunk of a code, each once: a word without parts is its own whole."""
    return _spellings(code(chunk))


def is_pair(first, second):
    """Return whether two chunks may also be one word: parted by one blank, one of them short or with a digit."""
    if second.start - first.end != 1 or "han" in (first.kind, second.kind) or "emoji" in (first.kind, second.kind):
        return False
    return len(first.text) <= 4 or len(second.text) <= 3 or _has_digit(first.text) or _has_digit(second.text)


def joined_pair(first, second):
    """Return the term of two chunks written as one word."""
    return stem(_joined(first.text) + _joined(second.text))


@lru_cache(maxsize=50_000)
def stem(term):
    """Return the stem of an English word of more than three letters, anything else as it is."""
    return _stemmer.stem(term) if _LATIN_WORD.fullmatch(term) else term


@lru_cache(maxsize=50_000)
def _spellings(spelled):
    return frozenset(
        (*spelled.wholes, *spelled.extra, *(term for part, runs in spelled.parts for term in (part, *runs)))
    )


@lru_cache(maxsize=50_000)
def _code(text):
    if _NUMBER.fullmatch(text):
        return _number(text)
    if text[-1] in "+#":
        return _suffixed(text)
    text = _TIMES.sub("*", text)
    parts = tuple(_part(part) for part in _CONNECTORS.split(text))
    if len(parts) == 1:
        part, runs = parts[0]
        return Code((part,), ((part, runs),) if runs else ())
    extra = ()
    if text.count("@") == 1:
        extra = tuple(stem(_joined(side)) for side in text.split("@"))
    return Code((stem(_joined(text)),), parts, extra)


def _part(part):
    runs = _RUNS.findall(part)
    return stem(part), tuple(map(stem, runs)) if len(runs) > 1 else ()


def _number(text):
    plain = text.replace(",", "")
    whole, _, fraction = plain.partition(".")
    if not fraction:
        return Code((plain,))
    short = plain.rstrip("0").rstrip(".")
    return Code(tuple(dict.fromkeys((plain, short))), extra=(whole,))


def _suffixed(text):
    # C++ and C# are not C, and C does not mean them; but a search for C may show them.
    bare = text.rstrip("+#")
    suffix = text[len(bare) :]
    inner = _code(bare)
    last = _CONNECTORS.split(bare)[-1]
    parts = inner.parts[:-1] + ((last + suffix, ()),) if len(inner.parts) > 1 else ()
    runs = tuple(term for part, its_runs in inner.parts for term in (part, *its_runs))
    return Code((_joined(bare) + suffix,), parts, (*inner.wholes, *inner.extra, *runs))


def _phone(text):
    groups = re.findall(r"\d+", text)
    parts = tuple((group, ()) for group in groups) if len(groups) > 1 else ()
    return Code(("".join(groups),), parts)


def _joined(text):
    return _CONNECTORS.sub("", text)


def _has_digit(text):
    return any(character.isdigit() for character in text)
