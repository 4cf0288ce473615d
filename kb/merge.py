"""Two saves on top of one version, put together: field by field, the text paragraph by paragraph.

What only one of the two changed is taken; what both changed, and not alike, is nobody's to decide but theirs.
"""

import json
from collections import Counter
from difflib import SequenceMatcher

from kb import note_details, traits

# The time grows with the square, while everybody else who saves is waiting.
_MOST_LINES = 2000
_FIELDS = ("title", "summary", "readers", "named_readers", "topics", "customers", *note_details.COLUMNS)


# What names a row of a list that a state holds; of the others, the whole of it.
_NAMES = {"customers": lambda row: row[0], "attachments": lambda row: row["id"]}
# Each says nothing without the other.
_SIGHT = ("readers", "named_readers")


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


def leaning(base, mine, theirs):
    """Return the state that takes of `theirs` what only they changed, and where both changed the same, is `mine`.

    Parameters
    ----------
    base, mine, theirs : dict
        As `states` takes them.
    """
    base = {"named_readers": [], **base}
    found = {name: theirs[name] if mine[name] == base.get(name, "") else mine[name] for name in (*_FIELDS, "dimension")}
    found["traits"] = traits.merged(base.get("traits", []), mine["traits"], theirs["traits"])
    try:
        return {**mine, **found, "body": texts(base["body"], mine["body"], theirs["body"])}
    except Clash:
        return {**mine, **found}


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
    merged += lines[0][at:]
    _refuse_moved(*map(Counter, (*lines, merged)))
    return "".join(merged)


def _refuse_moved(base, mine, theirs, merged):
    """Refuse a line that both moved, each elsewhere: it would stand there twice, or not at all; raises `Clash`."""
    for line in base | mine | theirs:
        was, ours, others = base[line], mine[line], theirs[line]
        least = was + min(ours - was, 0) + min(others - was, 0)
        if not least <= merged[line] <= max(ours + others - was, ours, others):
            raise Clash


def taken_back(before, after, now):
    """Return the state in which what led from `before` to `after` is taken back, while what came since stays.

    Where what came since is written into the same lines, these stay as they are now: nothing of it is lost.

    Parameters
    ----------
    before, after, now : dict
        As `kb.note_rows.state` gives them.
    """
    if all(now[name] == after.get(name) for name in now if name != "version"):
        return before
    found = {
        name: _listed(name, before.get(name, []), after.get(name, []), its)
        if isinstance(its, list)
        else before.get(name)
        if its == after.get(name)
        else its
        for name, its in now.items()
    }
    if any(now[name] != after.get(name) for name in _SIGHT):
        found |= {name: now[name] for name in _SIGHT}
    try:
        # The last line ends like the others, or what follows it would change it.
        return {**found, "body": texts(*(f"{each['body']}\n" for each in (after, before, now)))[:-1]}
    except Clash:
        return {**found, "body": now["body"]}


def _listed(name, before, after, now):
    was, had, has = (_by_name(name, rows) for rows in (before, after, now))
    kept = (was.get(key) if had.get(key) == row else row for key, row in has.items())
    gone = (row for key, row in was.items() if key not in had and key not in has)
    return [row for row in (*kept, *gone) if row is not None]


def _by_name(name, rows):
    """Return the rows by what names each, those of one name counted."""
    counts, found = Counter(), {}
    for row in rows:
        key = json.dumps(_NAMES[name](row) if name in _NAMES else row, sort_keys=True)
        counts[key] += 1
        found[key, counts[key]] = row
    return found


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
