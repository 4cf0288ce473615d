"""What a page costs the server when a company has written for years: staff pages over real notes, against the demo.

Needs ``KEZHI_TEST_DATA``: 586 pages of product help and 20,000 shop reviews are imported into one of two demo homes,
beside 10,000 invented customers. The peer is the same page of the demo's 164 notes, in the same run.
"""

import argparse
import csv
import io
import os
import re
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from benchmarks import results
from kb import customer_import, members, note_import
from kb.note_details import Details
from kb.search import indexer
from kb.store import open_store, utc_now
from mining import json_lines
from web import create_app
from web.demo import home as demo, people

REVIEWS = 20_000
CUSTOMERS = 10_000
ROUNDS = 3
PAGES = (
    "/", "/notes", "/notes?dimension=from", "/topics", "/topics/1", "/people/3", "/customers", "/customers?name=5678",
    "/customers/1", "/departments/2", "/search?q=质量", "/search?q=酒店服务", "/search?q=类型:来自",
    "/search?q=没有这个词吧", "/suggest/box?q=cxl", "/suggest/similar?body=酒店服务很差房间有味道", "/notes/1",
)  # fmt: skip


def grow(home, data):
    """Import notes and customers into a demo home; return seconds of CPU by what they were spent for."""
    db, now = open_store(home), utc_now()
    by = members.by_login(db, "chen.xiaolan").reader()
    spent = {}

    def timed(what, act):
        start = time.process_time()
        act()
        spent[what] = time.process_time() - start

    said = Details(audience="all", valid_from="2026-01-01")
    articles = json_lines.read(data / "articles" / "gnome_help_zh_en.jsonl.gz", note_import.COLUMNS).rows
    defaults = note_import.Defaults("for", "all", ("help",), said)
    timed("586 pages of help", lambda: note_import.add_all(db, articles, defaults, by=by, now=now))
    defaults = note_import.Defaults("from", "all", ("评价",), Details(channel="网店"))
    timed("20,000 reviews", lambda: note_import.add_all(db, _reviews(data), defaults, by=by, now=now))
    invented = [(number, _invented(number)) for number in range(CUSTOMERS)]
    timed("10,000 customers", lambda: customer_import.add_all(db, invented, by=by, now=now))
    timed("their index", lambda: indexer.catch_up(db, home))
    return spent


def measured(home):
    """Return the least CPU seconds of each page."""
    client = create_app(home, hosts=["localhost"]).test_client()
    token = re.search(r'csrf_token" value="([^"]+)"', client.get("/login").text)[1]
    form = {"csrf_token": token, "login": "chen.xiaolan", "password": people.PASSWORD}
    assert client.post("/login", data=form).status_code == 303
    best = {}
    for page in PAGES * (1 + ROUNDS):
        start = time.process_time()
        answer = client.get(page)
        seconds = time.process_time() - start
        assert answer.status_code == 200, page
        best[page] = min(best.get(page, seconds), seconds)
    return best


def main():
    """Measure and print, or write into RESULTS.md."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    write = parser.parse_args().write
    if "KEZHI_TEST_DATA" not in os.environ:
        sys.exit("KEZHI_TEST_DATA names no folder of real data")
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder, "small"), Path(folder, "large")
        for home in (small, large):
            demo.prepare(home, on_progress=lambda step: None)
        spent = grow(large, Path(os.environ["KEZHI_TEST_DATA"]))
        few, many = measured(small), measured(large)
    rows = [[page, f"{1000 * many[page]:.0f}", f"{many[page] / few[page]:.1f}"] for page in PAGES]
    table = results.table(["page", "20,606 notes, CPU ms", "against 20 notes"], rows)
    remarks = "Imports, CPU s: " + "; ".join(f"{what} {seconds:.1f}" for what, seconds in spent.items()) + "."
    print(table, remarks, sep="\n\n")
    if write:
        results.write("Staff pages", "python -m benchmarks.pages --write", table, ("flask", "whoosh", "numpy"), remarks)


def _invented(number):
    name = f"{'王李张刘陈'[number % 5]}{'芳伟娜敏静'[number // 5 % 5]}{number}"
    return {"name": name, "number": f"9{number:07d}", "phone": f"139{number:08d}"}


def _reviews(data):
    archive = zipfile.ZipFile(data / "voice_zh" / "online_shopping_10_cats.zip")
    with archive.open(archive.namelist()[0]) as stream:
        lines = csv.DictReader(io.TextIOWrapper(stream, "utf-8-sig", newline=""))
        for number, row in zip(range(2, REVIEWS + 2), lines, strict=False):
            yield number, {"body": row["review"], "topics": row["cat"], "experience": row["label"]}


if __name__ == "__main__":
    main()
