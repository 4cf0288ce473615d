"""Amounts and quantities: exact decimals, as whole numbers of 1/10,000."""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

SCALE = 10_000
_MISSING = frozenset({"", "-", "—", "–", "/", "na", "无", "null"})
_ERRORS = frozenset({"#n/a", "#div/0!", "#ref!", "#value!", "#name?", "#num!", "#null!"})
_OTHER_CURRENCY = re.compile(r"(?:[$€£₩]|usd|eur|gbp|hkd|jpy|us\$|hk\$)|(?:美元|欧元|英镑|港币|日元)")
_OURS = re.compile(r"^(?:¥|￥|rmb|cny)|(?:元|圆|rmb|cny)$")
_SIGNS = re.compile(r",|\d \d")
_PLAIN = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)")
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(?:(?:,\d{3})+|(?: \d{3})+)(?:\.\d*)?")
# Books of accounts write the minus behind.
_MINUS_BEHIND = re.compile(r"(\d[\d,. ]*?) ?-")
# 分 alone may be points that a customer collects.
_SPOKEN = re.compile(r"(-?)(?:(\d[\d,]*)[元圆块])?(\d)[角毛](?:(\d)分?)?|(-?)(\d[\d,]*)[元圆块](\d{1,2})分")
_COMMA = re.compile(r"[-+]?\d{1,3}(?:\.\d{3})*(?:,\d+)?|[-+]?\d+(?:,\d+)?")
_LARGEST = 2**63 - 1


class Unreadable(Exception):
    """A value that is no number; ``code`` says why, see `mining.ledger.reasons`."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def number(cell, decimal=None):
    """Return a cell as ``(value, note)``: a whole number of 1/10,000, or None where nothing stands.

    Parameters
    ----------
    cell : str or int or float or None
    decimal : {".", ","}, optional
        The sign before the decimals, as a person said; by default a point.

    Raises
    ------
    Unreadable
        ``decimal_comma`` where a person should say which sign stands before the decimals.
    """
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None, None
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        raise Unreadable("not_a_number")
    # A spreadsheet's 0.1 is the float nearest to it; its shortest form is what the person typed.
    return _parsed(cell if isinstance(cell, str) else repr(cell), decimal)


def exact(value):
    """Return a whole number of 1/10,000 as the decimal it is, as text; None for None."""
    return None if value is None else f"{(Decimal(value) / SCALE).normalize():f}"


@lru_cache(maxsize=100_000)
def forms(text):
    """Return the rules of `mining.ledger.cleaning` that the text of a number needs."""
    folded = unicodedata.normalize("NFKC", text)
    plain = folded.strip().lower()
    has_money = any(pattern.search(plain) for pattern in (_SIGNS, _OURS, _SPOKEN))
    # The sign of the yuan is a wide character by birth.
    is_wide = folded != text.replace("￥", "¥")
    return (*(("width",) if is_wide else ()), *(("money",) if has_money else ()))


@lru_cache(maxsize=100_000)
def _parsed(text, decimal):
    plain = unicodedata.normalize("NFKC", text).strip().lower().strip("'`")
    if plain in _MISSING:
        return None, None
    if plain in _ERRORS:
        raise Unreadable("spreadsheet_error")
    if _OTHER_CURRENCY.search(plain):
        raise Unreadable("other_currency")
    bracketed = re.fullmatch(r"\((.*)\)", plain)
    plain = _OURS.sub("", _OURS.sub("", bracketed[1] if bracketed else plain).strip()).replace("−", "-").strip()
    value = _decimal(_MINUS_BEHIND.sub(r"-\1", plain) if _MINUS_BEHIND.fullmatch(plain) else plain, decimal)
    if value is None:
        raise Unreadable("decimal_comma" if decimal is None and _COMMA.fullmatch(plain) else "not_a_number")
    scaled = value * SCALE
    whole = int(scaled.to_integral_value())
    if abs(whole) > _LARGEST:
        raise Unreadable("number_too_large")
    return (-whole if bracketed else whole), None if scaled == whole else "rounded"


def _decimal(plain, decimal):
    if spoken := _SPOKEN.fullmatch(plain):
        return _of_words(*spoken.groups())
    if decimal == ",":
        if not _COMMA.fullmatch(plain):
            return None
        return Decimal(plain.replace(".", "").replace(",", "."))
    if _THOUSANDS.fullmatch(plain):
        return Decimal(plain.replace(",", "").replace(" ", ""))
    if _PLAIN.fullmatch(plain):
        return Decimal(plain)
    # What repr makes of a very small or very large float of a typed cell.
    return Decimal(plain) if re.fullmatch(r"[-+]?\d(?:\.\d+)?e[-+]?\d{1,3}", plain) else None


def _of_words(sign, yuan, jiao, fen, sign_without_jiao, yuan_without_jiao, fen_alone):
    """Return what 5元3角2分 is worth."""
    whole = (yuan or yuan_without_jiao or "0").replace(",", "")
    hundredths = int(jiao or 0) * 10 + int(fen or fen_alone or 0)
    value = Decimal(whole) + Decimal(hundredths) / 100
    return -value if sign or sign_without_jiao else value
