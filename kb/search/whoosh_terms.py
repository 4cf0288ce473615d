"""The terms of a segment in Whoosh's own files: written from columns, whole lists at a time, and read back as arrays.

Whoosh writes and reads one posting after the other in Python, which is thirty times slower. Its own readers and
searchers read what is written here.
"""

import struct
import zlib
from pickle import dumps

import numpy as np
from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3FieldWriter
from whoosh.formats import Existence

# Ids are read back as arrays, so a block may be long; the default of 128 is ten times slower to read.
BLOCK = 8192
_FORMAT = Existence()
_LENGTH = struct.Struct("!i")
_PLACE = struct.Struct("!qi")
_FIELD = struct.Struct("!H")
# What Whoosh keeps of a term: inlined, weight, documents, shortest and longest text, highest weight, first, last.
_INFO = np.dtype(
    [("inlined", "u1"), ("weight", ">f4"), ("count", ">u4"), ("shortest", "u1"), ("longest", "u1"), ("most", ">f4"),
     ("first", ">u4"), ("last", ">u4")]
)  # fmt: skip
# Less is not worth it.
_COMPRESSED_FROM = 64


class TermsWriter(W3FieldWriter):
    """Writes the terms of one field."""

    def add_columns(self, name, field, columns):
        """Write all terms of `columns`; the weight of a posting is its impact."""
        self.start_field(name, field)
        field_id = _FIELD.pack(self._fieldid)
        ends = columns.ends.tolist()
        info = _infos(columns)
        # Whoosh keeps the distance from the document before, of the first of a block from 0.
        distances = columns.documents.astype(np.int64)
        distances[1:] -= columns.documents[:-1]
        distances, impacts = distances.tolist(), columns.impacts.tolist()
        documents = columns.documents
        at = self._postfile.tell()
        for term, row in columns.terms():
            first, last = ends[row], ends[row + 1]
            written = [WHOOSH3_HEADER_MAGIC]
            for start in range(first, last, BLOCK):
                end = min(start + BLOCK, last)
                distances[start] = int(documents[start])
                written.append(_block(distances[start:end], impacts[start:end], int(documents[end - 1]), end == last))
            postings = b"".join(written)
            self._postfile.write(postings)
            self._tindex.add(field_id + term, info[row].tobytes() + _PLACE.pack(at, len(postings)))
            at += len(postings)
        self.finish_field()


class WhooshTerms:
    """The postings of a segment as Whoosh keeps them.

    Parameters
    ----------
    reader : whoosh.reading.SegmentReader
    field : str
    """

    def __init__(self, reader, field):
        self._reader = reader
        self._field = field

    def __iter__(self):
        """Yield each term in the order of its bytes, in UTF-8, with the documents that hold it and its impacts."""
        terms = self._reader._terms
        for (field, term), info in terms.items():
            if field == self._field:
                yield term, *self._read(terms._codec.postings_reader(terms._postfile, info, _FORMAT))

    @staticmethod
    def _read(matcher):
        ids, weights = [], []
        while True:
            matcher._read_data()
            distances, block, _ = matcher._data
            ids.append(np.cumsum(np.array(distances, np.int64)))
            weights.append(np.broadcast_to(np.array(1.0 if block is None else block), len(distances)))
            if matcher._lastblock:
                return np.concatenate(ids), np.concatenate(weights).astype(np.uint8)
            matcher._next_block()


def _infos(columns):
    """Return what Whoosh keeps of each row of columns."""
    info = np.zeros(len(columns.ends) - 1, _INFO)
    if not len(info):
        return info
    info["count"] = np.diff(columns.ends)
    info["weight"] = np.add.reduceat(columns.impacts, columns.ends[:-1], dtype=np.int64)
    info["most"] = np.maximum.reduceat(columns.impacts, columns.ends[:-1])
    info["first"], info["last"] = columns.documents[columns.ends[:-1]], columns.documents[columns.ends[1:] - 1]
    return info


def _block(distances, impacts, last_id, is_last):
    """Return one block of postings: how long it is, what is known of it, and the pickled lists."""
    most = max(impacts)
    # One number for all must be a float: Whoosh asks for its type.
    data = dumps((tuple(distances), float(most) if min(impacts) == most else tuple(impacts), None), 2)
    level = 1 if len(data) > _COMPRESSED_FROM else 0
    data = zlib.compress(data, level) if level else data
    known = dumps((len(distances), last_id, float(most), level, 0, 0), 2)
    size = len(known) + len(data)
    return _LENGTH.pack(-size if is_last else size) + known + data
