import csv
import gzip
import io
import json
import re
import zipfile
from decimal import Decimal

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, strategies as st

from kb.errors import Invalid
from mining.ledger.lines import SCHEMA, read
from mining.ledger.options import Options
from mining.ledger.reasons import REJECTED


@pytest.fixture
def orders(tmp_path):
    """Return a function that writes a csv of lines and returns its path."""

    def write(*lines, header="order,item"):
        path = tmp_path / "orders.csv"
        path.write_text("\n".join([header, *lines, ""]), "utf-8")
        return path

    return write


def told(path, **options):
    return read(path, Options(**options))


def refusal(path, **options):
    with pytest.raises(Invalid) as refused:
        told(path, **options)
    details = refused.value.details()
    assert path.name in details["message"]
    assert details["hint"]
    return details


cells = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)


@given(rows=st.lists(st.lists(cells, min_size=1, max_size=5), max_size=12))
def test_every_row_is_loaded_set_aside_or_rejected(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("rows") / "x.csv"
    out = io.StringIO(newline="")
    csv.writer(out).writerows([["order", "item", "quantity"], ["1", "a", "1"], *rows])
    path.write_bytes(out.getvalue().encode())

    lines = told(path)

    blank = sum(1 for row in rows if not any(cell.strip() for cell in row))
    assert lines.read == len(rows) + 1 - blank
    assert lines.read == lines.kept + lines.set_aside + lines.rejected
    assert len(lines.frame) == lines.kept
    assert len(lines.rejects) == lines.rejected
    assert sum(lines.by_reason.values()) == lines.set_aside + lines.rejected
    assert lines.frame.schema == pl.Schema(SCHEMA)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_encoding_and_delimiter_are_found(tmp_path, encoding, delimiter):
    path = tmp_path / "订单.csv"
    rows = ["单号,商品,数量", "1,青岛啤酒,2", "1,纸尿裤,1", "2,牛奶,1"]
    path.write_bytes("\r\n".join(rows).replace(",", delimiter).encode(encoding))

    lines = told(path)

    assert lines.frame["item"].to_list() == ["青岛啤酒", "纸尿裤", "牛奶"]
    assert (lines.encoding, lines.delimiter) == (encoding.removesuffix("-sig"), delimiter)
    assert lines.mapping == {"order": "单号", "item": "商品", "quantity": "数量"}


@pytest.mark.parametrize(
    ("text", "written", "found"),
    [
        ("單號,商品,數量\n1,青島啤酒,2\n1,紙尿褲,1\n總計,,3\n", "cp950", "big5"),
        # Traditional characters do not make it Big5.
        ("單號,商品,數量\n1,青島啤酒,2\n1,紙尿褲,1\n總計,,3\n", "gb18030", "gb18030"),
        ("order,item,quantity\n" + "0,milk,1\n" * 9 + "1,青岛啤酒,2\n合计,,3\n", "gb18030", "gb18030"),
        ("order,item\n1,青岛啤酒\n2,€５\n", "cp950", "big5"),
    ],
)  # fmt: skip
def test_gb18030_and_big5_are_told_apart_by_their_characters(tmp_path, text, written, found):
    path = tmp_path / "x.csv"
    path.write_bytes(text.replace("青岛", "青島" if found == "big5" else "青岛").encode(written))
    lines = told(path)
    assert (lines.encoding, lines.mapping["item"] in ("商品", "item")) == (found, True)
    assert any("啤酒" in item for item in lines.frame["item"])
    assert lines.rejected == 0


@pytest.mark.parametrize("content", ["订单", "囍龘", "café"])
def test_characters_that_look_right_in_neither_encoding_or_in_both_are_asked_about(tmp_path, content):
    path = tmp_path / "x.csv"
    path.write_bytes(f"order,item\n1,{content}y\n".encode("latin-1" if "é" in content else "gbk"))
    assert "GB18030 and as Big5" in refusal(path)["message"]
    assert told(path, encoding="gb18030").kept == 1


def test_columns_parted_by_blanks_are_found_and_blanks_in_names_are_not_taken_for_it(tmp_path, orders):
    path = tmp_path / "cds.txt"
    path.write_text(" customer_id  date number_of_cds  dollar_value\r\n 00001 19970101  1   11.77\r\n\t00002 19970112  "
                    "5   77.00 \r\n", "utf-8")  # fmt: skip
    lines = told(path)
    assert (lines.delimiter, lines.header_row) == (" ", 1)
    assert lines.frame["customer"].to_list() == ["00001", "00002"]
    assert lines.frame["amount"].to_list() == [117_700, 770_000]
    assert told(path, delimiter="blanks").frame.equals(lines.frame)
    assert told(orders("1,red wine,2", header="Order ID,Item name,Quantity")).delimiter == ","
    # One known word in a heading of two is no column.
    assert told(orders("1 可乐", "2 雪碧", header="商品 编号"), mapping="item=商品 编号").delimiter == ","
    assert told(orders("可乐 大杯 冰", "雪碧 大杯", "茶", header="商品 数量"), mapping="item=商品 数量").kept == 3


def test_gz_and_zip_are_opened_like_what_is_in_them(tmp_path):
    text = "order,item\n1,啤酒\n".encode()
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(text))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("orders.csv", text)
    assert [told(tmp_path / name).frame["item"].to_list() for name in ("a.csv.gz", "a.zip")] == [["啤酒"], ["啤酒"]]


def test_all_sheets_with_the_same_header_are_one_table_and_others_are_set_aside(tmp_path):
    path = tmp_path / "orders.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, rows in (
            ("八月", [["单号", "商品"], [417, "白饭\n大碗 "], [418, "ｔｅａ"]]),
            ("九月", [["单号", "商品"], [419, "白饭 大碗"]]),
            ("说明", [["这是说明"]]),
        ):
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)

    lines = told(path)

    assert lines.frame["item"].to_list() == ["白饭 大碗", "tea", "白饭 大碗"]
    assert lines.frame["order"].to_list() == ["417", "418", "419"]
    assert (lines.encoding, lines.by_reason) == (None, {"other_sheet": 1})


def test_the_header_is_found_under_title_lines(orders):
    path = orders("", "日期,门店,商品,数量", "2020-12-01,人民路店,啤酒,6", header="销售日报")
    lines = told(path)
    assert (lines.header_row, lines.frame["item"].to_list()) == (3, ["啤酒"])
    assert lines.frame["row"].to_list() == [4]


def test_totals_footers_and_repeated_headers_are_set_aside_but_a_product_that_sounds_like_one_stays(orders):
    path = orders(
        "1,啤酒,6", "小计,,6", "2,合计（牌）饼干,1", "order,item,quantity", "合计,,7", "说明：本表由系统生成。",
        header="order,item,quantity",
    )  # fmt: skip
    lines = told(path)
    assert lines.frame["item"].to_list() == ["啤酒", "合计(牌)饼干"]
    assert lines.by_reason == {"total": 2, "repeated_header": 1, "footer": 1}


def test_a_row_too_short_or_too_long_is_rejected_with_its_number(orders):
    lines = told(orders("1,a,1", "2,b", "3,c,1,9", "4,d,1", header="order,item,quantity"))
    assert [(each["row"], each["code"]) for each in lines.rejects] == [(3, "too_few_columns"), (4, "too_many_columns")]


def test_an_open_quote_loses_its_own_row_only(orders):
    lines = told(orders("1,a", '2,"b', "3,c", '4,"d\nd"', '5,"e""e"'))
    assert lines.frame["item"].to_list() == ["a", "c", "d d", 'e"e']
    assert [(each["row"], each["code"]) for each in lines.rejects] == [(3, "quote")]


def test_ids_stay_text_and_lost_digits_are_refused(orders):
    lines = told(orders("0002022,a", '"=""7""",a', "'8,a", "2.02E+18,a", "13900000006.0,a"))
    assert lines.frame["order"].to_list() == ["0002022", "7", "8", "13900000006"]
    assert [(each["row"], each["code"]) for each in lines.rejects] == [(5, "digits_lost")]
    assert lines.notes == {"integer_restored": 1}


def test_returns_and_gifts_are_left_out_unless_a_person_keeps_them(orders):
    path = orders("1,a,1,5", "1,b,-1,5", "1,c,1,0", header="order,item,quantity,price")
    assert told(path).by_reason == {"return": 1, "zero_price": 1}
    assert told(path, returns="keep", zero_price="keep").kept == 3


def test_what_is_required_and_missing_is_set_aside(orders):
    path = orders("1,a,x", "2,b,", header="order,item,customer")
    assert told(path, require="customer").by_reason == {"required": 1}


def test_a_nul_is_removed_and_noted(orders):
    lines = told(orders("1,a\0b"))
    assert (lines.frame["item"].to_list(), lines.notes) == (["ab"], {"nul_removed": 1})


def test_day_first_is_decided_by_a_row_that_shows_it_and_asked_otherwise(orders):
    undecided = told(orders("1,a,01/02/2020", header="order,item,time"))
    assert undecided.questions == [
        {"id": "dates", "column": "time", "rows": 1, "choices": ["dmy", "mdy"], "option": "--dates"}
    ]
    decided = told(orders("1,a,01/02/2020", "2,a,13/02/2020", header="order,item,time"))
    assert decided.questions == []
    assert decided.frame["time"].dt.month().to_list()[1] == 2
    assert told(orders("1,a,01/02/2020", header="order,item,time"), dates="mdy").kept == 1


def test_a_comma_that_may_stand_before_decimals_is_asked_about(orders):
    path = orders('1,a,"1,50"', '2,b,"1,500"', "3,c,1 500", header="order,item,amount")
    lines = told(path)
    assert lines.questions == [
        {"id": "decimal", "column": "amount", "rows": 1, "choices": [",", "."], "option": "--decimal"}
    ]
    assert (lines.frame["amount"].to_list(), lines.by_reason) == ([15_000_000] * 2, {"asked": 1})
    assert told(path, decimal=",").frame["amount"].to_list() == [15_000, 15_000]
    assert told(path, decimal=".").by_reason == {"not_a_number": 1}
    assert told(path, off="money").by_reason == {"not_a_number": 3}


def test_date_and_time_may_stand_in_two_columns(orders):
    lines = told(orders("2016-10-30,09:58:11,1,Bread", header="Date,Time,Transaction,Item"), zone="UTC")
    assert lines.frame["time"][0].isoformat() == "2016-10-30T09:58:11"
    assert lines.mapping["time"] == "Date+Time"


def test_a_person_maps_columns_by_name_and_leaves_one_out(orders):
    path = orders("1,2,a", header="A,B,C")
    lines = told(path, mapping="order=B,item=C,customer=")
    assert (lines.frame["order"].to_list(), lines.frame["item"].to_list()) == (["2"], ["a"])
    details = refusal(path, mapping="order=D,item=C")
    assert (details["column"], "A, B, C" in details["message"]) == ("D", True)


def test_a_line_may_be_a_whole_basket(orders):
    path = orders("beer,diapers", "milk", header="bread,milk,beer ")
    lines = told(path, layout="baskets")
    assert lines.frame["order"].to_list() == ["1", "1", "1", "2", "2", "3"]
    assert (lines.read, lines.kept) == (3, 3)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"), (b"\xef\xbb\xbf \r\n", "empty"), ("单号,商品\n".encode(), "no row below"),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "a picture"), (b"%PDF-1.7\n" + bytes(99), "a PDF"),
        (b"<html><p>1</p>", "a web page"), (b"\xd0\xcf\x11\xe0" + bytes(99), "damaged"),
        ("单号,商品\n1,啤酒纸尿裤牛奶面包\n2,".encode() + b"\xff\xfe\n", "row 3"),
        (b"a,b\n1,2\n", "no column says"), (b"PK\x03\x04" + bytes(30), "damaged"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_of_purchases_is_refused_by_name(tmp_path, content, says):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    assert says in refusal(path)["message"]


def test_a_wrong_encoding_names_its_first_bad_row(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes("单号,商品\n1,啤酒\n2,𠮷\n".encode("gb18030"))
    details = refusal(path, encoding="utf-8")
    assert details["row"] == 1
    assert "--encoding" in details["hint"]


def test_a_bomb_is_refused_before_it_unpacks(tmp_path):
    path = tmp_path / "x.csv.gz"
    path.write_bytes(gzip.compress(bytes(30_000_000)))
    assert refusal(path)["message"].endswith(("should.", "empty.", "--encoding utf-16."))


def test_every_reason_for_a_reject_has_its_sentence():
    assert all("%(file)s" in sentence and "%(row)d" in sentence for sentence in REJECTED.values())


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("name", "options", "kept", "aside", "rejected"),
    [
        ("purchases_zh/GoodsOrder.csv", {}, 43_367, 0, 0),
        ("purchases_zh/meal_order_detail.xlsx", {}, 10_037, 0, 0),
        ("purchases_en/BreadBasket_DMS.csv", {}, 20_507, 786, 0),
        ("purchases_en/groceries.csv", {"layout": "baskets"}, 9_835, 0, 0),
        ("purchases_en/online_retail.csv.gz", {"require": "customer"}, 397_884, 144_025, 0),
        ("dirty/orders_gb18030.csv", {}, 4, 0, 0),
        ("dirty/utf8_that_gb18030_also_accepts.csv", {}, 3, 0, 0),
        ("dirty/totals_subtotals_footer.csv", {}, 3, 4, 0),
        ("dirty/ids_scientific.csv", {}, 7, 0, 1),
    ],
)
def test_real_files_give_the_known_numbers(shared_data, name, options, kept, aside, rejected):
    lines = told(shared_data / name, **options)
    assert (lines.kept, lines.set_aside, lines.rejected) == (kept, aside, rejected)


@pytest.mark.shared_data
def test_every_amount_of_the_manifest_is_read_or_refused_as_it_says(shared_data):
    expected = json.loads((shared_data / "dirty/manifest.json").read_text("utf-8"))["amounts_many_forms.csv"]["expect"]
    lines = told(shared_data / "dirty/amounts_many_forms.csv", returns="keep")
    read = dict(lines.frame.select(pl.col("row").cast(pl.String), "amount").iter_rows())
    for row, outcome in expected.items():
        number = re.match(r"(?:keep exact decimal )?(-?[\d.]+)", outcome)
        if number is not None:
            assert read[row] == int(Decimal(number[1]) * 10_000), row
        else:
            # “Keep exact” names no value; what is missing is a line all the same.
            assert (row in read) == outcome.startswith(("missing", "keep")), row
            assert not outcome.startswith("missing") or read[row] is None
    assert {row for row, outcome in expected.items() if outcome.startswith("ask")} == {"12", "13"}
    assert [(each["id"], each["rows"]) for each in lines.questions] == [("decimal", 2)]


@pytest.mark.shared_data
def test_real_files_that_are_no_purchases_are_refused_and_one_parted_by_blanks_is_read(shared_data):
    for name in ("purchases_zh/GoodsTypes.csv", "purchases_en/completejourney_products.csv.gz"):
        assert "list of products" in refusal(shared_data / name)["message"]
    cds = told(shared_data / "purchases_en/CDNOW_master.txt.gz", zero_price="keep")
    assert (cds.delimiter, cds.kept, cds.frame["customer"].n_unique()) == (" ", 69_659, 23_570)
    assert (cds.frame["quantity"].sum(), cds.frame["amount"].sum()) == (1_678_810_000, 25_003_156_300)


@pytest.mark.shared_data
def test_the_encodings_that_mislead_are_told_apart(shared_data):
    first = told(shared_data / "dirty/orders_gb18030.csv")
    second = told(shared_data / "dirty/utf8_that_gb18030_also_accepts.csv")
    assert (first.encoding, second.encoding) == ("gb18030", "utf-8")
    assert first.frame["customer"].to_list()[1] == "㐂乐商行"
    assert second.frame["customer"].to_list() == ["布分争单", "服啤", "诉单体额"]


@pytest.mark.shared_data
def test_the_dishes_of_the_restaurant_are_145_once_their_names_are_clean(shared_data):
    lines = told(shared_data / "purchases_zh/meal_order_detail.xlsx")
    assert lines.guessed == {"price": "amounts"}
    assert lines.frame["item"].n_unique() == 145
    assert (lines.frame["quantity"] * lines.frame["price"]).sum() / 10_000**2 == 463_704


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_with_a_flipped_byte_is_refused_or_read_but_never_breaks(tmp_path, method):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("a.csv", "order,item\n" + "".join(f"{n},milk {n * n}\n" for n in range(50)))
    whole = path.read_bytes()
    refused = 0
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x5A]) + whole[at + 1 :])
        try:
            told(path)
        except Invalid:
            refused += 1
    assert refused > len(whole) / 2


def test_a_zip_packed_in_a_way_we_cannot_open_is_refused_with_the_way_out(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", "order,item\n1,milk\n")
    # Deflate64, which Windows takes for large files.
    whole = bytearray(path.read_bytes())
    whole[8], whole[whole.index(b"PK\x01\x02") + 10] = 9, 9
    path.write_bytes(bytes(whole))
    assert "Unpack it" in refusal(path)["hint"]


DIRTY = (
    "单号,商品,数量,金额,日期\n"
    "1, 密封罐\t,１,\"￥1,200.00\",2026/5/1\n"
    "2,Ｔ恤,2,30,2026-05-02\n"
    "合计,,3,\"1,230\",\n"
)  # fmt: skip


def test_each_rule_of_cleaning_is_counted_by_its_name(orders):
    lines = told(orders(DIRTY, header=""))
    assert lines.frame["item"].to_list() == ["密封罐", "T恤"]
    assert lines.notes == {"blanks": 1, "width": 2, "money": 1, "dates": 1}
    assert lines.by_reason == {"total": 1}


@pytest.mark.parametrize(
    ("rule", "kept", "by_reason"),
    [("blanks", [" 密封罐\t", "T恤"], {"total": 1}), ("width", ["Ｔ恤"], {"not_a_number": 1, "total": 1}),
     ("money", ["T恤"], {"not_a_number": 1, "total": 1}), ("dates", ["T恤"], {"not_a_date": 1, "total": 1}),
     ("total", ["密封罐", "T恤"], {"item_missing": 1})],
)  # fmt: skip
def test_a_rule_switched_off_is_not_applied(orders, rule, kept, by_reason):
    lines = told(orders(DIRTY, header=""), off=rule)
    assert lines.frame["item"].to_list() == kept
    assert lines.by_reason == by_reason
    assert rule not in lines.notes


def test_a_rule_that_is_none_is_refused():
    with pytest.raises(Invalid) as refused:
        Options(off="totals")
    assert "blanks" in refused.value.hint % refused.value.values


@pytest.mark.parametrize("is_sum", [False, True])
def test_an_amount_that_is_the_same_however_many_is_read_as_a_price_and_told(orders, is_sum):
    dishes = [("白饭", 1), ("烤鱼", 88), ("汤", 30), ("面", 12)]
    sold = [(dish, pieces, price) for dish, price in dishes for pieces in (1, 2, 3)]
    rows = [
        f"{at},{dish},{pieces},{price * (pieces if is_sum else 1)}" for at, (dish, pieces, price) in enumerate(sold)
    ]
    path = orders(*rows, header="单号,商品,数量,金额")
    lines = told(path)
    assert lines.guessed == ({} if is_sum else {"price": "金额"})
    assert lines.frame["price"].null_count() == (12 if is_sum else 0)
    assert told(path, mapping="amount=金额").guessed == {}
