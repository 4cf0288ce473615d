"""The pages for staff and for marketers, walked through: at each part, what it names stands on the screen."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.web.browser.conftest import open_hit

DOCS = Path(__file__).parents[3] / "docs"
PASTED = "单号\t商品\t日期\nW1\t台灯\t2018-01-02\nW1\t灯泡\t2018-01-02\n"


def parts(name, language):
    """Return the words in bold of each part of a page."""
    text = (DOCS / f"{name}{language}.md").read_text("utf-8")
    return [re.findall(r"\*\*(.+?)\*\*", part) for part in re.split(r"(?m)^## ", text)[1:]]


def seen(page):
    return page.inner_text("body")


def call(page, demo):
    page.goto(demo)
    page.keyboard.press("/")
    page.keyboard.type("1199")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/customers/\d+"))
    yield seen(page)
    page.keyboard.press("/")
    page.keyboard.type("0000")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/search"))
    yield seen(page)


def answer(page, demo):
    open_hit(page, "密封圈清洗")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("c")
    expect(page.locator("[data-toast]").or_(page.get_by_text(re.compile("已复制|Copied"))).first).to_be_visible()
    page.keyboard.press("Escape")
    yield seen(page)


def write(page, demo):
    page.goto(f"{demo}/customers/1")
    yield seen(page)
    page.keyboard.press("n")
    page.wait_for_selector("[data-capture-form] textarea:focus")
    yield page.inner_text("[data-capture]")
    page.keyboard.type("走一遍写下的一句。")
    page.locator("[data-capture-form] [name=experience]").first.check()
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("[data-toast] :is(a, button)")
    yield page.inner_text("[data-toast]")
    page.click("[data-toast] :is(a, button):has-text('Undo'), [data-toast] :is(a, button):has-text('撤销')")
    page.wait_for_selector("[data-capture-form] textarea")


def agree(page, demo):
    page.goto(f"{demo}/notes/1")
    yield seen(page)
    page.goto(f"{demo}/attachments/1")
    yield seen(page)
    # What only its author sees.
    open_hit(page, "作者:chen.xiaolan")
    page.goto(f"{demo}/notes/{page.get_attribute('[data-pane-note]', 'data-pane-note')}")
    page.locator("details:has(a[href$='/sight']) summary").click()
    yield seen(page)
    page.goto(f"{page.url}/edit")
    yield seen(page)


def many(page, demo):
    page.goto(f"{demo}/notes")
    yield seen(page)


def moved(page, demo):
    page.goto(f"{demo}/notes")
    yield seen(page)
    page.goto(f"{demo}/notes/import")
    yield seen(page)


def suggested(page, demo):
    page.goto(f"{demo}/topics")
    yield seen(page)


def who(page, demo):
    page.goto(f"{demo}/topics/1")
    yield seen(page)
    page.click("[data-menu] summary")
    yield seen(page)
    for path in ("/map", "/map/topic-1", "/map/path", "/scores"):
        page.goto(demo + path)
        yield seen(page)


def asked(page, demo):
    for path in ("/questions", "/questions/new"):
        page.goto(demo + path)
        yield seen(page)


def leave(page, demo):
    page.goto(f"{demo}/people/3")  # her own card
    yield seen(page)


def import_files(page, demo):
    page.goto(f"{demo}/purchases")
    yield seen(page)
    page.click("details:has([name=pasted]) summary")
    page.fill("[name=pasted]", PASTED)
    page.click("form:has([name=pasted]) button:not([type=button])")
    page.wait_for_url(re.compile(r"/uploads/\d+/file"))
    for step in ("columns", "rules", "trial"):
        yield seen(page)
        page.click("main form[data-submit] button.button--main")
        page.wait_for_url(re.compile(step))
    page.wait_for_selector("[name=profile]", timeout=60_000)
    yield seen(page)


def look(page, demo):
    page.goto(f"{demo}/purchases/facts")
    yield seen(page)


def ask(page, demo):
    page.goto(f"{demo}/runs")
    expect(page.locator(".counted")).not_to_be_empty(timeout=20_000)
    yield seen(page)
    for path in ("runs/2", "runs/2/plan"):
        page.goto(f"{demo}/{path}")
        yield seen(page)


def judge(page, demo):
    page.goto(f"{demo}/runs/2")
    yield seen(page)
    pressed = page.locator("[data-rule]").first.locator("[aria-pressed=true]")
    for key in "1234":
        page.locator("[data-rule] [data-row-link]").first.focus()
        page.keyboard.press(key)
        expect(pressed).to_have_attribute("title", key)
        yield pressed.inner_text()
        page.keyboard.press("u")
        expect(pressed).to_have_count(0)


def keep(page, demo):
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/findings/\d+"))
    yield seen(page)


WALKS = {"staff": ("chen.xiaolan", (call, answer, write, agree, many, moved, suggested, who, asked, leave)),
         "marketers": ("lin.zhiyuan", (import_files, look, ask, judge, keep))}  # fmt: skip


@pytest.mark.parametrize(("language", "locale"), [(".zh", "zh-CN"), ("", "en-GB")])
@pytest.mark.parametrize("name", WALKS)
def test_each_part_of_a_page_leads_where_its_words_stand(page_of, demo, name, language, locale):
    login, walk = WALKS[name]
    page = page_of(login, locale=locale)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for words, way in zip(parts(name, language), walk, strict=True):
        screen = "\n".join(way(page, demo))
        assert [word for word in words if word not in screen] == [], way.__name__
    assert page.troubles == []
