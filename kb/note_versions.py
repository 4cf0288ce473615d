"""Versions of a note: any two of them, whose each is, and the way to those before and after."""

from dataclasses import dataclass

from kb import note_history
from kb.errors import Invalid, N_, NotFound


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions, each the change that made it, as `kb.note_history.history` gives it.

    ``older`` and ``newer`` are pairs of version numbers: one change back, one change on; None at the ends. ``steps`` is
    how many changes led from the one to the other.
    """

    earlier: dict
    later: dict
    older: tuple | None
    newer: tuple | None
    steps: int
    is_newest: bool


def compare(db, note_id, one, other, *, reader):
    """Return the `Comparison` of two versions of a note, the earlier one first whichever is named first.

    Parameters
    ----------
    one, other : int or None
        Version numbers.

    Raises
    ------
    kb.errors.Invalid
        When it is one and the same.
    kb.errors.NotFound
        When there is no such note, no such version, or its text is erased.
    """
    rows = {row["version"]: row for row in reversed(note_history.history(db, note_id, reader=reader)) if row["version"]}
    if one not in rows or other not in rows:
        raise NotFound(N_("There is no such version."), hint=N_("Look at the history of the note."))
    if one == other:
        raise Invalid(N_("That is one and the same version."), hint=N_("Choose two different ones."), field="to")
    numbers = list(rows)
    first, last = sorted((numbers.index(one), numbers.index(other)))
    return Comparison(
        rows[numbers[first]],
        rows[numbers[last]],
        (numbers[first - 1], numbers[first]) if first else None,
        (numbers[last], numbers[last + 1]) if last + 1 < len(numbers) else None,
        last - first,
        last + 1 == len(numbers),
    )
