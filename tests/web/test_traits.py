"""Words beside what a customer said: in the forms, on the page, in the counts and the lists these lead to."""

import html
import re

import pytest

from kb import customers, notes
from kb.access import OPERATOR

SAID = {"body": "酒店想要米白的大毛巾。", "dimension": "from", "channel": "电话", "experience": "suggestion",
        "readers": "all", "topics": "毛巾", "customers": "",
        "preference.colour": "米白、灰", "rival.product": "乐存 L3"}  # fmt: skip


@pytest.fixture
def chen(signed_in):
    browser = signed_in("chen")
    browser.get("/capture")
    return browser


def field(page, name):
    return html.unescape(re.search(rf'name="{re.escape(name)}"[^>]* value="([^"]*)"', page)[1])


def test_a_word_of_the_drawer_stands_on_the_page_in_the_editor_and_is_offered_the_next_time(chen, db):
    assert "data-tap" not in chen.get("/capture").text
    assert chen.post("/capture", SAID).status_code == 201
    assert notes.get(db, 1, reader=OPERATOR).traits == (
        ("preference.colour", "米白"), ("preference.colour", "灰"), ("rival.product", "乐存 L3"),
    )  # fmt: skip
    page = chen.get("/notes/1").text
    link = re.search(r'<dt>颜色偏好</dt><dd><a href="([^"]+)"><bdi>米白', page)[1]
    assert chen.get(html.unescape(link)).status_code == 200
    editor = chen.get("/notes/1/edit").text
    assert (field(editor, "preference.colour"), field(editor, "rival.product")) == ("米白、灰", "乐存 L3")
    assert re.search(r'<details class="of of--from traits-fold" open>', editor)
    drawer = chen.get("/capture").text
    assert re.findall(r'data-word="([^"]+)"', drawer) == ["灰", "米白", "乐存 L3"]
    assert re.search(r'<details class="of of--from traits-fold">', drawer)
    assert "米白" in chen.get("/suggest/traits/preference.colour?q=mb").text


def test_a_word_that_is_refused_comes_back_as_it_was_typed_with_the_fold_open(chen, db):
    answer = chen.post("/capture", {**SAID, "preference.size": "长" * 61})
    assert answer.status_code == 422
    assert field(answer.text, "preference.size") == "长" * 61
    assert re.search(r'traits-fold" open>', answer.text)
    assert "尺寸偏好有 61 个字" in answer.text
    assert db["note"].count == 0


def test_each_count_leads_to_its_list(chen, db, people, now):
    hotel = customers.add(db, name="澄湖酒店", segment="酒店", by=people["chen"], now=now)
    chen.post("/capture", {**SAID, "customers": f"#{hotel.id}"})
    chen.post("/capture", {**SAID, "body": "还是米白的好。", "preference.colour": "米白"})
    page = chen.get("/traits").text
    row = re.search(r"米白</bdi>.*?</tr>", page, re.DOTALL)[0]
    links = [(html.unescape(address), number) for address, number in re.findall(r'<a href="([^"]+)">(\d+)</a>', row)]
    assert [number for _, number in links] == ["2", "1"]
    listed = chen.get(links[0][0].split("#")[0]).text
    assert listed.count("data-row-link") == 3
    assert "澄湖酒店" in listed
    narrow = chen.get("/traits?segment=酒店").text
    assert re.search(r'米白</bdi></a></td><td class="num"><a[^>]+>1</a>', narrow)
    asked = html.unescape(re.search(r'href="(/search\?q=[^"]+)"', listed)[1])
    assert "还是米白的好" in chen.get(asked).text


def test_what_nobody_said_is_no_page(chen, db, a_note):
    for path in ("/traits/preference.colour?value=米白", "/traits/preference.smell?value=香", "/traits/x"):
        assert chen.get(path).status_code == 404


def test_the_sheet_says_them_in_words(chen):
    chen.post("/capture", SAID)
    sheet = chen.get("/notes/list.csv").text
    assert "偏好.颜色:米白、偏好.颜色:灰、竞品.商品:乐存 L3" in sheet


def test_two_versions_keep_the_words_of_both(chen, signed_in, db):
    chen.post("/capture", SAID)
    note = {**SAID, "title": "毛巾", "version": "1"}
    assert signed_in("wang").post("/notes/1/edit", {**note, "title": "王的"}).status_code == 303
    answer = chen.post("/notes/1/edit", {**note, "title": "陈的", "preference.colour": "蓝"})
    assert answer.status_code == 409
    assert field(answer.text, "preference.colour") == "蓝"


def test_the_page_of_words_is_narrowed_to_a_product_and_each_count_keeps_it(chen):
    chen.post("/capture", {**SAID, "product": "大毛巾"})
    chen.post("/capture", {**SAID, "product": "窗帘"})
    assert re.search(r"<dt>商品</dt><dd>\s*<a [^>]+><bdi>大毛巾</bdi></a></dd>", chen.get("/notes/1").text)
    assert field(chen.get("/notes/1/edit").text, "product") == "大毛巾"
    page = chen.get("/traits?product=大毛巾").text
    assert "<option selected>大毛巾</option>" in page
    address = html.unescape(re.search(r'<a href="([^"]+)#notes">1</a>', page)[1])
    listed = chen.get(address).text
    assert "<option selected>大毛巾</option>" in listed
    assert re.search(r'<span class="sheet__count">1</span>', listed)
    assert re.search(r'米白</bdi></a></td><td class="num"><a[^>]+>2</a>', chen.get("/traits").text)
