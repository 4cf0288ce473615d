"""A day as people write it into a form."""

from datetime import date

from kb.errors import Invalid, N_

_FIRST, _LAST = 1900, 2199


def day(text, field):
    """Return a day as ``YYYY-MM-DD``.

    Raises
    ------
    kb.errors.Invalid
        Of `field`, when the calendar has no such day, or one that no company writes: Python's ends with the year 9999.
    """
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        found = None
    if found is None or not _FIRST <= found.year <= _LAST:
        raise Invalid(
            N_("“%(value)s” is no day."), hint=N_("Write a day, such as 2026-12-01."), field=field, value=text.strip()
        )
    return found.isoformat()
