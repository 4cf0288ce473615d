"""Names and ids of orders, products and customers: one spelling for what is one thing."""

import re
import unicodedata
from datetime import date, datetime
from functools import lru_cache

from mining.ledger.numbers import Unreadable

# A spreadsheet makes these of long numbers; the digits behind are gone.
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?e\+?\d+", re.IGNORECASE)
_WRAPPED = re.compile(r'="(.*)"')
_ERRORS = frozenset({"#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"})
_INTEGER = re.compile(r"(\d{6,})\.0")
_MOST_EXACT = 2**53


def text(cell):
    """Return a cell as text, as ``(text or None, note)``: NFKC, blanks and line breaks single, no outer ones.

    Raises
    ------
    mining.ledger.numbers.Unreadable
    """
    if cell is None:
        return None, None
    if isinstance(cell, str):
        return _cleaned(cell)
    if isinstance(cell, float):
        if not cell.is_integer():
            return repr(cell), None
        if abs(cell) >= _MOST_EXACT:
            raise Unreadable("digits_lost")
        return str(int(cell)), None
    if isinstance(cell, datetime | date):
        return cell.isoformat(), None
    return str(cell), None


@lru_cache(maxsize=200_000)
def _cleaned(cell):
    note = "nul_removed" if "\0" in cell else None
    plain = " ".join(unicodedata.normalize("NFKC", cell.replace("\0", "")).split())
    wrapped = _WRAPPED.fullmatch(plain)
    plain = (wrapped[1] if wrapped else plain).lstrip("'`").strip()
    if plain in _ERRORS:
        raise Unreadable("spreadsheet_error")
    if _SCIENTIFIC.fullmatch(plain):
        raise Unreadable("digits_lost")
    if restored := _INTEGER.fullmatch(plain):
        return restored[1], "integer_restored"
    return plain or None, note
