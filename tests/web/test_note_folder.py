"""The Markdown folder and the paper of a list: the same notes as the list, all pages of it, and nobody else's."""

import io
import zipfile


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


def test_a_long_list_is_printed_in_parts_that_hold_all_of_it(signed_in, a_note, monkeypatch):
    for n in range(3):
        a_note(title=f"第 {n} 条知识")
    monkeypatch.setattr("web.note_folder._ON_PAPER", 2)
    chen = signed_in("chen")
    parts = [chen.get(address).text for address in ("/notes/print", "/notes/print?page=2")]
    assert "第 1 份，共 2 份" in parts[0]
    assert 'href="/notes/print?page=2"' in parts[0]
    assert [[n for n in range(3) if f"第 {n} 条知识</h2>" in part] for part in parts] == [[1, 2], [0]]
