"""Which topics and facets a text most likely belongs to, by weights learned from what people gave.

What was learned lies in ``classes/`` of the home and can be learned again at any time (`kb.learning`). Neither a word
of a note nor the name of a topic stands in it: weights by hashed pieces of text, and ids. Reading it needs numpy only.
"""

import json
import logging
import threading
import zlib
from collections import Counter
from dataclasses import dataclass, field

import numpy as np

_log = logging.getLogger(__name__)

VERSION = 1
N_FEATURES = 1 << 16
# Of a long text the beginning says what it is about.
LONGEST = 2000
_PIECES = (1, 2, 3)
_MODEL = "model.json"
_loaded = {}
_loading = threading.Lock()


@dataclass(frozen=True, slots=True)
class Class:
    """A topic or a facet that was learned.

    ``key`` is the id of a topic or the key of a facet; ``threshold`` the least score that suggests it, None where no
    score is right often enough. Of the ``examples`` notes that carry it and of the others, each held out once while
    the rest was learned from, it was ``suggested`` for so many, and ``right`` for so many of these.
    """

    kind: str
    key: str
    examples: int
    threshold: float | None
    suggested: int
    right: int


@dataclass(frozen=True, slots=True)
class Model:
    """What was learned; ``seq`` is the feed position up to which, ``notes`` from how many."""

    seq: int
    learned_at: str
    notes: int
    classes: tuple
    weights: np.ndarray = field(repr=False)
    intercepts: np.ndarray = field(repr=False)
    idf: np.ndarray = field(repr=False)

    def scores(self, text):
        """Return how sure it is of each of ``classes``, in (0, 1); nothing is learned of a text without pieces."""
        counts = pieces(text)
        if not counts or not self.classes:
            return np.zeros(len(self.classes))
        index = np.fromiter(counts, dtype=np.int64)
        values = np.log1p(np.fromiter(counts.values(), dtype=np.float32)) * self.idf[index]
        length = np.linalg.norm(values)
        if not length:
            return np.zeros(len(self.classes))
        said = (values / length) @ self.weights[index].astype(np.float32) + self.intercepts
        return 1 / (1 + np.exp(-said))

    def suggested(self, text):
        """Return ``[(kind, key)]`` of the classes that are likely enough, the surest first."""
        scored = zip(self.classes, self.scores(text), strict=True)
        found = [(score, each) for each, score in scored if each.threshold is not None and score >= each.threshold]
        return [(each.kind, each.key) for _, each in sorted(found, key=lambda pair: (-pair[0], pair[1].key))]


def pieces(text):
    """Return ``{hash: count}`` of the pieces of one to three characters in a text, blanks left out."""
    said = "".join(text.lower().split())[:LONGEST]
    coded = (said[at : at + size] for size in _PIECES for at in range(len(said) - size + 1))
    return Counter(zlib.crc32(each.encode("utf-8", "surrogatepass")) % N_FEATURES for each in coded)


def text_of(title, summary, body):
    """Return the text of a note that tells what it is about."""
    return "\n".join((title, summary, body))


def folder(home):
    """Return where what was learned lies."""
    path = home / "classes"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def load(home):
    """Return what was learned, read again when it was learned again; None where nothing was, or it is damaged."""
    path = home / "classes" / _MODEL
    try:
        stamp = path.stat().st_mtime_ns
    except FileNotFoundError:
        return None
    with _loading:
        known = _loaded.get(path)
        if known is None or known[0] != stamp:
            known = _loaded[path] = (stamp, _read(path))
    return known[1]


def save(home, seq, learned_at, *, notes, classes, weights, intercepts, idf):
    """Put what was learned in the place of what was before; whoever reads meanwhile has the one or the other."""
    path = folder(home)
    name = f"weights-{seq}-{zlib.crc32(learned_at.encode()):08x}"
    arrays = {"weights": weights.astype(np.float16), "intercepts": intercepts, "idf": idf.astype(np.float32)}
    for kind, array in arrays.items():
        np.save(path / f"{name}.{kind}.npy", array, allow_pickle=False)
    told = {
        "version": VERSION, "seq": seq, "learned_at": learned_at, "notes": notes, "name": name,
        "classes": [{slot: getattr(each, slot) for slot in Class.__slots__} for each in classes],
    }  # fmt: skip
    fresh = path / f"{_MODEL}.new"
    fresh.write_text(json.dumps(told), "utf-8")
    fresh.replace(path / _MODEL)
    for old in path.glob("weights-*.npy"):
        if not old.name.startswith(f"{name}."):
            old.unlink()


def _read(path):
    try:
        told = json.loads(path.read_text("utf-8"))
        if told["version"] != VERSION:
            return None
        arrays = {
            # The weights of many topics are large, and a text needs few of them.
            kind: np.load(path.parent / f"{told['name']}.{kind}.npy", mmap_mode="r" if kind == "weights" else None)
            for kind in ("weights", "intercepts", "idf")
        }
        classes = tuple(Class(**each) for each in told["classes"])
        if arrays["weights"].shape != (N_FEATURES, len(classes)) or arrays["idf"].shape != (N_FEATURES,):
            raise ValueError("the weights do not fit the classes")
    except (OSError, ValueError, KeyError, TypeError) as problem:
        # Suggestions are a help: without them everything goes on, and the next learning mends it.
        _log.warning("what was learned of topics and facets cannot be read: %s", problem)
        return None
    kept = {name: told[name] for name in ("seq", "learned_at", "notes")}
    return Model(**kept, classes=classes, **arrays)
