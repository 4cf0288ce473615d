"""A list of notes for a spreadsheet: what the page lists, and nothing more."""

import csv
import io
import re
import tracemalloc
import zipfile
from datetime import datetime

import pytest
from python_calamine import CalamineWorkbook

from kb import citing, customers
from kb.note_details import Details
from web import sheets


def rows(answer):
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"), newline="")))


@pytest.fixture
def chen(signed_in):
    return signed_in("chen")


def test_the_list_as_the_page_filters_it_with_words_for_codes(chen, db, people, now, a_note):
    hotel = customers.add(db, name="澄湖酒店", by=people["chen"], now=now)
    said = Details(customers=((hotel.id, ""),), experience="complaint")
    note = a_note(title="=毛巾掉毛", details=said, topic_names=["毛巾", "酒店"])
    a_note(dimension="about", title="另一条")
    head, first = rows(chen.get("/notes/list.csv?dimension=from"))
    assert head[:4] == ["知识类型", "标题", "摘要", "正文"]
    assert first[0:2] == ["来自客户", "'=毛巾掉毛"]
    assert first[4:9] == ["毛巾、酒店", "澄湖酒店", "待整理", "陈小兰", "客服部"]
    assert first[-1].endswith(f"/notes/{note.id}")
    assert [row[1] for row in rows(chen.get(f"/notes/list.csv?customer={hotel.id}"))[1:]] == ["'=毛巾掉毛"]
    page = chen.get("/notes?dimension=from").text
    assert 'href="/notes/list.xlsx?dimension=from"' in page


def test_why_a_note_is_believed_stands_in_its_row_as_far_as_one_may_see_it(chen, db, people, now, a_note):
    note, private = a_note(title="换圈"), a_note(title="王的备忘", readers="owner", by=people["wang"])
    citing.note(db, note.id, a_note(title="手册").id, why="手册第 3 页", by=people["chen"], now=now)
    citing.note(db, note.id, private.id, why="王说的", by=people["wang"], now=now)
    head, *found = rows(chen.get("/notes/list.csv"))
    told = {row[1]: row[head.index("依据")] for row in found}
    assert told == {"换圈": "知识: 手册第 3 页", "手册": ""}


def test_nobody_gets_what_is_not_theirs_and_every_page_of_what_is(chen, signed_in, a_note, people, monkeypatch):
    from web import note_sheet

    monkeypatch.setattr(note_sheet, "_PAGE", 2)
    a_note(title="王的私人备忘", readers="owner", by=people["wang"])
    for number in range(5):
        a_note(title=f"第 {number} 条")
    titles = {row[1] for row in rows(chen.get("/notes/list.csv"))[1:]}
    assert titles == {f"第 {number} 条" for number in range(5)}
    assert "王的私人备忘" in signed_in("wang").get("/notes/list.csv").text


def test_the_workbook_has_the_same_rows_and_runs_no_formula(chen, a_note):
    a_note(title="=1+1", summary="@客服", body="长" * 40_000, now="2026-11-20T16:30:05.700000Z")
    workbook = chen.get("/notes/list.xlsx").data
    head, line = CalamineWorkbook.from_filelike(io.BytesIO(workbook)).get_sheet_by_index(0).to_python()
    assert (len(head), line[1:3], len(line[3])) == (len(line), ["=1+1", "@客服"], 32_766)
    assert line[3].endswith("\n✂ 32766/40000 正文太长，工作簿的一格放不下；csv 里是全文。")
    assert rows(chen.get("/notes/list.csv"))[1][3] == "长" * 40_000
    # Where the company is, midnight is past; a day one can sort and count with, not a text.
    assert line[head.index("写于")] == datetime(2026, 11, 21, 0, 30, 5)
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        xml = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml
    assert 'state="frozen"' in xml
    assert max(map(float, re.findall(r'<col [^>]*width="([\d.]+)"', xml))) < 62
    # Two columns side by side of one width are written as one.
    assert 'min="10" max="11" width="19.7109375"' in xml


def test_a_long_workbook_is_in_memory_a_row_at_a_time(tmp_path):
    tracemalloc.start()
    try:
        with (tmp_path / "long.xlsx").open("wb") as file:
            sheets.write(file, [("长", ["正文"], ([f"{number}" + "长" * 20_000] for number in range(300)))])
        # All of the text is 12 MB.
        assert tracemalloc.get_traced_memory()[1] < 3_000_000
    finally:
        tracemalloc.stop()
    book = CalamineWorkbook.from_path(tmp_path / "long.xlsx").get_sheet_by_index(0)
    assert [len(row[0]) for row in book.to_python()[::100]] == [2, 20_002, 20_003, 20_003]
