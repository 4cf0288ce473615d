"""Which of many texts are near-equal: groups around one text each, by the pairs of characters they share."""

import numpy as np
from scipy.sparse import csr_array

# Of a long text the beginning tells it from others, and memory has an end.
_LONGEST = 2000
# Less says too little to be called like another; equal it may be.
_LEAST_PAIRS = 8
_CHUNK = 2_000_000
_ROWS = 20_000


def groups(texts, least, is_distinct):
    """Return groups of the positions of near-equal texts, each led by the one that most others are near to.

    Two texts are near when the sets of their pairs of neighbouring letters and digits have a Jaccard index of at least
    `least`; all of a group are near to its first. A text stands in one group at most.

    Parameters
    ----------
    texts : sequence of str
        Folded, so that width, case and 繁简 make no difference.
    least : float
        In (0, 1].
    is_distinct : callable
        Whether somebody said of two positions that they are not the same.
    """
    starts, pairs = _sets(texts)
    equal = _equal(starts, pairs)
    near = {leader: {leader} for leader in equal}
    for one, other in _near(starts, pairs, list(equal), least):
        near[one].add(other)
        near[other].add(one)
    around = {leader: [each for one in sorted(ones) for each in equal[one]] for leader, ones in near.items()}
    found, taken = [], set()
    for leader in sorted(around, key=lambda each: (-len(around[each]), each)):
        if leader in taken:
            continue
        group = []
        for each in (leader, *around[leader]):
            if each not in taken and each not in group and not any(is_distinct(each, member) for member in group):
                group.append(each)
        if len(group) > 1:
            found.append(group)
            taken.update(group)
    return found


def _sets(texts):
    """Return ``(starts, pairs)``: for each text the sorted numbers of its pairs, the rarest pair having number 0."""
    docs, keys = [], []
    at = 0
    while at < len(texts):
        first, size = at, 0
        while at < len(texts) and size < _CHUNK:
            size += min(len(texts[at]), _LONGEST) + 1
            at += 1
        kept = ["".join(filter(str.isalnum, text[:_LONGEST])) for text in texts[first:at]]
        codes = np.frombuffer("".join(kept).encode("utf-32-le"), np.uint32).astype(np.int64)
        owner = np.repeat(np.arange(first, at), [len(text) for text in kept])
        inside = owner[:-1] == owner[1:]
        doc, key = owner[:-1][inside], ((codes[:-1] << 21) | codes[1:])[inside]
        order = np.lexsort((key, doc))
        doc, key = doc[order], key[order]
        first_seen = np.ones(len(key), bool)
        first_seen[1:] = (doc[1:] != doc[:-1]) | (key[1:] != key[:-1])
        docs.append(doc[first_seen].astype(np.int32))
        keys.append(key[first_seen])
    doc, key = np.concatenate(docs or [np.zeros(0, np.int32)]), np.concatenate(keys or [np.zeros(0, np.int64)])
    _, number, count = np.unique(key, return_inverse=True, return_counts=True)
    rank = np.empty(len(count), np.int32)
    rank[np.argsort(count, kind="stable")] = np.arange(len(count), dtype=np.int32)
    pairs = rank[number]
    pairs = pairs[np.lexsort((pairs, doc))]
    return np.searchsorted(doc, np.arange(len(texts) + 1)), pairs


def _equal(starts, pairs):
    """Return ``{position: positions}`` of the texts with equal sets, by the first of them; without those of no pair."""
    found = {}
    for at in np.flatnonzero(np.diff(starts)).tolist():
        found.setdefault(pairs[starts[at] : starts[at + 1]].tobytes(), []).append(at)
    return {positions[0]: positions for positions in found.values()}


def _near(starts, pairs, positions, least):
    """Yield the pairs of `positions` that are near and long enough for that to say something."""
    sizes = np.diff(starts)
    docs = np.array([at for at in positions if sizes[at] >= _LEAST_PAIRS], np.int64)
    table = csr_array((np.ones(len(pairs), np.int32), pairs, starts), shape=(len(sizes), int(pairs.max(initial=0)) + 1))
    for one, other in _candidates(starts, pairs, sizes, docs, least):
        shared = _shared(table, one, other)
        is_near = shared >= least * (sizes[one] + sizes[other] - shared)
        yield from zip(one[is_near].tolist(), other[is_near].tolist(), strict=True)


def _candidates(starts, pairs, sizes, docs, least):
    """Yield arrays ``(one, other)`` that hold every near pair of `docs` once.

    Of two sets with a Jaccard index of `least`, the rarest members of both, all but ``ceil(least × size) − 1`` of each,
    have one in common: Chaudhuri, Ganti, Kaushik, A primitive operator for similarity joins (ICDE 2006).
    """
    if not len(docs):
        return
    length = sizes[docs] - np.ceil(least * sizes[docs] - 1e-9).astype(np.int64) + 1
    doc = np.repeat(docs, length)
    place = np.arange(len(doc)) - np.repeat(np.cumsum(length) - length, length)
    pair = pairs[np.repeat(starts[docs], length) + place]
    # In the order of size, so that the partners of a text, those not too long for it, stand right behind it.
    order = np.lexsort((doc, sizes[doc], pair))
    doc, place, pair = doc[order], place[order], pair[order].astype(np.int64)
    size = sizes[doc]
    longest = np.minimum(np.floor(size / least + 1e-9), _LONGEST).astype(np.int64)
    ends = np.searchsorted(pair * (_LONGEST + 1) + size, pair * (_LONGEST + 1) + longest, side="right")
    partners = ends - np.arange(len(doc)) - 1
    total = np.cumsum(partners)
    begin = 0
    while begin < len(doc):
        done = total[begin - 1] if begin else 0
        end = max(begin + 1, int(np.searchsorted(total, done + _CHUNK)))
        some = partners[begin:end]
        one = np.repeat(np.arange(begin, end), some)
        other = one + 1 + np.arange(len(one)) - np.repeat(np.cumsum(some) - some, some)
        # What can still be shared from here on has to be enough; at the first that a near pair shares it is.
        rest = np.minimum(size[one] - place[one], size[other] - place[other])
        is_enough = rest >= least / (1 + least) * (size[one] + size[other]) - 1e-9
        a, b = doc[one[is_enough]], doc[other[is_enough]]
        found = np.unique((np.minimum(a, b) << 32) | np.maximum(a, b))
        yield found >> 32, found & 0xFFFFFFFF
        begin = end


def _shared(table, one, other):
    """Return how many members the sets of each two positions share."""
    counts = [
        np.asarray(table[one[at : at + _ROWS]].multiply(table[other[at : at + _ROWS]]).sum(axis=1)).ravel()
        for at in range(0, len(one), _ROWS)
    ]
    return np.concatenate(counts or [np.zeros(0, np.int64)])
