"""Files on a note, as people hand them in and look at them; and what a browser may do with hostile ones."""

import errno
import io
import re

import pytest

from kb import file_reader, files, home as homes, notes
from kb.access import OPERATOR
from kb.attachments import PICTURES_AT_ONCE
from kb.search import indexer
from tests import made_files


@pytest.fixture
def chen(signed_in):
    return signed_in("chen")


@pytest.fixture
def sent(chen, a_note):
    """Return a function that sends files by name to a new note of chen's and returns the note and the answer."""

    def send(**contents):
        note = a_note()
        chen.get(f"/notes/{note.id}")
        given = [(io.BytesIO(content), name) for name, content in contents.items()]
        answer = chen.post(f"/notes/{note.id}/attachments", {"files": given}, content_type="multipart/form-data")
        return note, answer

    return send


def ids(db, note):
    return [each["id"] for each in notes.get(db, note.id, reader=OPERATOR).attachments]


def test_files_are_put_on_a_note_seen_downloaded_and_taken_off_and_that_is_undone(chen, signed_in, sent, db):
    contract = made_files.docx("甲方", "违约金千分之三")
    note, answer = sent(**{"合同.docx": contract, "样品.png": made_files.picture()})
    assert answer.location == f"/notes/{note.id}#attachments"
    page = chen.get(f"/notes/{note.id}").text
    word, bild = ids(db, note)
    assert f'href="/attachments/{word}"' in page
    assert f'src="/attachments/{bild}/thumbnail"' in page
    assert "陈小兰添加了附件“合同.docx”、“样品.png”" in re.sub(r"\s+", "", page)
    reader = signed_in("vera")
    answer = reader.get(f"/attachments/{word}/file")
    assert answer.data == contract
    assert "filename*=UTF-8''%E5%90%88%E5%90%8C.docx" in answer.headers["Content-Disposition"]
    assert "添加附件" not in reader.get(f"/notes/{note.id}").text
    chen.post(f"/attachments/{word}/remove")
    page = chen.get(f"/notes/{note.id}").text
    assert "已移除“合同.docx”" in page
    assert chen.get(f"/attachments/{word}/file").status_code == 404
    chen.post(re.search(r'action="(/changes/\d+/undo)"', page)[1])
    assert chen.get(f"/attachments/{word}/file").data == contract
    activity = chen.get("/activity").text
    assert "给知识添加了附件" in activity
    assert "移除了知识的附件" in activity


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.svg", made_files.SVG), ("a.png", made_files.HTML), ("a.png", made_files.SVG), ("a.txt", b"<?xml ?><a/>"),
        ("a.pdf", made_files.pdf("x")), ("a.html", made_files.HTML), ("a.txt", b"x"),
    ],
)  # fmt: skip
def test_only_pictures_we_made_are_ever_rendered(chen, sent, db, name, content):
    note, _ = sent(**{name: content})
    (number,) = ids(db, note)
    answer = chen.get(f"/attachments/{number}/file")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert not answer.mimetype.startswith(("image/", "text/html", "application/xhtml", "text/xml", "application/xml"))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].endswith("; sandbox")
    assert chen.get(f"/attachments/{number}/thumbnail").status_code == 404
    assert b"<script>alert" not in chen.get(f"/attachments/{number}").data


def test_a_picture_is_shown_as_what_it_is_and_says_nothing_else(chen, sent, db):
    note, _ = sent(**{"evil.html": made_files.from_a_phone()})
    (number,) = ids(db, note)
    answer = chen.get(f"/attachments/{number}/file")
    assert (answer.mimetype, answer.headers["Content-Disposition"][:6]) == ("image/jpeg", "inline")
    assert (b"script" in answer.data, b"Suzhou" in answer.data) == (False, False)
    assert chen.get(f"/attachments/{number}/file?download=1").headers["Content-Disposition"].startswith("attachment")
    for path in ("file", "thumbnail"):
        headers = chen.get(f"/attachments/{number}/{path}").headers
        assert headers["Content-Security-Policy"].endswith("; sandbox")
        assert headers["X-Content-Type-Options"] == "nosniff"
    assert chen.get(f"/attachments/{number}/thumbnail").mimetype == "image/webp"


def test_a_picture_that_waits_has_a_line_and_is_not_handed_out(chen, sent, db, home):
    many = {f"图{n}.jpg": made_files.picture("jpeg", colour=(n * 20, 0, 0)) for n in range(PICTURES_AT_ONCE)}
    note, _ = sent(**many, **{"手机.jpg": made_files.from_a_phone()})
    number = ids(db, note)[-1]
    assert "图片正在处理" in chen.get(f"/notes/{note.id}").text
    page = chen.get(f"/attachments/{number}").text
    assert "图片正在处理" in page
    assert f"/attachments/{number}/file" not in page
    assert chen.get(f"/attachments/{number}/file?download=1").status_code == 404
    assert chen.get(f"/attachments/{number}/thumbnail").status_code == 404
    file_reader.read_next(db, home)
    assert b"Suzhou" not in chen.get(f"/attachments/{number}/file").data
    assert "正在处理" not in chen.get(f"/attachments/{number}").text


def test_a_refused_file_stands_beside_the_field_and_others_are_kept(chen, sent, db):
    note, answer = sent(**{"图.png": made_files.huge()})
    assert answer.status_code == 422
    assert re.search(r'id="files-help">.*“图.png”超过 40 百万像素', answer.text, re.DOTALL)
    assert ids(db, note) == []
    note, answer = sent(**{"图.png": made_files.huge(), "a.txt": b"x"})
    assert answer.status_code == 303
    assert "“图.png”超过 40 百万像素" in chen.get(f"/notes/{note.id}").text
    assert len(ids(db, note)) == 1
    _, answer = sent()
    assert (answer.status_code, "没有选文件" in answer.text) == (422, True)


def test_the_administrator_sets_how_large_a_file_may_be(home, app, sent):
    config = home / homes.CONFIG
    text = config.read_text("utf-8")
    config.write_text(text.replace("attachment_megabytes = 100", "attachment_megabytes = 0"), "utf-8")
    app.config["SETTINGS"] = homes.settings(home)
    _, answer = sent(**{"a.txt": b"x"})
    assert (answer.status_code, "“a.txt”超过 0 MB" in answer.text) == (422, True)


def test_a_disk_without_room_for_so_much_as_a_folder_is_a_sentence_too(chen, sent, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files, "folder", full)
    _, answer = sent(**{"a.txt": b"x"})
    assert (answer.status_code, "服务器磁盘已满" in answer.text) == (507, True)


def test_what_was_read_of_a_file_is_on_its_page_and_found(chen, sent, db, home):
    _, answer = sent(**{"合同.docx": made_files.docx("甲方", "违约金千分之三"), "坏.pdf": b"%PDF-1.4 x"})
    note_page = answer.location
    while file_reader.read_next(db, home):
        pass
    page = chen.get(note_page).text
    assert "没有读出文字：文件已损坏" in page
    number = re.search(r'href="/attachments/(\d+)"', page)[1]
    shown = chen.get(f"/attachments/{number}").text
    assert re.search(r'id="at-1">第 2 页</h3>\s*<div[^>]*>违约金千分之三', shown)
    indexer.catch_up(db, home)
    found = chen.get("/search?q=违约金").text
    assert re.search(rf'href="/attachments/{number}#at-1"><bdi>合同.docx</bdi></a> <span[^>]*>第 2 页', found)


def test_a_file_is_named_as_evidence_with_its_page(chen, sent, db):
    note, _ = sent(**{"合同扫描件.pdf": made_files.pdf("x")})
    (number,) = ids(db, note)
    chen.post(f"/attachments/{number}/proof", {"proof": "3"})
    page = chen.get(f"/notes/{note.id}").text
    assert re.search(r"依据</h2>.*合同扫描件\.pdf</bdi>.*附件内容</a>\s*<span>第 3 页", page, re.DOTALL)
    assert "合同扫描件.pdf · 依据 3" in re.sub("<[^>]+>", "", chen.get(f"/notes/{note.id}/history").text)
    chen.post(f"/attachments/{number}/proof", {"off": "1"})
    assert "第 3 页" not in chen.get(f"/notes/{note.id}").text


def test_the_files_of_a_note_are_named_in_its_json_and_in_the_pane(chen, signed_in, sent):
    note, _ = sent(**{"合同.docx": made_files.docx("甲方"), "说明.txt": b"text"})
    chen.post("/attachments/1/proof", {"proof": "2"})
    named = chen.get(f"/api/v1/notes/{note.id}").json["attachments"]
    assert [(each["id"], each["name"], each["kind"], each["proof"]) for each in named] == [
        (1, "合同.docx", "docx", "2"),
        (2, "说明.txt", "text", None),
    ]
    assert [each["size"] for each in named] == [len(made_files.docx("甲方")), 4]
    pane = signed_in("vera").get(f"/notes/{note.id}/pane").text
    assert re.findall(r'href="(/attachments/\d+)"><bdi>([^<]+)', pane) == [
        ("/attachments/1", "合同.docx"),
        ("/attachments/2", "说明.txt"),
    ]
    chen.post("/attachments/1/remove")
    assert [each["id"] for each in chen.get(f"/api/v1/notes/{note.id}").json["attachments"]] == [2]


def test_an_old_workbook_is_read_and_an_old_word_file_says_what_to_do(chen, sent, db, home):
    note, _ = sent(**{"价目.xls": made_files.xls(价目=[["浴巾", 12]]), "合同.doc": made_files.doc()})
    assert file_reader.read_next(db, home)
    assert not file_reader.read_next(db, home)
    page = chen.get("/attachments/1").text
    assert "浴巾 12" in page
    assert "工作表“价目”" in page
    advice = "这是旧版 Word 文件，里面的文字没有读取。请在 Word 里另存为 .docx，再添加那一份。"
    told = chen.get("/attachments/2").text
    assert advice in told
    assert "没有读出文字" not in told
    assert advice in chen.get(f"/notes/{note.id}").text
    assert chen.get("/attachments/1/file").mimetype == "application/vnd.ms-excel"
