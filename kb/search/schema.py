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
_VERSION = 1
_TABLE = TABLE_FILE.stat().st_size

# How often a term stands in title (with topics), summary and body, in the 24 bits that a float keeps exactly.
PARTS = ("title", "summary", "body")
_BITS = (6, 6, 12)
_MOST = tuple(2**bits - 1 for bits in _BITS)

RECORD = np.dtype(
    [("id", ">i8"), ("version", ">i4"), ("digest", ">u8"), ("title", ">u4"), ("summary", ">u4"), ("body", ">u4")]
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
        ``id``, ``version``, ``title``, ``topics`` (one text), ``summary``, ``body``.
    digest : int
        Of all that is searched, see `kb.search.source`.
    """
    counts = (terms(f"{note['title']}\n{note['topics']}"), terms(note["summary"]), terms(note["body"]))
    lengths = (sum(part.values()) for part in counts)
    record = np.array((note["id"], note["version"], digest, *lengths), RECORD)
    return {"text": counts, "note": record.tobytes()}


def pack(title, summary, body):
    """Return three counts as one number below 2 ** 24; greater counts weigh like the greatest."""
    return min(title, _MOST[0]) << 18 | min(summary, _MOST[1]) << 12 | min(body, _MOST[2])


def unpack(packed):
    """Return the three counts in an array of packed numbers."""
    return packed >> 18, packed >> 12 & _MOST[1], packed & _MOST[2]
