"""How long a search takes by how many notes there are: ``python -m benchmarks.search_speed [--write]``.

Needs ``KEZHI_TEST_DATA`` and the packages of ``benchmarks.search``. Reviews of shops are the notes, and pieces of them
the questions; where there are too few, two halves make one more. Ours is asked twice: what ranks, and all that the page
shows with rights, counts and excerpts. Then notes are saved in the largest home while four processes search it.
"""

import argparse
import os
import random
import resource
import sys
import time
from itertools import islice
from pathlib import Path

import jieba
import numpy as np

from benchmarks import results, search_saves, texts
from benchmarks.search import Ours
from benchmarks.search_peers import PEERS, words
from kb.access import OPERATOR
from kb.search import find, ranking, rights
from kb.search.query import parse
from kb.search.reading import newest_index

_QUESTIONS = 50
_LIMIT = 20
# Whoosh takes minutes to build more, and seconds to answer.
_MOST_OF_WHOOSH = 10_000


def questions(reviews, chance):
    """Return ``{kind: questions}``, cut out of reviews."""
    found = {"one word": [], "four words": [], "ten characters": [], "phrase of six": []}
    while len(found["phrase of six"]) < _QUESTIONS:
        review = "".join(chance.choice(reviews).split())
        cut = [word for word in words(review) if len(word) > 1]
        if len(review) < 20 or len(cut) < 4:
            continue
        at = chance.randrange(len(review) - 10)
        found["one word"].append(chance.choice(cut))
        found["four words"].append(" ".join(chance.sample(cut, 4)))
        found["ten characters"].append(review[at : at + 10])
        found["phrase of six"].append(f"“{review[at : at + 6]}”")
    return found


def middle(ask, asked):
    """Return the median and the 95th percentile, CPU ms, of asking each question a second time."""
    spent = []
    for question in asked:
        for _ in range(2):
            start = time.process_time()
            try:
                ask(question)
            except ValueError:
                continue  # of signs alone, which it says
        spent.append(1000 * (time.process_time() - start))
    return np.percentile(spent, (50, 95))


def engine(ours):
    """Return what ranks a question and does nothing else."""
    index = newest_index(ours.home)
    seen = ranking.field(index, rights.seen(ours.db, ours.home, OPERATOR))
    return lambda question: ranking.Scorer(index, seen).scores(parse(question))


def enough(reviews, size):
    """Return `size` reviews; those there are not are the first half of one with the second of another."""
    chance = random.Random(7)
    halves = [(each[: len(each) // 2], each[len(each) // 2 :]) for each in reviews]
    return [*reviews[:size], *(chance.choice(halves)[0] + chance.choice(halves)[1] for _ in range(size - len(reviews)))]


def rows_of(size, reviews, told):
    """Yield a row for each kind of question, asked of `size` reviews; of the largest tell what saving costs."""
    chance = random.Random(size)
    kept = [("", "", review) for review in reviews[:size]]
    start = time.monotonic()
    ours = Ours(kept)
    built = time.monotonic() - start
    asked = questions(reviews[:size], chance)
    makers = {name: make for name, make in PEERS.items() if size <= _MOST_OF_WHOOSH or not name.startswith("Whoosh")}
    engines = {name: make(kept) for name, make in makers.items()}
    for kind, its in asked.items():
        ways = {
            "Kezhi, ranking": engine(ours),
            "Kezhi, the page": lambda text: find.search(ours.db, ours.home, text, reader=OPERATOR),
            **{name: lambda text, each=each: each.search(text, _LIMIT) for name, each in engines.items()},
        }
        found = {name: middle(ask, its) for name, ask in ways.items()}
        shown = (f"{found[name][0]:.1f} / {found[name][1]:.1f}" if name in found else "-" for name in head()[2:])
        yield [f"{len(kept):,}", kind, *shown]
    print(f"{len(kept):,} notes written and indexed in {built:.0f} s", file=sys.stderr)
    if told is not None:
        del engines
        (middle_ms, most_ms), (own, mapped) = search_saves.measured(ours.db, ours.home)
        told.append(
            f"At {len(kept):,} notes, while {search_saves.READERS} processes search, a saved note is found after"
            f" {middle_ms:.0f} ms (median of {search_saves.SAVES}; 95th percentile {most_ms:.0f}); each of them has at"
            f" most {own:.0f} MB of its own and {mapped:.0f} MB of the home mapped; building it took {built:.0f} s."
        )
    ours.close()


def head():
    """Return the head of the table."""
    return ["notes", "question", "Kezhi, ranking", "Kezhi, the page", *PEERS]


def main():
    """Measure and print, or write into RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000, 100_000])
    given = parser.parse_args()
    if "KEZHI_TEST_DATA" not in os.environ:
        sys.exit("KEZHI_TEST_DATA names no folder of real data")
    jieba.setLogLevel("ERROR")
    reviews = [
        review for *_, review in islice(texts.shop_reviews(Path(os.environ["KEZHI_TEST_DATA"])), max(given.sizes))
    ]
    reviews, told = enough(reviews, max(given.sizes)), []
    rows = [row for size in given.sizes for row in rows_of(size, reviews, told if size == max(given.sizes) else None)]
    table = results.table(head(), rows)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    remarks = (
        f"CPU ms a question, median / 95th percentile of {_QUESTIONS}, each asked a second time; at most {peak:,.0f} MB"
        f" with all of them in one process; machine load {os.getloadavg()[0]:.1f} at the end. {' '.join(told)}"
    )
    print(table, remarks, sep="\n\n")
    if given.write:
        packages = ("whoosh", "rjieba", "tantivy", "bm25s", "jieba", "numpy")
        results.write("How long a search takes", "python -m benchmarks.search_speed --write", table, packages, remarks)


if __name__ == "__main__":
    main()
