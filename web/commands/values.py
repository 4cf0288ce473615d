"""Option values: taken as text and checked here, so that a value we refuse gets our sentence and exit code 1."""

from kb.errors import Invalid, N_
from mining import asked


def whole(text, option, *, least=1, most=1_000_000):
    """Return a whole number between `least` and `most`."""
    found = asked.count(text)
    if found is None or not least <= found <= most:
        raise _refused(text, option, N_("Write a whole number from %(least)d to %(most)d."), least=least, most=most)
    return found


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


def mapping(text, option, fields):
    """Return ``{field: column}`` of ``title=标题,body=正文``, each field one of `fields`."""
    found = {}
    for part in (text or "").split(","):
        field, equals, column = (each.strip() for each in part.partition("="))
        if part.strip():
            if not equals or field not in fields:
                raise _refused(
                    text, option, N_("Write FIELD=COLUMN; the fields: %(choices)s."), choices=", ".join(fields)
                )
            found[field] = column
    return found


def share(text, option):
    """Return a share in [0, 1], written as ``0.35`` or ``35%``."""
    found = asked.share(text)
    if found is None:
        raise _refused(text, option, N_("Write a share from 0 to 1, such as 0.35 or 35%%."))
    return found


def support(text, option):
    """Return a minimum support: an int is a count of baskets, a float a share of them.

    ``197`` and ``1`` are counts; ``0.02``, ``1.0``, ``2%`` and ``100%`` are shares.
    """
    found = asked.support(text)
    if found is None:
        raise _refused(text, option, N_("Write a share such as 0.02 or 2%%, or a count of baskets such as 197."))
    return found


def period(since, until):
    """Return two days, each None where nothing was typed."""
    days = []
    for text, option in ((since, "--from"), (until, "--to")):
        found = None if text is None else asked.day(text)
        if text is not None and found is None:
            raise _refused(text, option, N_("Write a day such as 2026-05-01."))
        days.append(found)
    if all(days) and days[1] < days[0]:
        raise _refused(until, "--to", N_("Write a day that is not before --from."))
    return days


def _refused(text, option, hint, **values):
    return Invalid(
        N_("%(option)s cannot be “%(value)s”."), hint=hint, field=option, option=option, value=text, **values
    )
