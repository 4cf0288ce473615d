"""How a name is typed without switching the input method: its full pinyin and its initials."""

from functools import lru_cache
from itertools import product

# A name of several readings is found under each; beyond this many nobody would guess them.
_MOST_READINGS = 8


def keys(name):
    """Return what a person may type for `name`, full pinyin and initials, each led by a blank; lower-case ASCII.

    A character with several readings counts with each: 曾 is ceng and zeng. Letters and digits stay as they are.

    Parameters
    ----------
    name : str
        Folded (`kb.text.fold_name`).

    Returns
    -------
    tuple of (str, str)
        ``(" zengming cengming", " zm cm")``; empty where the name has no Han character.
    """
    if name.isascii():
        return "", ""
    # Its dictionaries take the better part of a second: only who writes or looks for a name pays for them.
    from pypinyin import Style, pinyin

    readings = pinyin(name, style=Style.NORMAL, heteronym=True, errors=lambda text: list(text.replace(" ", "")))
    found, count = [], 1
    for each in readings:
        many = list(dict.fromkeys(reading for reading in each if reading.isascii() and reading.isalnum()))
        # The first reading is the usual one.
        many = many[: max(1, _MOST_READINGS // count)]
        count *= max(1, len(many))
        if many:
            found.append(many)
    full = list(dict.fromkeys("".join(parts) for parts in product(*found)))
    initials = list(dict.fromkeys("".join(part[0] for part in parts) for parts in product(*found)))
    return "".join(f" {each}" for each in full if each), "".join(f" {each}" for each in initials if each)


@lru_cache(maxsize=20_000)
def _known_keys(name):
    return keys(name)


def rank(query, name):
    """Return how well `query` names `name`, 0 best, or None where it does not: whole, begun, initials, pinyin, inside.

    Parameters
    ----------
    query, name : str
        Folded, without blanks.
    """
    if query == name:
        return 0
    if name.startswith(query):
        return 1
    if query.isascii() and query.isalnum():
        full, initials = _known_keys(name)
        if f" {query}" in initials:
            return 2
        if f" {query}" in full:
            return 3
    return 4 if query in name else None
