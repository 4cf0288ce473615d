"""Whether the time of a search tells of notes one may not see: ``python -m benchmarks.search_rights [--write]``.

Needs ``KEZHI_TEST_DATA``. Half of the notes of a home are closed to who searches. They ask for words that stand in no
note, in one closed note, and in hundreds of them; each finds nothing. The chance that a search for closed words takes
longer than one for absent ones is a half where time tells nothing.
"""

import argparse
import os
import random
import sys
import time
from itertools import islice
from pathlib import Path

import numpy as np

from benchmarks import results, texts
from benchmarks.search import Ours
from kb.access import Reader
from kb.search import find, indexer
from kb.store import writing

_NOTES = 20_000
_MANY = 500
_ROUNDS = 300
_STRANGER = Reader(1, "stranger", "Stranger", "viewer", None)
_KINDS = ("in no note", "in one closed note", f"in {_MANY:,} closed notes")


def words(kind, number):
    """Return a word of two rare characters and a code that stands in notes of this kind alone."""
    return f"龘靐zq{_KINDS.index(kind)}x{number % 20}"


def home(reviews):
    """Return a home of which every second note is closed, with the words of each kind in some of these."""
    ours = Ours([("", "", review) for review in reviews])
    with writing(ours.db):
        ours.db.execute("UPDATE note SET readers = 'owner' WHERE id % 2 = 0")
        for number in range(20):
            for kind, count in zip(_KINDS[1:], (1, _MANY), strict=True):
                ours.db.execute(
                    """UPDATE note SET body = body || ' ' || :words WHERE id IN (
                           SELECT id FROM note WHERE readers = 'owner' AND id % 19 = :rest LIMIT :count)""",
                    {"words": words(kind, number), "rest": number % 19, "count": count},
                )
    indexer.rebuild(ours.db, ours.home)
    return ours


def measured(ours):
    """Return ``{kind: ms of each search}``, the kinds asked in turn and each time in another order."""
    spent, chance = {kind: [] for kind in _KINDS}, random.Random(1)
    for number in range(_ROUNDS):
        for kind in chance.sample(_KINDS, len(_KINDS)):
            start = time.perf_counter_ns()
            found = find.search(ours.db, ours.home, words(kind, number), reader=_STRANGER)
            spent[kind].append((time.perf_counter_ns() - start) / 1e6)
            if found.total:
                sys.exit(f"{found.query} is found")
    return spent


def longer(one, other):
    """Return the chance that one of the former takes longer than one of the latter, and its 95 % interval by chance."""
    chance = np.random.default_rng(1)
    told = [np.mean(chance.permutation(one)[:, None] > chance.choice(other, (1, len(other)))) for _ in range(200)]
    return float(np.mean(np.array(one)[:, None] > np.array(other)[None])), np.percentile(told, (2.5, 97.5))


def main():
    """Measure and print, or write into RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    if "KEZHI_TEST_DATA" not in os.environ:
        sys.exit("KEZHI_TEST_DATA names no folder of real data")
    ours = home([each[2] for each in islice(texts.shop_reviews(Path(os.environ["KEZHI_TEST_DATA"])), _NOTES)])
    measured(ours)
    spent = measured(ours)
    rows = []
    for kind, its in spent.items():
        chance, (low, high) = longer(its, spent[_KINDS[0]])
        told = "-" if kind == _KINDS[0] else f"{chance:.2f} ({low:.2f} to {high:.2f})"
        rows.append([kind, f"{np.median(its):.2f}", f"{np.percentile(its, 95):.2f}", told])
    ours.close()
    head = ["words that stand", "ms, median", "ms, 95th percentile", "chance that it takes longer than in no note"]
    table = results.table(head, rows)
    remarks = (
        f"{_NOTES:,} notes, half of them closed to who searches; {_ROUNDS} searches of each kind in turn; machine load"
        f" {os.getloadavg()[0]:.1f} at the end."
    )
    print(table, remarks, sep="\n\n")
    if given.write:
        command = "python -m benchmarks.search_rights --write"
        results.write("What the time of a search tells", command, table, ("whoosh", "numpy"), remarks)


if __name__ == "__main__":
    main()
