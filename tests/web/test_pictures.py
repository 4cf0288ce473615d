"""Pictures sent while one writes: seen by their writer alone, then in the text for whoever may see the note."""

import io
import re
import zipfile

import pytest

from kb import notes
from kb.access import OPERATOR
from kb.note_details import Details
from tests import made_files

SAID = {"title": "盖子裂了", "dimension": "from", "channel": "电话", "experience": "complaint", "readers": "all",
        "topics": "密封罐"}  # fmt: skip


@pytest.fixture
def chen(signed_in):
    browser = signed_in("chen")
    browser.get("/notes/new")
    return browser


@pytest.fixture
def sent(chen):
    """Return a function that sends a picture for the draft d1 and returns the answer."""

    def send(name="截图.png", content=None):
        form = {"draft": "d1", "picture": (io.BytesIO(content or made_files.picture(size=(80, 60))), name)}
        return chen.post("/pictures", form, content_type="multipart/form-data")

    return send


def shown(page):
    return re.findall(r'<div class="prose[^>]*>.*?<img ([^>]*)>', page, re.DOTALL)


def test_a_picture_sent_while_writing_shows_in_the_preview_and_after_saving_for_who_sees_the_note(
    chen, signed_in, sent, db, home
):
    name = sent().json["name"]
    assert chen.get(f"/pictures/{name}").mimetype == "image/png"
    preview = chen.post("/notes/preview", {"body": f"![截图]({name})"}).text
    assert 'alt="截图"' in preview
    assert 'width="80"' in preview
    colleague = signed_in("li")
    assert colleague.get(f"/pictures/{name}").status_code == 404
    assert "<img" not in colleague.post("/notes/preview", {"body": f"![截图]({name})"}).text
    other = sent("别的.png", made_files.picture(size=(9, 9))).json["name"]
    form = {**SAID, "body": f"![截图]({name})", "pictures_of": "d1", "readers": "department"}
    where = chen.post("/notes/new", form).location.split("?")[0]
    (note,) = notes.listing(db, reader=OPERATOR)[0]
    (file,) = note.attachments
    for path in (where, f"{where}/pane", "/notes/print"):
        assert f'<img src="/attachments/{file["id"]}/file" alt="截图"' in colleague.get(path).text, path
    # What was taken out of the text before it was saved is gone, and a stranger sees neither.
    assert chen.get(f"/pictures/{other}").status_code == 404
    stranger = signed_in("lin")
    assert stranger.get(f"/attachments/{file['id']}/file").status_code == 404
    assert stranger.get(f"/pictures/{name}?note={note.id}").status_code == 404
    assert colleague.get(f"/pictures/{name}?note={note.id}").mimetype == "image/png"
    assert colleague.get(f"/pictures/{other}?note={note.id}").status_code == 404


def test_a_refused_picture_is_a_sentence_and_a_refused_form_keeps_its_pictures(chen, sent):
    refused = sent("报价.pdf", made_files.pdf("x"))
    assert refused.status_code == 422
    assert refused.json["error"]["message"] == "“报价.pdf”不是图片。"
    name = sent().json["name"]
    page = chen.post("/notes/new", {**SAID, "title": "", "body": f"![]({name})", "pictures_of": "d1"})
    assert page.status_code == 422
    assert 'name="pictures_of" value="d1"' in page.text
    assert chen.get(f"/pictures/{name}").status_code == 200


@pytest.mark.parametrize(
    "body", ["![x](https://evil.example/a.png)", "![x](合同.txt)", "![x](//evil.example/合同.txt)", "![x](a.png)"]
)
def test_only_a_picture_of_the_note_itself_is_shown(chen, a_note, body):
    note = a_note(body=body)
    given = {"files": [(io.BytesIO("甲方".encode()), "合同.txt")]}
    chen.post(f"/notes/{note.id}/attachments", given, content_type="multipart/form-data")
    page = chen.get(f"/notes/{note.id}")
    assert (page.status_code, shown(page.text)) == (200, [])
    assert chen.get(f"/pictures/合同.txt?note={note.id}").status_code == 404


def test_a_note_with_a_picture_goes_out_as_a_folder_and_comes_back_as_it_was(chen, sent, signed_in, db, a_note):
    name = sent("样品 (1).png").json["name"]
    chen.post("/notes/new", {**SAID, "body": f"见 ![样品]({name})。", "pictures_of": "d1"})
    (note,) = notes.listing(db, reader=OPERATOR)[0]
    with zipfile.ZipFile(io.BytesIO(chen.get("/notes/list.zip").data)) as archive:
        assert f"![样品](盖子裂了/{name})" in archive.read("盖子裂了.md").decode()
        assert f"盖子裂了/{name}" in archive.namelist()
    assert note.body == f"见 ![样品]({name})。"


def test_a_note_for_customers_gives_exactly_its_own_text_and_only_where_there_is_one(world, chen, a_note):
    for_them = Details(audience="all", valid_from="2026-01-01", customer_text="您好：\n**手洗**。")
    told = a_note(title="清洗", body="内部的话", dimension="for", details=for_them)
    bare = a_note(title="旧的", body="内部的话", dimension="for")
    answer = chen.get(f"/notes/{told.id}/customer")
    assert (answer.mimetype, answer.text) == ("text/plain", "您好：\n**手洗**。")
    assert chen.get(f"/notes/{bare.id}/customer").status_code == 404
    page = chen.get(f"/notes/{told.id}").text
    assert f'data-told="/notes/{told.id}/told"' in page
    page = chen.get(f"/notes/{bare.id}").text
    assert "data-copy" not in page
    assert f'href="/notes/{bare.id}/edit#customer_text"' in page
    refused = chen.post(f"/notes/{told.id}/told", {"customer": "没有这家"})
    assert refused.status_code == 422
    assert "没有这家" in refused.text
    assert chen.post(f"/notes/{told.id}/told", {"customer": "澄湖酒店"}).status_code == 201
    assert "澄湖酒店" in chen.get(f"/notes/{told.id}").text
    sheet = chen.get("/notes/list.csv?dimension=for").text
    assert "您好：\n**手洗**。" in sheet


def test_a_mention_stands_on_the_home_page_until_it_was_seen(chen, signed_in, a_note):
    note = a_note()
    chen.post(f"/notes/{note.id}/comments", {"comment": "@li 请看 <b>"})
    browser = signed_in("li")
    home = browser.get("/").text
    assert f"陈小兰在“{note.title}”的留言里提到您" in home
    assert "&lt;b&gt;" in home
    assert ">@李思远</a> 请看 &lt;b&gt;" in browser.get(f"/notes/{note.id}").text
    assert browser.post(re.search(r'action="(/mentions/\d+/dismiss)"', home)[1]).status_code == 303
    assert "提到您" not in browser.get("/").text
