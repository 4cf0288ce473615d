"""Support, confidence and counts as people write them: ``2%``, ``0.02``, ``197``."""

import re
import unicodedata
from decimal import Decimal

_COUNT = re.compile(r"[0-9]{1,12}")
# Narrower than Decimal, which also takes NaN, 1_000 and other alphabets' digits.
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


def _plain(text):
    return unicodedata.normalize("NFKC", text).strip()
