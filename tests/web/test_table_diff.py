"""A table that changed is told row by row, and no word of either text is lost."""

from hypothesis import example, given, strategies as st

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


def test_a_row_that_changed_beside_one_put_in_or_taken_out_is_told_as_changed():
    before = [("A1", "10"), ("A2", "12"), ("A3", "15")]
    assert rows_of(table(*before), table(("A1", "10"), ("B7", "99"), ("A2", "13"), ("A3", "15")))[2:4] == [
        ("ins", ["iB7", "i99"]),
        ("changed", ["sA2", "d12i13"]),
    ]
    assert rows_of(table(*before), table(("A1", "10"), ("A3", "16")))[2:] == [
        ("del", ["dA2", "d12"]),
        ("changed", ["sA3", "d15i16"]),
    ]
    # As many as before, but not the same ones.
    assert rows_of(table(*before), table(("B7", "99"), ("A1", "11"), ("A2", "12"))) == [
        ("head", ["s型号", "s价格"]),
        ("ins", ["iB7", "i99"]),
        ("changed", ["sA1", "d10i11"]),
        ("same", ["sA2", "s12"]),
        ("del", ["dA3", "d15"]),
    ]


def test_a_row_with_another_name_is_known_by_its_other_cells_and_of_many_by_its_name():
    head = "类 | 型号 | 价格\n- | - | -\n"
    renamed = rows_of(f"{head}罐 | A1 | 10\n", f"{head}盖 | Z0 | 3\n瓶 | A1 | 10\n")
    assert [what for what, _ in renamed] == ["head", "ins", "changed"]
    before = [(f"A{n}", str(n)) for n in range(200)]
    after = [("B7", "99"), *((name, f"{price}.5") for name, price in before)]
    assert [what for what, _ in rows_of(table(*before), table(*after))] == ["head", "ins", *["changed"] * 200]
    of_one_kind = rows_of(f"{head}罐 | A1 | 10\n罐 | A2 | 12\n", f"{head}罐 | B7 | 9\n罐 | A1 | 11\n罐 | A2 | 13\n")
    assert [what for what, _ in of_one_kind] == ["head", "ins", "changed", "changed"]


def test_a_text_without_tables_is_told_as_text_and_a_table_put_in_or_taken_out_as_that():
    assert table_diff("甲乙", "甲丙") == [("text", [("same", "甲"), ("del", "乙"), ("ins", "丙")])]
    price, stock = table(("A1", "1")), "| 仓库 | 库存 |\n| - | - |\n| 一号 | 7 |\n"
    both = price.replace("| A1 | 1 |", "| A1 | 2 |") + "\n再说一句。\n\n" + stock
    told = table_diff(price, both)
    assert [kind for kind, _ in told] == ["text", "table", "text", "table"]
    assert [what for what, _ in told[1][1]] == ["head", "changed"]
    whole = [("head", [[("ins", "仓库")], [("ins", "库存")]]), ("ins", [[("ins", "一号")], [("ins", "7")]])]
    assert told[3] == ("table", whole)
    assert [what for what, _ in table_diff(both, price)[3][1]] == ["head", "del"]
    put_before = table_diff(price, f"{stock}\n{price}")
    assert [rows[-1][0] for kind, rows in put_before if kind == "table"] == ["ins", "same"]
    assert table_diff("甲\n乙", f"甲\n{stock}乙") == [("text", [("same", "甲")]), told[3], ("text", [("same", "乙")])]


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


pieces = st.lists(
    st.one_of(st.sampled_from("甲乙丙"), st.tuples(st.sampled_from("型仓价"), st.sampled_from("ab"))), max_size=5
)


def written(parts):
    return "\n".join(each if isinstance(each, str) else f"{each[0]}|{each[1]}\n-|-\n" for each in parts)


@given(pieces, pieces)
@example([("型", "a"), ("型", "a")], [("仓", "b"), "甲"])
def test_lines_and_tables_of_both_texts_are_told_in_their_order(before, after):
    told = table_diff(written(before), written(after))
    for parts, left_out in ((before, "ins"), (after, "del")):
        shown = []
        for kind, piece in told:
            for what in [piece] if kind == "text" else piece[0][1]:
                shown.append("".join(text for mark, text in what if mark != left_out))
        assert "".join("".join(shown).split()) == "".join(part for each in parts for part in each)
