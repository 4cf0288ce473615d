"""How a name is typed without switching the input method: its full pinyin and its initials."""

import re
import unicodedata
from functools import cache, lru_cache
from itertools import product

# A name of several readings is found under each; beyond this many nobody would guess them.
_MOST_READINGS = 8
# Read otherwise as the first character of a person's name than anywhere else.
_SURNAMES = {
    "单": "shan", "区": "ou", "仇": "qiu", "曾": "zeng", "朴": "piao", "查": "zha", "翟": "zhai", "覃": "qin",
    "解": "xie", "盖": "ge", "种": "chong", "员": "yun", "乐": "yue", "缪": "miao", "尉": "wei", "召": "shao",
    "折": "she", "祭": "zhai", "黑": "he", "秘": "bi", "那": "na", "燕": "yan", "冼": "xian", "郇": "xun",
}  # fmt: skip
_PERSON = (2, 3)
# What a reading that nobody expects is led by, where the usual ones are led by a blank.
RARE = "~"


def keys(name):
    """Return what a person may type for `name`, full pinyin and initials; lower-case ASCII.

    The usual readings come first, each led by a blank: that of the word it stands in, that of the surname. Any other
    reading of a character counts too, led by a blank and ``~``. Letters and digits stay as they are.

    Parameters
    ----------
    name : str
        Folded (`kb.text.fold_name`).

    Returns
    -------
    tuple of (str, str)
        ``(" zengli cengli ~zengwei ~cengwei", " zl cl ~zw ~cw")``; empty where the name has no Han character.
    """
    if name.isascii():
        return "", ""
    # Its dictionaries take the better part of a second: only who writes or looks for a name pays for them.
    from pypinyin import Style, pinyin

    def read(heteronym):
        found = pinyin(name, style=Style.NORMAL, heteronym=heteronym, errors=lambda text: list(text.replace(" ", "")))
        return [[each for each in of if each.isascii() and each.isalnum()] for of in found]

    every = [first[:1] + more for first, more in zip(read(False), read(True), strict=True) if first + more]
    if len(name) in _PERSON and name[0] in _SURNAMES:
        every[0].insert(0, _SURNAMES[name[0]])
        known = _spelled([every[0][:2], *(of[:1] for of in every[1:])])
    else:
        known = _spelled([of[:1] for of in every])
    rare = _spelled(every)
    return tuple(
        "".join(f" {each}" for each in ours) + "".join(f" {RARE}{each}" for each in theirs if each not in ours)
        for ours, theirs in zip(known, rare, strict=True)
    )


def _spelled(readings):
    """Return the full spellings and the initials that the readings of each character make, at most so many."""
    kept, count = [], 1
    for each in readings:
        kept.append(list(dict.fromkeys(each))[: max(1, _MOST_READINGS // count)])
        count *= len(kept[-1])
    made = list(product(*kept)) if kept else []
    full = dict.fromkeys("".join(parts) for parts in made)
    return list(full), list(dict.fromkeys("".join(part[0] for part in parts) for parts in made))


# Those of a company of 10,000 with its topics and products: were there fewer, a walk over all would find none kept.
@lru_cache(maxsize=50_000)
def _known_keys(name):
    return keys(name)


def _may_begin(query, name):
    """Return whether keys of `name` may begin as `query` does: of most names that is told without making them."""
    for sign in name:
        if sign.isascii() and sign.isalnum():
            return sign == query[0]
        if begun := _first_letters(sign):
            return query[0] in begun
    return False


@lru_cache(maxsize=20_000)
def _first_letters(character):
    from pypinyin.constants import PINYIN_DICT

    # Looked up and not read: the first word somebody looks for would read a thousand characters.
    readings = filter(None, PINYIN_DICT.get(ord(character), "").split(","))
    return {unicodedata.normalize("NFD", each)[0] for each in readings}


def spelled(text):
    """Return a text with the usual reading in place of each Han character, with a capital letter: YinHang for 银行.

    How a character is read where it stands is told by the one beside it: of a company all titles are read, which
    `keys` would take minutes for.
    """
    usual, before, after, read_otherwise = _readings_of_pairs()

    def read(match):
        at, end = match.span()
        return before.get(text[max(0, at - 1) : end]) or after.get(text[at : end + 1]) or usual[ord(match[0])]

    return read_otherwise.sub(read, text).translate(usual)


@cache
def _readings_of_pairs():
    """Return the reading of each character, those it has behind and before another, and which have any such."""
    from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

    usual = {code: _toneless(readings.partition(",")[0]).capitalize() for code, readings in PINYIN_DICT.items()}
    before, after, otherwise = {}, {}, set()
    for phrase, readings in PHRASES_DICT.items():
        if len(phrase) != 2 or len(readings) != 2:
            continue
        for character, found, reading in zip(phrase, (after, before), readings, strict=True):
            said = _toneless(reading[0]).capitalize()
            if said != usual.get(ord(character), said):
                found[phrase] = said
                otherwise.add(character)
    return usual, before, after, re.compile(f"[{''.join(sorted(otherwise))}]")


@lru_cache(maxsize=5_000)
def _toneless(syllable):
    signs = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v")
    return "".join(each for each in signs if each.isascii() and each.isalpha())


def sounds_alike(one, other):
    """Return whether two Han characters share a reading, whatever its tone."""
    return bool(_readings(one) & _readings(other))


@lru_cache(maxsize=20_000)
def _readings(character):
    full, _ = keys(character)
    return {each.lstrip(RARE) for each in full.split()}


def rank(query, name):
    """Return how well `query` names `name`, 0 best, or None where it does not.

    Whole, begun, initials, pinyin, inside; last a reading of its characters that nobody expects.

    Parameters
    ----------
    query, name : str
        Folded, without blanks.
    """
    if query == name:
        return 0
    if name.startswith(query):
        return 1
    if query in name:
        return 4
    if name.isascii() or not (query.isascii() and query.isalnum()) or not _may_begin(query, name):
        return None
    full, initials = _known_keys(name)
    begun = (f" {query}" in initials, f" {query}" in full, f"{RARE}{query}" in initials + full)
    return next((rank for rank, is_so in zip((2, 3, 5), begun, strict=True) if is_so), None)
