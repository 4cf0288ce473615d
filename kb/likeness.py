"""Which of many texts are near-equal: groups around one text each, by the pairs of neighbours they share."""

import re
from hashlib import blake2b
from zlib import compress, crc32, decompress

import numpy as np
from scipy.sparse import csr_array

# Of a long text the beginning tells it from others, and memory has an end.
_LONGEST = 2000
# Less says too little to be called like another; equal it may be.
_LEAST_PAIRS = 8
# Members of sets that are looked at together, pairs of texts that may be near, pairs of which it is counted.
_MEMBERS, _CHUNK, _ROWS = 250_000, 200_000, 2000
# Of texts that are cut together.
_CHARACTERS = 250_000
# So many texts that differ in their numbers alone are compared with the first of them, not each with each; what more of
# them than the second share tells none of them from others.
_ALIKE, _SHARED_BY = 100, 50
# So often the rest of them is compared with the first of the rest.
_ROUNDS = 10
_NUMBER = re.compile(r"[0-9]+")
_UNIT = re.compile(r"[a-z0-9\u00c0-\u024f]+|[^\W_]", re.IGNORECASE)
# A unit has 21 bits; what is no sign of Unicode stands for words.
_WORDS_FROM, _UNITS = 0x110000, 1 << 21


def units(text):
    """Return the words of Latin letters and digits, and each other letter, of a text.

    Of an alphabet pairs of letters say nothing: any two pages of English share half of them.
    """
    return _UNIT.findall(text)


def groups(texts, least, apart):
    """Return groups of the positions of near-equal texts, each led by the one that most others are near to.

    Two texts are near when the sets of their pairs of neighbouring `units` have a Jaccard index of at least
    `least`; all of a group are near to its first. A text stands in one group at most.

    Parameters
    ----------
    texts : iterable of str
        Folded, so that width, case and 繁简 make no difference.
    least : float
        In (0, 1].
    apart : dict
        From a position to the set of those of which somebody said that they are not the same.
    """
    starts, pairs, shapes = _sets(texts)
    equal = _equal(starts, pairs)
    leaders = np.array(sorted(equal), np.int32)
    sets = _Sets(starts, pairs, least)
    alike = _alike(shapes, [each for each in leaders.tolist() if sets.sizes[each] >= _LEAST_PAIRS])
    near, begins, ends = _around(leaders, list(_near(sets, leaders, alike)))
    weights = np.zeros(len(starts) - 1, np.int64)
    weights[leaders] = [len(equal[leader]) for leader in leaders.tolist()]
    sizes = np.add.reduceat(weights[near], begins) if len(leaders) else weights
    found, taken = [], set()

    def take(leader, those):
        if leader in taken:
            return
        # A dict keeps the order in which they came.
        group = {}
        for each in (leader, *(text for one in those for text in equal[one])):
            if each not in taken and group.keys().isdisjoint(apart.get(each, ())):
                group[each] = None
        if len(group) > 1:
            found.append(list(group))
            taken.update(group)

    for at in np.lexsort((leaders, -sizes)).tolist() if len(leaders) else ():
        take(int(leaders[at]), near[begins[at] : ends[at]].tolist())
    for ones in alike:
        # Those whose first went into a group that they are not near to.
        for _ in range(_ROUNDS):
            ones = np.array([each for each in ones.tolist() if each not in taken], np.int32)
            if len(ones) < 2:
                break
            take(int(ones[0]), ones[sets.are_near(np.full(len(ones), ones[0]), ones)].tolist())
            ones = ones[1:]
    return found


class _Sets:
    """The sets of pairs of some texts, and which of them are near."""

    def __init__(self, starts, pairs, least):
        self.starts, self.pairs, self.least = starts, pairs, least
        self.sizes = np.diff(starts)
        shape = (len(self.sizes), int(pairs.max(initial=0)) + 1)
        self._table = csr_array((np.ones(len(pairs), np.int8), pairs, starts), shape=shape)

    def are_near(self, one, other):
        """Return whether the sets of each two positions are near."""
        shared = _shared(self._table, one, other)
        return shared >= self.least * (self.sizes[one] + self.sizes[other] - shared)


def _alike(shapes, positions):
    """Return arrays of those of some positions whose texts differ in their numbers alone, where these are many."""
    found = {}
    for each in positions:
        found.setdefault(shapes[each], []).append(each)
    return [np.array(ones, np.int32) for ones in found.values() if len(ones) >= _ALIKE]


def _around(leaders, pairs):
    """Return ``(near, begins, ends)``: ``near[begins[n]:ends[n]]`` are those near to ``leaders[n]``, it among them.

    Of large groups of near-equal texts there are millions of pairs: as sets of numbers they took a gigabyte. A pair may
    come more than once.
    """
    both = [
        _joined(leaders, leaders),
        *(_joined(*each) for one, other in pairs for each in ((one, other), (other, one))),
    ]
    keys = np.concatenate(both)
    del both
    keys.sort()
    is_first = np.ones(len(keys), bool)
    is_first[1:] = keys[1:] != keys[:-1]
    keys = keys[is_first]
    ones = (keys >> 32).astype(np.int32)
    near = (keys & 0xFFFFFFFF).astype(np.int32)
    return near, np.searchsorted(ones, leaders), np.searchsorted(ones, leaders, side="right")


def _joined(one, other):
    return (one.astype(np.int64) << 32) | other


def _sets(texts):
    """Return ``(starts, pairs, shapes)``: for each text the sorted numbers of its pairs, the rarest having number 0.

    The shape of a text is a digest of what it is but for its numbers.

    The texts are cut twice, a few at a time, and kept packed meanwhile: all their pairs as they stand would take three
    times the memory.
    """
    kept, sizes, shapes = [], [np.zeros(1, np.int64)], []
    known, counts = np.zeros(0, np.int64), np.zeros(0, np.int64)
    for part in _parts(texts):
        kept.append(compress("\0".join(part).encode("utf-8", "surrogatepass"), 1))
        shapes += [blake2b(_NUMBER.sub("0", each).encode("utf-8", "surrogatepass"), digest_size=16).digest()
                   for each in part]  # fmt: skip
        doc, key = _pairs(part)
        sizes.append(np.bincount(doc, minlength=len(part)))
        known, counts = _added(known, counts, key)
    rank = np.empty(len(counts), np.int32)
    rank[np.argsort(counts, kind="stable")] = np.arange(len(counts), dtype=np.int32)
    del counts
    starts = np.cumsum(np.concatenate(sizes))
    pairs = np.empty(starts[-1], np.int32)
    end = 0
    for part in kept:
        doc, key = _pairs(decompress(part).decode("utf-8", "surrogatepass").split("\0"))
        number = rank[np.searchsorted(known, key)]
        pairs[end : end + len(key)] = number[np.lexsort((number, doc))]
        end += len(key)
    return starts, pairs, shapes


def _parts(texts):
    """Yield lists of the beginnings of texts, about `_CHARACTERS` characters of them each."""
    part, size = [], 0
    for text in texts:
        # The sign that parts them when they are packed says nothing in a text.
        part.append(text[:_LONGEST].replace("\0", " "))
        size += len(part[-1]) + 1
        if size >= _CHARACTERS:
            yield part
            part, size = [], 0
    if part:
        yield part


def _pairs(texts):
    """Return ``(doc, key)``: of each text, by its place, the pairs of neighbouring units, each once."""
    lengths = []

    def codes_of_each():
        # The units of one text at a time: as strings they take forty times what their codes do.
        for text in texts:
            found = units(text)
            lengths.append(len(found))
            yield from map(_code, found)

    codes = np.fromiter(codes_of_each(), np.int64)
    owner = np.repeat(np.arange(len(lengths)), lengths)
    inside = owner[:-1] == owner[1:]
    doc, key = owner[:-1][inside], ((codes[:-1] << 21) | codes[1:])[inside]
    order = np.lexsort((key, doc))
    doc, key = doc[order], key[order]
    is_first = np.ones(len(key), bool)
    is_first[1:] = (doc[1:] != doc[:-1]) | (key[1:] != key[:-1])
    return doc[is_first], key[is_first]


def _code(unit):
    return ord(unit) if len(unit) == 1 else _WORDS_FROM + crc32(unit.encode()) % (_UNITS - _WORDS_FROM)


def _added(known, counts, keys):
    """Return the distinct keys, sorted, and their counts, with those of some more."""
    new, more = np.unique(keys, return_counts=True)
    place = np.searchsorted(known, new)
    is_known = np.zeros(len(new), bool)
    inside = place < len(known)
    is_known[inside] = known[place[inside]] == new[inside]
    counts[place[is_known]] += more[is_known]
    place = place[~is_known]
    return np.insert(known, place, new[~is_known]), np.insert(counts, place, more[~is_known])


def _equal(starts, pairs):
    """Return ``{position: positions}`` of the texts with equal sets, by the first of them; without those of no pair."""
    found = {}
    for at in np.flatnonzero(np.diff(starts)).tolist():
        # Kept by a digest: the sets themselves would all be there twice.
        digest = blake2b(pairs[starts[at] : starts[at + 1]].tobytes(), digest_size=16).digest()
        found.setdefault(digest, []).append(at)
    return {positions[0]: positions for positions in found.values()}


def _near(sets, positions, alike):
    """Yield the pairs of `positions`, as two arrays, that are near and long enough for that to say something.

    Of texts that are `alike`, only those with the first of them, and of two such lots each with the first of the other.
    """
    docs = positions[sets.sizes[positions] >= _LEAST_PAIRS].astype(np.int64)
    firsts = {int(ones[0]): ones for ones in alike}
    wanted = {(first, first) for first in firsts}
    for one, other in _candidates(sets, docs, alike):
        is_near = sets.are_near(one, other)
        one, other = one[is_near].astype(np.int32), other[is_near].astype(np.int32)
        yield one, other
        both = zip(one.tolist(), other.tolist(), strict=True) if alike else ()
        wanted |= {each for pair in both if firsts.keys() >= set(pair) for each in (pair, pair[::-1])}
    for first, of_these in sorted(wanted):
        rest = firsts[of_these][firsts[of_these] != first]
        rest = rest[sets.are_near(np.full(len(rest), first), rest)]
        yield np.full(len(rest), first, np.int32), rest


def _candidates(sets, docs, alike):
    """Yield arrays ``(one, other)`` that hold every near pair of `docs`, some more than once.

    Of two sets with a Jaccard index of `least`, the rarest members of both, all but ``ceil(least × size) − 1`` of each,
    have one in common: Chaudhuri, Ganti, Kaushik, A primitive operator for similarity joins (ICDE 2006). Texts that are
    `alike` have the others of their rarest members for the first of them; each is looked for by its own numbers.
    """
    if not len(docs):
        return
    starts, pairs, least = sets.starts, sets.pairs, sets.least
    # Long arrays, a few of them at a time and narrow: of 100,000 notes each holds ten million.
    sizes = sets.sizes.astype(np.int32)
    length = sizes[docs] - np.ceil(least * sizes[docs] - 1e-9).astype(np.int32) + 1
    doc = np.repeat(docs.astype(np.int32), length)
    place = np.arange(len(doc), dtype=np.int32)
    place -= np.repeat((np.cumsum(length) - length).astype(np.int32), length)
    at = np.repeat(starts[docs].astype(np.int32), length)
    at += place
    pair = pairs[at]
    del at
    for ones in alike:
        is_own = _own(sets, ones, doc, pair)
        doc, place, pair = doc[is_own], place[is_own], pair[is_own]
    for first, end in _stretches(pair):
        here = np.flatnonzero((pair >= first) & (pair < end))
        yield from _sharing(doc[here], place[here], pair[here], sizes, least)


def _own(sets, ones, doc, pair):
    """Return which pairs of texts stay when texts that are alike keep those of their numbers, the first of them all."""
    first = ones[0]
    is_other = np.isin(doc, ones[1:])
    theirs = pair[is_other]
    is_own = ~np.isin(theirs, sets.pairs[sets.starts[first] : sets.starts[first + 1]])
    number, place, count = np.unique(theirs, return_inverse=True, return_counts=True)
    is_own &= count[place] <= _SHARED_BY
    stays = np.ones(len(doc), bool)
    stays[np.flatnonzero(is_other)[~is_own]] = False
    return stays


def _stretches(pair):
    """Yield the ends of stretches of numbers, so that about `_MEMBERS` of `pair` lie in each."""
    until = np.cumsum(np.bincount(pair))
    first, done = 0, 0
    while first < len(until):
        end = max(first + 1, int(np.searchsorted(until, done + _MEMBERS)))
        yield first, end
        first, done = end, until[end - 1]


def _sharing(doc, place, pair, sizes, least):
    """Yield arrays ``(one, other)`` of texts that have a pair in common and may be near, a text's `place` of it given.

    Two of them may come in several of these.
    """
    # In the order of size, so that the partners of a text, those not too long for it, stand right behind it.
    order = np.lexsort((doc, sizes[doc], pair))
    doc, place, pair = doc[order], place[order], pair[order]
    size = sizes[doc]
    key = pair.astype(np.int64) * (_LONGEST + 1)
    longest = np.minimum(np.floor(size / least + 1e-9), _LONGEST).astype(np.int32)
    partners = np.searchsorted(key + size, key + longest, side="right")
    partners -= np.arange(len(doc)) + 1
    total = np.cumsum(partners)
    begin = 0
    while begin < len(doc):
        done = total[begin - 1] if begin else 0
        end = max(begin + 1, int(np.searchsorted(total, done + _CHUNK)))
        some = partners[begin:end]
        one = np.repeat(np.arange(begin, end, dtype=np.int32), some)
        other = one + 1 + (np.arange(len(one)) - np.repeat(np.cumsum(some) - some, some)).astype(np.int32)
        # What can still be shared from here on has to be enough; at the first that a near pair shares it is.
        rest = np.minimum(size[one] - place[one], size[other] - place[other])
        is_enough = rest >= least / (1 + least) * (size[one] + size[other]) - 1e-9
        a, b = doc[one[is_enough]], doc[other[is_enough]]
        found = np.unique(_joined(np.minimum(a, b), np.maximum(a, b)))
        yield found >> 32, found & 0xFFFFFFFF
        begin = end


def _shared(table, one, other):
    """Return how many members the sets of each two positions share."""
    counts = [
        np.asarray(table[one[at : at + _ROWS]].multiply(table[other[at : at + _ROWS]]).sum(axis=1)).ravel()
        for at in range(0, len(one), _ROWS)
    ]
    return np.concatenate(counts or [np.zeros(0, np.int64)])
