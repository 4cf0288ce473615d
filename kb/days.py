"""A day as people write it into a form."""

from datetime import date

from kb.errors import Invalid, N_


def day(text, field):
    """Return a day as ``YYYY-MM-DD``.

    Raises
    ------
    kb.errors.Invalid
        Of `field`, when the calendar has no such day.
    """
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise Invalid(
            N_("“%(value)s” is no day."), hint=N_("Write a day, such as 2026-12-01."), field=field, value=text.strip()
        ) from None
