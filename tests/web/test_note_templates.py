"""Templates on the pages: to begin from, to change, and what a note by one lacks, in words."""

import html
import re

import pytest

from kb import notes
from kb.access import OPERATOR

NOTE = {"title": "嫌贵的客户这样回", "summary": "先认，再比。", "dimension": "for", "topics": "话术", "readers": "all",
        "audience": "all", "valid_from": "2026-01-01", "origin": "培训手册", "template": "script.zh"}  # fmt: skip


@pytest.fixture
def chen(signed_in):
    return signed_in("chen")


def body_of(page):
    return html.unescape(re.search(r'<textarea[^>]* name="body"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)[1])


def test_a_template_fills_type_and_headings_and_shows_the_hints_beside_them(chen):
    page = chen.get("/notes/new").text
    addresses = re.findall(r'<a class="chip" href="([^"]+)"><bdi>', page)
    assert len(addresses) == 10
    script = chen.get("/notes/new?template=script.zh").text
    assert body_of(script).strip().split("\n\n\n") == ["## 什么时候用", "## 怎么说", "## 异议怎么答", "## 不要说"]
    assert re.search(r'value="for" required checked', script)
    assert "照着念就行" in script
    assert "照着念就行" not in body_of(script)
    assert chen.get("/notes/new?template=poem").status_code == 404


def test_who_reads_english_begins_in_english(chen):
    chen.post("/language", {"lang": "en", "next": "/"})
    page = chen.get("/notes/new").text
    assert "template=script.en" in page
    assert "How to meet objections" in chen.get("/notes/new?template=script.en").text


def test_the_page_says_what_lacks_and_refuses_the_next_step_in_words(chen, db):
    chen.get("/notes/new")
    made = chen.post("/notes/new", {**NOTE, "body": "## 怎么说\n先认。"})
    note = made.location.split("?")[0]
    page = chen.get(note).text
    assert "还缺：什么时候用、异议怎么答" in page
    assert "话术" in page
    refused = chen.post(f"{note}/advance")
    assert (refused.status_code, "话术 缺：什么时候用、异议怎么答。" in refused.text) == (422, True)
    text = "## 什么时候用\n嫌贵。\n## 怎么说\n先认。\n## 异议怎么答\n再比。"
    editor = chen.get(f"{note}/edit").text
    assert '<input type="hidden" name="template" value="script.zh">' in editor
    assert chen.post(f"{note}/edit", {**NOTE, "body": text, "version": "1"}).status_code == 303
    assert chen.post(f"{note}/advance").status_code == 303
    assert notes.get(db, 1, reader=OPERATOR).maturity == "explicit"


def test_a_template_that_is_none_is_refused_and_the_text_comes_back(chen, db):
    chen.get("/notes/new")
    answer = chen.post("/notes/new", {**NOTE, "body": "正文在", "template": "poem.zh"})
    assert (answer.status_code, "没有模板“poem.zh”" in answer.text, body_of(answer.text)) == (422, True, "正文在")
    assert db["note"].count == 0


def test_an_administrator_changes_one_and_takes_it_back_on_the_activity_page(signed_in, chen):
    zhao = signed_in("zhao")
    assert "改过" not in zhao.get("/templates").text
    zhao.post("/templates/need.zh/edit", {"name": "客户需求", "outline": "## 原话 *\n照抄。"})
    listed = zhao.get("/templates").text
    assert ("改过" in listed, "客户需求" in listed) == (True, True)
    assert body_of(chen.get("/notes/new?template=need.zh").text).strip() == "## 原话"
    activity = zhao.get("/activity").text
    assert re.search(r"改了模板</span>\s*<a[^>]+><bdi>客户需求", activity)
    undo = re.search(r'action="(/changes/\d+/undo)"', activity)[1]
    assert chen.post(undo).status_code == 403
    assert zhao.post(undo).status_code == 303
    assert "改过" not in zhao.get("/templates").text
    assert "撤销了对模板的一次改动" in chen.get("/activity?who=all").text


def test_what_is_refused_comes_back_as_it_was_typed(signed_in, db):
    zhao = signed_in("zhao")
    answer = zhao.post("/templates/need.zh/edit", {"name": "需求", "outline": "没有标题的一行"})
    assert (answer.status_code, "第一行不是标题" in answer.text, "没有标题的一行" in answer.text) == (422, True, True)
    assert db["template"].count == 0
    # Nor is one lost that was saved over meanwhile: both stand there, and the next save knows what stands.
    form = {"version": re.search(r'name="version" value="(\d+)"', answer.text)[1]}
    assert zhao.post("/templates/need.zh/edit", {**form, "name": "先存", "outline": "## 甲乙"}).status_code == 303
    late = {**form, "name": "后存", "outline": "## 丙丁"}
    answer = zhao.post("/templates/need.zh/edit", late)
    assert (answer.status_code, "甲乙" in answer.text, answer.text.count("丙丁")) == (409, True, 2)
    late["version"] = re.search(r'name="version" value="(\d+)"', answer.text)[1]
    assert zhao.post("/templates/need.zh/edit", late).status_code == 303


def test_who_may_not_change_them_sees_no_button_for_it(chen):
    page = chen.get("/templates").text
    assert ("用它写一条" in page, "/edit" in page) == (True, False)
