"""Files that would do harm, or would be read as something they are not, are refused with a sentence."""

import io
import re
import zipfile

import pytest

from kb.errors import Invalid
from mining.ledger import old_workbook
from mining.ledger.lines import read
from mining.ledger.options import Options
from mining.ledger.preview import preview
from tests import made_files

HEAD = [["单号", "商品", "金额"]]


def refusal(tmp_path, content, **options):
    path = tmp_path / "导出"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(Invalid) as refused:
        read(path, Options(**options))
    return refused.value


def workbook(cells):
    """Return a workbook whose sheet is this XML below its first two rows."""
    whole = made_files.xlsx(一月=[*HEAD, ["007", "茶", 5]])
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry).replace(b"</sheetData>", f"{cells}</sheetData>".encode())
            new.writestr(entry.filename, content)
    return file.getvalue()


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="3"><c r="XFD1048576"><v>1</v></c></row>',
        "<row><c><v>1</v></c></row>" * 3_000 + "<row>" + "<c><v>1</v></c>" * 5_000 + "</row>",
        '<row r="3"><c r="A3"><v>1</v></c></row>' * 60_000 + '<row r="4"><c r="XFD1048576"><v>1</v></c></row>',
        '<x:row r="3"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>',
    ],
    ids=["in the last place", "in a row that says another", "without a place", "after many others", "prefixed"],
)
def test_a_cell_far_from_all_others_is_refused_before_room_is_made_for_all_between(tmp_path, cells):
    problem = refusal(tmp_path, workbook(cells))
    assert "hardly a cell in between" in str(problem)


def test_a_row_with_a_look_and_no_content_at_the_very_end_of_a_sheet_does_no_harm(tmp_path):
    path = tmp_path / "导出.xlsx"
    path.write_bytes(workbook('<row r="1048576"><c r="A1048576" s="1"/><c r="XFD1048576" s="1"/></row>'))
    assert read(path, Options()).kept == 1


@pytest.mark.parametrize("result", ["", "<v/>", "<v></v>"])
def test_a_formula_without_its_result_is_named_by_its_cell_and_not_read_as_empty(tmp_path, result):
    cells = f'<row r="3"><c r="A3"><v>8</v></c><c r="B3"><v>9</v></c><c r="C3"><f>1+1</f>{result}</c></row>'
    problem = refusal(tmp_path, workbook(cells))
    assert problem.values["cell"] == "C3"


def test_a_formula_with_its_result_and_one_whose_result_is_no_text_at_all_are_read(tmp_path):
    path = tmp_path / "导出.xlsx"
    path.write_bytes(
        workbook(
            '<row r="3"><c r="A3"><v>8</v></c><c r="B3" t="str"><f>A1</f><v>糖</v></c><c r="C3"><f>1+1</f><v>2</v></c>'
            '<c r="D3" t="str"><f>IF(1,"")</f><v></v></c></row>'
        )
    )
    assert read(path, Options()).frame["amount"].to_list() == [50_000, 20_000]


@pytest.mark.parametrize(
    "content",
    [
        "<table><tr><td>单号<td>商品" + "<tr><td colspan=1000 rowspan=1000>x" * 300 + "</table>",
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="a"><Table>'
        '<Row ss:Index="1900000"></Row><Row></Row></Table></Worksheet></Workbook>',
    ],
    ids=["a page", "XML of 2003"],
)
def test_cells_that_span_millions_of_places_are_refused(tmp_path, content, monkeypatch):
    monkeypatch.setattr("mining.ledger.markup._MOST_CELLS", 500_000)
    assert "has room for more than" in str(refusal(tmp_path, content))


def test_a_row_that_stands_outside_of_every_sheet_is_damage(tmp_path):
    content = '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Row/></Workbook>'
    assert "damaged" in str(refusal(tmp_path, content))


@pytest.mark.parametrize("row", [1, 2])
def test_more_columns_than_a_spreadsheet_has_are_refused_by_their_row(tmp_path, row):
    lines = ["单号,商品,金额", "007,茶,5"]
    lines.insert(row - 1, ",".join("1" * 20_000))
    problem = refusal(tmp_path, "\n".join(lines))
    assert (problem.values["row"], problem.values["limit"]) == (row, 16_384)
    with pytest.raises(Invalid):
        preview(tmp_path / "导出", Options())


def test_many_commas_within_one_text_are_no_columns(tmp_path):
    path = tmp_path / "导出"
    path.write_text(f'单号,商品,金额\n007,"茶{"," * 130_000}",5\n', "utf-8")
    # Each sign is looked at once: with a look ahead to the end of the cell for each, this takes minutes.
    assert read(path, Options(layout="list")).kept == 1


def test_a_sentence_about_the_columns_names_no_thousands_of_them(tmp_path):
    problem = refusal(tmp_path, ",".join(f"f{at}" for at in range(5_000)) + "\n" + ",".join("1" * 5_000))
    assert len(str(problem)) < 500


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_row_in_another_encoding_is_named_and_not_read_as_other_words(tmp_path, line_end):
    rows = ["订单号,商品,金额", *["1,啤酒,2.00"] * 30]
    content = line_end.join([*rows, ""]).encode("gb18030") + "2,奶茶,1.00".encode()
    problem = refusal(tmp_path, content)
    assert (problem.values["row"], problem.values["value"]) == (32, "奶茶")


def test_a_row_in_another_encoding_is_found_far_below_and_a_person_may_say_that_it_is_none(tmp_path, monkeypatch):
    monkeypatch.setattr("mining.ledger.detect._BLOCK", 1_000)
    monkeypatch.setattr("mining.ledger.detect._TELLING", 1_000)
    content = "订单号,商品,金额\n".encode("gb18030") + "1,啤酒,2.00\n".encode("gb18030") * 2_000
    problem = refusal(tmp_path, content + "2,奶茶,1.00\n".encode())
    assert (problem.values["row"], problem.field) == (2_002, "encoding")
    assert read(tmp_path / "导出", Options(encoding="gb18030")).kept == 2_001


def test_a_file_with_zeros_in_it_says_what_it_is_not(tmp_path):
    assert re.search("no text", str(refusal(tmp_path, bytes(5_000)).details()))


def test_a_cell_that_damage_moved_far_away_in_an_old_workbook_is_refused(tmp_path):
    content = bytearray(made_files.xls(一月=[*HEAD, ["007", "茶", "5"]]))
    assert old_workbook.reach(bytes(content)) == (2, 3, 6)
    # A record of a text: its kind, its length, then row and column.
    at = next(found.start() for found in re.finditer(rb"\xfd\x00\x0a\x00|\x04\x02..", bytes(content), re.DOTALL))
    content[at + 4 : at + 8] = b"\xff\xff\xff\xff"
    assert "row 65536 and column 65536" in str(refusal(tmp_path, bytes(content)))


def test_an_old_workbook_that_its_reader_trips_over_is_damaged(tmp_path):
    content = bytearray(made_files.xls(一月=[*HEAD, ["007", "茶", "5"]]))
    assert "damaged" in str(refusal(tmp_path, bytes(content[:-83])))


def test_utf16_said_of_another_text_is_refused_and_its_rows_are_shown(tmp_path):
    assert refusal(tmp_path, "单号,商品\n1,茶", encoding="utf-16").field == "encoding"
    assert preview(tmp_path / "导出", Options(encoding="utf-16")).problem.field == "encoding"


def test_the_first_byte_of_a_mark_alone_is_no_text(tmp_path):
    assert refusal(tmp_path, b"\xef").values["row"] == 1


def test_a_number_that_lost_its_digits_is_a_reject_in_a_basket_too(tmp_path):
    path = tmp_path / "导出"
    path.write_text("茶,2.02E+18\n糖,盐", "utf-8")
    lines = read(path, Options(layout="baskets"))
    assert (lines.kept, [(each["row"], each["code"]) for each in lines.rejects]) == (1, [(1, "digits_lost")])


def test_a_table_within_a_cell_of_another_takes_nothing_of_it(tmp_path):
    path = tmp_path / "导出"
    path.write_text("<table><tr><td>标题<table><tr><td>单号<td>商品<tr><td>1<td>茶</table></table>", "utf-8")
    assert read(path, Options()).frame["item"].to_list() == ["茶"]
