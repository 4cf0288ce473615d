"""Tables of other shapes than one product a row."""

import pytest
from hypothesis import given, settings, strategies as st

from kb.errors import Invalid
from mining.ledger import shapes
from mining.ledger.lines import read
from mining.ledger.options import Options
from mining.ledger.preview import preview


@pytest.fixture
def table(tmp_path):
    """Return a function that writes lines of text and returns the path."""

    def write(*lines):
        path = tmp_path / "x.csv"
        path.write_text("\n".join([*lines, ""]), "utf-8")
        return path

    return write


def bought(path, **options):
    lines = read(path, Options(**options))
    return lines, list(lines.frame.select("order", "item", "quantity").iter_rows())


def refusal(path, **options):
    with pytest.raises(Invalid) as refused:
        read(path, Options(**options))
    assert preview(path, Options(**options)).problem.details()["message"] == refused.value.details()["message"]
    return refused.value


PRODUCTS = ("品名,类别", "全脂牛奶,乳制品", "酸奶,乳制品", "面包卷,面包", "苏打,饮料", "啤酒,饮料")


def test_a_list_of_products_is_no_file_of_purchases(table):
    problem = refusal(table(*PRODUCTS))
    assert (problem.field, "list of products" in problem.template) == ("order", True)
    # The numbers of rows are no orders; a price, a cost do not make it purchases.
    assert refusal(table("id,商品,单价", *(f"{n},罐{n},3" for n in range(9)))).field == "order"
    assert read(table("id,商品,单价", *(f"{n // 2},罐{n},3" for n in range(9))), Options()).kept == 9
    assert read(table("id,商品,单价", *(f"{n},罐{n},3" for n in range(9))), Options(mapping={"order": "id"})).kept == 9
    assert read(table("单号,商品,单价", *(f"{n},罐{n},3" for n in range(9))), Options()).kept == 9
    for more in ("啤酒,饮料", ""):
        # Sold twice, or only four of them: it may be purchases.
        assert read(table(*PRODUCTS[: 6 if more else 5], more), Options()).kept == (6 if more else 4)
    assert (
        read(table(*(f"{line},2026-05-01" for line in PRODUCTS)), Options(mapping={"time": "2026-05-01"})).rejected == 0
    )


@pytest.mark.parametrize(("sign", "written"), [("、", "、"), (",", "，"), (";", ";"), ("|", " | "), ("/", "／")])
def test_several_products_in_a_cell_are_asked_about_and_parted_when_a_person_says_so(table, sign, written):
    cells = [
        "啤酒",
        written.join(["啤酒×2", "尿布"]),
        written.join(["牛奶(冷,大)" if sign == "," else "牛奶", "面包*3", ""]),
    ]
    path = table("单号\t商品\t金额", *(f"{n}\t{cell}\t30" for n, cell in enumerate(cells, 1)))
    problem = refusal(path)
    assert (problem.field, problem.values["value"]) == ("layout", cells[1])

    lines, found = bought(path, layout="list")
    milk = "牛奶(冷,大)" if sign == "," else "牛奶"
    assert found == [
        ("1", "啤酒", None),
        ("2", "啤酒", 20_000),
        ("2", "尿布", None),
        ("3", milk, None),
        ("3", "面包", 30_000),
    ]
    assert (lines.separator, lines.kept, lines.notes["not_divided"]) == (sign, 3, 3)
    # What all of them cost together is the cost of none.
    assert (lines.mapping, lines.frame["amount"].null_count()) == ({"order": "单号", "item": "商品"}, 5)
    assert [item for _, item, _ in bought(path, layout="lines")[1]][0] == "啤酒"


def test_a_row_that_is_an_order_needs_no_number(table):
    lines, found = bought(
        table("日期,商品", "2026-05-01,啤酒、尿布", "2026-05-01,牛奶", "2026-05-01,、"), layout="list"
    )
    assert found == [("2", "啤酒", None), ("2", "尿布", None), ("3", "牛奶", None)]
    assert lines.by_reason == {"item_missing": 1}
    # A customer's day tells them apart, and stays the same in the next export.
    _, found = bought(table("日期,会员,商品", "2026-05-01,王,啤酒、尿布"), layout="list")
    assert [order for order, _, _ in found] == [None, None]


MATRIX = ("单号,会员,啤酒,尿布,牛奶,合计", "A1,王,1,0,,1", "A2,李,0,1,1,2", "A3,赵,0,0,0,0")


def test_a_column_for_each_product_is_asked_about_and_read_when_a_person_says_so(table):
    problem = refusal(table(*MATRIX))
    assert (problem.field, problem.values["column"]) == ("layout", "啤酒")
    lines, found = bought(table(*MATRIX), layout="matrix")
    assert found == [("A1", "啤酒", None), ("A2", "尿布", None), ("A2", "牛奶", None)]
    assert (lines.kept, lines.by_reason, lines.mapping) == (2, {"not_goods": 1}, {"order": "单号", "customer": "会员"})
    assert preview(table(*MATRIX), Options(layout="matrix")).products == ["啤酒", "尿布", "牛奶"]
    # Where any number is more than one, all are quantities; a return is none.
    rows = ("A1,王,2,否,是,2,9", "A2,李,1,,x,,9", "A3,赵,-1,1,,,9")
    lines, found = bought(table(f"{MATRIX[0]},小计", *rows), layout="matrix")
    assert found == [("A1", "啤酒", 20_000), ("A1", "牛奶", 10_000)]
    assert [(each["column"], each["value"], each["code"]) for each in lines.rejects] == [("牛奶", "x", "not_a_number")]
    assert lines.by_reason["return"] == 1


def test_what_a_layout_needs_must_be_there(table):
    for layout in ("list", "matrix"):
        with pytest.raises(Invalid, match="what was bought"):
            read(table("单号,日期", "1,2026-05-01"), Options(layout=layout))
    # A sign in a few names parts nothing; numbers without a nought are no matrix.
    assert read(table("单号,商品", "1,白饭/大", "2,白饭", "3,汤"), Options()).kept == 3
    assert read(table("日期,年龄,人数,收入", "2026-05-01,30,2,5", "2026-05-02,41,1,8"), Options()).kept == 2


names = st.text("啤酒尿布 a1", min_size=1, max_size=4).map(lambda text: " ".join(text.split())).filter(bool)


@settings(max_examples=60)
@given(st.lists(st.tuples(names, st.none() | st.integers(1, 99)), min_size=2, max_size=6), st.sampled_from("、,;|/"))
def test_what_was_joined_by_a_sign_is_parted_into_the_same(items, sign):
    cell = f"{sign} ".join(name if count is None else f"{name} ×{count}" for name, count in items)
    assert shapes.separator([cell]) == sign
    assert shapes.pieces(cell, sign) == [(name, count and count * 10_000) for name, count in items]
