"""What to expect of a run before it begins: as many rules as it then finds, at every support and confidence."""

import fcntl
import random
import re
import sys
import time

import pytest

from mining import expect, mine
from mining.baskets import from_ledger
from mining.ledger import load
from mining.ledger.options import Options
from web import expecting

ARGS = {"max_length": None, "batches": [1]}
CONFIDENCES = (0.0, 0.1, 0.25, 0.5)


@pytest.fixture
def ledger(db, home, people, now, tmp_path):
    """Four hundred orders of which one in five holds three products that go together."""
    chance, lines = random.Random(11), ["order,item"]
    for number in range(400):
        basket = {f"货{chance.randrange(12)}" for _ in range(3)}
        basket |= {"啤酒", "纸尿裤", "湿巾"} if chance.random() < 0.2 else set()
        lines += [f"S{number},{item}" for item in sorted(basket)]
    path = tmp_path / "orders.csv"
    path.write_text("\n".join([*lines, ""]), "utf-8")
    load.import_file(db, home, path, Options(), by=people["lin"], now=now)


def test_as_many_rules_are_expected_as_are_found(db, home, ledger):
    expected = expect.of_args(db, home, ARGS)
    found = from_ledger(db, home)
    steps = [each for each in expected["steps"] if each["is_exact"]]
    assert len({each["rules"][0] for each in steps}) > 5
    for step in steps:
        rules = mine.rules(found, min_support=step["support"], min_confidence=0.0)["rules"]
        for confidence in CONFIDENCES:
            told = expecting.told(expected, step["support"], confidence)
            assert told["rules"] == sum(rule["confidence"] >= confidence for rule in rules)


def test_below_what_can_be_counted_there_are_said_to_be_more_and_a_support_that_fits_is_named(db, home, ledger):
    expected = {**expect.of_args(db, home, ARGS), "most": 100}
    few = expecting.told(expected, 1, 0.0)["fits"]
    assert expecting.told(expected, few, 0.0)["rules"] <= 100 < expecting.told(expected, few - few // 4, 0.0)["rules"]


def test_the_page_tells_what_to_expect_without_loading_what_mines(db, home, ledger, signed_in, monkeypatch):
    browser = signed_in("lin")
    form = {"min_support": "60", "min_confidence": "35%", "max_length": "", "offered": "1"}

    def page():
        return browser.get("/runs/expect", query_string=form).text

    (home / "expected").mkdir()
    with open(home / "expected/lock", "w") as lock:
        # While another process counts for this home, none begins beside it.
        fcntl.flock(lock, fcntl.LOCK_EX)
        monkeypatch.setattr(sys, "executable", "/bin/false")
        assert "正在算预计" in page()
    monkeypatch.undo()
    end = time.monotonic() + 200
    while "正在算预计" in (told := page()):
        assert time.monotonic() < end, "it was not counted in time"
        time.sleep(0.2)
    rules = mine.rules(from_ledger(db, home), min_support=60, min_confidence=0.35)["rules"]
    # What is told is that of the next lower support that was counted.
    assert 0 < len(rules) <= int(re.search(r"预计最多 (\d+) 条规则", told)[1]) < 2 * len(rules)
    assert "data-expected=" in told
    # Counted once: it is there for every process that answers pages, and for the button of who has no script.
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert page() == told
    assert re.search(r"预计最多 (\d+) 条规则", browser.post("/runs", {**form, "count": "1"}).text)


def test_what_could_not_be_counted_is_said_and_tried_again_when_it_is_asked_again(home, tmp_path, monkeypatch):
    args = {**ARGS, "min_support": 5, "min_confidence": 0.1}
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert expecting.expected(home, args, 20) == (None, False)
    script = tmp_path / "counts"
    script.write_text("#!/bin/sh\necho '{\"baskets\": 400}'\n")
    script.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(script))
    assert expecting.expected(home, args, 20) == ({"baskets": 400}, False)
