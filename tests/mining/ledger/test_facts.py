"""The plain facts against the same counts in plain Python over the very csv."""

import csv
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from kb.access import OPERATOR
from kb.errors import Invalid
from mining.ledger import batches, facts
from mining.ledger.options import Options
from mining.ledger.orders import Slice

HEADER = "order,item,customer,time,quantity,price,shop"
ROWS = st.lists(
    st.tuples(
        st.integers(1, 6),
        st.sampled_from(["啤酒", "纸尿裤", "牛奶", "购物袋"]),
        st.integers(1, 3),
        st.integers(0, 200),
        st.integers(1, 5),
        st.integers(1, 9999),
        st.sampled_from(["东店", "西店"]),
    ),
    min_size=1,
    max_size=40,
)


def written(tmp_path, rows):
    """Write lines that differ from each other, as tills number them, and return the path and what stands there."""
    path = tmp_path / "random.csv"
    first = datetime(2026, 1, 20, 9)
    lines = [
        {
            "order": str(order), "item": item, "customer": f"k{customer}",
            "time": f"{first + timedelta(days=day, minutes=at):%Y-%m-%d %H:%M}",
            "quantity": str(quantity), "price": f"{Decimal(price) / 100:.2f}", "shop": shop,
        }
        for at, (order, item, customer, day, quantity, price, shop) in enumerate(rows)
    ]  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADER.split(","))
        writer.writeheader()
        writer.writerows(lines)
    return path, lines


def expected(lines):
    """Count by hand what the page says."""
    held, months, amounts, shops = defaultdict(set), {}, Counter(), defaultdict(set)
    for line in lines:
        held[line["order"]].add(line["item"])
        month = line["time"][:7]
        months[line["order"]] = min(months.get(line["order"], month), month)
        amounts[month] += int(line["quantity"]) * Decimal(line["price"])
        shops[line["shop"]].add(line["order"])
    total = sum(amounts.values())
    return {
        "lines": len(lines),
        "orders": len(held),
        "customers": len({line["customer"] for line in lines}),
        "products": len({line["item"] for line in lines}),
        "period": [min(line["time"] for line in lines)[:10], max(line["time"] for line in lines)[:10]],
        "amount": f"{total:.2f}",
        "amount_per_order": f"{(total / len(held)).quantize(Decimal('0.01'))}",
        "products_per_order": sum(map(len, held.values())) / len(held),
        "single": sum(len(items) == 1 for items in held.values()),
        "top": Counter(item for items in held.values() for item in items),
        "months": {m: (sum(v == m for v in months.values()), f"{amounts[m]:.2f}") for m in amounts},
        "shops": {shop: len(orders) for shop, orders in shops.items()},
    }


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_the_facts_are_what_plain_python_counts(db, home, load_file, tmp_path, now, rows):
    path, lines = written(tmp_path, rows)
    told = load_file(path)
    try:
        found, right = facts.summary(db, home), expected(lines)
        for name in ("lines", "orders", "customers", "products", "period", "amount", "amount_per_order"):
            assert found[name] == right[name], name
        assert found["products_per_order"] == pytest.approx(right["products_per_order"])
        assert found["single"] == {"orders": right["single"], "share": right["single"] / right["orders"]}
        assert {row["item"]: row["orders"] for row in found["top"]} == right["top"]
        assert [row["orders"] for row in found["top"]] == sorted(right["top"].values(), reverse=True)
        sold = Counter()
        for line in lines:
            sold[line["item"]] += int(line["quantity"])
        assert {row["item"]: row["quantity"] for row in found["top"]} == sold
        months = {row["month"]: (row["orders"], row["amount"]) for row in found["months"]}
        assert {month: told for month, told in months.items() if told != (0, "0.00")} == right["months"]
        assert {row["shop"]: row["orders"] for row in found["shops"]} == right["shops"]
    finally:
        batches.undo(db, told["batch"], by=OPERATOR, now=now)


def test_no_records_are_no_lines(db, home):
    assert facts.summary(db, home) == {"lines": 0}
    assert facts.items(db, home) == []
    assert facts.remaining(db, home, Slice())["orders"] == 0


def test_an_undone_import_is_in_no_figure(db, home, load_file, orders, now):
    kept = load_file(orders("1,啤酒,k1,1,5", name="a.csv"))
    gone = load_file(orders("2,啤酒,k1,1,5", "2,牛奶,k1,1,5", name="b.csv"))
    assert facts.summary(db, home)["orders"] == 2
    batches.undo(db, gone["batch"], by=OPERATOR, now=now)
    found = facts.summary(db, home)
    assert (kept["batch"], found["orders"], found["products"], found["amount"]) == (1, 1, 1, "5.00")


def test_what_no_file_has_is_unknown_and_not_nought(db, home, load_file, orders):
    load_file(orders("1,啤酒", "1,牛奶", "2,啤酒", header="order,item"))
    found = facts.summary(db, home)
    unknown = ("customers", "period", "amount", "amount_per_order")
    assert [found[name] for name in unknown] == [None] * 4
    assert (found["months"], found["shops"], found["top"][0]["amount"]) == ([], [], None)
    assert found["without"] == {"order": 0, "customer": 3, "time": 3, "price": 3, "shop": 3}


def test_files_of_two_kinds_count_together_and_say_how_many_lines_lack_what(db, home, load_file, orders):
    load_file(orders("1,啤酒", "2,啤酒", name="a.csv", header="order,item"))
    load_file(
        orders("k1,牛奶,2026-05-01 08:00,3.50", "k1,啤酒,2026-05-01 20:00,5", name="b.csv",
               header="customer,item,time,price")
    )  # fmt: skip
    found = facts.summary(db, home)
    # Without an order number a customer's day is the order, as mining takes it.
    assert (found["orders"], found["lines"], found["by_day"]) == (3, 4, True)
    assert (found["without"]["time"], found["without"]["price"], found["amount"]) == (2, 2, "8.50")
    assert found["months"] == [{"month": "2026-05", "orders": 1, "amount": "8.50"}]


def test_a_line_before_midnight_belongs_to_the_month_on_the_shop_s_clock(db, home, load_file, orders):
    load_file(orders("1,啤酒,2026-06-01 00:30", header="order,item,time"), options=Options(zone="Asia/Shanghai"))
    stored = facts.summary(db, home)
    assert (stored["period"], stored["months"][0]["month"]) == (["2026-06-01", "2026-06-01"], "2026-06")


def test_a_month_without_sales_stands_between_the_others(db, home, load_file, orders):
    load_file(orders("1,啤酒,2026-01-31", "2,啤酒,2026-03-01", header="order,item,time"))
    months = facts.summary(db, home)["months"]
    assert [(row["month"], row["orders"], row["amount"]) for row in months] == [
        ("2026-01", 1, None), ("2026-02", 0, None), ("2026-03", 1, None),
    ]  # fmt: skip


def test_what_remains_is_counted_by_day_and_product(db, home, load_file, orders):
    lines = ["1,啤酒,2026-05-01 23:30", "1,购物袋,2026-05-01 23:30", "2,购物袋,2026-05-02 08:00", "3,牛奶,2026-05-03"]
    load_file(orders(*lines, header="order,item,time"), options=Options(zone="Asia/Shanghai"))

    def left(*slice_):
        found = facts.remaining(db, home, Slice(*slice_))
        assert (found["all_orders"], found["all_products"]) == (3, 3)
        return found["orders"], found["products"]

    assert left() == (3, 3)
    assert left(date(2026, 5, 2), None) == (2, 2)
    assert left(None, date(2026, 5, 1)) == (1, 2)
    assert left(date(2026, 5, 2), date(2026, 5, 2)) == (1, 1)
    # An order of bags only is none once bags are left out.
    assert left(None, None, ("购物袋",)) == (2, 2)


def test_an_unknown_product_and_a_period_without_dates_are_refused(db, home, load_file, orders):
    load_file(orders("1,啤酒", "2,牛奶", header="order,item"))
    with pytest.raises(Invalid) as refused:
        facts.remaining(db, home, Slice(without=("啤酒", "可乐", "茶")))
    assert (refused.value.field, "可乐”, “茶" in refused.value.sentence()) == ("without", True)
    with pytest.raises(Invalid) as refused:
        facts.remaining(db, home, Slice(until=date(2026, 5, 1)))
    assert refused.value.field == "until"


def test_bags_and_freight_are_known_by_their_names():
    names = ["啤酒", "环保购物袋(大)", "运费", "快递费补差", "塑料袋", "袋泡茶"]
    assert facts.by_the_way(names) == ["环保购物袋(大)", "运费", "快递费补差", "塑料袋"]
    assert facts.by_the_way(["POST", "C2", "A1"], {"POST": "DOTCOM POSTAGE", "A1": "LUNCH BAG"}) == ["POST"]
    goods = ["FRENCH CARRIAGE LANTERN", "BLACK BAROQUE CARRIAGE CLOCK", "Freight train toy", "Delivery room lamp"]
    assert facts.by_the_way([*goods, "CARRIAGE", "Postage", "Delivery fee", "Jute carrier bag"]) == [
        "CARRIAGE", "Postage", "Delivery fee", "Jute carrier bag",
    ]  # fmt: skip


@pytest.mark.shared_data
def test_real_till_orders_give_the_known_figures(db, home, load_file, shared_data):
    load_file(shared_data / "purchases_zh" / "GoodsOrder.csv")
    found = facts.summary(db, home)
    assert (found["lines"], found["orders"], found["products"]) == (43_367, 9_835, 169)
    assert [(row["item"], row["orders"]) for row in found["top"][:5]] == [
        ("全脂牛奶", 2513), ("其他蔬菜", 1903), ("面包卷", 1809), ("苏打", 1715), ("酸奶", 1372),
    ]  # fmt: skip
    assert (found["period"], found["amount"], found["customers"]) == (None, None, None)


@pytest.mark.shared_data
def test_real_restaurant_orders_give_the_known_figures(db, home, load_file, shared_data):
    # Their column “amounts” holds the price of one.
    reading = Options(mapping="quantity=counts,price=amounts,amount=")
    load_file(shared_data / "purchases_zh" / "meal_order_detail.xlsx", options=reading)
    found = facts.summary(db, home)
    figures = [found[name] for name in ("lines", "orders", "customers", "products", "amount")]
    assert figures == [10_037, 942, 471, 145, "463704.00"]
    assert (found["top"][0]["item"], found["top"][0]["orders"]) == ("白饭/大碗", 323)
    assert found["period"] == ["2016-08-01", "2016-08-31"]
    assert found["months"] == [{"month": "2016-08", "orders": 942, "amount": "463704.00"}]


def test_money_is_that_of_what_has_a_price(db, home, load_file, orders):
    load_file(orders("1,啤酒,1,100", "2,啤酒,1,100", name="a.csv", header="order,item,quantity,price"))
    load_file(orders("7,牛奶", "8,牛奶", "9,牛奶", name="b.csv", header="order,item"))
    found = facts.summary(db, home)
    assert (found["orders"], found["amount"], found["amount_per_order"]) == (5, "200.00", "100.00")
    assert {row["item"]: row["amount"] for row in found["top"]} == {"啤酒": "200.00", "牛奶": None}


def test_a_line_without_an_order_is_in_none_wherever_it_stands(db, home, load_file, orders):
    load_file(orders(",纸尿裤,k1,1,3", "7,牛奶,k1,1,4", ",纸尿裤,k1,1,2", "7,啤酒,k2,1,5"))

    found = facts.summary(db, home)

    assert (found["lines"], found["orders"], found["products_per_order"], found["without"]["order"]) == (4, 1, 2, 2)
    assert [(row["item"], row["orders"], row["share"]) for row in found["top"]] == [
        ("啤酒", 1, 1), ("牛奶", 1, 1), ("纸尿裤", None, None),
    ]  # fmt: skip
    assert (found["amount"], found["amount_per_order"]) == ("14.00", "9.00")
