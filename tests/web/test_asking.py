"""Asking for rules in words: defaults from the data, how much remains before the start, refusals by field."""

import json

import pytest

from kb.access import OPERATOR
from mining import jobs, runs
from mining.ledger import load
from mining.ledger.options import Options


@pytest.fixture
def marketer(signed_in, db, home, people, now, tmp_path):
    path = tmp_path / "a.csv"
    rows = [
        f"{n},{item},2026-{n % 6 + 1:02d}-10 09:00,c{n % 9}" for n in range(60) for item in ("啤酒", "薯片", "购物袋")
    ]
    path.write_text("\n".join(["order,item,time,customer", *rows, "99,锅,2026-01-10 09:00,c1", ""]), "utf-8")
    load.import_file(db, home, path, Options(), by=people["lin"], now=now)
    return signed_in("lin")


ASKED = {"min_support": "20", "min_confidence": "20%", "max_length": "2", "first": "", "last": "", "exclude": ""}


def test_the_form_begins_with_what_the_data_say(marketer):
    page = marketer.get("/runs").text
    assert 'value="2026-01-10"' in page
    assert 'value="2026-06-10"' in page
    assert 'value="20"' in page
    assert 'value="购物袋"' in page
    assert "没有时间" not in page


def test_how_much_a_job_would_look_at_is_said_before_it_starts(marketer):
    said = marketer.get("/runs/extent", query_string=ASKED).text
    assert "61 单，4 种商品，其中 3 种买得够多" in said
    said = marketer.get("/runs/extent", query_string={**ASKED, "exclude": "购物袋", "first": "2026-03-01"}).text
    assert "40 单，2 种商品" in said
    said = marketer.get("/runs/extent", query_string={**ASKED, "exclude": "手机"}).text
    assert "没有名称里带“手机”的商品" in said


@pytest.mark.parametrize(
    ("change", "says"),
    [({"first": "2026-05-02", "last": "2026-05-01"}, "早于开始日期"), ({"exclude": "手机"}, "没有名称里带“手机”的商品"),
     ({"min_support": "62"}, "一共只有 61 单"), ({"first": "2030-01-01"}, "请放宽时间"),
     ({"min_confidence": "x"}, "x")],
)  # fmt: skip
def test_what_cannot_be_mined_is_refused_before_it_waits(marketer, db, change, says):
    marketer.get("/runs")
    answer = marketer.post("/runs", {**ASKED, **change})
    assert answer.status_code == 422
    assert says in answer.text
    assert db["run"].count == 0


def test_what_was_asked_is_kept_with_the_job_and_told_in_words(marketer, db):
    marketer.get("/runs")
    asked = {**ASKED, "first": "2026-02-01", "last": "2026-05-31", "exclude": "购物袋"}
    where = marketer.post("/runs", asked).location
    args = json.loads(db["run"].get(1)["args"])
    assert (args["first"], args["last"], args["exclude"], args["max_length"]) == (
        "2026-02-01", "2026-05-31", ["购物袋"], 2,
    )  # fmt: skip
    for page in (where, "/runs"):
        text = marketer.get(page).text
        assert "2026-02-01 至 2026-05-31" in text
        assert "至少 20 单" in text
        assert "不含购物袋" in text


def test_without_times_and_customers_the_form_says_what_cannot_be_checked(signed_in, world):
    page = signed_in("lin").get("/runs").text
    assert "购买记录没有时间" in page
    assert "购买记录没有客户" in page
    assert 'name="first"' not in page


def test_the_job_looks_at_nothing_else(marketer, db, home, now):
    marketer.get("/runs")
    marketer.post("/runs", {**ASKED, "first": "2026-03-01", "exclude": "购物袋"})
    runs.claim(db, "lease", now=now, is_abandoned=lambda *_: False)
    jobs.work(db, home, 1, "lease")
    result = runs.get(db, 1, reader=OPERATOR).result
    assert (result["baskets"], result["items"], result["rules"]) == (40, 2, 2)
