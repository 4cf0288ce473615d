"""Asking about a part of the records, on another level, and with a test on later orders: by presets and by hand."""

import re

import pytest

from kb import customers
from kb.access import OPERATOR
from mining import findings, jobs, runs
from mining.ledger import load
from mining.ledger.options import Options

ASKED = {"since": "", "until": "", "min_support": "2", "min_confidence": "40%", "max_length": "2", "without": "",
         "offered": "1"}  # fmt: skip


@pytest.fixture
def lin(db, home, people, now, tmp_path, signed_in):
    """A marketer who reads English; there are two shops, two kinds of customers and two categories."""
    lines = ["order,item,category,customer,shop,time"]
    for order in range(1, 41):
        north, day = order % 2, f"2026-{(order - 1) // 10 + 1:02d}-{order % 10 + 1:02d}"
        for item, kind in [("啤酒", "酒水"), ("纸尿裤", "母婴")] if north else [("牛奶", "酒水"), ("奶瓶", "母婴")]:
            lines.append(f"{order},{item},{kind},M{order % 4},{('南店', '北店')[north]},{day}")
    path = tmp_path / "orders.csv"
    path.write_text("\n".join([*lines, ""]), "utf-8")
    load.import_file(db, home, path, Options(), by=people["lin"], now=now)
    for number in range(2):
        customers.add(db, name=f"客户{number}", number=f"M{number}", segment="会员", by=people["lin"], now=now)
    browser = signed_in("lin")
    browser.post("/language", {"lang": "en", "next": "/"})
    browser.get("/runs")
    return browser


@pytest.fixture
def mined(lin, db, home, now):
    """Return a function that asks, has the job done, and returns the run with the sides of its rules."""

    def call(**form):
        answer = lin.post("/runs", {**ASKED, **form})
        assert answer.status_code == 303, answer.text
        run_id = runs.claim(db, "lease", now=now, is_abandoned=lambda *_: False)
        jobs.work(db, home, run_id, "lease")
        found, _ = findings.of_run(db, run_id, limit=None)
        run = runs.get(db, run_id, reader=OPERATOR)
        assert run.error is None, run.error.sentence()
        return run, {(each.data["antecedent"][0], each.data["consequent"][0]) for each in found}

    return call


def field(page, name):
    chosen = re.search(
        rf'name="{name}"[^>]*>\s*(?:<option[^>]*>[^<]*</option>\s*)*?<option value="([^"]*)" selected', page
    )
    return chosen[1] if chosen else re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1]


@pytest.mark.parametrize(
    ("form", "orders", "sides"),
    [
        ({}, 40, {"啤酒", "纸尿裤", "牛奶", "奶瓶"}),
        ({"shop": "北店"}, 20, {"啤酒", "纸尿裤"}),
        ({"segment": "会员"}, 20, {"啤酒", "纸尿裤", "牛奶", "奶瓶"}),
        ({"within": "牛奶，母婴"}, 40, {"牛奶", "奶瓶"}),
        ({"level": "category"}, 40, {"[酒水]", "[母婴]"}),
        ({"max_base_rate": "10%"}, 40, set()),
    ],
)
def test_only_what_was_chosen_is_counted_before_and_mined_after(lin, mined, form, orders, sides):
    counted = re.sub(r"<[^>]+>", "", lin.get("/runs/count", query_string={**ASKED, **form}).text)
    assert f"This asks about {orders} of 40 orders" in counted
    run, found = mined(**form)
    assert run.result["baskets"] == orders
    assert {side for rule in found for side in rule} == sides
    page = lin.get("/runs").text
    for name, value in form.items():
        assert run.args[{"shop": "shops"}.get(name, name)] in (value, [value], 0.1, ["牛奶", "母婴"])
        assert name in ("level", "max_base_rate", "within") or value in page


def test_what_the_limit_for_slow_sellers_left_out_is_counted_and_asked_for_without_it(lin, mined):
    run, _ = mined()
    slow, found = mined(max_base_rate="10%")
    assert (slow.result["hidden"]["popular"], found) == (run.result["rules"], set())
    page = lin.get(f"/runs/{slow.id}").text
    link = re.search(r'href="([^"]+)">To what sells in over 10% of orders, left out (\d+)<', page)
    assert int(link[2]) == run.result["rules"]
    form = lin.get(link[1].replace("&amp;", "&")).text
    assert (field(form, "max_base_rate"), field(form, "min_support"), field(form, "min_confidence")) == ("", "2", "40%")


def test_rules_are_tested_on_the_later_orders_and_the_run_tells_how_many_held(mined):
    run, _ = mined(hold_out="50%")
    later = run.result["later"]
    assert (later["since"], later["baskets"], run.result["baskets"]) == ("2026-03-01", 20, 20)
    assert later["held"] == later["kept"] == run.result["rules"]


@pytest.mark.parametrize(
    ("preset", "fields"),
    [
        ("first", {"since": "2026-01-01", "min_confidence": "25%", "max_length": "2", "hold_out": ""}),
        ("promotion", {"since": "2026-01-11", "max_length": "3"}),
        ("shelf", {"level": "category", "min_confidence": "10%"}),
        ("cross", {"hold_out": "30%", "min_confidence": "30%"}),
        ("slow", {"max_base_rate": "2%", "min_confidence": "5%"}),
    ],
)
def test_a_preset_fills_the_form_in(lin, preset, fields):
    page = lin.get(f"/runs?preset={preset}").text
    assert {name: field(page, name) for name in fields} == fields
    assert re.search(rf'preset={preset}#ask"[^>]*aria-current="true"', page)


def test_another_question_begins_with_what_a_run_was_asked(lin, mined):
    run, _ = mined(shop="北店", level="both", hold_out="30%", within="啤酒, 纸尿裤", min_support="7")
    page = lin.get(f"/runs?like={run.id}").text
    fields = {"min_support": "7", "min_confidence": "40%", "level": "both", "hold_out": "30%", "within": "啤酒，纸尿裤"}
    assert {name: field(page, name) for name in fields} == fields
    assert '<input type="hidden" name="shop" value="北店">' in page


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("within", "可乐", "No product and no category is called “可乐”"),
        ("segment", "企业", "No customer of the segment “企业” is in the purchase records"),
        ("max_base_rate", "200%", "“200%” is no share"),
        ("hold_out", "x", "“x” is no share"),
        ("level", "shop", "Rules cannot be between “shop”"),
    ],
)
def test_what_is_not_in_the_records_or_no_share_is_refused_in_words(lin, name, value, says):
    answer = lin.post("/runs", {**ASKED, name: value})
    assert answer.status_code == 422
    assert says in re.sub(r"<[^>]+>", "", answer.text)
