import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from kb.access import OPERATOR
from kb.errors import Invalid, NotFound
from mining.baskets import from_files, from_ledger
from mining.ledger import batches, load
from mining.ledger.options import Options


@pytest.fixture
def file(tmp_path):
    """Return a function that writes a file from its lines and returns the path."""

    def write(*lines, name="orders.csv"):
        path = tmp_path / name
        path.write_text("\n".join([*lines, ""]), "utf-8")
        return path

    return write


@pytest.fixture
def load_file(db, home, now):
    """Return a function that imports a file as the operator and returns the id of its batch."""
    return lambda path, **chosen: load.import_file(db, home, path, Options(**chosen), by=OPERATOR, now=now)["batch"]


def contents(baskets):
    """Return what is in the baskets, as sorted tuples of names: which basket is which says nothing."""
    rows = (baskets.X.indices[start:end] for start, end in zip(baskets.X.indptr, baskets.X.indptr[1:], strict=False))
    return sorted(tuple(baskets.items[column] for column in row) for row in rows)


def test_a_basket_is_an_order_and_an_item_stands_in_it_once(file):
    found = from_files([file("order,item", "1,啤酒", "2,牛奶", "1,啤酒", "1,Apfel", "2,啤酒")], Options())

    assert found.items == ["Apfel", "啤酒", "牛奶"] == sorted(found.items)
    assert contents(found) == [("Apfel", "啤酒"), ("啤酒", "牛奶")]
    assert (found.X.shape, found.X.dtype, found.X.nnz) == ((2, 3), np.dtype(bool), 4)
    assert found.X.has_canonical_format
    assert [(each["file"], each["encoding"], len(each["sha256"])) for each in found.files] == [
        ("orders.csv", "utf-8", 64)
    ]


@pytest.mark.parametrize("source", ["file", "ledger"])
def test_a_basket_has_the_day_on_which_it_began_and_an_item_its_commonest_category(db, home, file, load_file, source):
    # 16:30 UTC is past midnight in Shanghai.
    path = file(
        "order,item,time,category",
        "1,啤酒,2024-05-01T15:00:00Z,酒",
        "1,牛奶,2024-05-01T16:30:00Z,",
        "2,啤酒,2024-05-01T16:30:00Z,酒",
        "3,啤酒,,饮料",
    )
    if source == "ledger":
        load_file(path)
    found = from_files([path], Options()) if source == "file" else from_ledger(db, home)

    assert sorted(map(str, found.days)) == ["2024-05-01", "2024-05-02", "NaT"]
    first = str(found.days[found.X[:, [found.items.index("牛奶")]].toarray().ravel()][0])
    assert (first, found.categories) == ("2024-05-01", {"啤酒": "酒"})


def test_without_orders_a_basket_is_a_customers_day_in_the_zone_of_the_company(file):
    # 16:30 UTC is past midnight in Shanghai.
    lines = (
        "customer,item,time",
        "张三,啤酒,2024-05-01T10:00:00Z",
        "张三,牛奶,2024-05-01T15:00:00Z",
        "张三,面包,2024-05-01T16:30:00Z",
        "李四,啤酒,2024-05-01T10:00:00Z",
    )
    assert contents(from_files([file(*lines)], Options())) == [("啤酒",), ("啤酒", "牛奶"), ("面包",)]
    assert contents(from_files([file(*lines)], Options(zone="UTC"))) == [("啤酒",), ("啤酒", "牛奶", "面包")]


@pytest.mark.parametrize("header", ["item,quantity", "item,customer", "item,time"])
def test_a_file_that_does_not_say_what_was_bought_together_is_refused_by_name(file, header):
    cells = {"quantity": "1", "customer": "张三", "time": "2024-05-01"}
    path = file(header, f"啤酒,{cells[header.split(',')[1]]}", name="五月.csv")

    with pytest.raises(Invalid) as caught:
        from_files([path], Options())

    assert caught.value.details()["file"] == "五月.csv"
    assert "--map" in caught.value.details()["hint"]


def test_a_file_without_products_is_refused_by_name(file):
    with pytest.raises(Invalid, match="五月.csv: no column says what was bought"):
        from_files([file("order,amount", "1,3.50", name="五月.csv")], Options())


def test_a_file_of_which_no_line_is_left_says_so(file):
    with pytest.raises(Invalid, match="No line is left"):
        from_files([file("order,item,quantity", "1,啤酒,-1")], Options())


def test_an_order_in_two_files_is_one_basket_but_a_row_of_items_is_always_its_own(file):
    first = file("order,item", "1,啤酒", name="a.csv"), file("order,item", "1,牛奶", name="b.csv")
    assert contents(from_files(first, Options())) == [("啤酒", "牛奶")]

    rows = file("啤酒,牛奶", "面包,啤酒", name="c.csv"), file("面包,牛奶", "啤酒,面包", name="d.csv")
    assert len(contents(from_files(rows, Options(layout="baskets")))) == 4


def test_the_ledger_gives_the_baskets_of_the_batches_that_count_or_of_those_named(db, home, file, load_file, now):
    ids = [load_file(file("order,item", f"{n},啤酒", f"{n},牛奶")) for n in (1, 2, 3)]
    batches.undo(db, ids[1], by=OPERATOR, now=now)

    found = from_ledger(db, home)
    assert (found.X.shape, found.batches) == ((2, 2), [ids[0], ids[2]])
    assert [each["sha256"] for each in found.files] == [
        batches.get(db, each, reader=OPERATOR).sha256 for each in found.batches
    ]
    named = from_ledger(db, home, [ids[1]])
    assert (named.X.shape, named.batches) == ((1, 2), [ids[1]])


def test_a_ledger_with_nothing_to_mine_says_what_to_do(db, home, file, load_file):
    with pytest.raises(Invalid, match="no purchase records yet"):
        from_ledger(db, home)
    with pytest.raises(NotFound, match="no import 7"):
        from_ledger(db, home, [7])

    load_file(file("item,quantity", "啤酒,1", name="五月.csv"))
    with pytest.raises(Invalid, match="五月.csv does not say") as caught:
        from_ledger(db, home)
    assert "Undo" in caught.value.details()["hint"]


def test_rows_of_items_from_two_files_stay_apart_in_the_ledger_and_the_same_file_is_not_loaded_twice(
    db, home, file, load_file
):
    january = file("啤酒,牛奶", "面包,啤酒", name="january.csv")
    assert load_file(january, layout="baskets") == 1
    assert load_file(january, layout="baskets") is None
    assert load_file(file("面包,牛奶", "啤酒,牛奶", name="february.csv"), layout="baskets") == 2

    assert contents(from_ledger(db, home)) == [("啤酒", "牛奶"), ("啤酒", "牛奶"), ("啤酒", "面包"), ("牛奶", "面包")]


@given(st.lists(st.tuples(st.integers(1, 9), st.sampled_from(["啤酒", "牛奶", "A", "b", "𠮷"])), min_size=1))
@settings(max_examples=40)
def test_the_matrix_holds_exactly_the_items_of_each_order(lines):
    expected = {}
    for order, item in lines:
        expected.setdefault(order, set()).add(item)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.csv"
        path.write_text("\n".join(["order,item", *(f"{order},{item}" for order, item in lines), ""]), "utf-8")
        found = from_files([path], Options())

    assert found.items == sorted({item for _, item in lines})
    assert contents(found) == sorted(tuple(sorted(items)) for items in expected.values())


def test_goods_order_is_the_same_baskets_from_the_file_and_from_the_ledger(db, home, shared_data, load_file):
    path = shared_data / "purchases_zh" / "GoodsOrder.csv"
    found = from_files([path], Options())

    assert (found.X.shape, found.X.nnz, found.files[0]["encoding"]) == ((9835, 169), 43367, "gb18030")
    counts = dict(zip(found.items, np.bincount(found.X.indices).tolist(), strict=True))
    assert (counts["全脂牛奶"], counts["其他蔬菜"], counts["面包卷"]) == (2513, 1903, 1809)
    load_file(path)
    assert contents(from_ledger(db, home)) == contents(found)
