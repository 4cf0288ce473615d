"""Parquet files: what they hold is read as the same table in text would be."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import polars as pl
import pytest

from kb.errors import Invalid
from mining.ledger import columnar
from mining.ledger.lines import read
from mining.ledger.options import Options
from mining.ledger.preview import preview


def written(tmp_path, columns, name="订单.parquet", **kinds):
    path = tmp_path / name
    pl.DataFrame(columns, schema_overrides=kinds).write_parquet(path)
    return path


def test_each_kind_of_column_is_read_as_what_it_is(tmp_path):
    path = written(
        tmp_path,
        {
            "订单号": [7001, 7001, 7002],
            "商品": ["牛奶,低脂", '6" 披萨', "面\n包"],
            "会员号": [612.0, None, float("nan")],
            "时间": [datetime(2026, 5, 1, 8, 30), None, datetime(2026, 5, 2, 9)],
            "数量": [Decimal("2"), Decimal("1.5"), Decimal("3")],
            "单价": [3.5, 0.1, 12345678.25],
            "门店": ["总店", "总店", None],
        },
        门店=pl.Categorical,
    )
    lines = read(path, Options())
    assert lines.frame.select("row", "order", "item", "customer", "quantity", "price", "shop").rows() == [
        (2, "7001", "牛奶,低脂", "612", 20_000, 35_000, "总店"),
        (3, "7001", '6" 披萨', None, 15_000, 1_000, "总店"),
        (4, "7002", "面 包", None, 30_000, 123_456_782_500, None),
    ]
    assert lines.frame["time"].to_list() == [datetime(2026, 5, 1, 0, 30), None, datetime(2026, 5, 2, 1)]
    assert (lines.read, lines.encoding, lines.delimiter, lines.header_row) == (3, None, None, 1)


def test_a_moment_that_knows_its_zone_a_day_and_a_day_with_a_time_beside_it_are_times(tmp_path):
    moments = [datetime(2026, 5, 1, 8, 30, tzinfo=UTC)]
    path = written(tmp_path, {"单号": ["1"], "商品": ["茶"], "时间": moments}, 时间=pl.Datetime("ns", "Asia/Tokyo"))
    assert read(path, Options()).frame["time"].to_list() == [datetime(2026, 5, 1, 8, 30)]
    path = written(tmp_path, {"单号": ["1"], "商品": ["茶"], "日期": [date(2026, 5, 1)], "时刻": [time(8, 30)]})
    assert read(path, Options()).frame["time"].to_list() == [datetime(2026, 4, 30, 16)]
    both = read(path, Options(mapping="time=日期+时刻"))
    assert both.frame["time"].to_list() == [datetime(2026, 5, 1, 0, 30)]


def test_rows_that_are_rejected_or_set_aside_are_counted_and_numbered_through_all_pieces(tmp_path, monkeypatch):
    monkeypatch.setattr(columnar, "_ROWS", 2)
    path = written(
        tmp_path,
        {
            "单号": list("1122"),
            "商品": ["茶", None, "糖", "合计"],
            "数量": ["1", "2", "三", "1"],
            "单价": [1, 1, 1, -1],
        },
    )
    lines = read(path, Options())
    assert (lines.read, lines.kept, lines.by_reason) == (4, 1, {"item_missing": 1, "not_a_number": 1, "return": 1})
    assert [(each["row"], each["code"]) for each in lines.rejects] == [(3, "item_missing"), (4, "not_a_number")]


def test_the_first_rows_are_shown_and_what_the_columns_hold_is_guessed(tmp_path):
    path = written(tmp_path, {"订单号": [1, 1], "商品": ["茶", "糖"], "x": ["2026-05-01", "2026-05-02"]})
    seen = preview(path, Options())
    assert (seen.kind, seen.header, seen.header_row, seen.problem) == ("parquet", ["订单号", "商品", "x"], 1, None)
    assert [row["cells"] for row in seen.rows[1:]] == [["1", "茶", "2026-05-01"], ["1", "糖", "2026-05-02"]]
    assert (seen.mapping, seen.guessed) == ({"order": "订单号", "item": "商品"}, {"time": "x"})


@pytest.mark.parametrize("values", [[["茶", "糖"]], [{"名": "茶"}], [b"\x00\x01"]], ids=["list", "record", "bytes"])
def test_a_column_of_what_is_no_single_value_is_refused_by_its_name(tmp_path, values):
    path = written(tmp_path, {"订单号": [1], "商品": values})
    with pytest.raises(Invalid) as refused:
        read(path, Options())
    assert refused.value.values["column"] == "商品"
    assert preview(path, Options()).problem.values["column"] == "商品"


def test_a_file_cut_off_is_refused(tmp_path):
    path = written(tmp_path, {"订单号": [1], "商品": ["茶"]})
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(Invalid, match="damaged"):
        read(path, Options())


def test_a_file_of_columns_without_a_row_is_refused(tmp_path):
    with pytest.raises(Invalid, match="no row below"):
        read(written(tmp_path, {"订单号": [], "商品": []}, 订单号=pl.String, 商品=pl.String), Options())


def test_a_name_like_a_pattern_is_that_of_one_file(tmp_path):
    written(tmp_path, {"订单号": [9], "商品": ["糖"]}, "a2.parquet")
    for name in ("a*.parquet", "a[1].parquet"):
        lines = read(written(tmp_path, {"订单号": [1], "商品": ["茶"]}, name), Options())
        assert lines.frame["item"].to_list() == ["茶"]


def test_a_text_that_a_small_file_repeats_in_each_row_is_refused_before_it_is_written_out(tmp_path):
    path = written(tmp_path, {"订单号": range(2_000), "商品": ["茶" * 10_000] * 2_000})
    assert path.stat().st_size < 50_000
    with pytest.raises(Invalid, match="far more"):
        read(path, Options())


def test_rows_too_long_to_be_held_at_once_are_read_in_turns_and_a_text_too_long_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(columnar, "_BYTES", 100)
    monkeypatch.setattr(columnar, "_MOST_TIMES", 10**9)
    monkeypatch.setattr(columnar, "_LONGEST", 200_000)
    items = ["茶", "糖" * 30, "盐" * 300_000, "米", "醋" * 30]
    path = written(tmp_path, {"订单号": range(5), "商品": items})
    lines = read(path, Options())
    assert lines.frame.select("row", "item").rows() == [(2, "茶"), (3, "糖" * 30), (5, "米"), (6, "醋" * 30)]
    assert [(each["row"], each["code"]) for each in lines.rejects] == [(4, "field_too_long")]


def test_other_layouts_are_read_as_such_and_rows_without_columns_are_refused(tmp_path):
    path = written(tmp_path, {"订单号": [1], "商品": ["茶;糖"]})
    assert read(path, Options(layout="list")).frame["item"].to_list() == ["茶", "糖"]
    with pytest.raises(Invalid, match="columns with names"):
        read(path, Options(layout="baskets"))
    assert preview(path, Options(layout="baskets")).problem.field == "layout"
