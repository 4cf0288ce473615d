"""Notes that say much the same as a text somebody is writing."""

import re

from kb.errors import Invalid
from kb.search import find

# Of a long text the beginning says what it is about, and a question has a limit.
_LONGEST = 80
# One word of three is chance; two of four, with what stands between them, are not.
_LEAST = 0.42
_SYNTAX = re.compile('[:："“”„‟″〝〞＂-]')
_LOOKED_AT = 20


def similar(db, home, text, *, reader, limit=5):
    """Return up to `limit` hits that share most of the words of `text`, the nearest first.

    Parameters
    ----------
    db : sqlite_utils.Database
    home : pathlib.Path
    text : str
        As it is being written; filters and quotes in it are mere words.
    reader : kb.access.Reader
    """
    try:
        found = find.search(db, home, _SYNTAX.sub(" ", text)[:_LONGEST], reader=reader, limit=_LOOKED_AT)
    except Invalid:
        return []  # nothing yet that could be searched for
    return [hit for hit in found.hits if hit.likeness >= _LEAST][:limit]
