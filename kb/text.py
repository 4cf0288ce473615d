"""The one door for text: what passes can be stored, indexed and shown everywhere."""

import re
import unicodedata
from functools import lru_cache

from kb.errors import Invalid, N_

# SQLite keeps a NUL but its length() stops there; a lone surrogate cannot be encoded at all.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

# What nobody sees or types, and what turns the direction of all that follows: a name of one line has no use for them.
# The two that join or part letters, U+200C and U+200D, stay: words of some languages, and emoji, need them.
_TRICKS = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")

# Format characters and blanks of any width, and letters that are drawn as nothing: a title of these looks empty.
_INVISIBLE = ("Cf", "Cc", "Zs", "Zl", "Zp")
_BLANK = "\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"


def clean(text, *, field, label, limit=None, lines=True, needed=None):
    """Return `text` fit for the store, or refuse it with a sentence.

    Parameters
    ----------
    text : str
    field : str
        Name of the form field or option, for the page.
    label : str
        Name a person knows it by (a key of the catalogue).
    limit : int, optional
        Most characters allowed.
    lines : bool
        Whether line breaks may stay; otherwise blanks of any kind become one blank, and characters without width and
        such as turn the direction of writing go.
    needed : str, optional
        What to do where nothing is left (a key of the catalogue), which is refused then.

    Raises
    ------
    kb.errors.Invalid
        For a character that cannot be stored, more than `limit` characters, or none that are needed.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    bad = _FORBIDDEN.search(text)
    if bad:
        raise Invalid(
            N_("%(label)s: character %(position)d (U+%(code)s) cannot be stored."),
            hint=N_("Delete that character and save again."),
            field=field,
            label=label,
            position=bad.start() + 1,
            code=f"{ord(bad.group()):04X}",
        )
    text = text.strip() if lines else " ".join(_TRICKS.sub("", text).split())
    if all(unicodedata.category(each) in _INVISIBLE or each in _BLANK for each in text):
        text = ""
    if needed and not text:
        raise Invalid(N_("%(label)s is missing."), hint=needed, field=field, label=label)
    if limit is not None and len(text) > limit:
        raise Invalid(
            N_("%(label)s has %(length)d characters; %(limit)d are possible."),
            hint=N_("Shorten it, or split it into several."),
            field=field,
            label=label,
            length=len(text),
            limit=limit,
        )
    return text


def scrub(text):
    """Return `text` without the characters that cannot be stored, and how many these were."""
    return _FORBIDDEN.subn("", text)


# Topics, channels and customers: the same few names again and again.
@lru_cache(maxsize=32_768)
def fold_name(name):
    """Return the form under which two spellings of one name are the same (width, case, 繁简)."""
    return folded(name)


def folded(text):
    """Return what `fold_name` does of a text that is not asked for again."""
    from kb.search.folding import fold  # the fold table is read on first use only

    return fold(unicodedata.normalize("NFKC", text).casefold())
