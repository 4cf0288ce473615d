"""How well each note answers a question: what its terms say, see `kb.search.impacts`, weighed by how rare they are.

Everything that is counted (notes, notes with a term) is counted over the notes the reader may see, so that what they
may not see changes nothing, not even a score.
"""

from dataclasses import dataclass

import numpy as np

from kb.search import impacts, rights
from kb.search.function_words import CHINESE
from kb.search.query import FUNCTION_WORD, LATIN, WORD, HanRun

# A code that only begins with what was asked, or contains its digits.
PARTIAL = 0.5
_LEAST_DIGITS = 4
# Two words in one say little more than the two; in full they cost GNOME's help 0.005 to 0.008 of nDCG@10.
_PAIR = 0.6


@dataclass(frozen=True, slots=True)
class Field:
    """The documents of an index that one reader may see, and how many they are."""

    seen: np.ndarray
    count: int


def field(index, mask):
    """Return the `Field` of the notes that are seen by a mask of `kb.search.rights`."""
    seen = index.live & rights.at(mask, index.ids)
    return Field(seen, int(np.count_nonzero(seen)))


class Scorer:
    """The scores of one question, or of several that are asked together.

    Parameters
    ----------
    index : kb.search.reading.Index
    seen : Field
    """

    def __init__(self, index, seen):
        self.index = index
        self._field = seen
        self._known = {}
        self._codes = {}

    def scores(self, question):
        """Return the score of each document, 0 where it holds nothing that was asked."""
        total = np.zeros(len(self.index.ids))
        for chunk in question.chunks:
            if isinstance(chunk, HanRun):
                for term, weight in chunk.weights.items():
                    documents, score = self._term(term)
                    total[documents] += weight * score
            elif chunk.weight:
                total += chunk.weight * self._code(chunk)
        for pair in question.pairs:
            documents, score = self._term(pair)
            total[documents] += _PAIR * score
        return total

    def coverage(self, question):
        """Return which share, 0 to 1, of the words and codes of a question each document holds, weighed by rarity.

        Of a question without a word of the dictionary all is said to be held.
        """
        return self._share(question, _is_word)

    def likeness(self, question):
        """Return which share, 0 to 1, of the words, pairs and codes of a question each document holds, rare or not.

        0 is who holds single characters or function words of it alone; a question of nothing but such is held in full.
        """
        return self._share(question, _is_content, by_rarity=False)

    def _share(self, question, counts, by_rarity=True):
        held, asked = np.zeros(len(self.index.ids)), 0.0
        for chunk in question.chunks:
            if isinstance(chunk, HanRun):
                for term, weight in chunk.weights.items():
                    if counts(term, weight):
                        documents = self._term(term)[0]
                        worth = weight * (self._rarity(len(documents)) if by_rarity else 1.0)
                        held[documents] += worth
                        asked += worth
            elif chunk.weight:
                holds = self._code(chunk) > 0
                worth = chunk.weight * (self._rarity(int(holds.sum())) if by_rarity else 1.0)
                held[holds] += worth
                asked += worth
        for pair in question.pairs:
            # The same letters as two chunks, in other words: they are not asked for a second time.
            documents = self._term(pair)[0]
            worth = LATIN * (self._rarity(len(documents)) if by_rarity else 1.0)
            held[documents] = np.maximum(held[documents], worth)
        return np.minimum(held / asked, 1.0) if asked else self._field.seen.astype(float)

    def candidates(self, question):
        """Return which documents may hold the whole question: those with all its pairs and inner codes."""
        found = self._field.seen.copy()
        last = len(question.chunks) - 1
        has_run = any(isinstance(chunk, HanRun) for chunk in question.chunks)
        for at, chunk in enumerate(question.chunks):
            if isinstance(chunk, HanRun):
                for term in chunk.needed:
                    found &= self._holds(term)
            elif not has_run or 0 < at < last:
                # A code at the edge may have been cut, as in 号A4 of 型号A4-80g.
                found &= self._code(chunk) > 0
        return found

    def _holds(self, term):
        found = np.zeros(len(self.index.ids), bool)
        found[self._term(term)[0]] = True
        return found

    def _term(self, term):
        """Return the documents the reader sees that hold `term`, and how well each does."""
        if term not in self._known:
            self._known[term] = self._weighed(*self.index.postings(term))
        return self._known[term]

    def _weighed(self, documents, found):
        kept = self._field.seen[documents]
        documents = documents[kept]
        return documents, self._rarity(len(documents)) * impacts.score(found[kept])

    def _rarity(self, count):
        return float(np.log(1 + (self._field.count - count + 0.5) / (count + 0.5)))

    def _code(self, chunk):
        """Return the score of a code for each document: the whole, else all its parts, else what begins with it."""
        if chunk not in self._codes:
            self._codes[chunk] = self._scored(chunk)
        return self._codes[chunk]

    def _scored(self, chunk):
        best = np.zeros(len(self.index.ids))
        for whole in chunk.code.wholes:
            self._raise(best, *self._term(whole))
        if chunk.code.parts:
            best = np.maximum(best, self._all_parts(chunk.code.parts))
        if chunk.prefix:
            documents, score = self._partial(chunk)
            self._raise(best, documents, PARTIAL * score)
        return best

    def _raise(self, best, documents, score):
        best[documents] = np.maximum(best[documents], score)

    def _all_parts(self, parts):
        total = np.zeros(len(self.index.ids))
        every = np.ones(len(self.index.ids), bool)
        for part, runs in parts:
            score = np.zeros(len(self.index.ids))
            self._raise(score, *self._term(part))
            if runs:
                score = np.maximum(score, self._all_parts([(run, ()) for run in runs]))
            every &= score > 0
            total += score
        return np.where(every, total / len(parts), 0.0)

    def _partial(self, chunk):
        """Return documents and scores of the codes that begin with this one or contain its digits."""
        text = "".join(character for character in chunk.text if character.isalnum())
        found = [self.index.beginning(text, chunk.code.wholes)]
        if text.isdigit() and len(text) >= _LEAST_DIGITS:
            found.append(self.index.containing(text, chunk.code.wholes))
        # As if all were one term; a document that holds several keeps the one that says most.
        best = np.zeros(len(self.index.ids), np.uint8)
        for documents, said in found:
            np.maximum.at(best, documents, said)
        documents = np.flatnonzero(best)
        return self._weighed(documents, best[documents])


def _is_content(term, weight):
    """Return whether a term of a run says what was asked; 在的 of 不存在的 is a mere cut through two words."""
    is_cut = weight < WORD and not CHINESE.isdisjoint(term)
    return len(term) > 1 and weight > FUNCTION_WORD and not is_cut


def _is_word(term, weight):
    return len(term) > 1 and weight >= WORD
