"""Suggestions on the pages: offered while one writes, one tap on the page of a note, and how good they are."""

import re

import pytest

from kb import learning, maturity, notes, suggestions
from kb.access import OPERATOR
from kb.note_details import Details
from tests.kb.test_suggestions import NEW, SAYS

SAID = Details(channel="电话", experience="complaint")


@pytest.fixture
def learned(db, home, a_note, now):
    for topic, text in SAYS.items():
        for n in range(12):
            a_note(title=text.format(n), body="", topic_names=[topic], details=SAID)
    learning.learn(db, home, now=now)
    return {row["name"]: row["id"] for row in db["topic"].rows}


def test_what_a_form_offers_is_remembered_by_what_is_saved(signed_in, learned, db, now):
    browser = signed_in("li")
    chips = browser.get("/suggest/classes", query_string={"title": NEW}).text
    assert re.findall(r'data-key="(\d+)" data-name="([^"]+)"', chips) == [(str(learned["毛巾"]), "毛巾")]
    assert browser.get("/suggest/classes", query_string={"title": NEW, "topics": "物流、毛巾"}).text.strip() == ""
    form = {
        "title": NEW,
        "body": "",
        "dimension": "from",
        "readers": "all",
        "channel": "电话",
        "experience": "complaint",
    }
    offered = f"{learned['毛巾']} {learned['物流']} x"
    browser.post("/notes/new", {**form, "topics": "毛巾", "offered": offered})
    assert suggestions.adopted(db, now=now) == (1, 2)
    assert (
        browser.post("/capture", {**form, "body": "浴巾掉毛很多", "topics": "", "offered": offered}).status_code == 201
    )
    assert suggestions.adopted(db, now=now) == (1, 4)


def test_one_tap_takes_what_a_note_suggests_and_another_refuses_it(signed_in, learned, a_note, people, db, now):
    note = a_note(title=NEW, summary="掉毛", topic_names=["待归类"], details=SAID, by=people["li"])
    browser = signed_in("li")
    page = browser.get(f"/notes/{note.id}").text
    assert re.findall(r"<bdi>#(\w+)</bdi></button>", page) == ["毛巾"]
    form = {"kind": "topic", "key": str(learned["毛巾"])}
    browser.post(f"/notes/{note.id}/classes/refuse", form)
    page = browser.get(f"/notes/{note.id}").text
    assert "data-class-take" not in page
    browser.post(re.search(r'action="(/changes/\d+/undo)"', page)[1])
    assert "data-class-take" in browser.get(f"/notes/{note.id}").text
    maturity.advance(db, note.id, by=people["li"], now=now)
    browser.post(f"/notes/{note.id}/classes", form)
    assert "“<bdi>采纳了建议</bdi>”" in browser.get(f"/notes/{note.id}/history").text
    assert [topic["name"] for topic in notes.get(db, note.id, reader=OPERATOR).topics] == ["毛巾"]
    assert "data-class-take" not in signed_in("chen").get(f"/notes/{note.id}").text
    assert signed_in("li").post(f"/notes/{note.id}/classes", {"kind": "topic", "key": "x"}).status_code == 422


def test_the_page_says_how_good_suggestions_are_or_that_it_cannot_know(signed_in, learned, home):
    page = re.sub(r"<[^>]+>", " ", signed_in("li").get("/classes").text)
    assert re.search(r"用没学过的知识试：对了 \d+%（\d+/\d+）", page)
    assert "近 90 天还没有人采纳或否定过。" in page
    (home / "classes" / "model.json").unlink()
    assert "还没有足够的例子" in signed_in("li").get("/classes").text
