"""Reading a generation: the documents as arrays, the postings of a term as arrays.

An `Index` is one commit of one generation and never changes; a process keeps the newest and opens a new one when the
commit or the generation has moved. Segments are shared between them.
"""

import re
import threading

import numpy as np

from kb.search import generation
from kb.search.columns import RECORD
from kb.search.generation import Damaged

_NOTHING = np.zeros(0, np.int64), np.zeros(0, np.uint8)
_opening = threading.Lock()
_open = {}


class Index:
    """One commit: ``ids`` (n,) the notes, ``live`` whether a document is still the text of its note."""

    def __init__(self, path, number, known=()):
        self.path = path
        self.number = number
        self.commit = generation.last_commit(path, number)
        found = generation.segments(path, number)
        known = {each.key: each for each in known}
        self.segments = [known.get((path, each.segment_id())) or Segment(path, each) for each in found]
        records = [each.columns.records for each in self.segments] or [np.zeros(0, RECORD)]
        self.records = np.concatenate(records)
        self.ids = np.ascontiguousarray(self.records["id"])
        self.starts = np.cumsum([0] + [len(each) for each in records])
        self.live = np.ones(len(self.records), bool)
        for start, segment in zip(self.starts, found, strict=False):
            self.live[[start + each for each in segment.deleted_docs()]] = False

    def documents(self, note_ids):
        """Return the live documents of these notes."""
        return np.flatnonzero(self.live & np.isin(self.ids, note_ids))

    def postings(self, term):
        """Return the documents that hold `term`, ascending, and its impacts there."""
        return self._joined(each.columns.postings(term) for each in self.segments)

    def beginning(self, start, without):
        """Return the postings of all longer terms that begin with `start`, but of those in `without`, in no order."""
        return self._joined(each.columns.beginning(start, without) for each in self.segments)

    def containing(self, digits, without):
        """Return the postings of all numbers, and codes that begin with a digit, which contain `digits` further in."""
        return self._joined(each.columns.containing(digits, without) for each in self.segments)

    def holding(self, documents, phrases):
        """Return which of these documents, ascending, literally hold every one of the folded phrases."""
        if any("\0" in phrase for phrase in phrases):
            # It parts one text of a note from the next.
            return np.zeros(len(documents), bool)
        patterns = [re.compile(re.escape(phrase.encode())) for phrase in phrases]
        found = []
        edges = np.searchsorted(documents, self.starts)
        for segment, start, first, last in zip(self.segments, self.starts, edges, edges[1:], strict=False):
            inside = documents[first:last] - start
            text, bounds = segment.columns.texts, segment.columns.bounds
            places = zip(bounds[inside].tolist(), bounds[inside + 1].tolist(), strict=True)
            found += [all(each.search(text, begin, end) for each in patterns) for begin, end in places]
        return np.array(found, bool)

    def _joined(self, postings):
        found = ((documents + start, said) for start, (documents, said) in zip(self.starts, postings, strict=False))
        return tuple(map(np.concatenate, zip(_NOTHING, *found, strict=True)))


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


class Segment:
    """A part of the index that never changes but for what is deleted of it, which the commit knows."""

    def __init__(self, path, segment):
        self.key = path, segment.segment_id()
        self.columns = generation.columns_of(path, segment)
