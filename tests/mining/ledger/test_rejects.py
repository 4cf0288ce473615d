import csv

import pytest

from mining.ledger import rejects
from mining.ledger.lines import read
from mining.ledger.options import Options


@pytest.fixture
def rejected(orders, tmp_path):
    """Return a function that gives the rows of the reject file of these lines."""

    def rows(*lines):
        path = tmp_path / "rejects" / "rejects.csv"
        rejects.write(path, read(orders(*lines), Options()))
        # The last one wins where somebody imports again.
        rejects.write(path, read(orders(*lines), Options()))
        assert [each.name for each in path.parent.iterdir()] == ["rejects.csv"]
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    return rows


def test_each_row_says_where_what_and_why_and_has_its_cells(rejected):
    (row,) = rejected("1,啤酒,张三,many,3")

    assert row == {
        "row": "2", "reason": "orders.csv, row 2, column “quantity”: “many” is not a number.", "column": "quantity",
        "value": "many", "order": "1", "item": "啤酒", "customer": "张三", "quantity": "many", "price": "3",
    }  # fmt: skip


@pytest.mark.parametrize("cell", ["=1+1", "+cmd", "-cmd", "@SUM(A1)", "\tx", "＝1+1", "＋x", "－x", "＠x"])
def test_no_cell_is_a_formula_to_a_spreadsheet(rejected, cell):
    (row,) = rejected(f"1,{cell},张三,many,3")

    assert row["item"] == f"'{cell}"


def test_negative_numbers_stay_numbers(rejected):
    (row,) = rejected("-1,啤酒,+2,many,-3.50")

    assert (row["order"], row["customer"], row["price"]) == ("-1", "+2", "-3.50")


def test_a_corrected_reject_file_can_be_imported(rejected, load_file, tmp_path):
    rejected("1,啤酒,张三,many,3", "2,牛奶,李四,1,2")
    path = tmp_path / "rejects" / "rejects.csv"
    path.write_text(path.read_text("utf-8-sig").replace(",many,3", ",5,3"), "utf-8-sig")

    told = load_file(path)

    assert (told["rows"]["loaded"], told["orders"], told["amount"]) == (1, 1, "15.00")
