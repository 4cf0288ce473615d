"""How well search finds, against other libraries fed the same texts: ``python -m benchmarks.search [--write]``.

Needs ``KEZHI_TEST_DATA``, and ``pip install tantivy bm25s jieba PyStemmer``. Ours is asked through the function that
the page calls, of a home that holds the texts of one set as notes.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import jieba
import numpy as np

from benchmarks import results, retrieval
from benchmarks.search_peers import PEERS
from kb.access import OPERATOR
from kb.errors import Invalid
from kb.migrations import migrations
from kb.search import find, indexer, lsa_learning, query
from kb.store import close_store, create_store, open_store, writing

_LIKED = "Kezhi"
_DAY = "2026-07-01T00:00:00.000Z"


class Ours:
    """A home that holds texts as notes."""

    def __init__(self, texts):
        self._folder = tempfile.TemporaryDirectory()
        self.home = Path(self._folder.name)
        Path(self.home, "config.toml").write_text("", encoding="utf-8")
        create_store(self.home, migrations)
        self.db = open_store(self.home)
        rows = (
            {
                "id": place + 1, "version": 1, "title": title, "summary": summary, "body": body, "dimension": "from",
                "maturity": "raw", "readers": "all", "created_at": _DAY, "updated_at": _DAY,
            }
            for place, (title, summary, body) in enumerate(texts)
        )  # fmt: skip
        with writing(self.db):
            self.db["note"].insert_all(rows)
        indexer.rebuild(self.db, self.home)
        lsa_learning.learn(self.db, self.home)

    def search(self, question, limit):
        """Return places of texts; a question that is too long is cut, as its writer is asked to do."""
        asked = " ".join(question[: query.LONGEST].split()[: query.MOST_TERMS])
        try:
            found = find.search(self.db, self.home, asked, reader=OPERATOR, limit=limit)
        except Invalid:
            return []  # of signs alone, which it says
        return [hit.id - 1 for hit in found.hits]

    def close(self):
        """Give the files back."""
        close_store(self.home)
        self._folder.cleanup()


def measured(task):
    """Return ``{who: (nDCG@10 of each question, CPU ms a question)}``."""
    found = {}
    for name, make in {_LIKED: Ours, **PEERS}.items():
        engine = make(task.texts)
        scores, start = [], time.process_time()
        for question, right in task.questions:
            scores.append(retrieval.ndcg(engine.search(question, retrieval.TOP), right))
        found[name] = scores, 1000 * (time.process_time() - start) / len(scores)
        if name == _LIKED:
            engine.close()
    return found


def row(task, found):
    """Return a line of the table: what each found, and the interval of ours less the best of the others."""
    means = {name: float(np.mean(scores)) for name, (scores, _) in found.items()}
    best = max(PEERS, key=means.get)
    low, high = retrieval.difference(found[_LIKED][0], found[best][0])
    return [
        f"{task.name} ({len(task.texts)} texts, {len(task.questions)} questions)",
        *(f"{means[name]:.4f}" for name in found),
        f"{best}: {low:+.3f} to {high:+.3f}",
    ]


def main():
    """Measure and print, or write into RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--only", default="", help="part of the name of a set")
    asked = parser.parse_args()
    if "KEZHI_TEST_DATA" not in os.environ:
        sys.exit("KEZHI_TEST_DATA names no folder of real data")
    jieba.setLogLevel("ERROR")
    rows = []
    for task in retrieval.tasks(os.environ["KEZHI_TEST_DATA"]):
        if asked.only in task.name:
            found = measured(task)
            rows.append(row(task, found))
            print(*rows[-1], "CPU ms", {name: round(each, 2) for name, (_, each) in found.items()}, flush=True)
    head = ["set", _LIKED, *PEERS, "95 % interval of ours less the best other"]
    table = results.table(head, rows)
    remarks = "nDCG@10. Ours answers with rights, facets, excerpts and all that the page shows; the others with places."
    if asked.write:
        packages = ("whoosh", "rjieba", "tantivy", "bm25s", "jieba")
        results.write("What search finds", "python -m benchmarks.search --write", table, packages, remarks)
    else:
        print(table, remarks, sep="\n\n")


if __name__ == "__main__":
    main()
