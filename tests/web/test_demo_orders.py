"""The orders of the demo: what is planted in them is found by the command line, and nothing else is."""

import collections
import csv
import io
import json
import subprocess
import sys

import pytest

from kb.store import open_store
from mining.ledger.customers import bought
from mining.ledger.load import import_file
from mining.ledger.options import Options
from web.demo import home as demo, orders
from web.demo.customers import CUSTOMERS
from web.demo.goods import GOODS

PAIRS = {(rule.antecedent, rule.consequent): rule for rule in orders.PLANTED}


@pytest.fixture(scope="module")
def exported(made_once):
    """The file as `kezhi demo` leaves it, made once for all processes of a run, as what is mined of it."""

    def make(folder):
        folder.mkdir()
        (folder / "orders.csv").write_bytes(orders.csv_bytes())

    return made_once("demo_orders", make) / "orders.csv"


@pytest.fixture(scope="module")
def lines(exported):
    """Its lines, as dicts."""
    return list(csv.DictReader(io.StringIO(exported.read_text("gb18030"), newline="")))


@pytest.fixture(scope="module")
def mined(made_once, exported):
    """Return a function that has a process of its own mine the file, once for all that ask under a name."""

    def answer(name, *options):
        command = [sys.executable, "-m", "web.commands", "mine", "rules", str(exported), *options, "--json"]

        def make(folder):
            folder.mkdir()
            told = subprocess.run(command, capture_output=True, check=True).stdout
            (folder / "answer.json").write_bytes(told)

        return json.loads((made_once(name, make) / "answer.json").read_bytes())

    return answer


def one_to_one(answer):
    """Return ``{(left, right): rule}`` of the rules with one product on each side, in the surer direction."""
    found = {(*rule["antecedent"], *rule["consequent"]): rule for rule in answer["rules"]}
    pairs = {pair: rule for pair, rule in found.items() if len(pair) == 2}
    both_ways = {pair: pairs.get(pair[::-1], {"confidence": 0}) for pair in pairs}
    return {pair: rule for pair, rule in pairs.items() if rule["confidence"] > both_ways[pair]["confidence"]}


@pytest.fixture(scope="module")
def as_the_demo(mined):
    """What `kezhi mine rules` finds with what the run of the demo asks for."""
    asked = (demo.RULES["min_support"], demo.RULES["min_confidence"])
    return mined("demo_rules", "--min-support", str(asked[0]), "--min-confidence", str(asked[1]))


@pytest.fixture(scope="module")
def every_pair(mined):
    """Every pair that is in twenty orders."""
    return mined("demo_pairs", "--min-support", "20", "--min-confidence", "0", "--max-length", "2")


def test_exactly_the_planted_pairs_are_sure_at_the_support_of_the_demos_run(as_the_demo):
    answer = as_the_demo
    assert (answer["encoding"], answer["baskets"], answer["rejected"]) == ("gb18030", orders.ORDERS, 0)
    rules = one_to_one(answer)
    sure = {
        pair for pair, rule in rules.items() if rule["q_value"] <= 0.05 and rule["lift"] >= 2 and rule["count"] >= 20
    }
    assert sure == set(PAIRS)
    for pair, planned in PAIRS.items():
        assert rules[pair]["support"] == pytest.approx(planned.support, abs=orders.SUPPORT_WITHIN), pair
        assert rules[pair]["confidence"] == pytest.approx(planned.confidence, abs=orders.CONFIDENCE_WITHIN), pair
        assert rules[pair]["q_value"] <= orders.Q_AT_MOST, pair
    assert (answer["rules"][0]["antecedent"], answer["rules"][0]["consequent"]) == (["啤酒 500 ml"], ["纸尿裤 L 码"])


def test_nothing_else_passes_the_correction_for_chance_down_to_twenty_orders(every_pair):
    assert every_pair["tested"] > 4000
    assert {pair for pair, rule in one_to_one(every_pair).items() if rule["q_value"] <= 0.05} == set(PAIRS)


def test_the_tour_of_both_readmes_says_what_the_run_says(as_the_demo):
    beer = one_to_one(as_the_demo)["啤酒 500 ml", "纸尿裤 L 码"]
    hits, usual, lift = f"{100 * beer['confidence']:.0f}", f"{100 * beer['base_rate']:.0f}", f"{beer['lift']:.1f}"
    root = demo.__file__.rsplit("/web/", 1)[0]
    with open(f"{root}/README.md", encoding="utf-8") as file:
        text = " ".join(file.read().split())
        assert f"of 100 orders with beer, {hits} also hold diapers; of all orders it is {usual}, so {lift}" in text
    with open(f"{root}/README.zh.md", encoding="utf-8") as file:
        text = file.read()
        assert f"每 100 单买了啤酒的订单，{hits} 单也买了纸尿裤；全部订单里平均 {usual} 单，是平时的 {lift} 倍" in text


def test_popular_goods_say_nothing_of_others(every_pair):
    for popular in ("牛奶 1 L", "鸡蛋 20 枚"):
        lifts = [
            rule["lift"] for rule in every_pair["rules"] if rule["antecedent"] == [popular] and rule["count"] >= 200
        ]
        assert len(lifts) >= 10
        assert max(lifts) < 1.25


def test_the_file_is_the_same_every_time(exported):
    assert orders.csv_bytes() == exported.read_bytes()


def test_the_orders_are_those_of_a_shop(lines):
    kept = [line for line in lines if int(line["数量"]) > 0]
    numbers = {line["订单号"] for line in kept}
    assert len(numbers) == orders.ORDERS
    assert {line["门店"] for line in lines} == {"园区店", "湖东店", "网店"}
    members = {line["订单号"] for line in kept if line["会员号"]}
    assert 0.68 < len(members) / len(numbers) < 0.72
    days = collections.Counter(line["下单时间"][:10] for line in kept)
    assert len(days) == 364
    months = collections.Counter(line["下单时间"][5:7] for line in kept)
    assert months["11"] > 1.3 * months["02"]
    mooncakes = [line["下单时间"][5:7] for line in kept if line["商品名称"].startswith("月饼")]
    assert sum(month in ("09", "10") for month in mooncakes) > 0.6 * len(mooncakes)
    returned = [line for line in lines if int(line["数量"]) < 0]
    gifts = [line for line in lines if line["单价"] == "0.00"]
    assert 100 < len(returned) < 500
    assert 300 < len(gifts) < 700
    assert {line["商品名称"] for line in lines if line["品类"] == "服务"} == {"购物袋", "运费"}
    assert all(line["门店"] == "网店" for line in lines if line["商品名称"] == "运费")
    assert 115 <= sum(map(len, GOODS.values())) <= 125


def test_what_is_given_or_returned_is_set_aside_and_nothing_is_refused(exported, home, db, people, now):
    answer = import_file(db, home, exported, Options(), by=people["lin"], now=now)
    assert answer["rows"]["rejected"] == 0
    assert set(answer["by_reason"]) >= {"return", "zero_price"}
    known = {name: number for name, number, *_ in reversed(CUSTOMERS)}
    for name, usual in (("澄湖酒店", "浴巾 600 g"), ("郑敏", "婴儿湿巾 80 抽")):
        seen = bought(db, home, [known[name]])
        assert seen.orders >= 10, name
        assert seen.usual[0]["item"] == usual
        assert {"购物袋", "运费"}.isdisjoint(each["item"] for each in seen.usual)
    # Each customer of the demo has bought something.
    bought_by = {row["identity"] for row in db["ledger_customer"].rows}
    assert {number for _, number, *_ in CUSTOMERS} <= bought_by


def test_customers_are_two_hundred_and_none_is_taken_for_another():
    assert len(CUSTOMERS) == 200
    names, numbers, phones, _, cities, segments = zip(*CUSTOMERS, strict=True)
    assert names[:3] == ("澄湖酒店", "海棠里团购", "青禾幼儿园")
    assert len(set(numbers)) == 200
    last = ["".join(filter(str.isdigit, phone))[-4:] for phone in phones]
    assert len(set(last)) == 200
    for searched, holds in (("5678", "澄湖酒店"), ("1199", "郑敏"), ("0088", "海棠里团购")):
        found = [name for name, number, phone, *_ in CUSTOMERS if searched in (number, phone.replace(" ", "")[-4:])]
        assert found == [holds]
    assert 6 <= len(set(segments)) <= 8
    assert cities.count("苏州") > 100


def test_the_command_leaves_the_file_where_it_says(tmp_path):
    home = tmp_path / "demo"
    command = [sys.executable, "-m", "web.commands", "demo", "--home", str(home), "--no-serve", "--json"]
    told = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert told["orders"] == str(home / "orders.csv")
    assert (home / "orders.csv").read_bytes() == orders.csv_bytes()
    assert open_store(home)["customer"].count == 200
