"""Text that a spreadsheet would run as a formula: a quotation mark before it keeps it text, and is taken off again."""

import re

_STARTS = "=+\\-@\t\r\n＝＋－＠"
_FORMULA = re.compile(f"'*[{_STARTS}]")
_GUARDED = re.compile(f"'+[{_STARTS}]")


def guarded(text):
    """Return text that no spreadsheet takes for a formula, for a cell whose type a file cannot tell."""
    return f"'{text}" if _FORMULA.match(text) else text


def kept(text):
    """Return text for a cell that is text by its type, such that `unguarded` gives it back."""
    return f"'{text}" if _GUARDED.match(text) else text


def unguarded(text):
    """Return what stood there before `guarded` or `kept`."""
    return text[1:] if _GUARDED.match(text) else text
