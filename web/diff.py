"""What changed between two texts, in pieces a person reads: words, single Han characters, blanks."""

import re
from difflib import SequenceMatcher

_PIECE = re.compile(r"[^\W\d_⺀-鿿豈-﫿]+|\d+|\s+|.", re.DOTALL)
# The time to compare grows with the square; longer texts are compared line by line.
_MOST_PIECES = 4000


def diff(before, after):
    """Return what became of `before`, as pairs of ``"same"``, ``"del"`` or ``"ins"`` and a text.

    Parameters
    ----------
    before, after : str or None
    """
    pieces = [_PIECE.findall(text or "") for text in (before, after)]
    if sum(map(len, pieces)) > _MOST_PIECES:
        pieces = [(text or "").splitlines(keepends=True) for text in (before, after)]
    old, new = pieces
    found = []
    for what, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            found.append(("same", "".join(old[i:j])))
            continue
        found += [(kind, "".join(part)) for kind, part in (("del", old[i:j]), ("ins", new[k:m])) if part]
    return found
