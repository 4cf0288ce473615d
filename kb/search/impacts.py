"""How much a term of a note says, as one number from 1 to 255: BM25F over title, summary, body and attached files.

It depends on this note alone. Lengths are compared with fixed ones and not with an average: that would be one of all
notes, and so tell of those a reader may not see. How rare a term is, which depends on the reader, is left to the
question (`kb.search.ranking`).
"""

import numpy as np

PARTS = ("title", "summary", "body", "files")
# SEARCH 2: weights of title (with topics), summary, body, attached files.
_WEIGHTS = np.array([10.0, 5.0, 1.0, 0.5])
# Terms of a part that is neither short nor long.
_USUAL = np.array([40.0, 60.0, 400.0, 2000.0])
# Terms that a word of two Han characters makes: two characters, two pairs.
WORD = 4
_K1 = 1.4
_B = 0.5
MOST = 255


def worth(lengths):
    """Return what one occurrence of a term is worth.

    Parameters
    ----------
    lengths : ndarray, shape (n, 4)
        How many terms each of `PARTS` of a note has; for terms in letters each of these counts as `WORD` terms, for
        else a text in English would seem shorter than the same one in Chinese.

    Returns
    -------
    ndarray of float, shape (n, 4)
    """
    return _WEIGHTS / (1 - _B + _B * lengths / _USUAL)


def of(worths):
    """Return the impacts, 1 to 255, of terms by the sum of what their occurrences in a note are worth."""
    return np.maximum(np.rint(MOST * worths / (_K1 + worths)), 1).astype(np.uint8)


def score(impacts):
    """Return what impacts stand for: the part of a BM25 score that the note has a share in, at most ``_K1 + 1``."""
    return impacts * ((_K1 + 1) / MOST)
