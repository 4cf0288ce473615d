import csv

import polars as pl
import pytest

NAMES = [
    "batch", "file", "sha256", "encoding", "delimiter", "header_row", "mapping", "guessed", "rows", "by_reason",
    "orders", "customers", "products", "period", "amount", "rejects", "questions", "cleaned", "examples", "sheets",
    "repeated", "order_numbers", "separator", "replaced", "hidden",
]  # fmt: skip


@pytest.fixture
def file(tmp_path):
    """Return a function that writes a file in GB18030, as a Chinese till does, and returns the path."""

    def write(*lines, name="订单.csv"):
        path = tmp_path / name
        path.write_bytes("\r\n".join([*lines, ""]).encode("gb18030"))
        return path

    return write


@pytest.fixture
def orders(file):
    """Return the path of three clean lines."""
    return file("单号,商品,数量,金额", "1,啤酒,2,7.00", "1,纸尿裤,1,89.00", "2,牛奶,1,3.50")


def test_an_import_answers_what_it_loaded_and_from_what(kezhi, orders):
    answer = kezhi("purchases", "import", orders, "--json")

    assert (answer.code, answer.err) == (0, "")
    assert list(answer.json) == NAMES
    told = answer.json
    assert (told["batch"], told["file"], told["encoding"], told["header_row"]) == (1, "订单.csv", "gb18030", 1)
    assert told["rows"] == {"read": 3, "loaded": 3, "merged": 0, "set_aside": 0, "rejected": 0}
    assert told["mapping"] == {"order": "单号", "item": "商品", "quantity": "数量", "amount": "金额"}
    assert (told["orders"], told["customers"], told["products"], told["amount"]) == (2, None, 3, "99.50")
    assert (told["period"], told["rejects"], told["questions"]) == (None, None, [])


def test_an_import_that_finds_nothing_new_makes_no_batch_and_is_no_failure(kezhi, orders):
    kezhi("purchases", "import", orders)
    again = kezhi("purchases", "import", orders, "--json")

    assert (again.code, again.json["batch"], again.json["rows"]["merged"]) == (0, None, 3)
    assert kezhi("purchases", "batches", "--json").json["total"] == 1
    whole = kezhi("purchases", "import", orders, "--overlap", "all", "--json")
    assert (whole.json["batch"], whole.json["rows"]["loaded"]) == (2, 3)


def test_rejected_rows_are_kept_beside_the_file_with_their_reason_and_make_exit_code_three(kezhi, file):
    path = file("单号,商品,数量", "1,啤酒,2", "2,=HYPERLINK(1),很多", "3,牛奶")

    answer = kezhi("purchases", "import", path, "--json", language="zh_CN.UTF-8")

    assert answer.code == 3
    assert (answer.json["rows"]["loaded"], answer.json["rows"]["rejected"]) == (1, 2)
    rejects = path.with_name("订单.csv.rejects.csv")
    assert answer.json["rejects"] == str(rejects)
    assert rejects.read_bytes().startswith(b"\xef\xbb\xbf")
    header, first, second = csv.reader(rejects.read_text("utf-8-sig").splitlines())
    assert header == ["row", "reason", "column", "value", "单号", "商品", "数量"]
    assert first == ["3", "订单.csv 第 3 行“数量”列：“很多”不是数。", "数量", "很多", "2", "'=HYPERLINK(1)", "很多"]
    assert (second[0], second[4:]) == ("4", ["3", "牛奶"])


def test_a_check_tells_the_same_and_writes_nothing(kezhi, orders, file, home):
    checked = kezhi("purchases", "check", orders, "--rows", "2", "--json")

    assert checked.code == 0
    told = checked.json
    preview = told.pop("preview")
    names = ["row", "order", "item", "customer", "time", "quantity", "price", "amount", "note"]
    assert [list(row) for row in preview] == [names, names]
    assert [(row["row"], row["item"], row["amount"]) for row in preview] == [(2, "啤酒", "7"), (3, "纸尿裤", "89")]
    assert kezhi("purchases", "batches", "--json").json == {"total": 0, "batches": []}
    assert not list((home / "ledger").rglob("*.parquet"))
    assert len(kezhi("purchases", "check", orders, "--rows", "all", "--json").json["preview"]) == 3
    assert {**kezhi("purchases", "import", orders, "--json").json, "batch": None} == told
    assert kezhi("purchases", "check", file("单号,商品", "1"), "--json").code == 3


def test_an_open_question_is_listed_by_check_and_refused_by_import(kezhi, refused, file):
    path = file("单号,商品,时间", "1,啤酒,3/4/2020")

    checked = kezhi("purchases", "check", path, "--json")
    assert (checked.code, checked.json["rows"]["loaded"]) == (0, 0)
    assert checked.json["questions"] == [
        {"id": "dates", "column": "时间", "rows": 1, "choices": ["dmy", "mdy"], "option": "--dates"}
    ]
    error = refused("purchases", "import", path)
    assert (error["file"], error["column"]) == ("订单.csv", "时间")
    assert "--dates" in error["hint"]
    assert kezhi("purchases", "batches", "--json").json["total"] == 0
    answered = kezhi("purchases", "import", path, "--dates", "dmy", "--json").json
    assert answered["period"] == ["2020-04-02T16:00:00Z"] * 2


def test_several_files_are_one_batch_each_and_answered_as_a_list(kezhi, orders, file):
    second = file("order,item", "9,面包", name="more.csv")

    told = kezhi("purchases", "import", orders, second, "--json")

    assert [(each["batch"], each["file"], each["rows"]["loaded"]) for each in told.json] == [
        (1, "订单.csv", 3), (2, "more.csv", 1),
    ]  # fmt: skip


@pytest.mark.parametrize("bad", [["单号,商品,时间", "1,啤酒,3/4/2020"], ["单号,商品"]])
def test_of_several_files_none_is_imported_when_one_is_refused(kezhi, refused, orders, file, bad):
    second = file(*bad, name="bad.csv")

    assert refused("purchases", "import", orders, second)["file"] == "bad.csv"
    assert kezhi("purchases", "batches", "--json").json["total"] == 0


def test_batches_are_listed_newest_first_and_one_is_undone_once(kezhi, refused, orders, file):
    kezhi("purchases", "import", orders)
    kezhi("purchases", "import", file("order,item", "9,面包", name="more.csv"))

    listed = kezhi("purchases", "batches", "--json").json
    assert [(each["id"], each["file"], each["state"]) for each in listed["batches"]] == [
        (2, "more.csv", "loaded"), (1, "订单.csv", "loaded"),
    ]  # fmt: skip
    assert len(kezhi("purchases", "batches", "--limit", "1", "--json").json["batches"]) == 1

    undone = kezhi("purchases", "undo", "1", "--json")
    assert (undone.code, undone.json["id"], undone.json["state"]) == (0, 1, "undone")
    refused("purchases", "undo", "1")
    assert kezhi("purchases", "import", orders, "--json").json["rows"]["loaded"] == 3


def test_rights_are_those_of_the_member_named(kezhi, refused, orders, people):
    refused("purchases", "import", orders, "--as", "vera")
    refused("purchases", "batches", "--as", "chen")
    kezhi("purchases", "import", orders, "--as", "lin")
    refused("purchases", "undo", "1", "--as", "shen")
    assert kezhi("purchases", "batches", "--as", "shen", "--json").json["batches"][0]["state"] == "loaded"


@pytest.mark.parametrize(
    ("args", "value"),
    [
        (["--returns", "gross"], "gross"),
        (["--overlap", "sometimes"], "sometimes"),
        (["--encoding", "klingon"], "klingon"),
        (["--require", "nobody"], "nobody"),
        (["--dates", "ymd"], "ymd"),
    ],
)
def test_a_choice_we_cannot_use_is_refused_by_its_value(kezhi, refused, orders, args, value):
    assert refused("purchases", "import", orders, *args)["value"] == value
    assert kezhi("purchases", "batches", "--json").json["total"] == 0


def test_a_column_that_is_not_there_is_refused_by_its_name(refused, orders):
    error = refused("purchases", "check", orders, "--map", "order=编号")

    assert (error["file"], error["column"]) == ("订单.csv", "编号")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"order,item\n",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1",
        "单号,商品\n1,啤酒\n".encode("gb18030")[:-2] + b"\xff",
    ],
    ids=["empty", "header only", "a picture", "no encoding fits"],
)
def test_a_file_that_is_no_table_is_refused_by_its_name(kezhi, refused, tmp_path, content):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)

    assert refused("purchases", "import", path)["file"] == "bad.csv"
    assert refused("purchases", "check", path)["file"] == "bad.csv"
    assert kezhi("purchases", "batches", "--json").json["total"] == 0


def test_a_file_a_batch_and_a_number_that_are_not_there_are_refused(kezhi, refused, orders, tmp_path):
    assert "nothing.csv" in refused("purchases", "import", tmp_path / "nothing.csv")["message"]
    assert refused("purchases", "undo", "7")["value"] == "7"
    assert refused("purchases", "undo", "abc")["value"] == "abc"
    assert refused("purchases", "batches", "--limit", "0")["value"] == "0"
    rows = kezhi("purchases", "check", orders, "--rows", "0", "--json")
    assert (rows.code, rows.error["value"]) == (1, "0")


def test_a_person_reads_sentences_in_their_language(kezhi, file):
    path = file("单号,商品,数量", "1,啤酒,2", "合计,,2", "3,牛奶")

    zh = kezhi("purchases", "import", path, language="zh_CN.UTF-8")
    en = kezhi("purchases", "check", path)

    assert (zh.code, zh.err) == (3, "")
    assert "订单.csv" in zh.out
    assert "rows read" not in zh.out
    assert "订单.csv: 3 rows read, 0 new, 1 in the records already, 1 set aside, 1 not readable." in en.out
    assert "1  a line of totals\n" in en.out
    assert "1  订单.csv, row 4: the row has fewer columns than the header.\n" in en.out
    assert "Orders 1, Products 1\n" in en.out
    assert "in the records" in kezhi("purchases", "batches").out
    assert "no longer count" in kezhi("purchases", "undo", "1").out


def test_real_files_answer_as_their_manifest_says(kezhi, shared_data):
    dirty = shared_data / "dirty"
    gb = kezhi("purchases", "check", dirty / "orders_gb18030.csv", "--json").json
    assert (gb["encoding"], gb["rows"]["loaded"], gb["customers"], gb["amount"]) == ("gb18030", 4, 4, "678.00")
    utf8 = kezhi("purchases", "check", dirty / "utf8_that_gb18030_also_accepts.csv", "--rows", "all", "--json").json
    assert (utf8["encoding"], utf8["rows"]["loaded"]) == ("utf-8", 3)
    assert [row["customer"] for row in utf8["preview"]] == ["布分争单", "服啤", "诉单体额"]


def test_the_month_again_with_one_more_row_adds_that_row(kezhi, shared_data, home):
    first, second = (
        kezhi("purchases", "import", shared_data / "dirty" / name, "--json").json["rows"]
        for name in ("month_first_upload.csv", "overlapping_second_upload.csv")
    )

    assert (first["loaded"], first["merged"]) == (3, 0)
    assert (second["loaded"], second["merged"]) == (1, 3)
    assert sum(len(pl.read_parquet(path)) for path in (home / "ledger").rglob("*.parquet")) == 4


def test_two_files_of_one_correction_replace_what_was_there_and_not_each_other(kezhi, file):
    kezhi("purchases", "import", file("order,item", "1,罐", "2,圈", name="may.csv"))
    both = [file("order,item", "1,糖", "2,圈", name="food.csv"), file("order,item", "1,盖", "2,绳", name="goods.csv")]
    kezhi("purchases", "import", *both, "--overlap", "replace")
    found = kezhi("purchases", "batches", "--json").json["batches"]
    assert [each["state"] for each in found] == ["loaded", "loaded", "undone"]


def test_a_profile_remembers_how_a_source_was_read(kezhi, refused, file, db):
    first = file("甲,乙", "1,罐", name="一.csv")
    assert refused("purchases", "check", first, "--profile", "网店")["value"] == "网店"
    told = kezhi("purchases", "import", first, "--profile", "网店", "--map", "order=甲,item=乙", "--json").json
    assert told["rows"]["loaded"] == 1
    assert db["batch"].get(told["batch"])["profile"] == "网店"
    second = file("甲,乙", "2,圈", name="二.csv")
    assert kezhi("purchases", "check", second, "--profile", "网店", "--json").json["mapping"] == {
        "order": "甲", "item": "乙",
    }  # fmt: skip
    assert kezhi("purchases", "import", second, "--profile", "网店", "--json").json["rows"]["loaded"] == 1
    assert refused("purchases", "import", second, "--profile", " ")["message"]


def test_cleaning_is_counted_and_switched_off_by_name(kezhi, refused, file):
    path = file("单号,商品,金额", "1, 罐,￥5", "合计,,5")
    told = kezhi("purchases", "check", path, "--json").json
    assert told["cleaned"] == {"blanks": 1, "money": 1}
    assert told["by_reason"] == {"total": 1}
    told = kezhi("purchases", "check", path, "--off", "money,total", "--json").json
    assert told["by_reason"] == {"not_a_number": 1, "item_missing": 1}
    assert [each["row"] for each in told["examples"]] == [2, 3]
    assert "blanks" in refused("purchases", "check", path, "--off", "nothing")["hint"]


def test_delimiter_and_header_row_are_taken_as_said(kezhi, file):
    path = file("某店;报表", "单号;商品", "1;罐")
    told = kezhi("purchases", "check", path, "--delimiter", ";", "--header-row", "2", "--json").json
    assert (told["delimiter"], told["header_row"], told["rows"]["loaded"]) == (";", 2, 1)


def test_the_summary_tells_the_same_figures_to_people_and_machines(kezhi, refused, people, tmp_path):
    assert kezhi("purchases", "summary", "--json").json == {"lines": 0}
    assert "no purchase records yet" in kezhi("purchases", "summary").out
    path = tmp_path / "till.csv"
    path.write_text(
        "order,item,time,price\n1,啤酒,2026-05-01,5.50\n1,牛奶,2026-05-01,3\n2,啤酒,2026-06-01,5.5\n", "utf-8"
    )
    kezhi("purchases", "import", path)
    told = kezhi("purchases", "summary", "--json").json
    assert {name: told[name] for name in ("orders", "lines", "products", "customers", "amount", "period")} == {
        "orders": 2, "lines": 3, "products": 2, "customers": None, "amount": "14.00",
        "period": ["2026-05-01", "2026-06-01"],
    }  # fmt: skip
    assert (told["single"], told["products_per_order"]) == ({"orders": 1, "share": 0.5}, 1.5)
    shown = kezhi("purchases", "summary", language="zh_CN.UTF-8").out
    assert "14.00  金额" in shown
    assert "客户" not in shown
    refused("purchases", "summary", "--as", "chen")


def test_order_numbers_of_another_system_are_told_and_an_option_says_otherwise(kezhi, tmp_path):
    till, dishes = tmp_path / "till.csv", tmp_path / "dishes.csv"
    till.write_text("\n".join(["单号,商品", *(f"{order},面包{order % 9}" for order in range(1, 31)), ""]), "utf-8")
    dishes.write_text("\n".join(["单号,商品", *(f"{order},菜{order % 5}" for order in range(1, 31)), ""]), "utf-8")
    assert "订单号在记录里" not in kezhi("purchases", "import", till, language="zh_CN.UTF-8").out
    told = kezhi("purchases", "check", dishes, language="zh_CN.UTF-8")
    assert "有 30 个订单号在记录里已经有，买的东西却不同" in told.out
    assert "--order-numbers same" in told.out
    assert (
        "当作同一张订单" in kezhi("purchases", "check", dishes, "--order-numbers", "same", language="zh_CN.UTF-8").out
    )
    kezhi("purchases", "import", dishes)
    assert kezhi("purchases", "summary", "--json").json["orders"] == 60
    assert kezhi("mine", "rules", till, dishes, "--min-support", "1", "--json").json["baskets"] == 60
    assert kezhi("purchases", "check", dishes, "--order-numbers", "maybe").code == 1
