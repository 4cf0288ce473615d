"""One form for every spelling of a text: width, case, accents, dashes, invisible characters, 繁 and 简.

Almost every character folds to exactly one, so a text is folded by one look-up in a table and offsets stay. The few
that do not (㎡, ﬁ, combining marks, zero-width characters) go through the normalization a cluster at a time.
"""

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

import numpy as np

TABLE_FILE = Path(__file__).with_name("fold_table.txt")

_ODD = 0xFFFFFFFF  # does not fold alone to one character
# Han and Hangul beyond the table of traditional characters, and what follows U+30000, fold to themselves.
_BLOCKS = (range(0x3400), range(0xA000, 0xAC00), range(0xD7A4, 0xD800), range(0xE000, 0x20000), range(0x2F800, 0x2FA20))
_DROPPED = (
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E),
    (0x2060, 0x206F), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0x1F3FB, 0x1F3FF), (0xE0000, 0xE0FFF),
)  # fmt: skip
# Hangul vowels and finals and the half-width voice marks join what stands before them without being marks.
_JOINING = ((0x1160, 0x11FF), (0x3131, 0x318E), (0xD7B0, 0xD7FF), (0xFF9E, 0xFFDC))
_PLAIN = {
    **dict.fromkeys(map(ord, "‐‑‒–—―−﹣⁃"), "-"),
    **dict.fromkeys(map(ord, "×✕"), "x"),
    **dict.fromkeys(map(ord, "’‘"), "'"),
    # Python lowers a capital sigma by its neighbours; a table cannot.
    **dict.fromkeys(map(ord, "Σς"), "σ"),
    **{code: None for first, last in _DROPPED for code in range(first, last + 1)},
}
_SURROGATE = re.compile("[\ud800-\udfff]")
_ACCENTS = dict.fromkeys(range(0x300, 0x370))


def fold(text):
    """Return the one form of `text`; two spellings that mean the same fold to the same."""
    if text.isascii():
        return text.lower()
    codes, folded = _look_up(text)
    if (folded != _ODD).all():
        return _text(folded)
    return "".join(piece for piece, _, _ in _pieces(text, codes, folded))


def fold_with_offsets(text):
    """Return the folded text and where each of its characters came from.

    Returns
    -------
    folded : str
    starts, ends : ndarray of int, shape (len(folded),)
        Character i of `folded` is made of ``text[starts[i]:ends[i]]``. All characters of an expansion (㎡ to m2)
        name the whole of what they came from.
    """
    codes, folded = _look_up(text)
    if (folded != _ODD).all():
        starts = np.arange(len(text))
        return _text(folded), starts, starts + 1
    pieces = list(_pieces(text, codes, folded))
    starts, ends = [], []
    for piece, start, end in pieces:
        alone = end - start == len(piece) and (folded[start:end] != _ODD).all()
        starts.append(np.arange(start, end) if alone else np.full(len(piece), start))
        ends.append(np.arange(start, end) + 1 if alone else np.full(len(piece), end))
    return "".join(piece for piece, _, _ in pieces), np.concatenate(starts), np.concatenate(ends)


@lru_cache(maxsize=4096)
def normalize(text):
    """Return the folded form of a whole text, step by step: the definition that the table is made from."""
    text = unicodedata.normalize("NFKC", _SURROGATE.sub(" ", text)).translate(_PLAIN).lower().translate(_PLAIN)
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).translate(_ACCENTS))
    return text.translate(simplified())


@lru_cache(maxsize=4096)
def spellings(character):
    """Return every character that folds to this folded one, one behind the other, itself the first."""
    codes = np.flatnonzero(_tables()[0] == ord(character)).tolist()
    return "".join([character, *(chr(code) for code in codes if code != ord(character))])


@cache
def simplified():
    """Return the table from traditional to simplified characters, for ``str.translate``."""
    lines = TABLE_FILE.read_text(encoding="utf-8").splitlines()
    pairs = "".join(line for line in lines if not line.startswith("#"))
    return str.maketrans(pairs[::2], pairs[1::2])


@cache
def _tables():
    """Return the folded code point of each character, and which ones attach to the one before."""
    codes = [code for block in _BLOCKS for code in block]
    # One call for all characters: a line break between them keeps each alone.
    alone = normalize("\n".join(map(chr, codes))).split("\n")
    table = np.arange(0x110000, dtype=np.uint32)
    table[0xD800:0xE000] = ord(" ")
    del alone[ord("\n")]  # the line break itself was split into two empty strings
    alone[ord("\n")] = "\n"
    table[codes] = [ord(each) if len(each) == 1 else _ODD for each in alone]
    table[list(simplified())] = list(simplified().values())
    joins = np.zeros(0x110000, dtype=bool)
    joins[[code for code in codes if unicodedata.category(chr(code))[0] == "M"]] = True
    for first, last in _DROPPED + _JOINING:
        joins[first : last + 1] = True
    table[joins] = _ODD
    return table, joins


def _look_up(text):
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return codes, _tables()[0][codes]


def _text(codes):
    return codes.tobytes().decode("utf-32-le")


def _pieces(text, codes, folded):
    """Yield (folded piece, start, end): stretches of one to one, and each odd cluster by itself."""
    joins = _tables()[1][codes]
    odd = folded == _ODD
    # A cluster begins at an odd character of its own, or one before the marks that follow a plain one.
    begins = odd & ~joins
    begins[:-1] |= ~odd[:-1] & joins[1:]
    if len(codes):
        begins[0] |= joins[0]
    done = 0
    for start in np.flatnonzero(begins).tolist():
        end = start + 1
        while end < len(text) and joins[end]:
            end += 1
        if start > done:
            yield _text(folded[done:start]), done, start
        yield normalize(text[start:end]), start, end
        done = end
    if done < len(text):
        yield _text(folded[done:]), done, len(text)
