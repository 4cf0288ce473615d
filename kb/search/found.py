"""The notes that answer a question, as arrays: how well each does, with which words, and why it is here."""

from dataclasses import dataclass

import numpy as np

from kb.errors import N_
from kb.search.query import Question

# Why a note is here that topics or synonyms led to.
_WHYS = (None, N_("by another word for its topic"), N_("under this topic"), N_("by a synonym"))
BY_WORD, UNDER, BY_SYNONYM = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Kept:
    """A note that answers: how well, whether with the very words, and which question, by what of `_WHYS`."""

    id: int
    score: float
    is_literal: bool
    likeness: float
    asked: Question | None
    why: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """The notes that answer, as arrays: how well, whether with the very words, and the shares `Scorer` tells of.

    ``asks`` are the places in ``questions`` of the one that each answers, ``whys`` those in `_WHYS`.
    """

    ids: np.ndarray
    scores: np.ndarray
    is_literal: np.ndarray
    coverage: np.ndarray
    likeness: np.ndarray
    asks: np.ndarray
    whys: np.ndarray
    questions: tuple

    def of(self, which):
        """Return those that a mask, places or a slice names."""
        return Found(*(each[which] for each in self._arrays()), self.questions)

    def besides(self, others):
        """Return these and those of others, of a note that several have the best."""
        every, parts, questions = (self, *others), [], ()
        for each in every:
            parts.append((*each._arrays()[:5], each.asks + len(questions), each.whys))
            questions += each.questions
        joined = Found(*map(np.concatenate, zip(*parts, strict=True)), questions).best_first()
        return joined.of(np.sort(np.unique(joined.ids, return_index=True)[1]))

    def best_first(self):
        """Return the same, the highest score first, of equal ones the lowest id."""
        return self.of(np.lexsort((self.ids, -self.scores)))

    def rows(self):
        """Yield each as `Kept`."""
        rows = zip(self.ids, self.scores, self.is_literal, self.likeness, self.asks, self.whys, strict=True)
        for note_id, score, is_literal, likeness, ask, why in rows:
            yield Kept(int(note_id), float(score), bool(is_literal), float(likeness), self.questions[ask], _WHYS[why])

    def _arrays(self):
        return self.ids, self.scores, self.is_literal, self.coverage, self.likeness, self.asks, self.whys


def said_to_hold(ids, score, is_literal, why=0, question=None):
    """Return notes that answer as a whole, whatever words they hold."""
    count = len(ids)
    same = (np.full(count, each) for each in (score, is_literal, 1.0, 1.0, 0, why))
    return Found(np.array(ids, np.int64), *same, (question,))
