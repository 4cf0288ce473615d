"""A corrected export takes the place of the one before; what it replaced comes back when it is undone."""

from collections import Counter

import pytest

from kb.access import OPERATOR
from kb.errors import Conflict, Invalid
from mining.ledger import batches, load
from mining.ledger.options import Options

HEADER = "order,item,time,quantity,amount"
REPLACE = Options(overlap="replace")
FIRST = ("1,啤酒,2024-01-01,1,3", "2,牛奶,2024-01-15,1,2", "3,面包,2024-01-31,1,5")


@pytest.fixture
def month(orders):
    return lambda *lines: orders(*lines, header=HEADER)


def test_a_corrected_month_stands_for_the_first_one(db, load_file, ledger, month):
    load_file(month(*FIRST))
    corrected = month("1,啤酒,2024-01-01,1,3", "2,牛奶,2024-01-15,2,4", "4,茶,2024-01-31,1,1")

    told = load_file(corrected, options=REPLACE)

    assert told["replaced"] == [{"id": 1, "file": "orders.csv", "lines": 3, "gone": 2}]
    assert (told["rows"]["loaded"], told["rows"]["merged"]) == (3, 0)
    assert Counter(ledger()["item"]) == {"啤酒": 1, "牛奶": 1, "茶": 1}
    old = batches.get(db, 1, reader=OPERATOR)
    assert (old.state, old.replaced_by) == ("undone", 2)


def test_checking_says_what_would_be_replaced_and_replaces_nothing(db, home, load_file, ledger, month):
    load_file(month(*FIRST))
    told = load.check_file(db, home, month(*FIRST[:1], FIRST[2]), REPLACE)
    assert [(each["id"], each["gone"]) for each in told["replaced"]] == [(1, 1)]
    assert len(ledger()) == 3


def test_without_order_numbers_a_line_of_its_own_tells_the_import_that_is_replaced(load_file, ledger, orders):
    header = "customer,item,time,amount"
    load_file(orders("张三,啤酒,2024-01-01,3", "张三,啤酒,2024-01-01,3", "李四,茶,2024-01-02,2", header=header))
    load_file(orders("王五,糖,2024-01-01,1", name="branch.csv", header=header))

    corrected = orders("张三,啤酒,2024-01-01,3", "李四,茶,2024-01-02,9", "李四,盐,2024-01-03,2", header=header)
    told = load_file(corrected, options=REPLACE)

    assert [each["id"] for each in told["replaced"]] == [1]
    assert Counter(ledger()["item"]) == {"糖": 1, "啤酒": 1, "茶": 1, "盐": 1}


def test_an_import_with_days_that_the_file_lacks_is_not_replaced(db, load_file, ledger, month):
    load_file(month(*FIRST))
    with pytest.raises(Invalid) as refused:
        load_file(month("3,面包,2024-01-31,1,6"), options=REPLACE)
    assert (refused.value.values["first"], refused.value.values["last"]) == ("2024-01-01", "2024-01-31")
    assert (len(ledger()), batches.totals(db)["ids"]) == (3, [1])


def test_the_same_file_again_changes_nothing_and_read_otherwise_takes_its_own_place(db, load_file, ledger, month):
    path = month(*FIRST)
    load_file(path)
    told = load_file(path, options=REPLACE)
    assert (told["batch"], told["replaced"], told["rows"]["merged"]) == (None, [], 3)

    told = load_file(path, options=Options(overlap="replace", mapping={"amount": "", "price": "amount"}))
    assert ([each["id"] for each in told["replaced"]], len(ledger())) == ([1], 3)


def test_undoing_brings_back_what_was_replaced_and_says_so_in_the_feed(db, load_file, ledger, month, now):
    load_file(month(*FIRST))
    load_file(month(FIRST[0], FIRST[1], "4,茶,2024-01-31,1,1"), options=REPLACE)
    before = batches.version(db)

    batches.undo(db, 2, by=OPERATOR, now=now)

    assert set(ledger()["item"]) == {"啤酒", "牛奶", "面包"}
    assert batches.get(db, 1, reader=OPERATOR).replaced_by is None
    assert batches.version(db) != before
    told = db.query("SELECT action, noun_id FROM change WHERE noun = 'batch' ORDER BY seq")
    assert [(each["action"], each["noun_id"]) for each in told][-3:] == [
        ("replace", "1"), ("undo", "2"), ("restore", "1"),
    ]  # fmt: skip


def test_what_replaced_another_is_not_undone_below_a_later_import(db, load_file, month, now):
    load_file(month(*FIRST))
    load_file(month(FIRST[0], FIRST[1], "4,茶,2024-01-31,1,1"), options=REPLACE)
    load_file(month(FIRST[2], "5,糖,2024-02-02,1,1"))
    with pytest.raises(Conflict):
        batches.undo(db, 2, by=OPERATOR, now=now)
    batches.undo(db, 3, by=OPERATOR, now=now)
    batches.undo(db, 2, by=OPERATOR, now=now)
    assert batches.totals(db)["ids"] == [1]


def test_a_correction_of_most_lines_doubles_nothing(load_file, ledger, month):
    lines = [f"{order},{{}}{order % 5},2024-01-{order % 28 + 1:02},1,3" for order in range(1, 41)]
    load_file(month(*(line.format("A") for line in lines)))

    told = load_file(month(*(line.format("B") for line in lines)), options=REPLACE)

    assert [(each["id"], each["gone"]) for each in told["replaced"]] == [(1, 40)]
    assert {item[0] for item in ledger()["item"]} == {"B"}
    assert len(ledger()) == 40


def test_what_came_in_since_the_trial_is_not_replaced_unseen(db, load_file, ledger, month):
    load_file(month(*FIRST))
    load_file(month("1,啤酒,2024-01-01,1,3", "2,牛奶,2024-01-15,2,4", "3,面包,2024-01-31,1,5"), options=REPLACE)
    mine = month("1,啤酒,2024-01-01,1,3", "2,牛奶,2024-01-15,3,6", "3,面包,2024-01-31,1,5")

    with pytest.raises(Conflict) as refused:
        load_file(mine, options=REPLACE, replaces=[1])

    assert refused.value.values["id"] == 2
    assert (len(ledger()), batches.totals(db)["ids"]) == (3, [2])
    assert load_file(mine, options=REPLACE, replaces=[2])["batch"] == 3


def test_two_files_that_share_a_number_are_two_files(load_file, ledger, orders):
    load_file(orders(*(f"{order},茶" for order in range(1, 21)), header="order,item"))
    with pytest.raises(Invalid) as refused:
        load_file(orders("20,茶", "21,酒", header="order,item", name="b.csv"), options=REPLACE)
    assert refused.value.values["count"] == 19
    assert len(ledger()) == 20


def test_what_adds_nothing_says_that_it_replaces_nothing(load_file, ledger, month):
    load_file(month(*FIRST))
    load_file(month(*FIRST[:2], "3,糖,2024-01-31,1,5"))
    told = load_file(month(*FIRST), options=REPLACE)
    assert (told["batch"], told["replaced"], len(ledger())) == (None, [], 4)


def test_a_correction_of_all_lines_stands_for_the_till_that_shares_most_of_its_orders(load_file, ledger, month):
    lines = [f"{order},{{}}{order % 5},2024-01-{order % 28 + 1:02},1,3" for order in range(1, 41)]
    load_file(month(*(line.format("A") for line in lines)))
    load_file(month(*(f"{order},C,2024-01-09,1,3" for order in range(39, 80))), options=Options(order_numbers="own"))

    told = load_file(month(*(line.format("B") for line in lines)), options=REPLACE)

    assert [each["id"] for each in told["replaced"]] == [1]
    assert Counter(item[0] for item in ledger()["item"]) == {"B": 40, "C": 41}


def test_the_same_file_with_its_orders_read_from_another_column_takes_its_own_place(load_file, ledger, orders):
    path = orders("1,A,茶,2024-01-01,3", "2,B,酒,2024-01-02,3", header="order,receipt,item,time,amount")
    load_file(path)
    told = load_file(path, options=Options(overlap="replace", mapping={"order": "receipt"}))
    assert ([each["id"] for each in told["replaced"]], set(ledger()["order"])) == ([1], {"A", "B"})


def test_days_and_orders_whose_goods_all_came_back_are_in_the_file_all_the_same(load_file, ledger, month):
    load_file(month("1,茶,2024-01-01,1,3", "2,酒,2024-01-31,1,5"))
    load_file(month("4,醋,2024-01-05,1,5"), options=Options(order_numbers="same"))

    told = load_file(
        month(
            *("1,茶,2024-01-01,1,3", "2,酒,2024-01-31,1,5", "2,酒,2024-01-31,-1,-5"),
            *("4,醋,2024-01-05,1,5", "4,醋,2024-01-05,-1,-5", "5,盐,2024-01-09,1,1"),
        ),
        options=Options(overlap="replace", returns="net"),
    )

    assert [(each["id"], each["gone"]) for each in told["replaced"]] == [(1, 1), (2, 1)]
    assert Counter(ledger()["item"]) == {"茶": 1, "盐": 1}


@pytest.mark.parametrize(("last", "is_replaced"), [(18, True), (17, False)])
def test_without_days_a_file_that_lacks_more_than_a_few_orders_is_refused(load_file, ledger, orders, last, is_replaced):
    load_file(orders(*(f"{order},茶" for order in range(1, 21)), header="order,item"))
    corrected = orders(*(f"{order},酒" for order in range(1, last + 1)), header="order,item", name="b.csv")
    if is_replaced:
        load_file(corrected, options=REPLACE)
    else:
        with pytest.raises(Invalid):
            load_file(corrected, options=REPLACE)
    assert Counter(ledger()["item"]) == ({"酒": 18} if is_replaced else {"茶": 20})


def test_without_order_numbers_a_later_import_of_any_source_stands_in_the_way_of_undoing(db, load_file, orders, now):
    header = "customer,item,time,amount"
    load_file(orders("张三,啤酒,2024-01-01,3", "李四,茶,2024-01-02,2", header=header))
    load_file(orders("张三,啤酒,2024-01-01,3", "李四,茶,2024-01-02,9", header=header), options=REPLACE)
    load_file(orders("李四,茶,2024-01-02,2", "王五,糖,2024-01-03,1", header="客户,商品,日期,金额"))

    with pytest.raises(Conflict) as refused:
        batches.undo(db, 2, by=OPERATOR, now=now)
    assert refused.value.values["later"] == 3
