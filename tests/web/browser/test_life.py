"""The life of a note by real clicks: a customer agrees to it, two become one and two again, two people save at once."""

import re

import pytest
from playwright.sync_api import expect

WIDTHS = [(1366, 768), (390, 844)]


def write(page, demo, *, title, body, summary="", topics="密封罐"):
    """Write a note from a customer on the whole page and return its address."""
    page.goto(f"{demo}/notes/new")
    form = page.locator("form.editor[data-unsaved]")
    form.locator("[name=title]").fill(title)
    form.locator("[name=summary]").fill(summary)
    form.locator("[name=body]").fill(body)
    form.locator("[name=dimension][value='from']").check()
    form.locator("[name=channel]").fill("电话")
    form.locator("[name=experience][value=complaint]").check()
    form.locator("[name=topics]").fill(topics)
    form.locator(".button--main").click()
    page.wait_for_url(re.compile(r"/notes/\d+"))
    return page.url.split("?")[0]


def answer(page, verdict, words):
    """Record what a customer said to the note on the page."""
    page.click(".gate__answer summary")
    page.check(f"[name=verdict][value={verdict}]")
    page.fill(".gate__answer [name=person]", "周园长")
    page.fill(".gate__answer [name=words]", words)
    page.click(".gate__answer .button--main")
    page.wait_for_load_state()


def step(page):
    return page.locator(".steps__cell[aria-current]")


def edit(page, body):
    page.fill("form.editor[data-unsaved] [name=body]", body)
    page.click("form.editor[data-unsaved] .button--main")
    page.wait_for_load_state()


@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_a_no_leads_back_with_its_reason_and_a_yes_opens_the_last_gate(page_of, demo, width, height):
    page = page_of("sun.ke", width=width, height=height)
    write(page, demo, title=f"胶圈梅雨天变硬 {width}", summary="换季要换圈", body="盖不紧。", topics="密封罐、梅雨")
    expect(step(page)).to_contain_text("待整理")
    for word in ("已整理", "已分类"):
        page.click(f"#gate button:has-text('{word}')")
        expect(step(page)).to_contain_text(word)
    # Nobody said yes yet, so there is no button to go on.
    expect(page.locator("#gate button")).to_have_count(0)
    answer(page, "no", "不是胶圈，是盖子变形")
    expect(step(page)).to_contain_text("已整理")
    expect(page.locator("main")).to_contain_text("不是胶圈，是盖子变形")
    page.click("#gate button:has-text('已分类')")
    expect(step(page)).to_contain_text("已分类")
    answer(page, "yes", "对，就是这样")
    expect(step(page)).to_contain_text("客户已确认")
    expect(page.locator("main")).to_contain_text("对，就是这样")
    page.click("[data-toast] >> text=撤销")
    expect(step(page)).to_contain_text("已分类")
    assert page.troubles == []


@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_two_notes_become_one_and_are_two_again(page_of, demo, width, height):
    page = page_of("sun.ke", width=width, height=height)
    other = write(page, demo, title=f"罐子返潮 {width}", body="饼干三天就软了。")
    kept = write(page, demo, title=f"密封罐受潮 {width}", body="饼干两天就软了。", summary="盖不紧")
    page.click("#gate button:has-text('已整理')")
    page.goto(f"{kept}/merge")
    page.fill("[name=with]", other)
    page.click(".foot button")
    expect(page.locator(".versus ins").first).to_be_visible()
    # Others build on one of them: the browser asks why before anything is sent.
    page.click(".merge .button--main")
    expect(page.locator("[name=reason]:invalid")).to_be_focused()
    page.fill("[name=reason]", "说的是一件事")
    page.click(".merge .button--main")
    expect(page.locator("[data-toast]")).to_contain_text("合并")
    expect(page.locator("article.note")).to_contain_text("饼干三天就软了。")
    page.goto(other)
    assert page.url.startswith(kept)
    page.goto(f"{kept}/history")
    expect(page.locator("main")).to_contain_text("说的是一件事")
    page.click(".sheet__right button:has-text('撤销')")
    page.wait_for_url(kept)
    expect(page.locator("article.note")).not_to_contain_text("饼干三天就软了。")
    page.goto(other)
    assert page.url == other
    assert page.troubles == []


@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_two_people_save_at_once_and_both_texts_are_kept(page_of, demo, width, height):
    mine, theirs = (page_of(who, width=width, height=height) for who in ("sun.ke", "he.jing"))
    note = write(mine, demo, title=f"两人一起改 {width}", body="第一段。\n\n第二段。")
    mine.goto(f"{note}/edit")
    theirs.goto(f"{note}/edit")
    edit(theirs, "第一段。\n\n第二段，何静改的。")
    # What touches another paragraph is put together without a question.
    edit(mine, "第一段，孙可改的。\n\n第二段。")
    for words in ("第一段，孙可改的。", "第二段，何静改的。"):
        expect(mine.locator("article.note")).to_contain_text(words)
    mine.goto(f"{note}/edit")
    theirs.goto(f"{note}/edit")
    edit(theirs, "第一段，何静再改。\n\n第二段。")
    edit(mine, "第一段，孙可再改。\n\n第二段。")
    # The same paragraph: both stand side by side, and nothing is saved before one chooses.
    sides = mine.locator(".versus__side")
    expect(sides.nth(0)).to_contain_text("第一段，孙可再改。")
    expect(sides.nth(1)).to_contain_text("第一段，何静再改。")
    mine.fill("form[data-unsaved] [name=body]", "第一段，何静再改。第一段，孙可再改。\n\n第二段。")
    mine.click("form[data-unsaved] .button--main")
    expect(mine.locator("article.note")).to_contain_text("第一段，何静再改。第一段，孙可再改。")
    mine.goto(f"{note}/history")
    expect(mine.locator("main")).to_contain_text("何静改了")
    assert [said for page in (mine, theirs) for said in page.troubles if "409" not in said] == []


@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_the_same_in_english(page_of, demo, width, height):
    page, colleague = (page_of(who, locale="en-GB", width=width, height=height) for who in ("sun.ke", "he.jing"))
    other = write(page, demo, title=f"盖子发潮 {width}", body="放了三天。", topics="密封罐")
    kept = write(page, demo, title=f"罐子发潮 {width}", summary="是盖子", body="放了两天。", topics="密封罐、梅雨")
    for word in ("Explicit", "Classified"):
        page.click(f"#gate button:has-text('{word}')")
    answer(page, "yes", "就是这样")
    expect(step(page)).to_contain_text("Agreed")
    page.goto(f"{kept}/edit")
    colleague.goto(f"{kept}/edit")
    for each, text in ((colleague, "她说放了两天。"), (page, "他说放了两天。")):
        each.fill("[name=reason]", "说得更准")
        edit(each, text)
    expect(page.locator(".versus__side")).to_contain_text(["他说放了两天。", "她说放了两天。"])
    page.click("text=Let theirs stand")
    expect(page.locator("[data-toast]")).to_contain_text("Your text is discarded.")
    page.goto(f"{kept}/merge?with={other}")
    page.fill("[name=reason]", "同一件事")
    page.click(".merge .button--main")
    page.click("[data-toast] >> text=Undo")
    expect(page.locator("article.note")).not_to_contain_text("放了三天。")
    assert [said for said in page.troubles if "409" not in said] == []
