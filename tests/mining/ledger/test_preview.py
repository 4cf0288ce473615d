import pytest

from kb.errors import Invalid
from mining.ledger.options import Options
from mining.ledger.preview import preview


@pytest.fixture
def look(tmp_path):
    def call(text, written="utf-8", **options):
        path = tmp_path / "订单.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(written))
        return preview(path, Options(**options))

    return call


def test_the_first_twenty_rows_are_shown_with_what_was_found_out(look):
    rows = "".join(f"{number},密封罐,{number}\r\n" for number in range(1, 40))
    found = look("门店流水\r\n\r\n单号,商品,数量\r\n" + rows, "gb18030")
    assert (found.encoding, found.delimiter, found.header_row, found.problem) == ("gb18030", ",", 3, None)
    assert found.header == ["单号", "商品", "数量"]
    # The title, the headings, and twenty below them.
    assert [row["number"] for row in found.rows] == [1, *range(3, 24)]
    assert found.rows[0] == {"number": 1, "cells": ["门店流水"]}
    assert found.rows[2] == {"number": 4, "cells": ["1", "密封罐", "1"]}
    assert found.mapping == {"order": "单号", "item": "商品", "quantity": "数量"}


def test_columns_whose_names_say_nothing_are_guessed_by_what_stands_in_them(look):
    head = "甲,乙,丙,丁,戊\n"
    lines = [f"D2026-{n // 2},{item},{n % 3 + 1},{n}.50,2026-01-{n + 1:02d}" for n, item in enumerate("罐圈盖罐圈盖")]
    found = look(head + "\n".join(lines))
    assert found.mapping == {}
    assert found.guessed == {"order": "甲", "item": "乙", "quantity": "丙", "price": "丁", "time": "戊"}
    assert look(head + "\n".join(lines), mapping={"item": "乙", "time": ""}).guessed == {
        "order": "甲", "quantity": "丙", "price": "丁",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("amount", "mapping", "guessed"),
    [
        (lambda price, pieces: price, {}, {"price": "金额"}),
        (lambda price, pieces: price * pieces, {"amount": "金额"}, {}),
        (lambda price, pieces: price + pieces, {"amount": "金额"}, {}),
        (lambda price, pieces: price * pieces if price == 12 else price, {"amount": "金额"}, {}),
    ],
)
def test_an_amount_that_is_the_same_however_many_is_offered_as_a_price(look, amount, mapping, guessed):
    dishes = [
        ("白饭", 1, 1),
        ("白饭", 2, 1),
        ("烤鱼", 1, 88),
        ("烤鱼", 3, 88),
        ("汤", 1, 30),
        ("汤", 4, 30),
        ("面", 1, 12),
        ("面", 2, 12),
    ]
    text = "单号,商品,数量,金额\n" + "\n".join(
        f"{number},{dish},{pieces},{amount(price, pieces)}" for number, (dish, pieces, price) in enumerate(dishes)
    )
    always = {"order": "单号", "item": "商品", "quantity": "数量"}
    found = look(text)
    assert (found.mapping, found.guessed) == (always | mapping, guessed)
    # What a person chose is not doubted.
    assert look(text, mapping={"amount": "金额"}).mapping == always | {"amount": "金额"}


def test_numbers_of_rows_are_no_quantity(look):
    found = look("行,甲,乙\n" + "\n".join(f"{n},{item},{n % 2 + 1}" for n, item in enumerate("罐圈盖罐圈盖", 1)))
    assert found.guessed == {"item": "甲", "quantity": "乙"}


def test_what_a_person_says_of_the_file_is_how_it_is_shown(look):
    text = "说明;说明\n单号;商品\n1;罐\n"
    assert look(text, header_row="3").header == ["1", "罐"]
    assert look(text, delimiter=",").rows[0]["cells"] == ["说明;说明"]
    assert look("罐,圈\n盖\n", layout="baskets").rows == [
        {"number": 1, "cells": ["罐", "圈"]}, {"number": 2, "cells": ["盖"]},
    ]  # fmt: skip


def test_a_wrong_encoding_names_its_row_and_still_shows_the_rows(look):
    found = look("单号,商品\n1,密封罐\n", "gb18030", encoding="utf-8")
    assert "row 1" in found.problem.sentence()
    assert found.rows[1]["cells"][0] == "1"
    # Where two are possible, the rows are shown in the likelier one, beside the question.
    found = look("order,item\n1,订单\n", "gb18030")
    assert (found.problem.field, found.rows[1]["cells"]) == ("encoding", ["1", "订单"])


def test_a_workbook_is_shown_by_its_table_and_a_picture_is_refused(look, tmp_path):
    import xlsxwriter

    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("说明").write(0, 0, "无")
        sheet = book.add_worksheet("明细")
        sheet.write_row(0, 0, ["单号", "商品"])
        sheet.write_row(1, 0, [20260001, "罐"])
    found = preview(path, Options())
    assert (found.kind, found.encoding, found.header_row) == ("workbook", None, 1)
    assert found.rows[1]["cells"] == ["20260001", "罐"]
    with pytest.raises(Invalid):
        look(b"\x89PNG\r\n\x1a\n\x00")


def test_a_table_without_headings_is_shown_with_the_question(look):
    found = look("1,2\n3,4\n")
    assert found.problem.field == "file"
    assert [row["cells"] for row in found.rows] == [["1", "2"], ["3", "4"]]


def test_a_column_that_holds_nothing_is_told_of(look):
    found = look("单号,商品,门店,成本\n1,茶,,NA\n2,糖, ,NA\n")
    assert (found.empty, found.mapping["shop"]) == (["门店", "成本"], "门店")
    assert look("单号,商品,门店\n1,茶,\n2,糖,东店\n").empty == []
