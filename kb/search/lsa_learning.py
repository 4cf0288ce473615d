"""Learning what words in letters go together (`kb.search.lsa`): TF-IDF and truncated SVD of scikit-learn.

Run by `kb.learning`, in its process: no page loads scikit-learn.
"""

import os
from array import array
from collections import Counter

import numpy as np
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.preprocessing import normalize

from kb.disk import sync
from kb.search import columns, generation, lsa, texts
from kb.search.lsa import LEAST_NOTES

DIMENSIONS = 150
# A note of fewer words does not tell which go together.
_LEAST_WORDS = 5
_MOST_WORDS = 50_000
_AT_ONCE = 2000


def learn(db, home):
    """Learn from the notes as they stand and keep it for the pages; of too few notes that there is nothing is kept.

    Words and numbers come from the notes that everybody may see; the others are only placed among them.
    """
    digests, is_told, names, counts = _counted(db)
    learned, kept = counts[is_told], []
    if len(learned.indptr) > LEAST_NOTES:
        kept = _worth_learning(learned, names)
    if len(kept) < 2:
        _keep(home, lsa.NOTHING)
        return
    weigher = TfidfTransformer(sublinear_tf=True).fit(learned[:, kept])
    del learned
    weighed = weigher.transform(counts[:, kept])
    del counts
    reducer = TruncatedSVD(min(DIMENSIONS, len(kept) - 1), random_state=0).fit(weighed[is_told])
    order = np.argsort(digests)
    arrays = lsa.Arrays(
        lines=np.frombuffer("".join(f"{names[each]}\n" for each in kept).encode(), np.uint8),
        idf=weigher.idf_.astype(np.float32),
        basis=np.ascontiguousarray(reducer.components_.T, np.float32),
        digests=digests[order],
        vectors=normalize(reducer.transform(weighed))[order].astype(np.float16),
    )
    _keep(home, arrays)


def _counted(db):
    """Return of each note with words its digest and whether it is one to learn from, the words, and how often each.

    Returns
    -------
    digests : ndarray of uint64, shape (n_notes,)
    is_told : ndarray of bool, shape (n_notes,)
    names : list of str
    counts : csr_array of float32, shape (n_notes, n_words)
    """
    seen = {row[0] for row in db.execute("SELECT id FROM note WHERE NOT archived AND readers = 'all'")}
    # Of 100,000 notes a Counter each would take a gigabyte.
    digests, is_told, places = array("Q"), array("b"), {}
    index, values, starts = array("i"), array("f"), array("i", [0])
    last = 0
    while notes := texts.after_id(db, last, _AT_ONCE):
        for note in notes:
            said = "\n".join(note[name] for name in ("title", "topics", "summary", "body", "files"))
            words = Counter(lsa.words(said))
            if words:
                digests.append(texts.digest(note))
                is_told.append(note["id"] in seen and len(words) >= _LEAST_WORDS)
                index.extend(places.setdefault(word, len(places)) for word in words)
                values.extend(words.values())
                starts.append(len(index))
        last = notes[-1]["id"]
    data = np.frombuffer(values, np.float32), np.frombuffer(index, np.int32), np.frombuffer(starts, np.int32)
    counts = sparse.csr_array(data, shape=(len(digests), len(places)))
    return np.array(digests, np.uint64), np.array(is_told, bool), list(places), counts


def _worth_learning(counts, names):
    """Return the places of the words that stand in two notes or more, the most frequent ones, in alphabetical order."""
    notes = np.bincount(counts.indices, minlength=len(names))
    times = np.bincount(counts.indices, counts.data, minlength=len(names))
    found = np.flatnonzero(notes > 1)
    found = found[np.argsort(-times[found], kind="stable")[:_MOST_WORDS]]
    return sorted(found.tolist(), key=names.__getitem__)


def _keep(home, arrays):
    path = lsa.file(home)
    generation.folder(home)
    aside = path.with_name(f"{path.name}.new")
    columns.write(arrays, aside)
    sync(aside)
    os.replace(aside, path)
