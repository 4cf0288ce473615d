"""The drawer's form: what it needs, what it adds by itself, and what it keeps when it is refused."""

import re

import pytest

from kb import customers, gates, interactions, notes
from kb.access import OPERATOR

SAID = {"body": "密封圈装反了。客户自己看出来的。", "dimension": "from", "channel": "电话", "experience": "complaint",
        "readers": "all", "topics": "", "customers": ""}  # fmt: skip


@pytest.fixture
def chen(signed_in):
    """A browser of chen that has opened the drawer."""
    browser = signed_in("chen")
    browser.get("/capture")
    return browser


def test_a_text_a_type_and_a_feeling_are_enough(chen, db):
    answer = chen.post("/capture", SAID)
    assert answer.status_code == 201
    note = notes.get(db, 1, reader=OPERATOR)
    assert (note.title, note.body) == ("密封圈装反了", SAID["body"])
    assert [topic["name"] for topic in note.topics] == ["待归类"]
    undo = re.search(r'action="(/changes/\d+/undo)"', answer.text)[1]
    assert chen.post(undo).status_code == 303
    assert notes.get(db, 1, reader=OPERATOR).archived


def test_the_topic_of_what_is_unsorted_is_one_for_the_whole_company(chen, db):
    chen.post("/language", {"lang": "en", "next": "/"})
    chen.post("/capture", SAID)
    assert [row["name"] for row in db["topic"].rows] == ["待归类"]


def test_one_sentence_is_the_title_and_not_the_text_as_well(chen, db):
    chen.post("/capture", {**SAID, "body": "密封圈装反了。"})
    note = notes.get(db, 1, reader=OPERATOR)
    assert (note.title, note.body) == ("密封圈装反了", "")


def test_what_the_page_knows_stands_in_the_form(signed_in, db, people, now):
    hotel = customers.add(db, name="澄湖酒店", by=people["chen"], now=now)
    page = signed_in("chen").get(f"/capture?customer={hotel.id}&topic=密封罐&dimension=for").text
    assert f'value="澄湖酒店 #{hotel.id}"' in page
    assert re.search(r'name="topics"[^>]* value="密封罐"', page)
    assert re.search(r'value="for" required checked', page)
    assert re.search(r'name="valid_from"[^>]* value="20\d\d-\d\d-\d\d"', page)


@pytest.mark.parametrize(
    ("change", "says"),
    [({"experience": ""}, "客户的感受是哪一种"), ({"body": " "}, "没有填正文"),
     ({"customers": "赵六"}, "没有客户“赵六”"), ({"dimension": ""}, "请选知识类型")],
)  # fmt: skip
def test_what_is_refused_comes_back_as_it_was_typed(chen, db, change, says):
    answer = chen.post("/capture", {**SAID, "topics": "我的主题", **change})
    assert answer.status_code == 422
    assert says in answer.text
    assert "我的主题" in answer.text
    assert db["note"].count == 0


@pytest.mark.parametrize("word", ["观察", "客户投入", "我方投入", "感受"])
def test_what_a_type_needs_is_starred_before_it_is_refused(chen, word):
    label = re.search(rf"<(label|legend)[^>]*>{word}(.*?)</\1>", chen.get("/capture").text, re.DOTALL)[2]
    assert "field__star" in label


def test_all_customers_of_the_drawer_are_added_also_with_the_comma_a_suggestion_leaves(chen, db, people, now, a_note):
    first, second = (customers.add(db, name=name, by=people["chen"], now=now) for name in ("澄湖酒店", "鹿溪民宿"))
    note = a_note()
    sent = {**SAID, "customers": f"澄湖酒店 #{first.id}、鹿溪民宿 #{second.id}、", "join": note.id}
    assert chen.post("/capture", sent).status_code == 201
    assert [each["name"] for each in notes.get(db, note.id, reader=OPERATOR).customers] == ["澄湖酒店", "鹿溪民宿"]
    again = chen.post("/capture", sent)
    assert (again.status_code, "已经在里面了" in again.text) == (422, True)


def test_from_the_page_of_the_editor_one_comes_to_the_note_that_says_it_already_and_may_go_back(
    signed_in, db, people, now, a_note
):
    hotel, note, hidden = (
        customers.add(db, name="澄湖酒店", by=people["chen"], now=now),
        a_note(),
        a_note(readers="owner"),
    )
    li = signed_in("li")
    sent = {**SAID, "title": "", "topics": "", "customers": f"澄湖酒店 #{hotel.id}", "join": note.id}
    refused = li.post("/notes/new", {**sent, "customers": ""})
    assert (refused.status_code, SAID["body"] in refused.text) == (422, True)
    assert li.post("/notes/new", {**sent, "join": hidden.id}).status_code == 404
    page = li.get(li.post("/notes/new", sent).location).text
    assert ("您的客户已经加到这条知识里" in page, 'data-saved="new"' in page) == (True, True)
    assert [each["name"] for each in notes.get(db, note.id, reader=OPERATOR).customers] == ["澄湖酒店"]
    assert db["note"].count == 2
    li.post(re.search(r'action="(/changes/\d+/undo)"', page.split("data-toast")[-1])[1])
    assert notes.get(db, note.id, reader=OPERATOR).customers == ()


CALL = {"talk": "1", "customer": "澄湖酒店", "day": "2026-11-20", "time": "09:30", "channel": "电话", "contact": "",
        "method": "talk", "said": "盖子受潮。要换一批。", "told": "给他寄新盖子。", "told_notes": "", "experience": "",
        "topics": "", "readers": "all"}  # fmt: skip


def test_by_the_switch_the_drawer_writes_down_what_was_said_and_told_and_makes_notes_of_it(signed_in, world, db):
    browser = signed_in("chen")
    assert f"澄湖酒店 #{world.customer}" in browser.get(f"/capture?talk=1&customer={world.customer}").text
    answer = browser.post("/capture/talk", {**CALL, "keep_said": "1", "experience": "complaint", "keep_told": "1"})
    assert (answer.status_code, "和澄湖酒店的沟通" in answer.text) == (201, True)
    number = int(re.search(r'href="/interactions/(\d+)"', answer.text)[1])
    written = interactions.get(db, number, reader=OPERATOR)
    assert (written.said, written.told, written.channel) == (CALL["said"], CALL["told"], "电话")
    # What was said, and that its note stands for itself, are named and led to.
    assert re.findall(r'href="/notes/\d+"><bdi>([^<]+)', answer.text) == ["盖子受潮", "给他寄新盖子"]
    made = [(each["part"], notes.get(db, each["note_id"], reader=OPERATOR).dimension) for each in written.notes]
    assert made == [("said", "from"), ("told", "for")]
    told = notes.get(db, written.notes[1]["note_id"], reader=OPERATOR)
    assert (told.origin, gates.lacking(told, "explicit")) == ("告诉客户的话，见沟通记录", ("summary",))
    undo = re.search(r'action="(/changes/\d+/undo)"', answer.text)[1]
    # The page one is on stays: the answer is empty, not a page of its own.
    assert browser.post(undo, headers={"HX-Request": "true"}).status_code == 204
    assert interactions.get(db, written.id, reader=OPERATOR).archived
    assert all(notes.get(db, each["note_id"], reader=OPERATOR).archived for each in written.notes)


def test_a_refused_interaction_comes_back_into_the_drawer_as_it_was_typed(signed_in, world, db):
    browser = signed_in("chen")
    browser.get("/capture?talk=1")
    before = db["interaction"].count
    for wrong, says in (
        ({"customer": ""}, "是和哪位客户沟通的？"),
        ({"said": "", "told": ""}, "客户说了什么，或者您告诉了他什么？"),
        ({"keep_said": "1", "experience": "furious"}, "客户的感受是哪一种？"),
    ):
        answer = browser.post("/capture/talk", {**CALL, **wrong, "contact": "周经理"})
        assert (answer.status_code, says in answer.text, "周经理" in answer.text) == (422, True, True)
        assert 'name="talk" value="1"' in answer.text
    assert db["interaction"].count == before
