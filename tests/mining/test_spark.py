"""Spark counts what one machine counts: the same rules, figures, later part and months."""

import importlib.util
import shutil
from datetime import date

import pytest

from mining import baskets, mine
from mining.errors import BudgetExceeded
from mining.ledger.orders import Slice
from mining.rules import AssociationRules

pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(importlib.util.find_spec("pyspark") is None, reason="pyspark is not installed"),
    pytest.mark.skipif(shutil.which("java") is None, reason="there is no Java"),
]


# Java lives a minute here: what it would compile in earnest it would hardly run.
_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
_PLANS = {
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.adaptive.enabled": "false",
}


@pytest.fixture(scope="module")
def spark():
    from mining import spark

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JDK_JAVA_OPTIONS", _JAVA)
        with spark.session() as session:
            for name, value in _PLANS.items():
                session.conf.set(name, value)
            yield session


@pytest.fixture
def both(spark, db, home):
    """Return a function that mines the ledger here and by Spark, and returns both answers."""
    from mining.spark import from_ledger

    def mined(wanted=Slice(), **asked):  # noqa: B008  it is frozen
        here = baskets.from_ledger(db, home, wanted=wanted)
        there = from_ledger(spark, db, home, wanted=wanted)
        assert (there.items, there.names, there.categories) == (here.items, here.names, here.categories)
        assert (there.files, there.batches) == (here.files, here.batches)
        return mine.rules(here, **asked), mine.rules(there, **asked)

    return mined


def test_orders_give_the_same_rules_and_figures(imported, many_orders, both):
    imported(many_orders)
    here, there = both(min_support=20, min_confidence=0.1, prune={"redundant"})
    assert there == here
    assert len(here["rules"]) > 20


def test_two_exports_of_one_system_and_a_customers_days_are_the_same_baskets(imported, orders, both):
    header = "order,item,customer,time,name"
    imported(orders("1,a,x,2026-05-01 08:00,甲", "1,b,x,2026-05-01 08:00,乙", header=header, name="may.csv"))
    imported(orders("1,c,x,2026-05-01 08:00,丙", "2,a,y,2026-06-02 08:00,甲二", header=header, name="june.csv"))
    days = ("a,p,2026-05-01 23:30", "b,p,2026-05-02 00:30", "c,p,2026-05-02 09:00", "a,,2026-05-03 09:00")
    imported(orders(*days, header="item,customer,time", name="days.csv"))
    here, there = both(min_support=1, min_confidence=0.0)
    assert there == here
    assert here["baskets"] == 4


def test_levels_the_later_part_and_the_months_are_the_same(imported, orders, both):
    lines = [
        f"{order},{item},{kind},2026-{1 + order // 25:02}-{1 + order % 28:02}"
        for order in range(200)
        for item, kind in (("牛奶", "乳品"), ("酸奶", "乳品"), ("面包", "烘焙"), ("蛋糕", "烘焙"), ("茶", "饮料"))
        if (order * 7919 + len(item) * ord(item[0])) % (3 if order < 150 else 4) != 0
    ]
    imported(orders(*lines, header="order,item,category,time"))
    here, there = both(min_support=0.05, min_confidence=0.3, level="both", hold_out=0.3)
    assert there == here
    assert here["later"]["baskets"] > 0
    assert here["rules"][0]["months"]


def test_a_period_and_products_left_out_are_the_same(imported, orders, both):
    lines = [f"{n},{item},2026-05-{1 + n % 20:02} 01:00" for n in range(60) for item in "abc"[: 1 + n % 3]]
    imported(orders(*lines, header="order,item,time"))
    here, there = both(Slice(date(2026, 5, 3), date(2026, 5, 9), ("c",)), min_support=1, min_confidence=0.0)
    assert there == here
    assert here["items"] == 2


def test_more_itemsets_than_the_budget_names_a_support_that_fits(spark, db, home, imported, orders):
    from mining.spark import from_ledger

    lines = [f"{n},{item}" for n in range(4) for item in "abcdefghijklmnop"] + [f"{n},a" for n in range(9, 14)]
    imported(orders(*lines))
    counting = from_ledger(spark, db, home).of_level("item")
    with pytest.raises(BudgetExceeded) as refused:
        counting.fit(AssociationRules(1, 0.5, max_itemsets=1000))
    fits = refused.value.suggested_min_support
    # Four orders hold all sixteen products, five more one of them.
    assert fits > 4
    assert counting.fit(AssociationRules(fits, 0.5, max_itemsets=1000)).n_itemsets_ == 1


def test_real_orders_give_the_same_rules(shared_data, imported, both):
    imported(shared_data / "purchases_zh" / "GoodsOrder.csv")
    here, there = both(min_support=0.02, min_confidence=0.35)
    assert there == here
    assert here["tested"] == 134
