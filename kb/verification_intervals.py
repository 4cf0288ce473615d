"""Intervals: after how many months a note of each type is to be verified again, for the whole company."""

from kb import access, duties, feed
from kb.dimensions import DIMENSIONS
from kb.errors import Conflict, Invalid, N_
from kb.store import writing

LONGEST = 60


def of_company(db):
    """Return ``{dimension: months}``."""
    found = dict(db.execute("SELECT dimension, months FROM verification_interval").fetchall())
    return {dimension: found[dimension] for dimension in DIMENSIONS}


def arrange(db, months, *, by, now):
    """Set the intervals and return the seq of the change; every note's next date moves at once.

    Parameters
    ----------
    months : dict
        ``{dimension: text or int}``, of all four.

    Raises
    ------
    kb.errors.Invalid
        Named by the dimension whose number is none of 1 to `LONGEST`.
    kb.errors.Forbidden
    """
    access.require(by, "verification.arrange")
    wanted = {dimension: _checked(months.get(dimension, ""), dimension) for dimension in DIMENSIONS}
    with writing(db):
        return _set(db, wanted, "verification.arrange", by, now)


def undo(db, seq, *, by, now):
    """Bring back the intervals of before a change.

    Raises
    ------
    kb.errors.Conflict
        When they were changed again since.
    kb.errors.Forbidden, kb.errors.NotFound
    """
    access.require(by, "verification.arrange")
    with writing(db):
        change = feed.to_undo(db, seq, "verification", hint=N_("Look at the intervals."))
        if change["after"] != of_company(db):
            raise Conflict(N_("The intervals were changed again since."), hint=N_("Set them as they should stand."))
        return _set(db, change["before"], "verification.undo", by, now)


def _set(db, wanted, did, by, now):
    before = of_company(db)
    for dimension, months in wanted.items():
        db["verification_interval"].update(dimension, {"months": months})
    duties.settle_all(db)
    return feed.append(db, by=by, did=did, of="intervals", at=now, before=before, after=wanted)


def _checked(text, dimension):
    text = str(text).strip()
    if not text.isdecimal() or len(text) > 3 or not 1 <= int(text) <= LONGEST:
        raise Invalid(
            N_("“%(value)s” is no number of months from 1 to %(limit)d."),
            hint=N_("Write a whole number, such as 6."),
            field=dimension,
            value=text,
            limit=LONGEST,
        )
    return int(text)
