"""From order files to an import: looked at, mapped, cleaned, tried, and only then written."""

import io
import re
import zipfile

import polars as pl
import pytest
import xlsxwriter

from kb.access import OPERATOR
from mining import jobs, runs
from mining.ledger import batches, kept_facts, uploads

SHOP = """门店流水
单号,商品,数量,金额,日期
1, 密封罐,１,"￥1,239.5",2026/5/1
1,密封圈,2,5,2026-05-01
2,密封罐,x,39.90,2026-05-02
合计,,,50,
"""


@pytest.fixture
def marketer(signed_in):
    return signed_in("lin")


@pytest.fixture
def hand_in(marketer):
    """Return a function that hands in files, each (name, text), and returns the address of their first step."""

    def call(*files, encoding="gb18030", pasted=""):
        marketer.get("/purchases")
        sent = [(io.BytesIO(text.encode(encoding)), name) for name, text in files]
        form = {"file": sent, "pasted": pasted} if sent else {"pasted": pasted}
        answer = marketer.post("/purchases/uploads", form, content_type="multipart/form-data")
        assert answer.status_code == 303, answer.text
        return answer.location.removesuffix("/file")

    return call


@pytest.fixture
def worked(db, home, now):
    """Return a function that does the jobs that wait, as a worker does."""

    def call():
        while (run_id := runs.claim(db, "lease", now=now, is_abandoned=lambda *_: False)) is not None:
            jobs.work(db, home, run_id, "lease")

    return call


def rules_on(**more):
    rules = ["blanks", "width", "money", "dates", "total", "footer", "repeated_header", "not_goods"]
    return {"rule": rules, "returns": "drop", "zero_price": "drop", "decimal": "", **more}


def test_a_file_is_written_after_the_last_step_and_not_before(marketer, hand_in, worked, db):
    at = hand_in(("三季度.csv", SHOP))
    page = marketer.get(f"{at}/file").text
    assert "GB18030" in page
    assert "第 2 行" in page
    assert "门店流水" in page
    assert "￥1,239.5" in page
    assert marketer.post(f"{at}/file", {"header_row": "2"}).location.startswith(f"{at}/columns")
    page = marketer.get(f"{at}/columns").text
    assert re.search(r'name="column_0".*?value="order" selected', page, re.DOTALL)
    form = {f"column_{n}": field for n, field in enumerate(("order", "item", "quantity", "amount", "time"))}
    marketer.post(f"{at}/columns", form)
    marketer.post(f"{at}/rules", rules_on())
    worked()
    page = marketer.get(f"{at}/trial").text
    assert "4 行里，2 行会写入，1 行读不懂" in page
    assert "不是数" in page
    assert re.search(r"￥、元和千分位逗号去掉</span><span class=\"num\">1<", page)
    assert "<dd>1,244.50</dd>" in page
    assert db["batch"].count == 0
    assert "还没导入完的" in marketer.get("/purchases").text
    rejects = re.search(r'href="(/purchases/rejects/\d+)"', page)[1]
    assert "密封罐" in marketer.get(rejects).get_data(as_text=True)
    assert marketer.post(f"{at}/import", {"profile": "门店收银"}).location.startswith("/runs/")
    worked()
    (batch,), _ = batches.listing(db, reader=OPERATOR)
    assert (batch.rows["loaded"], batch.encoding, batch.file) == (2, "gb18030", "三季度.csv")
    assert db["batch"].get(batch.id)["profile"] == "门店收银"
    page = marketer.get(f"/purchases/batches/{batch.id}").text
    assert "<dd>1,244.50</dd>" in page
    # Midnight here is the day before in UTC.
    assert re.search(r"5月1日 至 (\d+年)?5月1日", page)
    assert marketer.get(f"{at}/trial").status_code == 404
    assert "还没导入完的" not in marketer.get("/purchases").text


def test_a_parquet_file_goes_the_same_way(marketer, worked, db, home):
    file = io.BytesIO()
    pl.DataFrame({"单号": [1, 1], "商品": ["茶", "糖"], "数量": [1.0, -2.0]}).write_parquet(file)
    marketer.get("/purchases")
    form = {"file": [(io.BytesIO(file.getvalue()), "九月.parquet")], "pasted": ""}
    at = marketer.post("/purchases/uploads", form, content_type="multipart/form-data").location.removesuffix("/file")
    page = marketer.get(f"{at}/file").text
    assert "茶" in page
    assert not re.search(r'name="(encoding|delimiter|header_row)"', page)
    marketer.post(f"{at}/file", {"try": "1"})
    worked()
    assert "2 行里，1 行会写入" in marketer.get(f"{at}/trial").text
    marketer.post(f"{at}/import", {"profile": ""})
    worked()
    (batch,), _ = batches.listing(db, reader=OPERATOR)
    assert (batch.rows["loaded"], batch.by_reason, batch.file) == (1, {"return": 1}, "九月.parquet")
    assert marketer.get(f"/purchases/batches/{batch.id}").status_code == 200
    assert kept_facts.of_all(db, home)["lines"] == 1, "the page of facts counts nothing itself"


def test_what_a_row_is_and_what_a_comma_means_is_asked_and_answered_on_the_pages(marketer, hand_in, worked, db):
    at = hand_in(("小程序.csv", "单号;商品;金额\n1;啤酒×2、尿布;1,25\n2;牛奶、面包;3,50\n3;牛奶;2\n"))
    page = marketer.get(f"{at}/file").text
    assert "像是写了好几件商品，例如“啤酒×2、尿布”。" in page
    assert "请在“文件”一步说明一行是什么。" in page
    marketer.post(f"{at}/file", {"layout": "list", "stay": "1"})
    page = marketer.get(f"{at}/file").text
    assert re.search(r"格内商品分隔符 <b>、</b>", page)
    assert "好几件商品，例如" not in page
    marketer.post(f"{at}/trial")
    worked()
    page = marketer.get(f"{at}/trial").text
    assert "“金额”列有 2 个数写得像 1,23 或 1.234,56" in page
    marketer.post(f"{at}/trial", {"decimal": ","})
    worked()
    page = marketer.get(f"{at}/trial").text
    assert "3 行里，3 行会写入，0 行读不懂" in page
    assert re.search(r"整单的金额和数量没有取用.*?<span class=\"num\">3<", page)
    # The rules say what was answered, and saving them does not take it back.
    assert re.search(r'value="," selected', marketer.get(f"{at}/rules").text)
    marketer.post(f"{at}/import", {})
    worked()
    (batch,), _ = batches.listing(db, reader=OPERATOR)
    assert (batch.rows["loaded"], batch.facts["products"], batch.facts["amount"]) == (3, 4, None)


def test_the_next_file_with_these_columns_is_read_as_the_last_one_was(marketer, hand_in, worked, db):
    odd = "甲,乙,丙\n1,密封罐,0\n2,密封圈,5\n"
    at = hand_in(("一.csv", odd))
    marketer.post(f"{at}/columns", {"column_0": "order", "column_1": "item", "column_2": "price"})
    marketer.post(f"{at}/rules", rules_on(zero_price="keep"))
    worked()
    marketer.post(f"{at}/import", {"profile": "网店"})
    worked()
    at = hand_in(("二.csv", odd.replace("密封罐", "铸铁锅")))
    page = marketer.get(f"{at}/file").text
    assert "网店" in page
    marketer.post(f"{at}/trial")
    worked()
    assert "2 行里，1 行会写入" in marketer.get(f"{at}/trial").text
    other = hand_in(("三.csv", odd.replace("丙", "丁")))
    assert "网店" not in marketer.get(f"{other}/file").text


def test_what_is_said_of_one_file_holds_for_those_with_the_same_columns(marketer, hand_in, worked, db):
    files = [("一.csv", "甲,乙\n1,罐\n"), ("二.csv", "甲,乙\n2,圈\n"), ("三.csv", "单号,商品\n3,盖\n")]
    at = hand_in(*files)
    marketer.post(f"{at}/columns?n=1", {"column_0": "order", "column_1": "item"})
    marketer.post(f"{at}/trial")
    worked()
    page = marketer.get(f"{at}/trial").text
    assert "导入 3 个文件，3 行" in page
    assert marketer.post(f"{at}/import").location == "/runs"
    worked()
    found, _ = batches.listing(db, reader=OPERATOR)
    assert sorted(each.file for each in found) == ["一.csv", "三.csv", "二.csv"]


def test_cells_pasted_from_a_spreadsheet_are_a_file(marketer, hand_in):
    at = hand_in(pasted="单号\t商品\n1\t罐\n")
    page = marketer.get(f"{at}/file").text
    assert "粘贴的表格.txt" in page
    assert "制表符" in page


def test_a_day_that_can_be_read_in_two_ways_is_asked_before_anything_is_written(marketer, hand_in, worked, db):
    at = hand_in(("a.csv", "单号,商品,日期\n1,罐,3/4/2026\n"))
    marketer.post(f"{at}/trial")
    worked()
    page = marketer.get(f"{at}/trial").text
    assert "有两种读法" in page
    assert "导入 1 行" not in page
    assert marketer.post(f"{at}/import").status_code == 422
    marketer.post(f"{at}/trial", {"dates": "mdy"})
    worked()
    assert "1 行会写入" in marketer.get(f"{at}/trial").text
    marketer.post(f"{at}/import")
    worked()
    assert batches.listing(db, reader=OPERATOR)[0][0].facts["period"][0].startswith("2026-03-03")


@pytest.mark.parametrize(
    ("files", "says"),
    [([], "没有选文件"), ([("a.png", "\x89PNG\r\n\x1a\n\0")], "a.png"), ([("空.csv", ""), ("空二.csv", "")], "空.csv")],
)  # fmt: skip
def test_what_is_no_table_is_refused_and_nothing_of_it_stays(marketer, db, home, files, says):
    marketer.get("/purchases")
    sent = [(io.BytesIO(text.encode("latin-1" if "PNG" in text else "utf-8")), name) for name, text in files]
    answer = marketer.post("/purchases/uploads", {"file": sent} if sent else {}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert says in answer.text
    assert db["upload"].count == 0
    assert list((home / "uploads").glob("*")) == []


def test_of_several_files_those_that_are_tables_go_on_and_the_others_are_named(marketer, db, home):
    marketer.get("/purchases")
    files = (("图.csv", b"\x89PNG\r\n\x1a\n\0"), ("三季度.csv", SHOP.encode("gb18030")), ("空.csv", b""))
    sent = [(io.BytesIO(content), name) for name, content in files]
    answer = marketer.post("/purchases/uploads", {"file": sent}, content_type="multipart/form-data")
    page = marketer.get(answer.location).text
    for name in ("图.csv", "空.csv"):
        assert page.count(name) == 1, name
    assert "<bdi>三季度.csv</bdi>" in page
    assert "空.csv" not in marketer.get(answer.location).text
    assert [row["file"] for row in db["upload"].rows] == ["三季度.csv"]
    assert len(list((home / "uploads").glob("*"))) == 1


def test_two_columns_for_one_field_are_refused_by_their_names(marketer, hand_in, db):
    at = hand_in(("a.csv", "甲,乙,丙\n1,罐,圈\n"))
    answer = marketer.post(f"{at}/columns", {"column_0": "order", "column_1": "item", "column_2": "item"})
    assert answer.status_code == 422
    assert "“乙”和“丙”" in answer.text
    at = hand_in(("b.csv", "单号,商品,日,钟点\n1,罐,2026-01-02,08:30\n"))
    answer = marketer.post(
        f"{at}/columns", {"column_0": "order", "column_1": "item", "column_2": "time", "column_3": "time"}
    )
    assert answer.status_code == 303
    (upload,) = uploads.of_bundle(db, int(at.rsplit("/", 1)[1]), reader=_owner(db))
    assert upload.options["mapping"]["time"] == "日+钟点"


def test_files_dropped_are_gone_and_somebody_elses_are_as_absent(marketer, hand_in, signed_in, db, home):
    at = hand_in(("a.csv", "单号,商品\n1,罐\n"))
    manager = signed_in("ma")
    assert manager.get(f"{at}/file").status_code == 404
    assert manager.post(f"{at}/drop").status_code == 404
    marketer.get("/purchases")
    assert marketer.post(f"{at}/drop").status_code == 303
    assert list((home / "uploads").glob("*")) == []
    assert marketer.get(f"{at}/file").status_code == 404


def test_a_file_changed_on_the_disk_after_somebody_looked_is_not_imported(marketer, hand_in, worked, db, home):
    at = hand_in(("a.csv", "单号,商品\n1,罐\n"))
    marketer.post(f"{at}/trial")
    worked()
    (path,) = (home / "uploads").glob("*")
    path.write_text("单号,商品\n1,别的\n", "utf-8")
    where = marketer.post(f"{at}/import").location
    worked()
    assert "已经不是您看的那个文件了" in marketer.get(where).text
    assert db["batch"].count == 0


def test_the_same_file_once_more_is_told_and_not_doubled(marketer, hand_in, worked, db):
    for loaded in (1, 0):
        at = hand_in(("a.csv", "单号,商品\n1,罐\n"))
        marketer.post(f"{at}/trial")
        worked()
        page = marketer.get(f"{at}/trial").text
        assert f"{loaded} 行会写入" in page
        assert ("这个文件已经在" in page) == (not loaded)
        marketer.post(f"{at}/import")
        worked()
    assert db["batch"].count == 1


def _owner(db):
    from kb import members

    return members.get(db, db.execute("SELECT member_id FROM upload LIMIT 1").fetchone()[0]).reader()


def test_order_numbers_of_another_system_are_told_and_one_click_says_otherwise(marketer, hand_in, worked, db):
    goods = [f"{order},{item}" for order in range(1, 31) for item in ("面包", f"果酱{order % 7}")]
    dishes = [f"{order},{item}" for order in range(1, 31) for item in ("米饭", f"菜{order % 5}")]
    for name, lines in (("till.csv", goods), ("dishes.csv", dishes)):
        at = hand_in((name, "\n".join(["单号,商品", *lines, ""])))
        marketer.post(f"{at}/columns", {"column_0": "order", "column_1": "item", "try": "1"})
        worked()
        if name == "till.csv":
            assert "订单号在记录里" not in marketer.get(f"{at}/trial").text
            marketer.post(f"{at}/import", {})
            worked()
    page = marketer.get(f"{at}/trial").text
    assert "有 30 个订单号在记录里已经有，买的东西却不同：当作另一套订单号，两边的订单不合并。" in page
    marketer.post(f"{at}/trial", {"order_numbers": "same"})
    worked()
    assert "有 30 个订单号在记录里已经有：当作同一张订单。" in marketer.get(f"{at}/trial").text
    marketer.post(f"{at}/import", {})
    worked()
    assert [each.series for each in batches.listing(db, reader=OPERATOR)[0]] == [1, 1]


def test_after_an_import_its_facts_and_its_question_are_one_click_away(marketer, hand_in, worked, db):
    at = hand_in(("三季度.csv", SHOP))
    marketer.post(f"{at}/rules", rules_on())
    worked()
    run = marketer.post(f"{at}/import", {}).location
    worked()
    page = marketer.get(run).text
    assert 'href="/purchases/facts?batch=1"' in page
    assert 'href="/runs?batch=1#ask"' in page
    assert 'href="/purchases/batches/1"' in page
    assert "看这次导入的概况" in marketer.get("/purchases/batches/1").text


def test_an_import_tells_how_far_it_is_in_per_cent_of_the_whole(marketer, hand_in, worked, monkeypatch):
    told = []
    monkeypatch.setattr(jobs.runs, "progress", lambda *_, **how: told.append((how["stage"], how["done"], how["total"])))
    at = hand_in(("三季度.csv", SHOP))
    marketer.post(f"{at}/rules", rules_on())
    worked()
    told.clear()
    marketer.post(f"{at}/import", {})
    worked()
    assert [stage for stage, *_ in told] == ["Reading rows", "Comparing with the records", "Writing the lines"]
    shares = [done / total for _, done, total in told]
    assert shares == sorted(shares)
    assert 0 < shares[-1] < 1


def test_a_price_told_by_the_whole_file_alone_is_said_at_the_trial(marketer, hand_in, worked):
    # The first rows show each dish once; only the rest tells that the amount is the price of one.
    once = [f"{at},菜{at},1,{at}.50" for at in range(220)]
    again = [f"{at},菜{at},3,{at}.50" for at in range(220)]
    at = hand_in(("菜单.csv", "\n".join(["单号,商品,数量,金额", *once, *again, ""])))
    assert "按单价读" not in marketer.get(f"{at}/file").text
    marketer.post(f"{at}/rules", rules_on())
    worked()
    page = marketer.get(f"{at}/trial").text
    assert "“金额”按单价读：同一种商品，不管买几件，数都一样。" in page
    assert f'href="{at}/columns?n=1">去改' in page


def test_a_corrected_export_takes_the_place_of_the_first_one_after_a_look(marketer, hand_in, worked, db):
    first = "单号,商品,日期\n1,罐,2026-05-01\n2,圈,2026-05-31\n"
    for text in (first, first.replace("圈", "盖")):
        at = hand_in(("五月.csv", text))
        marketer.post(f"{at}/trial")
        worked()
        if text == first:
            marketer.post(f"{at}/import")
            worked()
    assert "1 行记录里已有；只写入新的。" in marketer.get(f"{at}/trial").text
    marketer.post(f"{at}/trial", {"overlap": "replace"})
    worked()
    page = marketer.get(f"{at}/trial").text
    assert "第 1 次导入 五月.csv 将不再计入；它的 2 行中有 1 行这个文件里没有。" in page
    assert "2 行会写入" in page
    marketer.post(f"{at}/import")
    worked()
    assert "被更正的文件换掉" in marketer.get("/purchases/batches/1").text
    assert [each.state for each in batches.listing(db, reader=OPERATOR)[0]] == ["loaded", "undone"]


def test_a_part_of_the_period_replaces_nothing_and_the_way_on_is_offered(marketer, hand_in, worked, db):
    for text in ("单号,商品,日期\n1,罐,2026-05-01\n2,圈,2026-05-31\n", "单号,商品,日期\n2,盖,2026-05-31\n"):
        at = hand_in(("五月.csv", text))
        marketer.post(f"{at}/trial", {"overlap": "replace"})
        worked()
        marketer.post(f"{at}/import")
        worked()
    page = marketer.get(f"{at}/trial").text
    assert "第 1 次导入（2026-05-01 至 2026-05-31）里有 五月.csv 没有的日子，换掉就丢了。" in page
    assert 'name="overlap" value="new"' in page
    assert db["batch"].count == 1


def test_a_list_of_what_is_no_goods_is_kept_for_the_source_and_can_be_changed(marketer, hand_in, worked, db):
    at = hand_in(("a.csv", "单号,商品\n1,罐\n1,运费\n2,手提袋\n"))
    marketer.post(f"{at}/rules", rules_on(no_goods="运费\r\n*袋"))
    worked()
    page = marketer.get(f"{at}/trial").text
    assert "1 行会写入" in page
    assert "在不算商品的清单里" in page
    marketer.post(f"{at}/import", {"profile": "门店"})
    worked()
    at = hand_in(("b.csv", "单号,商品\n3,运费\n"))
    assert "运费\n*袋</textarea>" in marketer.get(f"{at}/rules").text
    assert marketer.post(f"{at}/rules", rules_on(no_goods="*")).status_code == 422
    marketer.post(f"{at}/rules", rules_on(no_goods=""))
    worked()
    assert "1 行会写入" in marketer.get(f"{at}/trial").text


def test_rows_that_a_filter_hides_count_and_are_told(marketer, worked, tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([["单号", "商品"], ["1", "罐"], ["2", "圈"], ["3", "盖"]]):
            sheet.write_row(at, 0, row)
        sheet.set_row(2, None, None, {"hidden": True})
    marketer.get("/purchases")
    sent = {"file": (io.BytesIO(path.read_bytes()), "a.xlsx")}
    at = marketer.post("/purchases/uploads", sent, content_type="multipart/form-data").location.removesuffix("/file")
    marketer.post(f"{at}/trial")
    worked()
    page = marketer.get(f"{at}/trial").text
    assert "工作簿里有 1 行是隐藏的" in page
    assert "3 行会写入" in page


def test_a_zip_of_several_tables_is_taken_apart_and_what_is_none_is_named(marketer, worked, db, home):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in (("店/一月.csv", "单号,商品\n1,罐\n"), ("店/二月.csv", "单号,商品\n2,圈\n"), ("空.csv", "")):
            archive.writestr(name, text)
        archive.writestr("__MACOSX/x", "no")
    marketer.get("/purchases")
    sent = {"file": (io.BytesIO(file.getvalue()), "全年.zip")}
    at = marketer.post("/purchases/uploads", sent, content_type="multipart/form-data").location
    page = marketer.get(at).text
    assert "空.csv 是空的" in page
    assert "二月.csv" in page
    assert [row["file"].rsplit("/", 1)[-1] for row in db.query("SELECT file FROM upload")] == ["一月.csv", "二月.csv"]
    assert len(list((home / "uploads").iterdir())) == 2
    at = at.removesuffix("/file")
    marketer.post(f"{at}/trial")
    worked()
    marketer.post(f"{at}/import")
    worked()
    assert batches.totals(db)["rows"] == 2
