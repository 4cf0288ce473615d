"""What a question in letters is about beyond its very words: latent semantic analysis (Deerwester 1990).

Learned from the notes that everybody may see (`kb.search.lsa_learning`), so that nothing a reader may not see moves
what they find. It only puts what was found in another order; without it everything is found all the same.
"""

import logging
import re
import threading
from collections import Counter
from dataclasses import dataclass

import numpy as np

from kb.search import analysis, columns
from kb.search.folding import fold
from kb.search.function_words import ENGLISH
from kb.search.query import HanRun

_log = logging.getLogger(__name__)

# No part of a code, as of iso9001.
_WORD = re.compile(r"(?<![a-z0-9])[a-z]{2,}(?![a-z0-9])")
# SEARCH 2: so many of the best come into another order.
MOST = 200
# A question of so many known words is asked again as if what is found first belonged to it.
_LONG = 5
# Of fewer notes nothing can be learned.
LEAST_NOTES = 100
_APART = 1e-9
_loaded = {}
_loading = threading.Lock()


@dataclass(frozen=True, slots=True)
class Arrays:
    """What was learned, as it is kept.

    Attributes
    ----------
    lines : ndarray of uint8
        The words in ASCII, a line break after each.
    idf : ndarray of float32, shape (n_words,)
    basis : ndarray of float32, shape (n_words, n_dimensions)
    digests : ndarray of uint64, shape (n_notes,)
        Of the texts of the notes (`kb.search.texts.digest`), ascending: of a note that was changed nothing is known.
    vectors : ndarray of float16, shape (n_notes, n_dimensions)
        Each of length 1.
    """

    lines: np.ndarray
    idf: np.ndarray
    basis: np.ndarray
    digests: np.ndarray
    vectors: np.ndarray


# What is kept of notes that tell nothing.
NOTHING = Arrays(
    lines=np.zeros(0, np.uint8),
    idf=np.zeros(0, np.float32),
    basis=np.zeros((0, 0), np.float32),
    digests=np.zeros(0, np.uint64),
    vectors=np.zeros((0, 0), np.float16),
)


@dataclass(frozen=True, slots=True)
class Model:
    """What was learned; ``places`` says which row each word has."""

    arrays: Arrays
    places: dict

    def about(self, text):
        """Return what a text is about, of length 1: float32, shape (n_dimensions,); None where it has no known word."""
        counts = Counter(self.places[word] for word in words(text) if word in self.places)
        if not counts:
            return None
        index = np.fromiter(counts, np.int64)
        weights = (1 + np.log(np.fromiter(counts.values(), np.float32))) * self.arrays.idf[index]
        vector = weights @ self.arrays.basis[index]
        length = float(np.linalg.norm(vector))
        return vector / length if length else None

    def known_words(self, text):
        """Return how many words of a text are known, each as often as it stands there."""
        return sum(word in self.places for word in words(text))

    def vector(self, digest):
        """Return what the note with this digest is about, as `about` does; None where nothing is known of it."""
        at = np.searchsorted(self.arrays.digests, digest)
        if at == len(self.arrays.digests) or self.arrays.digests[at] != digest:
            return None
        return self.arrays.vectors[at].astype(np.float32)

    def likeness(self, asked, digests):
        """Return the cosine of each note with `asked`, times its length; not a number where nothing is known of it."""
        known = self.arrays.digests
        found = np.full(len(digests), np.nan)
        at = np.minimum(np.searchsorted(known, digests), len(known) - 1)
        is_known = known[at] == digests
        found[is_known] = self.arrays.vectors[at[is_known]].astype(np.float32) @ asked
        return found


def words(text):
    """Return the stems of the words in letters of a text, one behind the other, without function words."""
    return [analysis.stem(word) for word in _WORD.findall(fold(text)) if word not in ENGLISH]


def file(home):
    """Return where the model of a home lies; what lies there can be learned again at any time."""
    return home / "index" / "lsa"


def load(home):
    """Return the `Model` of a home, read again when it was learned again; None where nothing sound was learned."""
    found = _kept(home)
    return found if found is not None and found.places else None


def is_due(db, home):
    """Return whether nothing sound is kept, not even that there was nothing to learn, of notes that may tell enough."""
    if _kept(home) is not None:
        return False
    asked = "SELECT count(*) FROM (SELECT 1 FROM note WHERE NOT archived AND readers = 'all' LIMIT :least)"
    return db.execute(asked, {"least": LEAST_NOTES}).fetchone()[0] == LEAST_NOTES


def reordered(model, question, scores, index):
    """Return the scores of all documents, those of the best dealt out anew by what they are about.

    Parameters
    ----------
    model : Model or None
    question : kb.search.query.Question
        Any but one of letters alone leaves the scores as they are.
    scores : ndarray of float, shape (n,)
    index : kb.search.reading.Index

    Returns
    -------
    ndarray of float, shape (n,)
        The same numbers but for a billionth. The `MOST` highest, and what equals the last of them, go by
        z(score) + z(cosine), both among these alone, so that it does not depend on how many notes there are. To a
        question of `_LONG` words and more what it finds first is added, and it is asked once more.
    """
    asked = model.about(question.text) if model is not None and _is_of_letters(question) else None
    if asked is None:
        return scores
    best = _best(scores)
    if len(best) < 2:
        return scores
    digests = index.records["digest"][best]
    near = model.likeness(asked, digests)
    if np.isnan(near).all():
        return scores
    order = _order(scores[best], near)
    first = model.vector(digests[order[0]])
    if first is not None and model.known_words(question.text) >= _LONG:
        # Both of length 1, so that the first one found weighs as much as the question.
        order = _order(scores[best], model.likeness(asked + first, digests))
    dealt = scores.copy()
    # Equal ones would fall back into the order of their ids.
    dealt[best[order]] = scores[best] * (1 - _APART * np.arange(len(best)))
    return dealt


def _kept(home):
    path = file(home)
    try:
        told = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    stamp = told.st_mtime_ns, told.st_ino
    with _loading:
        known = _loaded.get(path)
        if known is None or known[0] != stamp:
            known = _loaded[path] = (stamp, _read(path))
    return known[1]


def _best(scores):
    """Return the documents with the `MOST` highest scores above 0, and those equal to the last of them, best first."""
    found = np.flatnonzero(scores)
    if len(found) > MOST:
        found = found[scores[found] >= np.partition(scores[found], -MOST)[-MOST]]
    return found[np.argsort(-scores[found], kind="stable")]


def _is_of_letters(question):
    return all(not isinstance(each, HanRun) and each.text.isascii() for each in question.chunks)


def _order(scores, near):
    # Of what is not known yet nothing is said: it stays in the middle.
    near = np.nan_to_num(near, nan=np.nanmean(near))
    return np.argsort(-(_standard(scores) + _standard(near)), kind="stable")


def _standard(values):
    spread = values.std()
    return (values - values.mean()) / spread if spread else np.zeros(len(values))


def _read(path):
    try:
        arrays = columns.read(path, Arrays)
        words = arrays.lines.tobytes().decode("ascii").split("\n")[:-1]
        if len(words) != len(arrays.basis) or len(arrays.digests) != len(arrays.vectors):
            raise ValueError("the words do not fit the numbers")
    except (OSError, ValueError) as problem:
        # It only orders: without it everything goes on, and the next learning mends it.
        _log.warning("what was learned of words that go together cannot be read: %s", problem)
        return None
    return Model(arrays, {word: place for place, word in enumerate(words)})
