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


def text(cell, off=frozenset()):
    """Return a cell as text, as ``(text or None, note)``: NFKC, blanks and line breaks single, no outer ones.

    Parameters
    ----------
    cell : object
    off : frozenset of str
        Rules of `mining.ledger.cleaning` that are not to be applied.

    Raises
    ------
    mining.ledger.numbers.Unreadable
    """
    if cell is None:
        return None, None
    if isinstance(cell, str):
        return _cleaned(cell, off)
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
def forms(cell):
    """Return the rules of `mining.ledger.cleaning` that a text needs."""
    plain = cell.replace("\0", "")
    folded = unicodedata.normalize("NFKC", plain)
    needed = ("width",) if folded != plain else ()
    return (*needed, "blanks") if folded != " ".join(folded.split()) else needed


@lru_cache(maxsize=200_000)
def _cleaned(cell, off):
    note = "nul_removed" if "\0" in cell else None
    plain = cell.replace("\0", "")
    if "width" not in off:
        plain = unicodedata.normalize("NFKC", plain)
    if "blanks" in off:
        return plain if plain.strip() else None, note
    plain = " ".join(plain.split())
    wrapped = _WRAPPED.fullmatch(plain)
    plain = (wrapped[1] if wrapped else plain).lstrip("'`").strip()
    if plain in _ERRORS:
        raise Unreadable("spreadsheet_error")
    if _SCIENTIFIC.fullmatch(plain):
        raise Unreadable("digits_lost")
    if restored := _INTEGER.fullmatch(plain):
        return restored[1], "integer_restored"
    return plain or None, note
