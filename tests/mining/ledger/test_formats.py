"""What systems call .xls, and workbooks as people make them, give the lines that stand in them."""

import pytest
import xlsxwriter

from kb.errors import Invalid
from mining.ledger.lines import read
from mining.ledger.options import Options
from mining.ledger.preview import preview
from tests import made_files

ROWS = [["单号", "商品", "数量"], ["007", "啤酒", "2"], ["007", "尿布", "1"]]
LINES = [("007", "啤酒", 20_000), ("007", "尿布", 10_000)]


def page(rows, charset="utf-8"):
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return (
        f'<html><head><meta charset="{charset}"><style>td{{mso-number-format:"\\@"}}</style></head><body>'
        f"<table><tr><td>标题</td></tr></table><table border=1>{cells}</table></body></html>"
    ).encode(charset)


def spreadsheet(rows, head=""):
    cells = "".join(
        "<Row>" + "".join(f'<Cell><Data ss:Type="String">{cell}</Data></Cell>' for cell in row) + "</Row>"
        for row in rows
    )
    name = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<?xml version="1.0"?>{head}<Workbook xmlns="{name}" xmlns:ss="{name}">'
        f'<Worksheet ss:Name="一月"><Table>{cells}</Table></Worksheet></Workbook>'
    ).encode()


def told(tmp_path, content, name="导出.xls", **options):
    path = tmp_path / name
    path.write_bytes(content)
    lines = read(path, Options(**options))
    return list(lines.frame.select("order", "item", "quantity").iter_rows()), lines


@pytest.mark.parametrize(
    "content",
    [
        page(ROWS),
        page(ROWS, "gb18030"),
        spreadsheet(ROWS),
        made_files.xls(一月=ROWS),
        "\n".join("\t".join(row) for row in ROWS).encode("gb18030"),
        "\n".join("\t".join(row) for row in ROWS).encode("utf-16"),
    ],
    ids=["web page", "web page in GB18030", "XML of 2003", "BIFF", "tabs", "tabs in UTF-16"],
)
def test_what_is_called_xls_is_read_by_what_it_holds(tmp_path, content):
    lines, _ = told(tmp_path, content)
    assert lines == LINES
    shown = preview(tmp_path / "导出.xls", Options())
    assert (shown.header, shown.problem) == (ROWS[0], None)


def test_a_cell_over_several_rows_of_a_web_page_counts_for_each(tmp_path):
    content = (
        "<table><tr><th>单号<th>商品<th>数量<tr><td rowspan=2>007<td>啤酒<td>2<tr><td>尿布<td>1"
        "<tr><td>008<td>茶&amp;糖<td>1</table>"
    )
    lines, _ = told(tmp_path, content.encode())
    assert lines == [*LINES, ("008", "茶&糖", 10_000)]


def test_cells_that_the_xml_of_2003_leaves_out_are_empty(tmp_path):
    late = '<Row ss:Index="9"><Cell><Data>008</Data></Cell><Cell ss:Index="3"><Data>4</Data></Cell></Row></Table>'
    content = spreadsheet(ROWS).replace(b"</Table>", late.encode())
    lines, found = told(tmp_path, content)
    assert (lines, found.by_reason, found.rejects[0]["row"]) == (LINES, {"item_missing": 1}, 9)


def test_xml_that_defines_entities_is_not_opened(tmp_path):
    bomb = spreadsheet(ROWS, '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>')
    with pytest.raises(Invalid, match="damaged"):
        told(tmp_path, bomb)


def test_a_locked_workbook_says_that_it_is_locked(tmp_path):
    with pytest.raises(Invalid, match="password"):
        told(tmp_path, made_files.compound(EncryptedPackage=bytes(5_000), EncryptionInfo=bytes(5_000)))


def test_a_head_of_two_levels_and_merged_customers_are_read_as_a_person_reads_them(tmp_path):
    path = tmp_path / "明细.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.merge_range("A1:F1", "销售明细表")
        sheet.merge_range("A2:A3", "单号")
        sheet.merge_range("B2:C2", "客户")
        sheet.merge_range("D2:E2", "商品")
        sheet.write("F2", "金额")
        for at, name in enumerate(["名称", "电话", "名称", "数量", "小计"], 1):
            sheet.write(2, at, name)
        sheet.merge_range("A4:A5", "1001")
        sheet.merge_range("B4:B5", "张三")
        sheet.write_row("D4", ["啤酒", 6, 33])
        sheet.write_row("D5", ["尿布", 2, 178])
        sheet.write_row("A6", ["合计", "", "", "", 8, 211])
        sheet.write_row("A8", ["制表人：王五", "", "", "审核：李四"])
    lines = read(path, Options())
    assert (lines.header_row, lines.by_reason) == (3, {"total": 1, "footer": 1})
    assert lines.header == ["单号", "客户/名称", "客户/电话", "商品/名称", "商品/数量", "小计"]
    assert list(lines.frame.select("order", "customer", "item", "amount").iter_rows()) == [
        ("1001", "张三", "啤酒", 330_000),
        ("1001", "张三", "尿布", 1_780_000),
    ]


def test_what_only_looks_like_a_remark_and_has_rows_below_it_is_a_row(tmp_path):
    rows = [["商品", "备注", "数量"], ["备注：茶", "收件：张三", ""], ["茶", "", "1"], ["制表：王五", "审核：李四", ""]]
    lines, found = told(tmp_path, "\n".join(map(",".join, rows)).encode(), "a.csv")
    assert [item for _, item, _ in lines] == ["备注:茶", "茶"]
    assert found.by_reason == {"footer": 1}
