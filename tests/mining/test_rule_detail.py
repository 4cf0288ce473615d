"""What the worker tells of a rule besides its figures: whether it goes on, where it holds, what it earns, examples."""

import random
from datetime import date, timedelta

import pytest

from kb import customers
from mining import finding_details, jobs, rule_view, runs

HEADER = "order,item,customer,time,quantity,price,cost,shop"
PRICES = {"啤酒": (6, 4), "纸尿裤": (90, 60), "牛奶": (12, 9), "面包": (8, 3), "鸡蛋": (15, 12)}


def mined(db, home, people, now, **asked):
    """Mine, and return the id of the run."""
    args = {"min_confidence": 0.05, "max_length": 3, "batches": None, **asked}
    run_id = runs.queue(db, kind="rules", args=args, by=people["lin"], now=now)
    assert runs.claim(db, "lease", now=now, is_abandoned=lambda *_: False) == run_id
    jobs.work(db, home, run_id, "lease")
    return run_id


@pytest.fixture
def looked(db, home, people, now, orders, imported):
    """Mine orders of ten months, and return the rules by ``left→right``.

    Beer brings nappies in the shop 东门 alone; until June milk brought bread too.
    """
    chance, lines = random.Random(7), []
    for number in range(2400):
        day = date(2026, 1, 1) + timedelta(days=number // 8)
        shop = chance.choice(("东门", "西门"))
        basket = {item for item in PRICES if chance.random() < 0.08} | {f"货{chance.randrange(60)}"}
        if "啤酒" in basket and shop == "东门":
            basket.add("纸尿裤")
        if "牛奶" in basket and day.month < 6:
            basket.add("面包")
        for item in sorted(basket):
            price, cost = PRICES.get(item, (10, 8))
            lines.append(f"S{number},{item},1380013{number % 900:04d},{day} 10:00,2,{price},{cost},{shop}")
    imported(orders(*lines, header=HEADER))
    # Each of them has three orders.
    for at in range(8):
        told = {"number": f"1380013{at:04d}", "segment": ("会员", "团购")[at % 2]}
        customers.add(db, name=f"客人{at}", **told, by=people["chen"], now=now)
    run_id = mined(db, home, people, now, min_support=8)
    rows, _ = rule_view.listing(db, run_id, reader=people["lin"], cause="all", limit=None)
    return {"→".join("+".join(row.finding.data[side]) for side in ("antecedent", "consequent")): row for row in rows}


def test_a_rule_is_tested_on_later_orders_and_told_by_month_shop_and_buyer(db, people, looked):
    beer, milk = looked["啤酒→纸尿裤"], looked["牛奶→面包"]
    run = runs.get(db, beer.finding.run_id, reader=people["lin"])
    assert beer.finding.data["held"] is True
    assert beer.finding.data["trend"] == "flat"
    assert milk.finding.data["held"] is False or milk.finding.data["later_confidence"] < 0.2
    assert milk.finding.data["trend"] == "down"
    assert run.result["times"]["since"] > "2026-07-15"
    assert 0 < run.result["times"]["baskets"] <= 0.3 * run.result["baskets"]
    filtered = {"reader": people["lin"], "cause": "all", "limit": None}
    # What is counted is what the table shows as tested, and no more.
    listed = [rule_view.listing(db, run.id, held=held, **filtered)[1] for held in (True, False)]
    assert (listed[0], sum(listed)) == (run.result["times"]["held"], run.result["times"]["sure"])
    assert listed[0] > 0
    falling = rule_view.listing(db, run.id, trend="down", **filtered)[0]
    assert {row.finding.data["trend"] for row in falling} == {"down"}
    assert beer.finding.id in {row.finding.id for row in rule_view.listing(db, run.id, held=True, **filtered)[0]}

    told = finding_details.of(db, beer.finding.id)
    data = beer.finding.data
    for name in ("months", "shops", "buyers"):
        assert sum(row["both"] for row in told[name]) == data["count"], name
        assert sum(row["left"] for row in told[name]) == data["antecedent_count"], name
        assert sum(row["baskets"] for row in told[name]) == data["baskets"], name
    assert {row["name"]: row["baskets"] for row in told["segments"]} == {"会员": 12, "团购": 12}
    shops = {row["name"]: row["both"] / row["left"] for row in told["shops"]}
    assert shops["东门"] == 1
    assert shops["西门"] < 0.3
    assert [row["name"] for row in told["months"]] == [f"2026-{month:02d}" for month in range(1, 11)]


def test_a_rule_shows_orders_with_customers_masked_and_what_it_earns(db, people, looked):
    beer = looked["啤酒→纸尿裤"]
    told = finding_details.of(db, beer.finding.id)
    assert len(told["examples"]) == 5
    assert all({"啤酒", "纸尿裤"} <= set(each["items"]) for each in told["examples"])
    assert all(each["order"].startswith("S") and each["shop"] for each in told["examples"])
    called = finding_details.customers(db, told)
    assert {called[each["customer"]][:6] for each in told["examples"]} == {"13****"}
    assert {len(name) for name in called.values()} == {8}
    # Two at 30 more than they cost, in every order more than by chance.
    assert beer.finding.data["profit"] == pytest.approx(beer.extra * 60, abs=0.01)
    by_profit = rule_view.listing(db, beer.finding.run_id, reader=people["lin"], cause="all", sort="profit")[0]
    earned = [row.finding.data["profit"] for row in by_profit]
    assert earned == sorted(earned, reverse=True)


def test_a_rule_that_was_folded_is_looked_at_when_somebody_asks_among_the_orders_it_was_found_in(
    db, home, people, now, looked
):
    of_segment = mined(db, home, people, now, min_support=1, segment="会员")
    rows, _ = rule_view.listing(db, of_segment, reader=people["lin"], cause="all", limit=None)
    of_some = next(row for row in rows if row.cause is not None)
    of_all = next(row for row in looked.values() if row.cause == "several")
    for folded in (of_all, of_some):
        assert finding_details.of(db, folded.finding.id) is None
        finding_details.work_out(db, home, folded.finding.id, reader=people["lin"])
        told = finding_details.of(db, folded.finding.id)
        assert sum(row["both"] for row in told["months"]) == folded.finding.data["count"]
        assert sum(row["left"] for row in told["months"]) == folded.finding.data["antecedent_count"]
