"""From the texts of notes to the columns of a segment: all characters and pairs at once, words and codes one by one."""

from itertools import chain

import numpy as np

from kb.search import analysis, impacts, texts
from kb.search.columns import RECORD, Columns, first_of, key
from kb.search.folding import fold
from kb.search.query import plain

# A place is a document and a part; with a key of 42 bits it makes one number, so that one sort does for both.
_PLACE_BITS = 21
# Before it come the scripts that write in letters.
_HAN = "\u2e80"
_HAN_LINE = _HAN.encode()
MOST_NOTES = 1 << _PLACE_BITS - 2


def columns_of(notes):
    """Return the `Columns` of notes, at most `MOST_NOTES`.

    Parameters
    ----------
    notes : list of dict
        As `kb.search.texts` gives them.
    """
    gathered = _Gathered()
    kept = []
    for number, note in enumerate(notes):
        title, topics, summary, body, files = (
            fold(note[name]) for name in ("title", "topics", "summary", "body", "files")
        )
        for part, text in enumerate((f"{title}\n{topics}", summary, body, files)):
            gathered.add(number * len(impacts.PARTS) + part, text)
        kept.append("".join(f"{plain(text)}\0" for text in (title, topics, summary, body, files)).encode())
    keys, lines, row, place, count = gathered.counted()
    is_han = np.concatenate([_is_han(keys), np.fromiter((line >= _HAN_LINE for line in lines), bool, len(lines))])[row]
    lengths = _lengths(place, count, len(notes))
    letters = _lengths(place, np.where(is_han, 0, impacts.WORD * count), len(notes))
    values = count * np.where(
        # To a text in letters each word is as long as what says the same in Han characters.
        is_han,
        impacts.worth(lengths).ravel()[place],
        impacts.worth(np.maximum(lengths, letters)).ravel()[place],
    )
    document = place // len(impacts.PARTS)
    first = np.flatnonzero(np.concatenate([[True], (row[1:] != row[:-1]) | (document[1:] != document[:-1])]))
    first = first if len(row) else np.zeros(0, np.int64)
    records = [(note["id"], note["version"], texts.digest(note)) for note in notes]
    return Columns(
        records=np.array(records, RECORD),
        keys=keys,
        lines=np.frombuffer(b"".join(line + b"\n" for line in lines), np.uint8),
        begins=np.cumsum([0] + [len(line) + 1 for line in lines]),
        ends=np.searchsorted(row[first], np.arange(len(keys) + len(lines) + 1)),
        documents=document[first].astype(np.uint16 if len(notes) <= 1 << 16 else np.uint32),
        impacts=impacts.of(np.add.reduceat(values, first)) if len(first) else np.zeros(0, np.uint8),
        texts=np.frombuffer(b"".join(kept), np.uint8),
        bounds=np.cumsum([0] + [len(text) for text in kept]),
    )


def _lengths(place, counts, size):
    """Return how long each part of each note is: float, shape (n_notes, n_parts)."""
    return np.bincount(place, counts, size * len(impacts.PARTS)).reshape(-1, len(impacts.PARTS))


def _is_han(keys):
    """Return which terms of one or two characters begin with one of Han or beyond."""
    return first_of(keys) >= ord(_HAN)


class _Gathered:
    """The terms of many texts, each with its place."""

    def __init__(self):
        self._runs, self._run_places = [], []
        self._terms, self._term_places = [], []

    def add(self, place, folded):
        """Take the terms of a folded text, the same as `kb.search.analysis.terms` counts."""
        before = None
        for chunk in analysis.chunks(folded):
            if chunk.kind == "han":
                self._runs.append(chunk.text)
                self._run_places.append(place)
                found = [word for word in analysis.words(chunk.text) if len(word) > 2] if len(chunk.text) > 2 else ()
            elif chunk.kind == "emoji":
                found = (chunk.text,)
            else:
                found = list(analysis.spellings(chunk))
                if before is not None and analysis.is_pair(before, chunk):
                    found.append(analysis.joined_pair(before, chunk))
            self._terms.extend(found)
            self._term_places.extend([place] * len(found))
            before = chunk

    def counted(self):
        """Return keys, lines, and row, place and count of each term in each place, in the order of row and place."""
        numbered = {}
        number = np.fromiter((numbered.setdefault(term, len(numbered)) for term in self._terms), np.int64)
        place = np.array(self._term_places, np.int64)
        every = list(numbered)
        is_short = np.fromiter((len(term) <= 2 for term in every), bool, len(every))
        short_key = np.fromiter((key(term) if len(term) <= 2 else 0 for term in every), np.int64, len(every))
        short = is_short[number]
        keys, token, counts = self._short(short_key[number[short]], place[short])
        order = sorted((term.encode(), at) for at, term in enumerate(every) if len(term) > 2)
        rank = np.zeros(len(every), np.int64)
        rank[[at for _, at in order]] = np.arange(len(order)) + len(keys)
        long, long_counts = np.unique(rank[number[~short]] << _PLACE_BITS | place[~short], return_counts=True)
        token, counts = np.concatenate([token, long]), np.concatenate([counts, long_counts])
        return keys, [line for line, _ in order], token >> _PLACE_BITS, token & (1 << _PLACE_BITS) - 1, counts

    def _short(self, more_keys, more_places):
        """Return the keys of all terms of one or two characters, and their tokens with how often each stands."""
        # A NUL after each run: no pair goes across.
        text = "".join(chain.from_iterable((run, "\0") for run in self._runs))
        codes = np.frombuffer(text.encode("utf-32-le"), "<u4").astype(np.int64)
        places = np.repeat(np.array(self._run_places, np.int64), [len(run) + 1 for run in self._runs] or 0)
        single, double = codes != 0, (codes[:-1] != 0) & (codes[1:] != 0)
        pairs = (codes[:-1] << 21 | codes[1:])[double]
        every = np.concatenate([codes[single], pairs, more_keys])
        where = np.concatenate([places[single], places[:-1][double], more_places])
        token, counts = np.unique(every << _PLACE_BITS | where, return_counts=True)
        keys, row = np.unique(token >> _PLACE_BITS, return_inverse=True)
        return keys, row << _PLACE_BITS | token & (1 << _PLACE_BITS) - 1, counts
