"""Suggested topics and facets on shop reviews: how many are right, how many are found, and what it costs.

Needs ``KEZHI_TEST_DATA``. 20,000 reviews, of which 16,000 are learned from and 4,000 are asked. The peer is what one
writes with scikit-learn: words cut by rjieba, tf-idf, a linear support vector machine that always names one category.
Ours may name none, and its seconds include trying itself on what it held out, four times.

Nobody filed these reviews under facets, so they are told by words that only notes of one facet are likely to hold, and
these words are taken out of what is learned from and asked: what is left has to tell. Both name of each facet whether
the text is of it; ours suggests from the score on at which it is right.
"""

import argparse
import csv
import io
import os
import random
import re
import sys
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path

import rjieba
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from benchmarks import results
from kb import classifier, learning
from kb.examples import Examples
from kb.store import utc_now

REVIEWS, LEARNED = 20_000, 16_000
FACETS = {
    "feature": r"尺寸|大小|颜色|款式|外观|包装|厚度|重量",
    "function": r"功能|操作|按键|速度|信号|待机|音质|画质",
    "repair": r"维修|修理|返修|保修|换新|售后|客服",
    "quality": r"质量|掉色|破损|裂|漏|坏了|次品|起球|脱线",
    "rival": r"京东|淘宝|当当|超市|别家|其他牌子|比.{1,6}(?:贵|便宜|好|差)",
}


def reviews(data):
    """Return ``[(text, category)]``, always the same ones, shuffled."""
    archive = zipfile.ZipFile(data / "voice_zh" / "online_shopping_10_cats.zip")
    with archive.open(archive.namelist()[0]) as stream:
        rows = csv.DictReader(io.TextIOWrapper(stream, "utf-8-sig", newline=""))
        found = [(row["review"], row["cat"]) for row in rows if row["review"].strip()]
    random.Random(1).shuffle(found)
    return found[:REVIEWS]


def filed(found):
    """Return ``[(text without the words that tell, facets)]`` of the reviews that are of a facet."""
    telling = re.compile("|".join(FACETS.values()))
    of_text = [(text, {facet for facet, words in FACETS.items() if re.search(words, text)}) for text, _ in found]
    return [(telling.sub(" ", text), facets) for text, facets in of_text if facets]


def of_facets(found):
    """Return rows of the facets: how many were learned from, and precision and recall of ours and of the peer."""
    known = filed(found)
    learn, ask = known[: len(known) * 4 // 5], known[len(known) * 4 // 5 :]
    mine, *_ = ours([(text, facets) for text, facets in learn], ask, kind="facet")
    cut = TfidfVectorizer(tokenizer=rjieba.cut, token_pattern=None, sublinear_tf=True)
    texts, asked = cut.fit_transform([text for text, _ in learn]), cut.transform([text for text, _ in ask])
    rows = []
    for facet in FACETS:
        machine = LinearSVC().fit(texts, [facet in facets for _, facets in learn])
        theirs = [{facet} if each else set() for each in machine.predict(asked)]
        count = sum(facet in facets for _, facets in learn)
        rows.append([facet, count, *share(mine, ask, facet), *share(theirs, ask, facet)])
    return rows, len(learn), len(ask)


def share(said, ask, facet):
    """Return precision and recall of one facet."""
    right = sum(facet in found and facet in facets for found, (_, facets) in zip(said, ask, strict=True))
    told, there = sum(facet in found for found in said), sum(facet in facets for _, facets in ask)
    return f"{right / told:.3f}" if told else "none", f"{right / there:.3f}"


def ours(learn, ask, kind="topic"):
    """Return what is suggested for each text of `ask`, and CPU seconds of learning and of asking."""
    start = time.process_time()
    given = [{classes} if isinstance(classes, str) else classes for _, classes in learn]
    none = [set() for _ in learn]
    found = Examples(
        [text for text, _ in learn],
        {"topic": none, "facet": none, kind: given},
        {"topic": none, "facet": none},
        [1] * len(learn),
    )
    with tempfile.TemporaryDirectory() as folder:
        classifier.save(Path(folder), 0, utc_now(), **learning.learned(found))
        spent = time.process_time() - start
        model = classifier.load(Path(folder))
        start = time.process_time()
        said = [{key for _, key in model.suggested(text)} for text, _ in ask]
    return said, spent, time.process_time() - start


def peer(learn, ask):
    """Return the same of the peer."""
    start = time.process_time()
    model = make_pipeline(TfidfVectorizer(tokenizer=rjieba.cut, token_pattern=None, sublinear_tf=True), LinearSVC())
    model.fit([text for text, _ in learn], [category for _, category in learn])
    spent = time.process_time() - start
    start = time.process_time()
    said = [{each} for each in model.predict([text for text, _ in ask])]
    return said, spent, time.process_time() - start


def figures(said, ask, category=None):
    """Return precision and recall, of one category or of all."""
    right = sum(each in found for found, (_, each) in zip(said, ask, strict=True) if category in (None, each))
    told = sum(len(found) if category is None else category in found for found in said)
    there = sum(category in (None, each) for _, each in ask)
    return f"{right / told:.3f}" if told else "none", f"{right / there:.3f}"


def main():
    """Measure and print, or write into RESULTS.md."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    write = parser.parse_args().write
    if "KEZHI_TEST_DATA" not in os.environ:
        sys.exit("KEZHI_TEST_DATA names no folder of real data")
    found = reviews(Path(os.environ["KEZHI_TEST_DATA"]))
    learn, ask = found[:LEARNED], found[LEARNED:]
    (mine, *my_seconds), (theirs, *their_seconds) = ours(learn, ask), peer(learn, ask)
    counts = Counter(category for _, category in learn)
    head = ["topic", "notes learned from", "precision", "recall", "peer's precision", "peer's recall"]
    rows = [[each, n, *figures(mine, ask, each), *figures(theirs, ask, each)] for each, n in counts.most_common()]
    rows.append(["all", len(learn), *figures(mine, ask), *figures(theirs, ask)])
    table = results.table(head, rows)
    often = counts.most_common(1)[0][0]
    remarks = (
        f"CPU s: learning {my_seconds[0]:.1f} against {their_seconds[0]:.1f} of the peer, which measures nothing; a"
        f" text {1000 * my_seconds[1] / len(ask):.2f} ms against {1000 * their_seconds[1] / len(ask):.2f} ms. Naming"
        f" the most frequent topic each time is right {sum(each == often for _, each in ask) / len(ask):.3f} of the"
        " time."
    )
    facets, learned, asked = of_facets(found)
    table += "\n\n" + results.table(["facet", *head[1:]], facets)
    remarks += f" Facets: {learned:,} reviews learned from, {asked:,} asked, told by words that were then taken out."
    print(table, remarks, sep="\n\n")
    if write:
        command = "python -m benchmarks.classifier --write"
        results.write("Suggested topics", command, table, ("scikit-learn", "rjieba"), remarks)


if __name__ == "__main__":
    main()
