from mining.ledger import batches
from mining.ledger.customers import bought

HEADER = "order,item,customer,time,quantity,price"


def test_a_customer_has_the_newest_orders_and_the_usual_products(db, home, load_file, orders):
    load_file(
        orders(
            "A1,啤酒,60000123,2026-05-01 09:00,2,3.5",
            "A1,牛奶,60000123,2026-05-01 09:00,1,12",
            "A2,啤酒,60000123,2026-06-01 09:00,1,3.5",
            "A3,面包,60000999,2026-07-01 09:00,1,3.5",
            header=HEADER,
        )
    )

    found = bought(db, home, ["60000123", "13812345678"])

    assert (found.orders, found.first, found.last) == (2, "2026-05-01T01:00:00Z", "2026-06-01T01:00:00Z")
    assert found.latest == [
        {"order": "A2", "at": "2026-06-01T01:00:00Z", "items": ["啤酒"], "amount": 3.5},
        {"order": "A1", "at": "2026-05-01T01:00:00Z", "items": ["啤酒", "牛奶"], "amount": 19.0},
    ]
    assert found.usual == [{"item": "啤酒", "orders": 2}]


def test_lines_without_an_order_are_one_a_day_of_the_company(db, home, load_file, orders):
    # 17:00 UTC is past midnight in Shanghai: one day here, two in UTC.
    rows = ["啤酒,甲,2026-05-01 23:30", "牛奶,甲,2026-05-02 00:30", "面包,甲,2026-05-02 08:30"]
    load_file(orders(*rows, header="item,customer,time"))
    found = bought(db, home, ["甲"])
    assert [(each["order"], each["items"], each["amount"]) for each in found.latest] == [
        (None, ["牛奶", "面包"], None),
        (None, ["啤酒"], None),
    ]


def test_who_is_not_in_the_ledger_or_no_longer_bought_nothing(db, home, load_file, orders, people, now):
    assert bought(db, home, []) is None
    load_file(orders("1,啤酒,甲,1,3"))
    assert bought(db, home, ["乙"]) is None
    batches.undo(db, 1, by=people["zhao"], now=now)
    assert bought(db, home, ["甲"]) is None
