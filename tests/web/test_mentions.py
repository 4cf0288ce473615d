"""What a text names, as links that lead where the reader may go; in the preview too."""

import html
import io
import re
import zipfile

import pytest

from kb import comments, feed


@pytest.fixture
def chen(signed_in):
    return signed_in("chen")


def links(page):
    prose = re.search(r'<div class="prose"[^>]*>(.*?)</div>', page, re.DOTALL)[1]
    return [(html.unescape(a), words) for a, words in re.findall(r'<a href="([^"]+)"[^>]*>(.*?)</a>', prose)]


def test_a_colleague_a_topic_and_a_note_are_links(chen, people, a_note, db):
    told = a_note(title="换圈 <步骤>", topic_names=["密封罐", "装 配"])
    topics = {row["name"]: row["id"] for row in db["topic"].rows}
    body = f"请 @wang 看，#密封罐 、#[装 配]：先读 [[{told.id}]]。"
    note = a_note(body=body)
    assert links(chen.get(f"/notes/{note.id}").text) == [
        (f"/people/{people['wang'].member_id}", "@王雅婷"), (f"/topics/{topics['密封罐']}", "#密封罐"),
        (f"/topics/{topics['装 配']}", "#装 配"), (f"/notes/{told.id}", "换圈 &lt;步骤&gt;"),
    ]  # fmt: skip
    assert "哪几条提到它" in chen.get(f"/notes/{told.id}").text
    assert "哪几条提到它" not in chen.get(f"/notes/{note.id}").text


@pytest.mark.parametrize(
    "body",
    ["邮箱 a@wang.cn，@nobody，#没有的主题，a#密封罐", "`@wang` 和 `[[1]]`", "```\n@wang [[1]]\n```",
     "[@wang](https://a.example)", "# 标题", "![[x]]"],
)  # fmt: skip
def test_what_names_nothing_stays_as_it_was_written(chen, people, a_note, body):
    note = a_note(body=body)
    assert [address for address, _ in links(chen.get(f"/notes/{note.id}").text) if address.startswith("/")] == []


def test_a_title_and_a_topic_one_may_not_see_are_not_shown(chen, signed_in, people, a_note):
    secret = a_note(title="底价三折", topic_names=["秘密主题"], readers="owner", by=people["wang"])
    note = a_note(title="公开", body=f"[[{secret.id}]] 和 [[98765]]，#秘密主题 。")
    page = chen.get(f"/notes/{note.id}").text
    assert links(page) == []
    assert "底价三折" not in page
    assert page.count("（一条您看不到的知识）") == 2
    assert ("底价三折" in page, links(signed_in("wang").get(f"/notes/{note.id}").text)[0][1]) == (False, "底价三折")
    assert "底价三折" not in chen.post("/notes/preview", {"body": f"[[{secret.id}]]"}).text


def test_the_preview_shows_what_the_note_will_and_writes_nothing(chen, db, a_note):
    body = "**粗** @wang <script>alert(1)</script>\n\n| 甲 | 乙 |\n| --- | --- |\n| 1 | 2 |"
    a_note()
    seq = feed.last_seq(db)
    shown = chen.post("/notes/preview", {"body": body}).text
    assert feed.last_seq(db) == seq
    note = a_note(body=body)
    assert shown.strip() in chen.get(f"/notes/{note.id}").text
    assert "<script" not in shown
    assert "<td>1</td>" in shown


def test_what_is_offered_is_written_by_login_and_number_and_only_what_one_may_see(chen, people, a_note, indexed):
    public = a_note(title="密封罐换圈")
    a_note(title="密封罐底价", readers="owner", by=people["wang"])
    indexed()
    assert 'data-value="wang"' in chen.get("/suggest/members?q=wyt").text
    offered = chen.get("/suggest/notes?q=密封罐").text
    assert re.findall(r'data-value="(\d+)"', offered) == [str(public.id)]
    assert "底价" not in offered
    assert chen.get("/suggest/notes?q=。").text.strip() == ""


def test_wherever_the_text_is_cut_or_compared_a_colleague_stands_by_name(
    chen, signed_in, people, now, a_note, indexed, db
):
    note = a_note(title="罐子", body="梅雨季请 @wang 看密封圈，@nobody 和 a@wang.cn 不是谁。", topic_names=["密封罐"])
    sent = {
        "title": note.title, "body": note.body.replace("看", "再看"), "dimension": "from", "topics": "密封罐",
        "readers": "all", "version": "1", "channel": "电话", "experience": "complaint",
    }  # fmt: skip
    assert chen.post(f"/notes/{note.id}/edit", sent).status_code == 303
    comments.add(db, note.id, body="@wang 说过", by=people["li"], now=now)
    indexed()
    shown = {address: chen.get(address).text for address in (
        f"/notes/{note.id}/history", "/search?q=梅雨季", "/",
    )}  # fmt: skip
    assert {address: ("@王雅婷" in page, "@wang " in page) for address, page in shown.items()} == dict.fromkeys(
        shown, (True, False)
    )
    # What is changed, or can be taken in again, is what was written.
    folder = zipfile.ZipFile(io.BytesIO(chen.get("/notes/list.zip").data))
    for text in (chen.get("/notes/list.csv").text, folder.read("罐子.md").decode()):
        assert "请 @wang 再看密封圈，@nobody 和 a@wang.cn" in text
    assert "请 @wang 再看" in chen.get(f"/notes/{note.id}/edit").text
