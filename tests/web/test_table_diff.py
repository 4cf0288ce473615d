"""A table that changed is told row by row, and no word of either text is lost."""

from hypothesis import given, strategies as st

from web.table_diff import table_diff

HEAD = "先说一句。\n\n| 型号 | 价格 |\n| --- | --: |\n"


def table(*rows):
    return HEAD + "".join(f"| {model} | {price} |\n" for model, price in rows)


def rows_of(before, after):
    (rows,) = (rows for kind, rows in table_diff(before, after) if kind == "table")
    return [(what, ["".join(f"{mark[0]}{text}" for mark, text in cell) for cell in cells]) for what, cells in rows]


def test_a_price_that_changed_is_marked_in_its_row_and_the_rows_far_off_are_left_out():
    before = [("A1", "10"), ("A2", "12"), ("A3", "15"), ("A4", "20"), ("A5", "25")]
    after = [("A1", "10"), ("A2", "12"), ("A3", "15"), ("A4", "22"), ("A5", "25")]
    assert rows_of(table(*before), table(*after)) == [
        ("head", ["s型号", "s价格"]),
        ("same", ["sA1", "s10"]),
        ("gap", []),
        ("same", ["sA3", "s15"]),
        ("changed", ["sA4", "d20i22"]),
        ("same", ["sA5", "s25"]),
    ]


def test_a_row_put_in_between_does_not_make_the_rows_below_look_changed():
    before = [("A1", "10"), ("A2", "12")]
    assert rows_of(table(*before), table(("A1", "10"), ("B7", "99"), ("A2", "12"))) == [
        ("head", ["s型号", "s价格"]),
        ("same", ["sA1", "s10"]),
        ("ins", ["iB7", "i99"]),
        ("same", ["sA2", "s12"]),
    ]


def test_a_bar_inside_a_cell_does_not_part_it_and_a_new_column_is_new_in_each_row():
    before = "a | b\n- | -\nx \\| y | 1\n"
    after = "a | b | c\n- | - | -\nx \\| y | 1 | 2\n"
    assert rows_of(before, after) == [("head", ["sa", "sb", "ic"]), ("changed", ["sx \\| y", "s1", "i2"])]


def test_a_text_without_tables_or_with_another_number_of_them_is_told_as_text():
    assert table_diff("甲乙", "甲丙") == [("text", [("same", "甲"), ("del", "乙"), ("ins", "丙")])]
    assert [kind for kind, _ in table_diff("只有字", table(("A1", "1")))] == ["text"]


words = st.text("甲乙ab1 ", min_size=1, max_size=4).map(str.strip).filter(bool)
tables = st.lists(st.tuples(words, words), max_size=5)


@given(tables, tables)
def test_each_cell_of_both_texts_is_told_unless_its_row_stayed(before, after):
    told = {"same": set(), "del": set(), "ins": set()}
    rows = rows_in(table(*before), table(*after))
    for what, cells in rows:
        if what == "gap":
            continue
        for side, left_out in (("old", "ins"), ("new", "del")):
            told.setdefault(side, []).append(
                tuple("".join(text for mark, text in cell if mark != left_out) for cell in cells)
            )
    stayed = set(before) & set(after)
    for side, wanted in (("old", before), ("new", after)):
        assert {row for row in wanted if row not in stayed} <= set(told[side])


def rows_in(before, after):
    return next(rows for kind, rows in table_diff(before, after) if kind == "table")
