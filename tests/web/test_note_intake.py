"""Import of notes in the browser: looked at first, taken in by a worker, taken back as a whole."""

import gzip
import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from kb import feed, notes, store
from kb.access import OPERATOR
from kb.store import utc_now
from mining import jobs, leases, runs
from tests import made_files

ROOT = Path(__file__).parents[2]
FORM = {"dimension": "for", "audience": "all", "valid_from": "2026-01-01", "topics": "搬来的", "readers": "all"}


def sent(browser, name, content, **more):
    form = {**FORM, **more, "file": (io.BytesIO(content), name)}
    return browser.post("/notes/import", form, content_type="multipart/form-data")


def packed(**files):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, content in files.items():
            made.writestr(name, content)
    return file.getvalue()


@pytest.fixture
def work(db, home):
    """Return a function that does what a worker finds to do, in this process."""

    def call():
        lease = leases.new()
        run_id = runs.claim(db, lease, now=utc_now(), is_abandoned=lambda *_: False)
        jobs.work(db, home, run_id, lease)

    return call


def all_of(db):
    return {note.title: note for note in notes.listing(db, reader=OPERATOR, limit=100)[0]}


def test_a_folder_is_looked_at_then_taken_in_then_taken_back(signed_in, db, home, people, work):
    chen = signed_in("chen")
    chen.get("/notes/import")
    files = {
        "甲.md": "见 [乙](乙.md) ![](a.png)",
        "乙.md": "正文",
        "坏.md": "---\ndimension: x\n---\n",
        "a.png": made_files.picture(),
    }
    answer = sent(chen, "罐.zip", packed(**files))
    assert answer.status_code == 303
    page = chen.get(answer.location).text
    assert "导入 2 条知识" in page
    assert "1 个附件" in page
    assert chen.post(answer.location).status_code == 303
    assert db["note"].count == 0
    assert "等待后台程序" in chen.get(answer.location).text
    assert chen.post(f"{answer.location}/drop").status_code == 409
    assert "HX-Refresh" not in chen.get(f"{answer.location}/progress").headers
    work()
    assert chen.get(f"{answer.location}/progress").headers["HX-Refresh"] == "true"
    told = chen.get(answer.location).text
    assert "已导入" in told
    assert "未知的知识类型" in told or "x" in chen.get(f"{answer.location}?state=rejected").text
    found = all_of(db)
    assert found["甲"].body == f"见 [[{found['乙'].id}]] ![](a.png)"
    assert found["乙"].owner == "陈小兰"
    assert list((home / "uploads").iterdir()) == []
    assert "罐.zip" in chen.get("/notes/import").text
    again = sent(chen, "罐.zip", packed(**files))
    assert "已经有了，没有变" in chen.get(again.location).text
    undo = told.split('action="/changes/')[1].split('"')[0]
    assert chen.post(f"/changes/{undo}").status_code == 303
    assert all_of(db) == {}


def test_what_was_handed_in_is_nobody_elses(signed_in, people):
    chen = signed_in("chen")
    place = sent(chen, "甲.md", "正文".encode()).location
    for login in ("wang", "zhao"):
        assert signed_in(login).get(place).status_code == 404
        assert signed_in(login).post(place).status_code == 404
        assert signed_in(login).get(f"{place}/progress").status_code == 404
    chen.get("/notes/import")
    assert chen.post(f"{place}/drop").status_code == 303
    assert chen.get(place).status_code == 404


def test_the_run_of_an_import_is_nobody_elses_and_leads_to_the_import(signed_in, db, people):
    chen = signed_in("chen")
    place = sent(chen, "甲.md", "正文".encode()).location
    chen.post(place)
    assert chen.get("/runs/1").location == place
    wang = signed_in("wang")
    assert wang.get("/runs/1").status_code == 404
    assert wang.get("/api/v1/runs/1").status_code == 404
    assert "甲.md" not in wang.get("/runs").text


def test_what_was_stopped_goes_on_as_the_same_deed(signed_in, db, people, work):
    chen = signed_in("chen")
    place = sent(chen, "a.csv", "正文\n甲\n乙\n".encode()).location
    chen.post(place)
    chen.post(f"{place}/stop")
    assert "部分导入" in chen.get(place).text
    chen.post(place)
    work()
    assert sorted(all_of(db)) == ["乙", "甲"]
    assert len({row["at"] for row in db.query("SELECT at FROM change WHERE action = 'add' AND noun = 'note'")}) == 1


def test_a_table_with_chips_is_taken_in(signed_in, db, people, work):
    chen = signed_in("chen")
    table = "正文,偏好.颜色,chips\n盖子漏气,米白、浅灰,竞品.产品:乐扣\n换圈,,不是:标签\n".encode()
    form = {"dimension": "from", "experience": "complaint", "channel": "网店"}
    place = sent(chen, "评价.csv", table, **form).location
    assert "偏好.颜色" in chen.get(place).text
    chen.post(place)
    work()
    assert "不是:标签" in chen.get(f"{place}?state=rejected").text
    assert "不是:标签" not in chen.get(f"{place}?state=loaded").text
    assert all_of(db)["盖子漏气"].traits == (
        ("preference.colour", "米白"), ("preference.colour", "浅灰"), ("rival.product", "乐扣"),
    )  # fmt: skip
    assert len(all_of(db)) == 1


def test_a_table_with_a_column_of_feelings_is_looked_at_row_by_row_and_proposed_as_from_customers(
    signed_in, db, people, work
):
    chen = signed_in("chen")
    table = "标题,正文,感受,店员\n漏气,盖子漏气,差评,小周\n只有标题,,满意,\n,装得快,很好,\n".encode()
    place = sent(chen, "评价.csv", table).location
    page = chen.get(place).text
    assert "差评”不会保留" in page
    assert "没有用到的列</dt><dd><bdi>店员" in page
    assert "改为“来自客户”导入" in page
    assert "不能导入</dt><dd>1<" in page
    assert chen.post(f"{place}/from-customers", {"channel": "网店"}).status_code == 303
    page = chen.get(place).text
    assert "不会保留" not in page
    assert "只留标题" in page
    assert "<bdi>感受</bdi></b>" in page
    assert "改为“来自客户”导入" not in page
    chen.post(place)
    work()
    assert {title: (each.channel, each.experience) for title, each in all_of(db).items()} == {
        "漏气": ("网店", "dissatisfied"), "只有标题": ("网店", "satisfied"),
    }  # fmt: skip
    assert "只留标题" in chen.get(f"{place}?state=loaded").text
    assert chen.post(f"{place}/from-customers").status_code == 409


def test_what_holds_for_a_file_is_chosen_anew_without_handing_it_in_again(signed_in, db, people, work):
    chen = signed_in("chen")
    place = sent(chen, "甲.md", "正文".encode(), dimension="from", experience="", topics="密封罐、胶圈").location
    page = chen.get(place).text
    assert ("导入 1 条知识" in page, f'href="{place}/choices"' in page) == (False, True)
    page = chen.get(f"{place}/choices").text
    assert ('value="密封罐、胶圈"' in page, 'type="file" ' in page.split("editor__side")[0]) == (True, False)
    assert re.search(r'name="dimension" value="from" required checked', page)
    form = {"dimension": "from", "topics": "胶圈", "readers": "all", "channel": "电话"}
    assert chen.post(f"{place}/choices", {**form, "dimension": "x"}).status_code == 422
    assert chen.post(f"{place}/choices", {**form, "experience": "complaint"}).status_code == 303
    chen.post(place)
    work()
    assert [[each["name"] for each in note.topics] for note in all_of(db).values()] == [["胶圈"]]
    assert chen.post(f"{place}/choices", {**form, "experience": "complaint"}).status_code == 409


def test_the_list_that_the_page_exports_is_known_again_and_says_what_it_does_not_bring(
    signed_in, db, people, work, a_note
):
    chen = signed_in("chen")
    a_note(readers="department", body='见 [[1]]，"胶圈"')
    a_note(title="换圈", dimension="about")
    for kind in ("csv", "xlsx"):
        place = sent(chen, f"notes.{kind}", chen.get(f"/notes/list.{kind}").data).location
        page = chen.get(place).text
        assert "这是客知导出的知识列表" in page
        assert re.search(r"没有用到的列</dt><dd><bdi>进展或可信情况</bdi>、<bdi>写于</bdi>", page)
        assert re.search(r"已经有的</dt><dd>2<", page)
    changed = chen.get("/notes/list.csv").text.replace("换圈", "换胶圈")
    place = sent(chen, "notes.csv", changed.encode(), readers="owner").location
    chen.post(place)
    work()
    assert {title: (each.dimension, each.readers) for title, each in all_of(db).items()} == {
        "密封罐在梅雨季受潮": ("from", "department"), "换圈": ("about", "all"), "换胶圈": ("about", "all"),
    }  # fmt: skip


def test_lines_of_json_are_taken_in(signed_in, db, people, work):
    chen = signed_in("chen")
    lines = "\n".join(json.dumps({"title": f"第{n}条", "body": "正文", "lang": "zh_CN"}) for n in range(3))
    chen.post(sent(chen, "a.jsonl.gz", gzip.compress(lines.encode())).location)
    work()
    assert sorted(all_of(db)) == ["第0条", "第1条", "第2条"]


@pytest.mark.parametrize(
    ("name", "content", "more", "said"),
    [
        ("a.zip", b"PK\x03\x04x", {}, "损坏"),
        ("a.zip", packed(**{"a.txt": "x", "b.txt": "y"}), {}, "2"),
        ("a.md", b"\x00\x01", {}, "没有能变成知识的页面"),
        ("a.md", b"x", {"dimension": ""}, "类型"),
        ("a.md", b"x", {"customers": "没有这位"}, "没有这位"),
        ("", b"", {}, "没有选文件"),
    ],
)
def test_what_cannot_be_read_is_a_sentence_and_leaves_no_file(signed_in, home, people, db, name, content, more, said):
    chen = signed_in("chen")
    answer = sent(chen, name, content, **more)
    assert answer.status_code == 422
    assert said in answer.text
    assert not (home / "uploads").exists() or list((home / "uploads").iterdir()) == []
    assert db["intake"].count == 0


@pytest.mark.parametrize(
    "door", ["/notes/import", "/notes/{}/attachments", "/pictures", "/purchases/uploads", "/customers/import"]
)
def test_a_file_of_two_gigabytes_is_refused_before_it_is_read(signed_in, people, a_note, door):
    class Endless(io.RawIOBase):
        def readable(self):
            return True

        def readinto(self, buffer):
            raise AssertionError("it was read")

    door = door.format(a_note().id)
    lin = signed_in("lin")
    lin.get("/notes/import")
    endless = {"wsgi.input": Endless(), "CONTENT_LENGTH": str(2 * 1024**3)}
    answer = lin.http.post(door, environ_overrides=endless, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413
    assert "太大" in answer.text


@pytest.mark.parametrize("address", ["/notes/import", "/purchases/uploads"])
def test_a_full_disk_during_an_upload_is_a_sentence_and_leaves_nothing(db, home, people, password, address):
    before = db["change"].count
    command = [sys.executable, "-m", "tests.web.on_a_full_disk", str(home), password, address]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert told.stdout.split("\n")[:2] == ["507 True", "507 True"], told.stderr
    assert not (home / "uploads").exists() or list((home / "uploads").iterdir()) == []
    assert (db["intake"].count, db["upload"].count, db["change"].count) == (0, 0, before)


def test_a_full_disk_during_an_import_keeps_whole_rows_says_so_and_goes_on_later(
    signed_in, db, people, work, monkeypatch
):
    monkeypatch.setattr(store, "ROWS_OF_A_PART", 20)
    chen = signed_in("chen")
    rows = [f"第{n}条，{'长' * 900}" for n in range(120)]
    place = sent(chen, "a.csv", "\n".join(["正文", *rows]).encode()).location
    chen.post(place)
    pages = db.execute("PRAGMA page_count").fetchone()[0]
    db.execute(f"PRAGMA max_page_count = {pages + 150}")
    work()
    db.execute("PRAGMA max_page_count = 1073741823")
    told = chen.get(place).text
    assert "磁盘" in told
    kept = db["note"].count
    assert 0 < kept < 120
    assert kept % 20 == 0
    assert db.execute("SELECT count(*) FROM intake_row").fetchone()[0] == kept
    assert feed.verify(db) == []
    chen.post(place)
    work()
    assert "已导入" in chen.get(place).text
    assert db["note"].count == 120
