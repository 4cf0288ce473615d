"""What to expect of a run before it begins: as many rules as it then finds, at every support and confidence."""

import re
import time

import pytest

from mining import expect, mine
from mining.baskets import from_ledger
from mining.ledger import batches, load
from mining.ledger.options import Options
from web import expecting

ARGS = {"max_length": None, "batches": [1]}


@pytest.fixture
def ledger(db, home, people, now, shared_data):
    load.import_file(db, home, shared_data / "purchases_zh/GoodsOrder.csv", Options(), by=people["lin"], now=now)
    return batches.totals(db)


def test_as_many_rules_are_expected_as_are_found(db, home, ledger):
    expected = expect.of_args(db, home, ARGS)
    found = from_ledger(db, home)
    for step in [each for each in expected["steps"] if each["is_exact"]][-4::3]:
        for confidence in (0.1, 0.25, 0.5):
            rules = mine.rules(found, min_support=step["support"], min_confidence=confidence)["rules"]
            told = expecting.told(expected, step["support"], confidence)
            assert told["rules"] == len(rules)


def test_below_what_can_be_counted_there_are_said_to_be_more_and_a_support_that_fits_is_named(db, home, ledger):
    expected = {**expect.of_args(db, home, ARGS), "most": 100}
    few = expecting.told(expected, 1, 0.0)["fits"]
    assert expecting.told(expected, few, 0.0)["rules"] <= 100 < expecting.told(expected, few - few // 4, 0.0)["rules"]


def test_the_page_tells_what_to_expect_without_loading_what_mines(ledger, signed_in):
    browser = signed_in("lin")
    browser.get("/runs")
    # Of data/README: 26 rules; what is told is that of the next lower support that was counted.
    form = {"min_support": "2%", "min_confidence": "35%", "max_length": "", "offered": "1"}
    assert "正在算预计" in browser.get("/runs/expect", query_string=form).text
    end = time.monotonic() + 200
    while "正在算预计" in (page := browser.get("/runs/expect", query_string=form).text):
        assert time.monotonic() < end, "it was not counted in time"
        time.sleep(1)
    assert 26 <= int(re.search(r"预计最多 (\d+) 条规则", page)[1]) < 26 * 1.5
    assert "data-expected=" in page
    # Without script the button that counts says it too.
    assert re.search(r"预计最多 (\d+) 条规则", browser.post("/runs", {**form, "count": "1"}).text)
