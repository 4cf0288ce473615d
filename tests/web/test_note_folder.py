"""The Markdown folder and the paper of a list: the same notes as the list, all pages of it, and nobody else's."""

import io
import zipfile

from kb import notes
from kb.access import OPERATOR


def archived(answer):
    assert answer.mimetype == "application/zip"
    return zipfile.ZipFile(io.BytesIO(answer.data))


def test_all_pages_of_a_list_come_along_and_nothing_that_one_may_not_see(signed_in, a_note, people):
    for n in range(53):
        a_note(title=f"第 {n} 条")
    a_note(title="价目", dimension="for")
    a_note(title="王的私事", readers="owner", by=people["wang"])
    chen = signed_in("chen")
    assert len(archived(chen.get("/notes/list.zip")).namelist()) == 54
    assert archived(chen.get("/notes/list.zip?dimension=for")).namelist() == ["价目.md"]
    assert "王的私事.md" in archived(signed_in("wang").get("/notes/list.zip")).namelist()
    page = chen.get("/notes?dimension=from").text
    assert "/notes/list.zip?dimension=from" in page
    assert "/notes/print?dimension=from" in page


def test_on_paper_stand_whole_texts_of_the_list_and_of_no_hidden_note(signed_in, a_note, people):
    a_note(title="公开的", body="**粗**的正文")
    a_note(title="王的私事", readers="owner", by=people["wang"])
    page = signed_in("chen").get("/notes/print").text
    assert "<strong>粗</strong>的正文" in page
    assert "王的私事" not in page
    assert "没有可打印的" in signed_in("chen").get("/notes/print?dimension=with").text


def test_more_than_paper_takes_is_said(signed_in, a_note, monkeypatch, db):
    for n in range(3):
        a_note(title=f"第 {n} 条")
    monkeypatch.setattr("web.note_folder._MOST_ON_PAPER", 2)
    page = signed_in("chen").get("/notes/print").text
    assert "最近改动的 2 条" in page
    assert "第 0 条" not in page
    assert notes.listing(db, reader=OPERATOR)[1] == 3
