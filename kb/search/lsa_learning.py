"""Learning what words in letters go together (`kb.search.lsa`): TF-IDF and truncated SVD of scikit-learn.

Run by `kb.learning`, in its process: no page loads scikit-learn.
"""

import os
from collections import Counter

import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.preprocessing import normalize

from kb.disk import sync
from kb.search import columns, generation, lsa, texts

DIMENSIONS = 150
# Of fewer notes nothing can be learned, and a note of fewer words does not tell which go together.
LEAST_NOTES = 100
_LEAST_WORDS = 5
_MOST_WORDS = 50_000
_AT_ONCE = 2000


def learn(db, home):
    """Learn from the notes as they stand and keep it for the pages; of too few notes nothing is kept.

    Words and numbers come from the notes that everybody may see; the others are only placed among them.
    """
    found = list(_counted(db))
    is_told = np.array([each[2] for each in found], bool)
    path = lsa.file(home)
    if is_told.sum() < LEAST_NOTES:
        path.unlink(missing_ok=True)
        return
    counter = CountVectorizer(analyzer=Counter.elements, min_df=2, max_features=_MOST_WORDS, dtype=np.float32)
    every = [each[1] for each in found]
    learned = counter.fit_transform([words for words, told in zip(every, is_told, strict=True) if told])
    weigher = TfidfTransformer(sublinear_tf=True).fit(learned)
    reducer = TruncatedSVD(min(DIMENSIONS, *(size - 1 for size in learned.shape)), random_state=0)
    reducer.fit(weigher.transform(learned))
    vectors = normalize(reducer.transform(weigher.transform(counter.transform(every))))
    digests = np.array([each[0] for each in found], np.uint64)
    order = np.argsort(digests)
    arrays = lsa.Arrays(
        lines=np.frombuffer("".join(f"{word}\n" for word in counter.get_feature_names_out()).encode(), np.uint8),
        idf=weigher.idf_.astype(np.float32),
        basis=np.ascontiguousarray(reducer.components_.T, np.float32),
        digests=digests[order],
        vectors=vectors[order].astype(np.float16),
    )
    generation.folder(home)
    aside = path.with_name(f"{path.name}.new")
    columns.write(arrays, aside)
    sync(aside)
    os.replace(aside, path)


def _counted(db):
    """Yield of each note with words its digest, how often each stands there, and whether it is one to learn from."""
    seen = {row[0] for row in db.execute("SELECT id FROM note WHERE NOT archived AND readers = 'all'")}
    last = 0
    while notes := texts.after_id(db, last, _AT_ONCE):
        for note in notes:
            said = "\n".join(note[name] for name in ("title", "topics", "summary", "body", "files"))
            words = Counter(lsa.words(said))
            if words:
                yield texts.digest(note), words, note["id"] in seen and len(words) >= _LEAST_WORDS
        last = notes[-1]["id"]
