"""What a person lists as no goods is left out, whole or by a part of its name, in every shape of table."""

import pytest

from kb.errors import Invalid
from mining.ledger.lines import read
from mining.ledger.options import Options


@pytest.mark.parametrize(
    ("layout", "text", "kept"),
    [
        ("lines", "单号,StockCode,Description\n1,A1,啤酒\n1,post,邮费\n1,B2,环保购物袋（大）\n2,C3,Test 酒", ["A1"]),
        ("list", "单号,商品\n1,啤酒、大购物袋×2\n2,POST、test 1\n3,茶", ["啤酒", "茶"]),
        ("matrix", "单号,啤酒,购物袋,POST\n1,2,1,1\n2,0,1,0", ["啤酒"]),
        ("baskets", "啤酒,小购物袋\npost\n茶,糖", ["啤酒", "茶", "糖"]),
    ],
)
def test_listed_names_are_left_out_by_number_and_by_name_in_any_case(tmp_path, layout, text, kept):
    path = tmp_path / "a.csv"
    path.write_text(text, "utf-8")
    lines = read(path, Options(layout=layout, no_goods="POST\n*购物袋*，test*"))
    assert lines.frame["item"].to_list() == kept
    assert lines.by_reason == {"listed": 3 if layout == "lines" else 1}
    assert lines.read == lines.kept + lines.set_aside + lines.rejected


def test_without_the_star_a_name_is_whole_and_its_other_signs_mean_themselves(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("单号,商品\n1,运费险\n1,茶.\n1,茶x\n1,a b(c)\n1,运费", "utf-8")
    lines = read(path, Options(no_goods=["运费", "茶.", "A B(C)"]))
    assert lines.frame["item"].to_list() == ["运费险", "茶x"]


@pytest.mark.parametrize("off", [(), ("width", "blanks")])
def test_a_name_is_taken_as_it_stands_in_the_file(tmp_path, off):
    path = tmp_path / "a.csv"
    path.write_text("单号,商品\n1,购物袋（大）\n1,可乐　330ml\n1,运费  快递\n1,茶", "utf-8")
    lines = read(path, Options(no_goods="购物袋（大）\n可乐　330ml\n运费  快递", off=off))
    assert lines.frame["item"].to_list() == ["茶"]


@pytest.mark.parametrize("given", ["*", "**", "＊", "x" * 101, ",".join(f"n{at}" for at in range(201))])
def test_a_list_that_would_be_everything_or_has_no_end_is_refused(given):
    with pytest.raises(Invalid) as refused:
        Options(no_goods=given)
    assert refused.value.field == "no_goods"
