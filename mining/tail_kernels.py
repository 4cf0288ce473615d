"""The compiled upper tail of the hypergeometric distribution."""

import math

import numpy as np

from mining.numba_setup import kernel

# Remembered tails: many rules share their counts.
_REMEMBERED = 1 << 16
# Of the 64 bits of a share those that are not looked at, and what the others are of 1.0, the largest.
_TRAILING = np.uint64(48)
_LEADING = 0x3FF0


@kernel
def upper_tails(both, left, right, n, log_factorials):
    """Return the chance that `left` of `n` baskets hold at least `both` of the `right` ones; float64, one a rule.

    ``log_factorials[k]`` is ln(k!), up to k = n.
    """
    found = np.empty(len(both), np.float64)
    keys = np.full((_REMEMBERED, 3), -1, np.int64)
    tails = np.empty(_REMEMBERED, np.float64)
    for rule in range(len(both)):
        # The test is the same either way round.
        k, few, many = both[rule], min(left[rule], right[rule]), max(left[rule], right[rule])
        place = (k * 2654435761 ^ few * 40503 ^ many * 2246822519) & (_REMEMBERED - 1)
        if keys[place, 0] != k or keys[place, 1] != few or keys[place, 2] != many:
            keys[place, 0], keys[place, 1], keys[place, 2] = k, few, many
            tails[place] = _upper_tail(k, few, many, n, log_factorials)
        found[rule] = tails[place]
    return found


@kernel
def looked_up(rising, rising_words, found, wanted, wanted_words):
    """Return for each of `wanted`, which is among `rising`, its entry of `found`; shares in [0, 1], and their bits.

    The leading bits of a share, its power of two and four bits more, tell where to begin.
    """
    firsts = np.zeros(_LEADING + 2, np.int64)
    for word in rising_words:
        firsts[(word >> _TRAILING) + np.uint64(1)] += 1
    for at in range(1, len(firsts)):
        firsts[at] += firsts[at - 1]
    answer = np.empty(len(wanted), np.float64)
    for at in range(len(wanted)):
        leading = wanted_words[at] >> _TRAILING
        low, high = firsts[leading], firsts[leading + np.uint64(1)] - 1
        while low < high:
            middle = (low + high) // 2
            if rising[middle] < wanted[at]:
                low = middle + 1
            else:
                high = middle
        answer[at] = found[low]
    return answer


@kernel
def _upper_tail(k, few, many, n, log_factorials):
    if k <= max(0, few + many - n):
        return 1.0
    # Beyond the mean the terms fall and few of them count. Before it they are summed on the other side: from here
    # upwards the first might be 0 in floating point, and so would all after it.
    if k * n > few * many:
        term = total = _term(k, few, many, n, log_factorials)
        while k < few and term > total * 1e-17:
            term *= (few - k) * (many - k) / ((k + 1.0) * (n - few - many + k + 1.0))
            total += term
            k += 1
        return min(total, 1.0)
    k -= 1
    term = total = _term(k, few, many, n, log_factorials)
    while k > 0 and term > total * 1e-17:
        term *= k * (n - few - many + k) / ((few - k + 1.0) * (many - k + 1.0))
        total += term
        k -= 1
    return max(1.0 - total, 0.0)


@kernel
def _term(k, few, many, n, log_factorials):
    ways = _log_ways(many, k, log_factorials) + _log_ways(n - many, few - k, log_factorials)
    return math.exp(ways - _log_ways(n, few, log_factorials))


@kernel
def _log_ways(n, k, log_factorials):
    return log_factorials[n] - log_factorials[k] - log_factorials[n - k]
