"""我用了, as people say it: on the note, and at home for its author."""

import re

import pytest

from kb import customers


@pytest.fixture
def li(signed_in):
    return signed_in("li")


def test_a_use_stands_on_the_note_and_at_home_of_its_author_and_can_be_taken_back(
    li, signed_in, db, people, now, a_note
):
    hotel = customers.add(db, name="澄湖酒店", by=people["chen"], now=now)
    note = a_note()
    li.get(f"/notes/{note.id}")
    form = {"result": "worked", "place": "电话", "used_for": f"澄湖酒店 #{hotel.id}", "outcome": "换了圈就好"}
    assert li.post(f"/notes/{note.id}/uses", form).status_code == 303
    page = li.get(f"/notes/{note.id}").text
    assert "1 次、1 次有效" in re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))
    assert f'href="/customers/{hotel.id}"' in page
    home = signed_in("chen").get("/").text
    assert home.index("同事用了我写的") < home.index("换了圈就好")
    assert "同事用了我写的" not in li.get("/").text
    li.post(re.search(r'action="(/changes/\d+/undo)"', page)[1])
    assert "还没有人说用过" in li.get(f"/notes/{note.id}").text


@pytest.mark.parametrize(
    ("wrong", "says"), [({"result": "failed"}, "没有写哪里没用"), ({"used_for": "没有这位"}, "没有客户“没有这位”")]
)
def test_a_refused_use_keeps_what_was_written_beside_its_reason(li, a_note, wrong, says):
    note = a_note()
    li.get(f"/notes/{note.id}")
    refused = li.post(f"/notes/{note.id}/uses", {"result": "worked", "place": "门店里试的", **wrong})
    assert refused.status_code == 422
    assert says in refused.text
    assert 'value="门店里试的"' in refused.text
    assert re.search(r'<details class="use" open>', refused.text)
    assert not re.search(r'gate__answer" open', refused.text)


def test_who_only_reads_sees_the_uses_and_no_form(signed_in, a_note):
    page = signed_in("vera").get(f"/notes/{a_note().id}").text
    assert "用过的结果" in page
    assert "我用了" not in page


def test_what_is_said_to_a_note_is_on_its_page_and_at_home_of_its_author(signed_in, a_note, people):
    note = a_note(title="密封罐受潮", by=people["wang"])
    browser = signed_in("chen")
    browser.get(f"/notes/{note.id}")
    answer = browser.post(f"/notes/{note.id}/comments", {"comment": "<b>我也</b>遇到过"})
    assert answer.location == f"/notes/{note.id}#comments"
    page = browser.get(f"/notes/{note.id}").text
    assert "&lt;b&gt;我也&lt;/b&gt;遇到过" in page
    assert "已留言，作者也看得到。" in page
    browser.post(f"/notes/{note.id}/thanks")
    assert "陈小兰表示感谢" in browser.get(f"/notes/{note.id}").text
    home = signed_in("wang").get("/").text
    assert "同事对我写的说了" in home
    assert "我也" in home
    assert "同事对我写的说了" not in browser.get("/").text
    refused = browser.post(f"/notes/{note.id}/comments", {"comment": " "})
    assert refused.status_code == 422
    assert "留言是空的。" in refused.text
    assert "谢谢" not in signed_in("wang").get(f"/notes/{note.id}").text


def test_who_sees_a_note_and_who_gains_and_loses_by_a_change_is_said(signed_in, a_note, people):
    note = a_note(title="密封罐受潮", by=people["chen"], readers="department")
    page = signed_in("li").get(f"/notes/{note.id}").text
    assert "客服部都能看，您是这个部门的。" in page
    assert "林志强" not in page
    browser = signed_in("chen")
    form = {"title": note.title, "body": note.body, "dimension": note.dimension, "topics": "密封罐"}
    form |= {"channel": note.channel, "experience": note.experience, "version": note.version}
    asked = browser.post(f"/notes/{note.id}/edit", {**form, "readers": "all"})
    assert asked.status_code == 422
    assert "林志强" in asked.text[asked.text.index("会多看到") :]
    saved = browser.post(f"/notes/{note.id}/edit", {**form, "readers": "all", "seen_readers": "all"}).location
    opened = browser.get(saved).text
    assert "人能看到： " in opened
    assert "林志强" in opened[opened.index("现在又有") :]
    shut = browser.post(
        f"/notes/{note.id}/edit", {**form, "version": note.version + 1, "readers": "owner", "seen_readers": "owner"}
    ).location
    assert "人不再能看到" in browser.get(shut).text
    assert "人不再能看到" not in browser.get(f"/notes/{note.id}").text
