"""Tables of notes as people hand them in again: changed in a spreadsheet program, or beside notes that are here."""

import pytest

from kb import customers, mentions, note_sheet, notes
from kb.access import OPERATOR
from kb.note_details import Details
from kb.note_import import Defaults, add_all, look
from mining import note_intake

DEFAULTS = Defaults(
    "for", topic_names=("搬来的",), details=Details(audience="all", valid_from="2026-11-01", channel="邮件")
)


@pytest.fixture
def take(db, people, now, tmp_path):
    """Return a function that takes in a table as chen, told as lists of cells."""

    def call(head, *rows, encoding="utf-8"):
        path = tmp_path / "list.csv"
        path.write_text("\n".join(",".join(row) for row in (head, *rows)), encoding)
        table, kept = note_intake.table(path), []
        chosen = {"columns": table.mapping, "by": people["chen"]}
        seen = look(db, table.rows, DEFAULTS, **chosen)
        told = add_all(db, table.rows, DEFAULTS, **chosen, now=now, keep=kept.extend)
        assert [(each.state, list(map(str, each.told))) for each in seen] == [
            (each.state, list(map(str, each.told))) for each in kept if each.state != "reserved"
        ]
        return told, [notes.get(db, each, reader=OPERATOR) for each in told["ids"]]

    return call


def refusals(told):
    return [(number, why.field, why.values.get("value")) for number, why in told["rejects"]]


def test_a_list_that_a_clerk_changed_in_a_spreadsheet_program_is_still_one_of_ours(take):
    head = ["正文", "有效至", "知识类型", "生效", "标题", "进展或可信情况", "谁可以看", "给谁用", "分数"]
    told, (first, second, third) = take(
        head,
        ["半年一次", "2027/12/31", "用于客户", "2026-1-5 0:00", "换圈", "待整理", "作者所在部门", "全部客户", "7"],
        # How the customer felt is still to be told; of the columns taken out, what holds for all is said.
        ["漏气", "", "来自客户", "", "盖子", "待整理", "全公司", "", ""],
        # One that the clerk added: as any other row.
        ["手洗", "", "", "", "清洗", "", "", "", ""],
        encoding="gb18030",
    )
    assert told["rejects"] == []
    assert (first.valid_from, first.valid_until, first.readers) == ("2026-01-05", "2027-12-31", "department")
    assert (second.dimension, second.channel, second.experience) == ("from", "邮件", "")
    assert (third.dimension, third.audience, third.valid_from, third.readers) == ("for", "all", "2026-11-01", "all")


def test_words_that_are_none_are_refused_by_their_column(take):
    head = ["正文", "知识类型", "写于", "谁可以看", "归入分类", "生效", "客户", "客户投入"]
    row = ["半年一次", "用于客户", "昨天", "全公司", "维修信息", "2026-01-01", "", ""]
    wrong = {1: "别的", 3: "老板", 4: "颜色", 5: "明天", 6: "没有这位"}
    told, _ = take(head, *([word if at == n else cell for at, cell in enumerate(row)] for n, word in wrong.items()))
    assert refusals(told) == [
        (2, "dimension", "别的"), (3, "readers", "老板"), (4, "facet", "颜色"), (5, "valid_from", "明天"),
        (6, "customers", "没有这位"),
    ]  # fmt: skip
    assert [why.values["column"] for _, why in told["rejects"]] == ["知识类型", "谁可以看", "归入分类", "生效", "客户"]


def test_of_customers_who_share_a_name_the_number_says_which(take, db, people, now, a_note):
    ids = [
        customers.add(db, name=name, number=number, by=people["chen"], now=now).id
        for name, number in (("澄湖酒店", "601"), ("澄湖酒店", "602"), ("甲、乙公司", ""), ("澄湖酒店集团", ""))
    ]
    linked = tuple((each, f"第 {each} 位的样品") for each in (ids[1], ids[2]))
    note = a_note(dimension="with", details=Details(customers=linked, our_part="模具"))
    (texts,) = note_sheet.texts(db, [note], reader=OPERATOR, word=lambda code, _: code)
    assert texts["customer"] == '澄湖酒店 (602)、"甲、乙公司"'
    both = '"第一样\n第二样"'
    rows = [
        ("昨天", '"澄湖酒店 (602)、""甲、乙公司"""', both),
        # Of a row that was written by hand the whole may be one name.
        ("", "甲、乙公司", "样品"),
        ("昨天", "澄湖酒店集团", both),
        ("昨天", "澄湖酒店", "样品"),
        # Somebody who is only called like it is not meant.
        ("昨天", "澄湖酒店集", "样品"),
        ("昨天", "澄湖酒店集团、澄湖酒店 (601)", "一样"),
    ]
    head = ["正文", "知识类型", "写于", "客户", "客户投入", "我方投入"]
    told, found = take(head, *([f"第{n}条", "共同创造", *row, "模具"] for n, row in enumerate(rows)))
    assert [[(each["id"], each["part"]) for each in note.customers] for note in found] == [
        [(ids[1], "第一样"), (ids[2], "第二样")], [(ids[2], "样品")], [(ids[3], "第一样 第二样")],
    ]  # fmt: skip
    assert refusals(told) == [(7, "customers", "澄湖酒店"), (8, "customers", "澄湖酒店集"), (9, "parts", None)]


def test_a_text_names_the_notes_that_are_here_and_of_others_their_titles(take, db, a_note):
    here, other = a_note(title="密封[圈]表"), a_note(title="别处没有的")
    note = a_note(body=f"见 [[{here.id}]] 和 [[{other.id}]]、[[9  甲]]、[[9 甲]]、[[999]]")
    (texts,) = note_sheet.texts(db, [note], reader=OPERATOR, word=lambda code, _: code)
    assert texts["body"] == (
        f"见 [[{here.id} 密封[圈 表]] 和 [[{other.id} 别处没有的]]、[[9   甲]]、[[9  甲]]、[[ 999 ]]"
    )
    # In another home the numbers are of other notes.
    moved = texts["body"].replace(f"[[{other.id} 别处", f"[[{note.id} 别处").replace("没有的", "没有")
    _, (again,) = take(["标题", "正文", "知识类型", "写于"], ["甲", moved, "用于客户", "昨天"])
    assert again.body == f"见 [[{here.id}]] 和 别处没有、[[9  甲]]、[[9 甲]]、[[ 999 ]]"


def test_a_row_leads_to_rows_further_down_once_all_are_in(take, db, people):
    """One that comes twice, is refused or is the row itself: a title, a title, a link to itself."""
    body = "见 [[7 后面的]]、[[8 两个]]、[[9 不收的]]、[[6 前面的]]、[[5 没有的]]"
    rows = [
        [title, text, "用于客户", written, felt]
        for title, text, written, felt in (
            ("前面的", body, "昨天", ""), ("两个", "一", "昨天", ""), ("两个", "二", "", ""),
            ("不收的", "三", "昨天", "没有的感受"), ("后面的", "回 [[6 前面的]]", "昨天", ""),
        )
    ]  # fmt: skip
    told, found = take(["标题", "正文", "知识类型", "写于", "感受"], *rows)
    first, last = (next(note for note in found if note.title == title) for title in ("前面的", "后面的"))
    assert told["rows"] == {"read": 5, "loaded": 4, "merged": 0, "rejected": 1}
    assert first.body == f"见 [[{last.id}]]、两个、不收的、[[{first.id}]]、没有的"
    assert last.body == f"回 [[{first.id}]]"
    assert mentions.of_note(db, last.id, reader=people["chen"]) == {first.id: "前面的"}
    assert take(["标题", "正文", "知识类型", "写于", "感受"], *rows)[0]["rows"]["merged"] == 4


def test_what_one_should_look_at_of_a_list_is_told(take, a_note, details_of):
    a_note(title="换圈", body="一年一次", dimension="for", details=details_of("for"))
    head = ["标题", "正文", "知识类型", "写于", "谁可以看"]
    told, (changed, listed, same) = take(
        head, ["换圈", "半年一次", "用于客户", "昨天", "全公司"],
        ["清洗", "手洗", "用于客户", "昨天", "指定的人和部门"],
        ["换圈", "一年一次", "用于客户", "昨天", "全公司"],
    )  # fmt: skip
    assert [(number, why.field) for number, why in told["rejects"]] == [(2, "title"), (3, "readers")]
    assert (listed.readers, same.body, told["rows"]["merged"]) == ("owner", "一年一次", 1)


def test_the_beginning_of_a_text_that_a_workbook_has_is_refused_and_fits_its_cell(take):
    long = "😀" * 200
    cell = note_sheet.cut(long, 100, str)
    assert len(cell.encode("utf-16-le")) // 2 in (99, 100)
    assert cell.startswith("😀\n✂ 100/400") or "\n✂ 100/400 " in cell
    assert note_sheet.cut("短", 100, str) == "短"
    told, _ = take(["标题", "正文"], ["换圈", f'"{cell}"'], ["清洗", '"手洗\n✂ 剪掉"'])
    assert [(number, why.field) for number, why in told["rejects"]] == [(2, "body")]


def test_a_text_of_any_lines_is_one_cell_and_a_quote_left_open_loses_its_row_only(take):
    long = "一行, 很短\n" * 700 + "字" * 150_000
    told, found = take(["标题", "正文", "主题"], ["长文", f'"{long}"', "甲"], ["短文", "正文", "甲"])
    assert [note.body for note in found] == [long, "正文"]
    rows = [[f"第{n}条", "正文", "甲"] for n in range(300)]
    told, found = take(["标题", "正文", "主题"], ["坏", '"没有关', "甲"], *rows, ["末", '5寸"', "甲"])
    assert told["rows"] == {"read": 302, "loaded": 301, "merged": 0, "rejected": 1}
