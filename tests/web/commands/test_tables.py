"""Tables that stay aligned with Chinese in them."""

from web.commands.tables import table, width


def test_columns_begin_at_the_same_place_though_chinese_is_wide():
    lines = list(table(["name", "n"], [["啤酒", "1"], ["beer", "12"]], right=(1,)))
    assert lines == ["name   n", "啤酒   1", "beer  12"]


def test_width_counts_what_a_terminal_shows():
    assert [width(text) for text in ("啤酒", "beer", "ｂ", "e\u0301")] == [4, 4, 2, 1]


def test_a_name_cannot_move_the_cursor():
    assert list(table(["a"], [["x\x1b[2J\ny"], [None]])) == ["a", "x [2J y", ""]
