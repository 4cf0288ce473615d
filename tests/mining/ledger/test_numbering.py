"""Two tills both count from 1; two exports of one till overlap."""

import polars as pl
import pytest

from kb.access import OPERATOR
from kb.errors import Invalid
from mining import baskets
from mining.ledger import batches, facts, load, numbering
from mining.ledger.customers import bought
from mining.ledger.options import Options

_TILL = [f"{order},{item},,1,2" for order in range(1, 31) for item in ("面包", f"果酱{order % 7}")]
_RESTAURANT = [f"{order},{item},,1,9" for order in range(1, 31) for item in ("米饭", f"菜{order % 5}")]
_OTHER = "bill,dish,guest,pieces,cost"


def orders_of(db, home):
    return facts.summary(db, home)["orders"], baskets.from_ledger(db, home).X.shape[0]


def test_numbers_of_two_systems_are_two_sets_of_orders(db, home, load_file, orders):
    load_file(orders(*_TILL))
    # One line is the same in both, by chance: it is bought twice all the same.
    told = load_file(orders(*_RESTAURANT, "1,面包,,1,2", name="dishes.csv"))
    assert told["order_numbers"] == {"known": 30, "are_own": True}
    assert told["rows"]["loaded"] == 61
    assert orders_of(db, home) == (60, 60)
    assert [each.series for each in batches.listing(db, reader=OPERATOR)[0]] == [2, 1]


def test_an_overlapping_export_adds_to_the_same_orders(db, home, load_file, orders):
    load_file(orders(*_TILL))
    more = [f"{order},{item},,1,2" for order in range(21, 51) for item in ("面包", f"果酱{order % 7}")]
    told = load_file(orders(*more, name="next.csv"))
    assert told["order_numbers"] == {"known": 10, "are_own": False}
    assert (told["rows"]["loaded"], told["rows"]["merged"]) == (40, 20)
    assert orders_of(db, home) == (50, 50)


def test_an_order_cut_by_the_end_of_an_export_is_one_order(db, home, load_file, orders):
    load_file(orders(*_TILL))
    load_file(orders("30,黄油,,1,3", "31,面包,,1,2", "31,黄油,,1,3", name="next.csv"))
    assert orders_of(db, home) == (31, 31)


def test_the_same_lines_under_other_headings_are_not_counted_twice(db, home, load_file, orders):
    load_file(orders(*_TILL))
    as_said = Options(mapping="order=bill,item=dish,customer=guest,quantity=pieces,price=cost")
    told = load_file(orders(*_TILL, name="again.csv", header=_OTHER), options=as_said)
    assert (told["batch"], told["rows"]["merged"]) == (None, 60)


def test_a_few_numbers_of_other_columns_are_their_own(db, home, load_file, orders):
    load_file(orders("1,面包,,1,2", "2,黄油,,1,2"))
    as_said = Options(mapping="order=bill,item=dish,customer=guest,quantity=pieces,price=cost")
    load_file(orders("1,米饭,,1,2", "2,汤,,1,2", name="dishes.csv", header=_OTHER), options=as_said)
    assert orders_of(db, home) == (4, 4)


@pytest.mark.parametrize(("asked", "expected"), [("same", 30), ("own", 60), (None, 60)])
def test_what_a_person_says_of_the_numbers_counts(db, home, load_file, orders, asked, expected):
    load_file(orders(*_TILL))
    load_file(orders(*_RESTAURANT, name="dishes.csv"), options=Options(order_numbers=asked))
    assert orders_of(db, home) == (expected, expected)


def test_the_same_file_is_never_counted_twice_whatever_is_said(db, home, load_file, orders):
    path = orders(*_TILL)
    load_file(path)
    told = load_file(path, options=Options(order_numbers="own", profile="收银"))
    assert (told["batch"], told["order_numbers"]) == (None, {"known": 30, "are_own": False})
    assert orders_of(db, home) == (30, 30)


@pytest.mark.parametrize("call", ["check", "import"])
def test_the_same_file_read_otherwise_is_refused_until_the_first_is_undone(db, home, load_file, orders, now, call):
    path, otherwise = orders(*_TILL), Options(mapping={"price": ""})
    first = load_file(path)
    with pytest.raises(Invalid) as refused:
        load_file(path, options=otherwise) if call == "import" else load.check_file(db, home, path, otherwise)
    assert refused.value.values == {"file": "orders.csv", "id": first["batch"]}
    assert load_file(path, options=Options(mapping={"category": ""}))["batch"] is None
    batches.undo(db, first["batch"], by=OPERATOR, now=now)
    assert load_file(path, options=otherwise)["rows"]["loaded"] == 60


def test_two_sources_of_one_system_number_for_themselves(db, home, load_file, orders):
    load_file(orders(*_TILL), options=Options(profile="东门店"))
    west = [f"{order},{item},,1,3" for order in range(31, 45) for item in ("酱油", "醋")]
    load_file(orders(*west, name="west.csv"), options=Options(profile="西门店"))
    east = [f"{order},{item},,1,2" for order in range(31, 45) for item in ("面包", "黄油")]
    load_file(orders(*east, name="east.csv"), options=Options(profile="东门店"))
    assert orders_of(db, home) == (58, 58)


def test_an_undone_import_lends_its_numbers_to_nobody(db, home, load_file, orders, now):
    first = load_file(orders(*_TILL))
    batches.undo(db, first["batch"], by=OPERATOR, now=now)
    assert load_file(orders(*_RESTAURANT, name="dishes.csv"))["order_numbers"] == {"known": 0, "are_own": True}
    assert orders_of(db, home) == (30, 30)


def test_a_customer_has_both_orders_of_one_number(db, home, load_file, orders):
    load_file(orders("1,面包,60001,1,2", *_TILL[2:]))
    load_file(orders("1,米饭,60001,1,9", *_RESTAURANT[2:], name="dishes.csv"))
    found = bought(db, home, ["60001"])
    assert (found.orders, sorted(each["items"] for each in found.latest)) == (2, [["米饭"], ["面包"]])


def test_files_that_are_mined_together_number_for_themselves(orders, home):
    paths = [orders(*_TILL), orders(*_RESTAURANT, name="dishes.csv"), orders(*_TILL[30:], name="again.csv")]
    assert baskets.from_files(paths, Options()).X.shape[0] == 60


def test_checking_tells_of_the_numbers_as_importing_does(db, home, load_file, orders):
    load_file(orders(*_TILL))
    told = load.check_file(db, home, orders(*_RESTAURANT, name="dishes.csv"), Options())
    assert told["order_numbers"] == {"known": 30, "are_own": True}


def test_of_several_series_the_one_that_agrees_is_taken():
    lines = pl.DataFrame({"order": ["1", "2"], "item": ["a", "b"], "time": [None, None]})
    other = lines.with_columns(item=pl.lit("z"))
    known = [numbering.Known(7, other.lazy(), True), numbering.Known(3, lines.lazy(), False)]
    assert numbering.of_lines(lines, known) == numbering.Numbering(3, 2)
    assert numbering.of_lines(other, known) == numbering.Numbering(7, 2)
    assert numbering.of_lines(lines, known, "own") == numbering.Numbering(None, 2)
