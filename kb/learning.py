"""Learning which topics and facets a text belongs to, from what people gave to the notes there are.

And, while the notes are being read anyhow, which words go together (`kb.search.lsa_learning`).

Runs in a process of its own (``python -m kb.learning HOME``, started by the worker, or ``kezhi notes learn``): the
pages only read what comes out of it, and never load scikit-learn. A class is suggested from the score on at which, of
notes held out, enough carried it indeed; one that is never right often enough is not suggested at all.
"""

import fcntl
import os
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import KFold

from kb import classifier, examples, feed
from kb.classifier import Class
from kb.search import lsa_learning
from kb.store import open_store, utc_now

# What a suggestion has to be right about, of notes held out.
LEAST_PRECISION = 0.8
# Below, a share of right ones says nothing.
LEAST_SUGGESTED = 5
# One side of an interval of 80%: of 152 notes on one topic, one standard error let too much through.
SURELY = 1.28
LEAST_EXAMPLES = 6
LEAST_NOTES = 30
_FOLDS = 4
_MOST_CLASSES = 200


def learn(db, home, *, now):
    """Learn from the notes as they stand, keep it for the pages, and return it.

    Returns
    -------
    kb.classifier.Model or None
        None while another process is learning for this home.
    """
    with open(classifier.folder(home) / "lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return None
        seq = feed.last_seq(db)
        # What is saved last says up to where all was learned: what fails before is tried again.
        lsa_learning.learn(db, home)
        classifier.save(home, seq, now, **learned(examples.of_store(db)))
    return classifier.load(home)


def learned(found):
    """Return what `kb.classifier.save` keeps of what is learned from some examples.

    Parameters
    ----------
    found : kb.examples.Examples
    """
    counts = matrix_of(found.texts)
    tfidf = TfidfTransformer()
    matrix = sparse.csr_array(tfidf.fit_transform(counts)) if found.texts else counts
    parts = [_of_kind(matrix, kind, found) for kind in found.given]
    return {
        "notes": len(found.texts),
        "classes": [each for part in parts for each in part[0]],
        "weights": np.hstack([part[1] for part in parts]),
        "intercepts": np.concatenate([part[2] for part in parts]),
        "idf": tfidf.idf_ if found.texts else np.ones(classifier.N_FEATURES),
    }


def matrix_of(texts):
    """Return the counts of the pieces of some texts, damped: csr_array, shape (n_texts, n_features)."""
    starts, index, values = [0], [], []
    for text in texts:
        counts = classifier.pieces(text)
        index += counts.keys()
        values += counts.values()
        starts.append(len(index))
    data = np.log1p(np.array(values, dtype=np.float32))
    # The classifier takes indices of 32 bits only.
    index, starts = np.array(index, dtype=np.int32), np.array(starts, dtype=np.int32)
    return sparse.csr_array((data, index, starts), shape=(len(texts), classifier.N_FEATURES))


def threshold(scores, is_given):
    """Return the score from which on a class is suggested, or None where none is right often enough.

    Enough: the lower end of Wilson's interval of the share of right ones reaches `LEAST_PRECISION`, and
    `LEAST_SUGGESTED` were suggested at least. Of the scores that do, the one with the best
    F-measure that weighs precision twice: what is easy is not suggested until four of five are right, but as surely
    as it can be.

    Parameters
    ----------
    scores : ndarray of float, shape (n_texts,)
        Each by a classifier that had not seen the text.
    is_given : ndarray of bool, shape (n_texts,)
    """
    order = np.argsort(-scores, kind="stable")
    ranked, hits = scores[order], np.cumsum(is_given[order])
    n = np.arange(1, len(order) + 1)
    share = hits / n
    z = SURELY
    least = (share + z**2 / (2 * n) - z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))) / (1 + z**2 / n)
    # Only where the next one scores less: equals are suggested together.
    is_end = np.append(ranked[:-1] > ranked[1:], True)
    is_good = (least >= LEAST_PRECISION) & (n >= LEAST_SUGGESTED) & is_end
    if not is_good.any():
        return None
    worth = np.where(is_good, 1.25 * hits / (0.25 * hits[-1] + n), -1)
    last = np.argmax(worth)
    # Half way to the first that is left out: a text never seen scores a little less than those learned from.
    below = ranked[last + 1] if last + 1 < len(ranked) else 0
    return float((ranked[last] + below) / 2)


def _of_kind(matrix, kind, found):
    """Return ``(classes, weights, intercepts)`` of one kind.

    A note that carries one of it says of all whether they fit; one that carries none, only of those refused there.
    """
    given, refused = found.given[kind], found.refused[kind]
    counts = Counter(key for each in given for key in each)
    keys = [key for key, n in counts.most_common(_MOST_CLASSES) if n >= LEAST_EXAMPLES]
    if sum(map(bool, given)) < LEAST_NOTES or not keys:
        return [], np.zeros((matrix.shape[1], 0)), np.zeros(0)
    rows = np.flatnonzero([bool(a or b) for a, b in zip(given, refused, strict=True)]).astype(np.int32)
    matrix = matrix[rows]
    is_given = np.array([[key in given[row] for key in keys] for row in rows])
    counted = np.array([[_weight(found, kind, row, key) for key in keys] for row in rows])
    scores, folds = _held_out(matrix, is_given, counted)
    chosen = _suggested_held_out(scores, is_given, counted > 0, folds)
    right = chosen & is_given
    classes = [
        Class(
            kind=kind,
            key=key,
            examples=counts[key],
            threshold=threshold(scores[counted[:, at] > 0, at], is_given[counted[:, at] > 0, at]),
            suggested=int(chosen[:, at].sum()),
            right=int(right[:, at].sum()),
        )
        for at, key in enumerate(keys)
    ]
    return classes, *_fit(matrix, is_given, counted)


def _weight(found, kind, row, key):
    """Return how much a text says of a class, 0 for nothing."""
    if key in found.refused[kind][row]:
        return examples.SURER
    return found.weights[row] if found.given[kind][row] else 0


def _held_out(matrix, is_given, counted):
    """Return the scores of each text by classifiers that had not seen it, and which part of the texts it was in."""
    scores, folds = np.zeros(is_given.shape), np.zeros(len(is_given), dtype=int)
    for at, (train, test) in enumerate(KFold(_FOLDS, shuffle=True, random_state=0).split(matrix)):
        weights, intercepts = _fit(matrix[train], is_given[train], counted[train])
        scores[test] = 1 / (1 + np.exp(-(matrix[test] @ weights + intercepts)))
        folds[test] = at
    return scores, folds


def _suggested_held_out(scores, is_given, is_said, folds):
    """Return what would be suggested for each text by thresholds that were chosen without its part of the texts."""
    chosen = np.zeros(is_given.shape, dtype=bool)
    for part in range(_FOLDS):
        inside = folds == part
        for at in range(is_given.shape[1]):
            others = ~inside & is_said[:, at]
            least = threshold(scores[others, at], is_given[others, at])
            chosen[inside, at] = False if least is None else scores[inside, at] >= least
    return chosen & is_said


def _fit(matrix, is_given, counted):
    """Return the weights, shape (n_features, n_classes), and intercepts of one classifier a class."""
    weights = np.zeros((matrix.shape[1], is_given.shape[1]), dtype=np.float32)
    intercepts = np.zeros(is_given.shape[1], dtype=np.float32)
    for at in range(is_given.shape[1]):
        rows = np.flatnonzero(counted[:, at]).astype(np.int32)
        fits = is_given[rows, at]
        if fits.all() or not fits.any():
            intercepts[at] = 20 if fits.all() else -20  # always, or never
            continue
        texts = matrix if len(rows) == matrix.shape[0] else matrix[rows]
        one = SGDClassifier(loss="log_loss", alpha=1e-5, max_iter=12, tol=None, random_state=0)
        one.fit(texts, fits, sample_weight=counted[rows, at])
        weights[:, at], intercepts[at] = one.coef_[0], one.intercept_[0]
    return weights, intercepts


if __name__ == "__main__":
    # Whoever waits for a page comes first.
    os.nice(10)
    place = Path(sys.argv[1])
    learn(open_store(place), place, now=utc_now())
