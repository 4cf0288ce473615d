"""What two items may not be in one itemset, asked inside the search.

``limits`` is what `mining.constraints.Wanted` holds: ``groups``, of each of which an itemset holds at most one, by
column, -1 for none; ``bound``, whether a column is part of any such constraint; ``ends`` and ``above``, the ancestors
of each column. Without a constraint all are empty.
"""

from mining.numba_setup import kernel


@kernel
def is_bound(limits, item):
    """Return whether an item rules any other out, so that it cannot be joined to whatever is found."""
    return len(limits[1]) > 0 and limits[1][item]


@kernel
def are_apart(limits, left, right):
    """Return whether two items are of one group, or one is an ancestor of the other."""
    groups, bound, ends, above = limits
    if not bound[left] or not bound[right]:
        return False
    if groups[left] >= 0 and groups[left] == groups[right]:
        return True
    found = False
    for at in range(ends[left], ends[left + 1]):
        found |= above[at] == right
    for at in range(ends[right], ends[right + 1]):
        found |= above[at] == left
    return found
