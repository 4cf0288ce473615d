"""The four types of knowledge: about, for, from and with the customer."""

from kb.errors import Invalid, N_

DIMENSIONS = ("about", "for", "from", "with")


def checked_dimension(dimension):
    """Return `dimension`, or refuse one that is not among the four."""
    if dimension not in DIMENSIONS:
        raise Invalid(
            N_("Choose a knowledge type."),
            hint=N_("One of: about, for, from, with."),
            field="dimension",
            value=dimension,
        )
    return dimension


def shares(counts):
    """Return how many of a hundred each dimension has, in whole numbers; all 0 where there is nothing.

    Rounded by largest remainder, so that they add up to 100: what is left after rounding down goes to those that lost
    most by it. Equal counts have equal shares; only where they would have to part over the last point it is left out.
    """
    total = sum(counts.values())
    if not total:
        return dict.fromkeys(counts, 0)
    found = {name: 100 * count // total for name, count in counts.items()}
    lost = {count: 100 * count % total for count in counts.values()}
    for count in sorted(lost, key=lost.get, reverse=True):
        alike = [name for name in counts if counts[name] == count]
        if len(alike) > 100 - sum(found.values()):
            break
        for name in alike:
            found[name] += 1
    return found


def thin(counts):
    """Return the dimension there is least of, or None while nothing is written or all are as many.

    Parameters
    ----------
    counts : dict of str to int
        As `balance` returns.
    """
    least = min(counts.values())
    return None if least == max(counts.values()) else next(name for name in DIMENSIONS if counts[name] == least)
