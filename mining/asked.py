"""Support, confidence, counts, days and lists of names as people write them: ``2%``, ``197``, ``2026年5月1日``."""

import re
import unicodedata
from datetime import date
from decimal import Decimal

_COUNT = re.compile(r"[0-9]{1,12}")
# Narrower than Decimal, which also takes NaN, 1_000 and other alphabets' digits.
_DAY = re.compile(r"([0-9]{4})(?:-|/|\.|年)([0-9]{1,2})(?:-|/|\.|月)([0-9]{1,2})日?|([0-9]{4})([0-9]{2})([0-9]{2})")
_COMMA = re.compile(r"\s*[,，、;；\n]\s*")
_NUMBER = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)(e-?[0-9]{1,3})?", re.IGNORECASE)


def count(text):
    """Return a whole number, or None for any other text."""
    plain = _plain(text)
    return int(plain) if _COUNT.fullmatch(plain) else None


def share(text):
    """Return a share in [0, 1], written as ``0.35`` or ``35%``, or None."""
    plain = _plain(text)
    number = plain.removesuffix("%").strip()
    if not _NUMBER.fullmatch(number):
        return None
    # As a decimal first: 7% must be the very float that 0.07 is.
    found = float(Decimal(number) / (100 if plain.endswith("%") else 1))
    return found if 0 <= found <= 1 else None


def support(text):
    """Return a minimum support, or None: an int is a count of baskets, a float a share of them.

    ``197`` and ``1`` are counts; ``0.02``, ``1.0``, ``2%`` and ``100%`` are shares.
    """
    whole = count(text)
    if whole is not None:
        return whole or None
    return share(text) or None


def day(text):
    """Return a day written as ``2026-05-01``, ``2026/5/1``, ``20260501`` or ``2026年5月1日``, or None."""
    found = _DAY.fullmatch(_plain(text))
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups() if part))
    except ValueError:
        return None


def names(text, known=()):
    """Return the names in a list parted by commas; a name of `known` that holds a comma itself stays whole."""
    pieces = _COMMA.split(_plain(text))
    whole = {_COMMA.sub(",", name): name for name in known}
    found, at = [], 0
    while at < len(pieces):
        ends = range(len(pieces), at + 1, -1)
        end = next((end for end in ends if ",".join(pieces[at:end]) in whole), at + 1)
        found.append(whole.get(",".join(pieces[at:end]), pieces[at]))
        at = end
    return list(dict.fromkeys(name for name in found if name))


def _plain(text):
    return unicodedata.normalize("NFKC", text).strip()
