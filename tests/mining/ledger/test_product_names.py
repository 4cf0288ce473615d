"""What people call a product that the records know by a code."""

from mining.ledger import product_names

HEAD = "InvoiceNo,StockCode,Description"


def test_the_name_on_most_lines_is_the_one_and_of_two_alike_the_first(db, home, load_file, orders):
    cups = ("1,22697,GREEN CUP", "2,22697,GREEN CUP", "3,22697,CUP?")
    load_file(orders(*cups, "4,22699,ROSE", "5,22699,PINK", header=HEAD))
    assert product_names.of_ledger(db, home) == {"22697": "GREEN CUP", "22699": "PINK"}
    assert product_names.of_ledger(db, home, of=["22699", "none"]) == {"22699": "PINK"}


def test_what_is_called_by_its_code_has_no_name(db, home, load_file, orders):
    assert product_names.of_ledger(db, home) == {}
    load_file(orders("1,啤酒", "1,牛奶", header="order,item"))
    load_file(orders("2,啤酒,啤酒", "3,A1,", name="b.csv", header=HEAD))
    assert product_names.of_ledger(db, home) == {}


def test_only_the_imports_asked_for_are_looked_in(db, home, load_file, orders):
    load_file(orders("1,A1,旧名", header=HEAD))
    second = load_file(orders("2,A1,新名", name="b.csv", header=HEAD))
    assert product_names.of_ledger(db, home, batch_ids=[second["batch"]]) == {"A1": "新名"}
