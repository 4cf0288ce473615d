"""Each file of real trouble has the outcome its manifest states, and so have small files of the same kinds."""

import json
import re
from collections import Counter

import polars as pl
import pytest
import xlsxwriter

from mining.ledger.lines import read
from mining.ledger.options import Options

# Each of a day, written as people and systems do: what is read in Shanghai's time, the reason why not, or a question.
DAYS = [
    ("20101201", "2010-12-01T00:00"), ("2010-12-1", "2010-12-01T00:00"), ("2010/12/1", "2010-12-01T00:00"),
    ("2010年12月1日", "2010-12-01T00:00"), ("2010-12-01 13:05", "2010-12-01T13:05"), ("40513", "serials"),
    ("12/1/2010 8:26", "2010-01-12T08:26"), ("13/12/2010", "2010-12-13T00:00"),
    ("2010-12-01T00:26Z", "2010-12-01T08:26"),
    ("2010-02-30", "no_such_day"), ("昨天", "not_a_date"), ("", None), ("08:26", "day_missing"),
    ("10-12-01", "year_unclear"), ("2210-12-01", "year_out_of_range"), ("２０１０-12-01", "2010-12-01T00:00"),
]  # fmt: skip


def of(shared_data, name):
    path = shared_data / "dirty" / name
    return path, json.loads((path.parent / "manifest.json").read_text("utf-8"))[name]["expect"]


def test_one_column_with_many_ways_to_write_a_day(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["日期,数量", *(f"{day},1" for day, _ in DAYS)]), "utf-8")
    lines = read(path, Options())
    found = dict(
        lines.frame.select("row", pl.col("time").dt.offset_by("8h").dt.to_string("%Y-%m-%dT%H:%M")).iter_rows()
    )
    found |= {each["row"]: each["code"] for each in lines.rejects}
    expected = dict(enumerate((outcome for _, outcome in DAYS), 2))
    assert {row: found.get(row, "serials") for row in expected} == expected
    assert [(each["id"], each["rows"]) for each in lines.questions] == [("serials", 1)]


@pytest.mark.shared_data
def test_the_days_of_the_manifest(shared_data):
    path, expected = of(shared_data, "dates_many_forms.csv")
    lines = read(path, Options(zone="UTC"))
    times = dict(lines.frame.select(pl.col("row").cast(pl.String), "time").iter_rows())
    codes = {str(each["row"]): each["code"] for each in lines.rejects}
    for row, outcome in expected.items():
        day = re.match(r"\d{4}-\d\d-\d\d(T\d\d:\d\d)?", outcome)
        if row in codes:
            assert "error" in outcome, (row, outcome, codes[row])
        elif row not in times:
            assert outcome.startswith("ask"), (row, outcome)
        else:
            read_as = "" if times[row] is None else times[row].isoformat()
            assert outcome == "missing" or day, (row, outcome, read_as)
            assert read_as.startswith("" if day is None else day[0]), (row, outcome, read_as)
    assert [each["id"] for each in lines.questions] == ["serials"]


def test_days_that_a_workbook_counts_from_1904(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path, {"date_1904": True}) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row("A1", ["单号", "日期", "数量"])
        sheet.write_row("A2", [1001, "", 1])
        sheet.write_number("B2", 39_051, day)
        sheet.write_row("A3", [1005, 39_051, 1])
    lines = read(path, Options(zone="UTC"))
    assert [str(moment) for moment in lines.frame["time"]] == ["2010-12-01 00:00:00"]
    assert [each["id"] for each in lines.questions] == ["serials"]


@pytest.mark.shared_data
def test_the_workbook_of_the_manifest_that_counts_from_1904(shared_data):
    path, expected = of(shared_data, "dates_1904_epoch.xlsx")
    lines = read(path, Options(zone="UTC"))
    times = {order: moment.isoformat()[:16] for order, moment in lines.frame.select("order", "time").iter_rows()}
    assert {order: times[order] for order in ("1001", "1002", "1003")} == {
        order: f"{expected[order]}T00:00"[:16] for order in ("1001", "1002", "1003")
    }
    assert (lines.by_reason, len(lines.questions)) == ({"day_missing": 1, "asked": 1}, 1)


def test_numbers_of_orders_in_the_disguises_people_use_against_a_spreadsheet(tmp_path):
    path = tmp_path / "a.csv"
    long = "2022072512345928259"
    rows = ["2.02207E+18", f'"=""{long}"""', f"\t{long}", f"'{long}", f"`{long}", "0002022"]
    path.write_text("\n".join(["订单号,商品,手机号", *(f"{each},茶,13900000006.0" for each in rows)]), "utf-8")
    lines = read(path, Options())
    assert [(each["row"], each["code"]) for each in lines.rejects] == [(2, "digits_lost")]
    assert lines.frame["order"].to_list() == [long] * 4 + ["0002022"]
    assert (lines.frame["customer"].unique().to_list(), lines.notes["integer_restored"]) == (["13900000006"], 5)


@pytest.mark.shared_data
def test_the_disguised_numbers_of_the_manifest(shared_data):
    path, expected = of(shared_data, "ids_scientific.csv")
    lines = read(path, Options())
    assert [each["row"] for each in lines.rejects] == expected["bad_rows"]
    found = dict(lines.frame.select(pl.col("row").cast(pl.String), "order").iter_rows())
    assert {row: found[row] for row in expected["clean_ids"]} == expected["clean_ids"]


@pytest.mark.shared_data
def test_the_head_of_two_levels_of_the_manifest(shared_data):
    path, expected = of(shared_data, "merged_two_level_header_totals.xlsx")
    lines = read(path, Options())
    assert (lines.header, lines.header_row) == (expected["columns"], expected["header_rows"][-1])
    assert (lines.kept, lines.set_aside, lines.rejected) == (expected["data_rows"], len(expected["skipped"]), 0)
    customers = dict(lines.frame.select("row", "customer").iter_rows())
    assert (customers[6], customers[8]) == (expected["customer_of_row6"], expected["customer_of_row8"])
    assert lines.frame["amount"].sum() == expected["sum"] * 10_000


@pytest.mark.shared_data
def test_the_totals_of_the_manifest_are_set_aside_and_the_product_called_so_is_kept(shared_data):
    path, expected = of(shared_data, "totals_subtotals_footer.csv")
    lines = read(path, Options())
    assert (lines.kept, lines.set_aside) == (expected["data_rows"], len(expected["set_aside"]))
    assert "合计(牌)饼干" in lines.frame["item"].to_list()
    assert lines.frame["amount"].sum() == 2_200_000


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("name", "options", "reasons"),
    [
        ("purchases_zh/GoodsOrder.csv", {}, {}),
        ("purchases_zh/meal_order_detail.xlsx", {}, {}),
        ("purchases_en/BreadBasket_DMS.csv", {}, {"not_goods": 786}),
        ("purchases_en/groceries.csv", {"layout": "baskets"}, {}),
        ("purchases_en/online_retail.csv.gz", {}, {"return": 10_626, "zero_price": 1_179}),
        ("purchases_en/CDNOW_master.txt.gz", {}, {"zero_price": 80}),
        ("purchases_en/completejourney_transactions_sample.csv.gz", {}, {"zero_price": 528, "digits_lost": 1}),
    ],
)
def test_every_file_of_purchases_comes_in_without_any_choice_and_nothing_of_it_is_lost(
    shared_data, name, options, reasons
):
    counts = Counter()
    lines = read(shared_data / name, Options(**options), keep=lambda frame: counts.update(lines=len(frame)))
    assert lines.by_reason == reasons
    assert lines.read == lines.kept + sum(reasons.values())
    assert counts["lines"] == (43_367 if "groceries" in name else lines.kept)
