"""Option values: taken as text and checked here, so that a value we refuse gets our sentence and exit code 1."""

import re
import unicodedata
from decimal import Decimal

from kb.errors import Invalid, N_

_A_COUNT = re.compile(r"[0-9]{1,12}")
# Narrower than Decimal, which also takes NaN, 1_000 and other alphabets' digits.
_A_NUMBER = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)(e-?[0-9]{1,3})?", re.IGNORECASE)


def whole(text, option, *, least=1, most=1_000_000):
    """Return a whole number between `least` and `most`."""
    plain = _plain(text)
    if not _A_COUNT.fullmatch(plain) or not least <= int(plain) <= most:
        raise _refused(
            text, option, N_("Write a whole number from %(least)d to %(most)d."), least=least, most=most
        )
    return int(plain)


def port_number(text):
    """Return a port to listen on; 0 takes a free one."""
    return whole(text, "--port", least=0, most=65535)


def choice(text, option, choices):
    """Return `text` if it is one of `choices`."""
    if text not in choices:
        raise _refused(text, option, N_("One of: %(choices)s."), choices=", ".join(choices))
    return text


def choices(text, option, known):
    """Return the set of names in a list parted by commas, each one of `known`."""
    return {choice(name.strip(), option, known) for name in text.split(",")} if text else set()


def share(text, option):
    """Return a share in [0, 1], written as ``0.35`` or ``35%``."""
    found = _share(_plain(text))
    if found is None or not 0 <= found <= 1:
        raise _refused(text, option, N_("Write a share from 0 to 1, such as 0.35 or 35%%."))
    return found


def support(text, option):
    """Return a minimum support: an int is a count of baskets, a float a share of them.

    ``197`` and ``1`` are counts; ``0.02``, ``1.0``, ``2%`` and ``100%`` are shares.
    """
    plain = _plain(text)
    if _A_COUNT.fullmatch(plain) and int(plain) >= 1:
        return int(plain)
    found = None if _A_COUNT.fullmatch(plain) else _share(plain)
    if found is None or not 0 < found <= 1:
        raise _refused(
            text, option, N_("Write a share such as 0.02 or 2%%, or a count of baskets such as 197.")
        )
    return found


def _share(plain):
    number = plain.removesuffix("%").strip()
    if not _A_NUMBER.fullmatch(number):
        return None
    # As a decimal first: 7% must be the very float that 0.07 is.
    return float(Decimal(number) / (100 if plain.endswith("%") else 1))


def _plain(text):
    return unicodedata.normalize("NFKC", text).strip()


def _refused(text, option, hint, **values):
    return Invalid(
        N_("%(option)s cannot be “%(value)s”."), hint=hint, field=option, option=option, value=text, **values
    )
