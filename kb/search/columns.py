"""Impact columns: the terms of one segment of the index, their documents and how well each says them, as arrays.

One file a segment, written once and then mapped into memory, which all processes share. Terms of one or two characters
are numbers; all others are lines in the order of their bytes, so that those with one beginning stand together.
"""

import heapq
import math
import mmap
from bisect import bisect_left
from dataclasses import dataclass, fields
from itertools import count

import numpy as np

SUFFIX = ".columns"
RECORD = np.dtype([("id", "<i8"), ("version", "<i4"), ("digest", "<u8")])
# A code point has 21 bits.
_BITS = 21
# So that arrays begin where processors like to read.
_ALIGNED = 64
_NOTHING = np.zeros(0, np.int64), np.zeros(0, np.uint8)


@dataclass(frozen=True, slots=True)
class Columns:
    """The postings of one segment.

    Attributes
    ----------
    records : ndarray of RECORD, shape (n,)
        The documents: id and version of a note, and the digest of its texts.
    keys : ndarray of int64, shape (g,)
        The terms of one or two characters, see `key`, ascending.
    lines : ndarray of uint8
        All other terms in UTF-8, in the order of their bytes, a line break after each.
    begins : ndarray of int64, shape (w + 1,)
        Where each of these begins.
    ends : ndarray of int64, shape (g + w + 1,)
        Where the postings of each term begin, and where the last ends: first those of `keys`, then those of `lines`.
    documents : ndarray of unsigned int
        Ascending within a term.
    impacts : ndarray of uint8
        See `kb.search.impacts`.
    texts : ndarray of uint8
        The folded texts of the documents in UTF-8; parts end with a NUL.
    bounds : ndarray of int64, shape (n + 1,)
        Where the text of each document begins, and where the last ends.
    """

    records: np.ndarray
    keys: np.ndarray
    lines: np.ndarray
    begins: np.ndarray
    ends: np.ndarray
    documents: np.ndarray
    impacts: np.ndarray
    texts: np.ndarray
    bounds: np.ndarray

    def __len__(self):
        return len(self.records)

    def row(self, term):
        """Return the row of a term in `ends`, or None."""
        if len(term) <= 2:
            wanted = key(term)
            at = int(self.keys.searchsorted(wanted))
            return at if at < len(self.keys) and self.keys[at] == wanted else None
        wanted = term.encode()
        at = self._line_from(wanted)
        return len(self.keys) + at if at + 1 < len(self.begins) and self._line(at) == wanted else None

    def postings(self, term):
        """Return the documents that hold `term`, ascending, and its impacts there."""
        row = self.row(term)
        return _NOTHING if row is None else self.of_row(row)

    def beginning(self, start, without):
        """Return the postings of all longer terms that begin with `start`, those of one term behind the other's.

        The terms in `without` are left out.
        """
        wanted = start.encode()
        first = self._line_from(wanted)
        last = self._line_from(wanted + b"\xff")
        left_out = {row for row in map(self.row, without) if row is not None}
        edges = [len(self.keys) + first - 1, *sorted(left_out), len(self.keys) + last]
        inside = [(max(a + 1, edges[0] + 1), min(b, edges[-1])) for a, b in zip(edges, edges[1:], strict=False)]
        return _joined([self._of_rows(a, b) for a, b in inside if a < b])

    def containing(self, digits, without):
        """Return the postings of all numbers, and codes that begin with a digit, which contain `digits` further in."""
        first, last = self._line_from(b"0"), self._line_from(b":")
        text = self.lines[self.begins[first] : self.begins[last]].tobytes()
        wanted, found, at = digits.encode(), set(), 0
        while (at := text.find(wanted, at)) >= 0:
            found.add(int(self.begins.searchsorted(self.begins[first] + at, side="right")) - 1)
            at += 1
        rows = {len(self.keys) + line for line in found if not self._line(line).startswith(wanted)}
        rows.difference_update(map(self.row, without))
        return _joined([self._of_rows(row, row + 1) for row in sorted(rows)])

    def of_row(self, row):
        """Return the documents and the impacts of a row of `ends`."""
        return self._of_rows(row, row + 1)

    def terms(self):
        """Return an iterator of each term in the order of its bytes, in UTF-8, with its row."""
        short = ((term_of(each).encode(), row) for row, each in enumerate(self.keys.tolist()))
        long = self.lines.tobytes().split(b"\n")[:-1]
        return heapq.merge(sorted(short), zip(long, count(len(self.keys)), strict=False))

    def _of_rows(self, first, last):
        start, end = int(self.ends[first]), int(self.ends[last])
        return self.documents[start:end], self.impacts[start:end]

    def _line(self, at):
        return self.lines[self.begins[at] : self.begins[at + 1] - 1].tobytes()

    def _line_from(self, wanted):
        return bisect_left(range(len(self.begins) - 1), wanted, key=self._line)


def key(term):
    """Return the number that stands for a term of one or two characters."""
    number = ord(term[0])
    return number if len(term) == 1 else number << _BITS | ord(term[1])


def term_of(number):
    """Return the term that `key` made this number of."""
    first, second = divmod(number, 1 << _BITS)
    return chr(first) + chr(second) if first else chr(second)


def first_of(keys):
    """Return the code point of the first character of each term that `key` made these numbers of."""
    return np.where(keys >> _BITS, keys >> _BITS, keys)


def merged(parts):
    """Return the columns of several segments as those of one.

    Parameters
    ----------
    parts : sequence of (Columns, ndarray of bool or None)
        With which of its documents are kept, None for all.
    """
    parts = [(each, np.ones(len(each), bool) if kept is None else kept) for each, kept in parts]
    starts = np.cumsum([0] + [int(kept.sum()) for _, kept in parts])
    keys, key_rows = _union([each.keys for each, _ in parts])
    lines, line_rows = _union_of_lines([each.lines.tobytes().split(b"\n")[:-1] for each, _ in parts])
    rows = [np.concatenate([a, len(keys) + b]) for a, b in zip(key_rows, line_rows, strict=True)]
    postings = [_kept(*part, row, start) for part, row, start in zip(parts, rows, starts, strict=False)]
    counts = sum(np.bincount(row, minlength=len(keys) + len(lines)) for row, _, _ in postings)
    if not counts.all():
        # Terms that only what is left out had.
        is_held = counts > 0
        renumbered = np.cumsum(is_held) - 1
        postings = [(renumbered[row], *rest) for row, *rest in postings]
        lines = [line for line, held in zip(lines, is_held[len(keys) :], strict=True) if held]
        keys = keys[is_held[: len(keys)]]
        counts = counts[is_held]
    ends = np.concatenate([[0], np.cumsum(counts)])
    documents = np.empty(ends[-1], np.uint16 if starts[-1] <= 1 << 16 else np.uint32)
    impacts = np.empty(ends[-1], np.uint8)
    free = ends[:-1].copy()
    for row, document, impact in postings:
        # The postings of a term lie together in each part: those of the next part go behind them.
        first = np.concatenate([[True], row[1:] != row[:-1]]) if len(row) else np.zeros(0, bool)
        at = np.flatnonzero(first)
        sizes = np.diff(np.append(at, len(row)))
        places = np.arange(len(row)) + np.repeat(free[row[at]] - at, sizes)
        documents[places], impacts[places] = document, impact
        free[row[at]] += sizes
    texts = [_texts(each, kept) for each, kept in parts]
    return Columns(
        records=np.concatenate([each.records[kept] for each, kept in parts]),
        keys=keys,
        lines=np.frombuffer(b"".join(line + b"\n" for line in lines), np.uint8),
        begins=np.cumsum([0] + [len(line) + 1 for line in lines]),
        ends=ends,
        documents=documents,
        impacts=impacts,
        texts=np.concatenate([text for text, _ in texts]),
        bounds=np.concatenate([[0], np.cumsum(np.concatenate([sizes for _, sizes in texts]))]),
    )


def write(columns, path):
    """Write columns into a file of their own: one array of numpy behind the other."""
    with open(path, "wb") as file:
        for field in fields(columns):
            np.save(file, getattr(columns, field.name))
            file.write(bytes(-file.tell() % _ALIGNED))


def read(path, kind=Columns):
    """Return the columns of a file, mapped and not read; ``kind`` is the dataclass of arrays that was written."""
    found = {}
    with open(path, "rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        for field in fields(kind):
            np.lib.format.read_magic(file)
            shape, _, dtype = np.lib.format.read_array_header_1_0(file)
            start, size = file.tell(), math.prod(shape) * dtype.itemsize
            values = np.frombuffer(mapped, dtype, math.prod(shape), start) if size else np.zeros(0, dtype)
            found[field.name] = values.reshape(shape)
            file.seek(start + size + -(start + size) % _ALIGNED)
    return kind(**found)


def _joined(postings):
    return tuple(map(np.concatenate, zip(_NOTHING, *postings, strict=True))) if postings else _NOTHING


def _union(many):
    """Return all numbers of several ascending arrays, ascending, and where those of each stand there."""
    every = np.unique(np.concatenate(many))
    return every, [every.searchsorted(each) for each in many]


def _union_of_lines(many):
    every = sorted(set().union(*many))
    places = {line: at for at, line in enumerate(every)}
    return every, [np.fromiter((places[line] for line in each), np.int64, len(each)) for each in many]


def _kept(columns, kept, rows, start):
    """Return row, document and impact of each posting that is kept, the documents counted from `start`."""
    row = np.repeat(rows, np.diff(columns.ends))
    if kept.all():
        return row, columns.documents + np.int64(start), columns.impacts
    renumbered = np.cumsum(kept) - 1 + start
    inside = kept[columns.documents]
    return row[inside], renumbered[columns.documents[inside]], columns.impacts[inside]


def _texts(columns, kept):
    sizes = np.diff(columns.bounds)
    if kept.all():
        return columns.texts, sizes
    return columns.texts[np.repeat(kept, sizes)], sizes[kept]
