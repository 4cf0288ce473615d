"""Returned goods are taken off the sale they belong to, and what no sale explains is told."""

from collections import Counter

import polars as pl
import pytest
from hypothesis import given, settings, strategies as st

from kb.errors import Invalid
from mining.ledger.options import Options
from mining.ledger.returns import taken_off

HEADER = "order,item,customer,time,quantity,amount"
NET = Options(returns="net")


@pytest.fixture
def sold(orders):
    return lambda *lines: orders(*lines, header=HEADER)


def left(ledger):
    return sorted(ledger().select("order", "item", "quantity", "amount").iter_rows())


def test_a_return_is_taken_off_the_last_sale_before_it_to_the_same_customer(load_file, ledger, sold):
    told = load_file(
        sold(
            "1,啤酒,张三,2024-01-01,5,50",
            "2,啤酒,张三,2024-01-05,3,30",
            "3,啤酒,李四,2024-01-05,3,30",
            "C4,啤酒,张三,2024-01-06,-1,-10",
            "5,啤酒,张三,2024-01-09,3,30",
        ),
        options=NET,
    )
    assert told["rows"] == {"read": 5, "loaded": 4, "merged": 0, "set_aside": 1, "rejected": 0}
    assert (told["by_reason"], told["cleaned"]["reduced"], told["amount"]) == ({"netted": 1}, 1, "130.00")
    assert left(ledger) == [
        (order, "啤酒", quantity * 10_000, quantity * 100_000)
        for order, quantity in zip("1235", (5, 2, 3, 3), strict=True)
    ]


def test_a_sale_that_came_back_whole_is_none_and_a_return_without_its_sale_is_told(load_file, ledger, sold):
    told = load_file(
        sold(
            "1,啤酒,张三,2024-01-02,2,20",
            "1,糖,张三,2024-01-02,1,5",
            "C2,啤酒,张三,2024-01-03,-2,-20",
            "C3,糖,张三,2024-01-01,-1,-5",
            "C4,茶,张三,2024-01-04,-1,-9",
            "C5,糖,张三,2024-01-05,-2,-10",
            "6,手续费,张三,2024-01-05,1,-3",
        ),
        options=NET,
    )
    assert told["by_reason"] == {"netted": 1, "returned": 1, "return": 4}
    assert [row[:2] for row in left(ledger)] == [("1", "糖")]
    assert (told["orders"], told["products"], told["amount"]) == (1, 1, "5.00")


def test_without_customers_the_order_tells_the_sale_and_without_numbers_a_line_is_one(load_file, ledger, orders):
    load_file(orders("1,啤酒,3", "2,啤酒,3", "2,啤酒,-3", "3,茶,-4", header="order,item,amount"), options=NET)
    assert [row[:2] for row in left(ledger)] == [("1", "啤酒")]


def test_a_later_export_that_knows_of_the_return_doubles_no_sale(load_file, ledger, sold):
    first, second = "1,啤酒,张三,2024-01-01,5,50", "2,茶,李四,2024-01-01,1,9"
    load_file(sold(first, second), options=NET)
    later = sold(first, second, "C3,啤酒,张三,2024-02-01,-1,-10", "4,糖,李四,2024-02-01,1,2")
    for loaded in (1, 0):
        told = load_file(later, options=NET)
        assert (told["rows"]["loaded"], told["rows"]["merged"]) == (loaded, 3 - loaded)
    assert Counter(ledger()["item"]) == {"啤酒": 1, "茶": 1, "糖": 1}

    load_file(later, options=Options(returns="net", overlap="replace"))
    assert [row for row in left(ledger) if row[1] == "啤酒"] == [("1", "啤酒", 40_000, 400_000)]


def test_a_second_partial_return_doubles_no_sale_and_a_new_sale_beside_it_is_not_lost(load_file, ledger, sold):
    sale, back = "1,啤酒,张三,2024-01-01,3,30", "C2,啤酒,张三,2024-01-02,-1,-10"
    load_file(sold(sale, back), options=NET)
    told = load_file(sold(sale, back, "C3,啤酒,张三,2024-01-03,-1,-10"), options=NET)
    assert (told["rows"]["loaded"], told["rows"]["merged"]) == (0, 1)
    assert [row[:3] for row in left(ledger)] == [("1", "啤酒", 20_000)]

    load_file(sold("7,糖,李四,2024-01-01,7,70"), options=NET)
    load_file(
        sold("7,糖,李四,2024-01-01,7,70", "7,糖,李四,2024-01-01,9,90", "C8,糖,李四,2024-01-02,-1,-10"), options=NET
    )
    assert sorted(row[2] for row in left(ledger) if row[1] == "糖") == [70_000, 80_000]


@pytest.mark.parametrize("amount", [-5, -300])
def test_money_back_that_is_not_the_price_of_the_sale_leaves_the_sale(load_file, ledger, orders, amount):
    told = load_file(orders("1,啤酒,100", f"1,啤酒,{amount}", header="order,item,amount"), options=NET)
    assert told["by_reason"] == {"return": 1}
    assert left(ledger) == [("1", "啤酒", None, 1_000_000)]


def test_orders_of_several_products_in_a_row_are_refused():
    with pytest.raises(Invalid) as refused:
        Options(returns="net", layout="matrix")
    assert refused.value.field == "returns"


LINES = st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 3), st.integers(-3, 4).filter(bool)), max_size=12)


@settings(max_examples=40, deadline=None)
@given(LINES)
def test_what_is_left_of_each_product_is_what_was_sold_less_what_a_sale_explains(lines):
    frame = pl.DataFrame(
        {
            "item": [item for item, _, _ in lines],
            "order": ["1"] * len(lines),
            "customer_key": [None] * len(lines),
            "time": [day for _, day, _ in lines],
            "quantity": [quantity * 10_000 for _, _, quantity in lines],
            "price": [None] * len(lines),
            "amount": [None] * len(lines),
        },
        schema_overrides={"customer_key": pl.Int64, "price": pl.Int64, "amount": pl.Int64},
    )
    told = {at: (code, quantity) for at, code, quantity, _ in taken_off(frame.lazy().with_row_index("at")).iter_rows()}
    for item in "ab":
        sold = [(at, q) for at, (name, _, q) in enumerate(lines) if name == item and q > 0]
        back = [(at, -q) for at, (name, _, q) in enumerate(lines) if name == item and q < 0]
        rest = sum(q if at not in told else (told[at][1] or 0) // 10_000 for at, q in sold)
        assert rest == sum(q for _, q in sold) - sum(q for at, q in back if told[at][0] == "netted")
        assert all(0 < told[at][1] < q * 10_000 for at, q in sold if at in told and told[at][0] is None)
