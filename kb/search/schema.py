"""What one document of the index holds: the terms of a note, and one record about it.

An index file holds the schema pickled, with the classes of this module in it by name: never move or rename them.
"""

import unicodedata
from importlib.metadata import version

import numpy as np
from whoosh.columns import FixedBytesColumn
from whoosh.fields import COLUMN, FieldType, Schema
from whoosh.formats import Format

from kb.search.analysis import KezhiTokenizer, terms
from kb.search.folding import TABLE_FILE

# Raised by hand with any change to analysis, schema or record; the rest follows the libraries that cut and fold.
_VERSION = 2
_TABLE = TABLE_FILE.stat().st_size

# How often a term stands in title (with topics), summary, body and attached files, in the 24 bits that a float keeps
# exactly. Beyond thirty in a title or a summary, a thousand in a body, more of it says nothing new.
PARTS = ("title", "summary", "body", "files")
_BITS = (5, 5, 10, 4)
_SHIFTS = (19, 14, 4, 0)
_MOST = tuple(2**bits - 1 for bits in _BITS)
# Four bits for a book: the count is rounded down to one of these.
_STEPS = np.array([0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192])

RECORD = np.dtype(
    [
        ("id", ">i8"),
        ("version", ">i4"),
        ("digest", ">u8"),
        ("title", ">u4"),
        ("summary", ">u4"),
        ("body", ">u4"),
        ("files", ">u4"),
    ]
)


def index_version():
    """Return the name of this analyzer and schema; an index of another name is built anew."""
    return f"{_VERSION}-{_TABLE}-{unicodedata.unidata_version}-{version('rjieba')}-{version('whoosh')}"


class PartCounts(Format):
    """Keeps with each term how often it stands in each part of a note, as one number.

    The lengths that BM25F divides by depend on the reader, so the counts are kept apart and weighed by the query.
    """

    posting_size = 0

    def __init__(self):
        super().__init__()

    def word_values(self, value, analyzer, **kwargs):
        """Yield (term, count, packed counts, no value) for ``value``, one `Counter` per part."""
        for term in set().union(*value):
            counts = [part[term] for part in value]
            yield term, sum(counts), float(pack(*counts)), b""


def schema():
    """Return the schema of a new index."""
    text = FieldType(format=PartCounts(), analyzer=KezhiTokenizer(), scorable=False)
    return Schema(text=text, note=COLUMN(FixedBytesColumn(RECORD.itemsize)))


def document(note, digest):
    """Return the fields that Whoosh writes for a note.

    Parameters
    ----------
    note : dict
        ``id``, ``version``, ``title``, ``topics`` (one text), ``summary``, ``body``, ``files`` (one text).
    digest : int
        Of all that is searched, see `kb.search.source`.
    """
    texts = (f"{note['title']}\n{note['topics']}", note["summary"], note["body"], note["files"])
    counts = tuple(map(terms, texts))
    lengths = (sum(part.values()) for part in counts)
    record = np.array((note["id"], note["version"], digest, *lengths), RECORD)
    return {"text": counts, "note": record.tobytes()}


def pack(*counts):
    """Return the counts of all `PARTS` as one number below 2 ** 24; greater counts weigh like the greatest."""
    *texts, files = counts
    stepped = int(np.searchsorted(_STEPS, files, side="right")) - 1
    capped = (min(count, most) for count, most in zip((*texts, stepped), _MOST, strict=True))
    return sum(count << shift for count, shift in zip(capped, _SHIFTS, strict=True))


def unpack(packed):
    """Return the counts of all `PARTS` in an array of packed numbers."""
    *texts, stepped = (packed >> shift & most for shift, most in zip(_SHIFTS, _MOST, strict=True))
    return *texts, _STEPS[stepped]
