"""Two saves on top of one version, put together: field by field, the text paragraph by paragraph.

What only one of the two changed is taken; what both changed, and not alike, is nobody's to decide but theirs.
"""

from difflib import SequenceMatcher

from kb import note_details, traits

# The time grows with the square, while everybody else who saves is waiting.
_MOST_LINES = 2000
_FIELDS = ("title", "summary", "readers", "named_readers", "topics", "customers", *note_details.COLUMNS)


class Clash(Exception):
    """Both changed the same, each in their own way."""


def states(base, mine, theirs):
    """Return the state in which both changes of a note stand.

    Parameters
    ----------
    base, mine, theirs : dict
        As `kb.note_rows.state` gives them: what both began with, and what became of it.

    Raises
    ------
    Clash
    """
    if not base["dimension"] == mine["dimension"] == theirs["dimension"]:
        raise Clash
    # What the feed kept before there were lists names nobody.
    base = {"named_readers": [], **base}
    found = {name: _either(base.get(name, ""), mine[name], theirs[name]) for name in _FIELDS}
    # Words beside words: none of them is in the way of another.
    found["traits"] = traits.merged(base.get("traits", []), mine["traits"], theirs["traits"])
    return {**found, "dimension": base["dimension"], "body": texts(base["body"], mine["body"], theirs["body"])}


def texts(base, mine, theirs):
    """Return the text in which the changed lines of both stand; raises `Clash` where both changed the same ones."""
    if mine == theirs or theirs == base:
        return mine
    if mine == base:
        return theirs
    lines = [text.splitlines(keepends=True) for text in (base, mine, theirs)]
    ours, others = (_changes(lines[0], each) for each in lines[1:])
    merged, at = [], 0
    for begin, end, new in _in_order(ours, others):
        merged += lines[0][at:begin] + new
        at = end
    return "".join(merged + lines[0][at:])


def _either(base, mine, theirs):
    if mine == theirs or theirs == base:
        return mine
    if mine == base:
        return theirs
    raise Clash


def _changes(old, new):
    """Return ``(begin, end, lines)`` for each stretch of `old` that became other lines."""
    shorter = min(len(old), len(new))
    head = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    tail = next((at for at in range(shorter - head) if old[-1 - at] != new[-1 - at]), shorter - head)
    old, new = old[head : len(old) - tail], new[head : len(new) - tail]
    if max(len(old), len(new)) > _MOST_LINES:
        raise Clash
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [(head + i, head + j, new[k:m]) for what, i, j, k, m in matcher.get_opcodes() if what != "equal"]


def _in_order(ours, others):
    """Return the changes of both from the top down, those both made alike once."""
    for begin, end, new in ours:
        for other_begin, other_end, other_new in others:
            is_same = (begin, end, new) == (other_begin, other_end, other_new)
            meets = begin < other_end and other_begin < end or begin == other_begin
            if meets and not is_same:
                raise Clash
    return sorted(ours + [each for each in others if each not in ours], key=lambda each: each[:2])
