"""What to expect of a run for rules, before it begins: ``python -m mining.expect HOME`` reads its arguments as JSON.

In a process of its own, for pages may not load what mines. The answer holds for every support and confidence, so that
whoever moves a slider hears at once.
"""

import json
import os
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl

from kb.errors import Problem
from kb.store import open_store
from mining import baskets, room
from mining.counting import RULE_BYTES
from mining.errors import BudgetExceeded, Refused
from mining.findings import MOST
from mining.itemsets import FrequentItemsets
from mining.ledger import segments
from mining.ledger.orders import Slice
from mining.rules import AssociationRules

# Beyond these it would take longer to say than to begin.
_ITEMSETS, _RULES = 100_000, 200_000
_CONFIDENCES = tuple(range(0, 101, 5))
# Supports a factor of 1.2 apart; of those below what was counted a few are estimated.
_STEP, _ESTIMATED = 1.2, 3
_MEGABYTE = 1_000_000
# What a process that mines takes before it has read anything, measured.
_BARE_MEGABYTES = 250


def main():
    """Answer what the arguments on standard input ask, as one line of JSON."""
    home = Path(sys.argv[1])
    os.nice(5)
    room.limit(home)
    try:
        answer = of_args(open_store(home), home, json.load(sys.stdin))
    except (Problem, Refused, MemoryError):
        # The form itself says what is wrong; a run says what it meets.
        answer = None
    json.dump(answer, sys.stdout)


def of_args(db, home, args):
    """Return what to expect of a job with these arguments, at any support and confidence.

    Returns
    -------
    dict
        ``baskets``; ``most``, how many rules are kept at most; ``confidences`` in per cent; ``steps``, by support
        falling: ``support`` as a number of baskets, ``rules`` for each confidence, ``is_exact`` or else there are more,
        ``seconds`` and ``megabytes`` a run takes.
    """
    started = time.monotonic()
    keys = segments.asked(db, args)
    found = baskets.from_ledger(db, home, args["batches"], Slice.of_args(args, keys))
    counting = found.of_level(args.get("level", "item"))
    X, ancestors = counting.first_part(args.get("hold_out")), counting.ancestors
    counted, least, seconds = _lowest(X, args["max_length"], ancestors)
    if args.get("max_base_rate"):
        counted = counted.filter(pl.col("base_rate") <= args["max_base_rate"])
    # Of the time until now: that of a run to begin and to read as much.
    begun = time.monotonic() - started + time.process_time()
    steps = [_counted(counted, support, X, begun, seconds) for support in _supports(X.shape[0]) if support >= least]
    lower = [support for support in _supports(X.shape[0]) if support < least][:_ESTIMATED]
    # Of those at which there is nothing one is enough.
    first = next((at for at, step in enumerate(steps) if step["rules"][0]), len(steps))
    steps = steps[max(0, first - 1) :]
    highest = steps[-1] if steps else {"rules": [0] * len(_CONFIDENCES)}
    for support in lower:
        told = FrequentItemsets(support, max_length=args["max_length"]).estimate(X)
        steps.append(_step(support, highest["rules"], False, begun + told.seconds, told.memory_bytes))
    return {"baskets": X.shape[0], "most": MOST, "confidences": list(_CONFIDENCES), "steps": steps}


def _supports(n_baskets):
    found, support = [], float(n_baskets)
    while support >= 1:
        found.append(int(support))
        support /= _STEP
    return list(dict.fromkeys(found))


def _lowest(X, max_length, ancestors):
    """Return all rules at the least support at which they are soon counted, that support, and the seconds it took."""
    least = 1 if X.shape[0] < 1000 else 2
    while least is not None and least <= X.shape[0]:
        started = time.monotonic()
        limits = {"max_length": max_length, "max_itemsets": _ITEMSETS, "max_rules": _RULES}
        try:
            found = AssociationRules(least, 0.0, ancestors=ancestors, **limits).fit(X)
        except BudgetExceeded as exceeded:
            least = exceeded.suggested_min_support
            continue
        return found.rules_.select("count", "confidence", "base_rate"), least, time.monotonic() - started
    nothing = {"count": pl.Int64, "confidence": pl.Float64, "base_rate": pl.Float64}
    return pl.DataFrame(schema=nothing), X.shape[0] + 1, 0.0


def _counted(rules, support, X, begun, seconds):
    sure = rules.filter(pl.col("count") >= support)["confidence"].to_numpy()
    number = [int((sure >= confidence / 100).sum()) for confidence in _CONFIDENCES]
    share = len(sure) / max(1, len(rules))
    memory = 20 * X.nnz + RULE_BYTES * len(sure)
    return _step(support, number, True, begun + seconds * share, memory)


def _step(support, number, is_exact, seconds, memory):
    told = {"seconds": float(np.ceil(seconds)), "megabytes": _BARE_MEGABYTES + memory // _MEGABYTE}
    return {"support": support, "rules": number, "is_exact": is_exact, **told}


if __name__ == "__main__":
    main()
