"""Reading a generation: the documents as arrays, the postings of a term as arrays.

An `Index` is one commit of one generation and never changes; a process keeps the newest and opens a new one when the
commit or the generation has moved. Segments are shared between them.
"""

import threading
from functools import cached_property

import numpy as np
from whoosh.reading import TermNotFound

from kb.search import generation
from kb.search.generation import Damaged
from kb.search.schema import PARTS, RECORD, PartCounts

_FORMAT = PartCounts()
_NOTHING = np.zeros(0, np.int64), np.zeros(0, np.int64)
# The readers of Whoosh keep their place in a file, so two threads must not read at once.
_reading = threading.Lock()
_opening = threading.Lock()
_open = {}


class Index:
    """One commit: ``ids`` (n,) the notes, ``lengths`` (4, n) terms in title, summary, body, files, ``live``."""

    def __init__(self, path, number, known=()):
        self.path = path
        self.number = number
        self.commit = generation.last_commit(path, number)
        found = generation.segments(path, number)
        known = {each.key: each for each in known}
        self.segments = [known.get((path, each.segment_id())) or _Segment(path, each) for each in found]
        records = [each.records for each in self.segments] or [np.zeros(0, RECORD)]
        self.records = np.concatenate(records)
        self.ids = self.records["id"].astype(np.int64)
        self.lengths = np.stack([self.records[part].astype(np.float64) for part in PARTS])
        self._starts = np.cumsum([0] + [len(each) for each in records])
        self.live = np.ones(len(self.records), bool)
        for start, segment in zip(self._starts, found, strict=False):
            self.live[[start + each for each in segment.deleted_docs()]] = False

    def documents(self, note_ids):
        """Return the live documents of these notes."""
        return np.flatnonzero(self.live & np.isin(self.ids, note_ids))

    def postings(self, term):
        """Return the documents that hold `term`, ascending, and its packed counts there."""
        wanted = term.encode()
        found = []
        with _reading, generation.reading():
            for start, segment in zip(self._starts, self.segments, strict=False):
                documents, counts = segment.postings(wanted)
                found.append((documents + start, counts))
        return tuple(map(np.concatenate, zip(_NOTHING, *found, strict=True)))

    def with_prefix(self, prefix, most):
        """Return up to `most` terms that begin with `prefix`, in the order of the alphabet."""
        wanted = prefix.encode()
        found = set()
        with _reading, generation.reading():
            for segment in self.segments:
                terms = segment.reader.terms_from("text", wanted)
                for _, (field, term) in zip(range(most), terms, strict=False):
                    if field != "text" or not term.startswith(wanted):
                        break
                    found.add(term.decode())
        return sorted(found)[:most]

    def with_digits(self, digits, most):
        """Return up to `most` numbers and codes beginning with a digit that contain `digits`."""
        found = set()
        for segment in self.segments:
            text = segment.numbers
            end = text.find(digits)
            while end >= 0:
                start, end = text.rfind("\n", 0, end) + 1, text.find("\n", end)
                found.add(text[start:end])
                end = text.find(digits, end)
        return sorted(found)[:most]


def newest_index(home):
    """Return the `Index` that answers now, or None when there is none.

    Raises
    ------
    kb.search.generation.Damaged
    """
    try:
        return _newest(home)
    except Damaged:
        # A commit may have been replaced between two steps; what fails twice is damaged.
        return _newest(home)


def _newest(home):
    path = generation.current(home)
    if path is None:
        return None
    number = generation.newest(path)
    with _opening:
        known = _open.get(home)
        if known is None or (known.path, known.number) != (path, number):
            known = _open[home] = Index(path, number, known.segments if known else ())
    return known


class _Segment:
    """A part of the index that never changes but for what is deleted of it, which the commit knows."""

    def __init__(self, path, segment):
        self.key = path, segment.segment_id()
        self.reader = generation.open_segment(path, segment)
        with generation.reading():
            self.records = np.memmap(path / segment.make_filename(".note.col"), RECORD, "r")
            if len(self.records) != segment.doc_count_all():
                raise ValueError(f"{len(self.records)} records")

    def postings(self, term):
        """Return all documents of the segment with `term`, the deleted too, and its packed counts."""
        try:
            matcher = self.reader._terms.matcher("text", term, _FORMAT)
        except TermNotFound:
            return _NOTHING
        ids, weights = [], []
        # Block by block: Whoosh's own way, one posting at a time, is thirty times slower.
        while True:
            matcher._read_data()
            gaps, block, _ = matcher._data
            ids.append(np.cumsum(np.array(gaps, np.int64)))
            weights.append(np.broadcast_to(np.array(1.0 if block is None else block, np.float64), len(gaps)))
            if matcher._lastblock:
                return np.concatenate(ids), np.concatenate(weights).astype(np.int64)
            matcher._next_block()

    @cached_property
    def numbers(self):
        """All terms that begin with a digit, a line each."""
        found = []
        with _reading, generation.reading():
            for field, term in self.reader.terms_from("text", b"0"):
                if field != "text" or not term[:1].isdigit():
                    break
                found.append(term.decode())
        return "\n".join(["", *found, ""])
