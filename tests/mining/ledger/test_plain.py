"""Plain rows, read by column, are the very lines that reading row by row gives."""

import pytest
from hypothesis import example, given, settings, strategies as st

from mining.ledger import blocks, by_block, lines
from mining.ledger.options import Options

HEADER = "单号,商品,客户,数量,单价,日期"
# Each kind of cell in its plain forms and in those that need a rule, a reason or a question.
CELLS = {
    "order": ["1", "A-2", "", "000123", "1.5E+11", "123456.0", "合计", "单号", "'7", "#N/A"],
    "item": ["罐", "密封 圈", " 罐", "Ｔ恤", "a  b", "NONE", "无", "", "x\t", "=\"罐\"", "é", "罐\u3000圈", "小计："],
    "customer": ["", "张三", "13812345678", "会\u200b员"],
    "quantity": ["1", "2", "-1", "0", "", "1.5", "１", "x", "1e3", "12345678901234", "1.00005", " 3", "-0"],
    "price": ["3", "0", "", "12.50", "￥5", "1.2345", "-2", "$4", ".5", "1,5"],
    "time": ["2026-05-01", "2026-05-01 08:30", "2026-05-01 08:30:59", "", "2026/5/1", "3/4/2026", "13/4/2026", "46000",
             "2026-02-30", "1986-05-04 02:30", "1991-09-15 01:30", "2026-05-01T08:30:00", "1969-01-01", "+2026-5-01",
             "２０２６-05-01", "2026-05-01T08:30:59Z", "+2026-05-1T08:30:59Z"],
}  # fmt: skip
PLAIN = [
    ["1", "A-2", ""], ["罐", "密封 圈", "é"], ["", "张三"], ["1", "2", "1.5", "0", ""],
    ["3", "12.50", "1.2345", "0", "-2", ""],
    ["2026-05-01", "2026-05-01 08:30", "2026-05-01 08:30:59", "", "1991-09-15 01:30", "1986-05-04 02:30"],
]  # fmt: skip
ROWS = st.lists(st.one_of(
    st.tuples(*map(st.sampled_from, PLAIN)).map(",".join),
    st.tuples(*map(st.sampled_from, CELLS.values())).map(",".join),
    st.sampled_from(["", " ", HEADER, "1,罐", "合计,,,3,,", "以上为全部,,,,,", "1,罐,,1,2,2026-05-01,多",
                     '1,"罐,圈",,1,2,', '"断,1', "备注"]),
), max_size=12)  # fmt: skip


def told(path, options, plain):
    with pytest.MonkeyPatch.context() as patch:
        if not plain:
            patch.setattr(by_block, "plain_rows", lambda *_, **__: None)
        try:
            return lines.read(path, options)
        except lines.Invalid as problem:
            return problem.details()


@settings(max_examples=150, deadline=None)
@given(
    rows=ROWS,
    returns=st.sampled_from(["drop", "keep"]),
    zero_price=st.sampled_from(["drop", "keep"]),
    decimal=st.sampled_from([None, ","]),
    require=st.sampled_from([(), ("customer",), ("shop",)]),
    off=st.sampled_from([(), ("blanks", "width"), ("total", "not_goods"), ("money", "dates")]),
    no_goods=st.sampled_from([(), ("罐", "a-*"), ("*圈*",)]),
)
@example(rows=["1,罐,张三,1,3,2026-05-01", "合计,,,1,,", "备注"], returns="drop", zero_price="drop", decimal=None,
         require=(), off=(), no_goods=())  # fmt: skip
@example(rows=["备注", "1,罐,张三,1,3,2026-05-01", "备注"], returns="drop", zero_price="drop", decimal=None,
         require=(), off=(), no_goods=())  # fmt: skip
def test_rows_read_by_column_are_the_lines_that_rows_read_one_by_one_give(tmp_path_factory, rows, **chosen):
    path = tmp_path_factory.mktemp("plain") / "a.csv"
    path.write_text("\n".join([HEADER, *rows, ""]), "utf-8")
    options = Options(**chosen)
    by_column, one_by_one = (told(path, options, plain) for plain in (True, False))
    if isinstance(one_by_one, dict):
        assert by_column == one_by_one
        return
    assert by_column.frame.equals(one_by_one.frame)
    for name in ("read", "kept", "set_aside", "rejected", "by_reason", "rejects", "notes", "questions"):
        assert getattr(by_column, name) == getattr(one_by_one, name), name


@settings(max_examples=80, deadline=None)
@given(rows=ROWS, size=st.integers(1, 90), dates=st.sampled_from([None, "dmy"]))
def test_where_a_block_of_the_file_ends_makes_no_difference(tmp_path_factory, rows, size, dates):
    path = tmp_path_factory.mktemp("blocks") / "a.csv"
    options = Options(dates=dates, layout="lines")
    with pytest.MonkeyPatch.context() as patch:
        path.write_text("\n".join([HEADER, *rows, '7,"罐\n圈",,1,2,3/4/2026', *rows, "备注"]), "utf-8")
        whole = lines.read(path, options)
        patch.setattr(blocks, "SIZE", size)
        found = lines.read(path, options)
    assert found.frame.equals(whole.frame)
    for name in ("read", "kept", "set_aside", "rejected", "by_reason", "rejects", "notes", "questions"):
        assert getattr(found, name) == getattr(whole, name), name


def test_nearly_every_row_of_a_clean_file_is_plain(tmp_path):
    path = tmp_path / "a.csv"
    rows = [f"{n},罐,张三,1,3.50,2026-05-01 08:30:00" for n in range(100)]
    path.write_text("\n".join([HEADER, *rows, "100,Ｔ恤,张三,1,3.50,2026-05-01 08:30:00"]), "utf-8")
    taken = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(by_block.Reader, "take", lambda self, row: taken.append(row.number))
        lines.read(path, Options())
    assert taken == []


def test_only_rows_that_something_is_wrong_with_are_read_one_by_one(tmp_path):
    path = tmp_path / "a.csv"
    rows = [
        '1,"罐，大",张三,1,￥3.50,2026/5/1 8:30',
        "2,罐,张三,1,x,2026-05-01",
        "3,Ｔ恤,张三,1,3.50,2026年5月1日",
        "4,罐,张三,1,3.50,+2026-5-01",
    ]
    path.write_text("\n".join([HEADER, *rows, "合计,,,3,,"]), "utf-8")
    taken = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(by_block.Reader, "take", lambda self, row: taken.append(row.number))
        lines.read(path, Options())
    assert taken == [3, 5, 6]
