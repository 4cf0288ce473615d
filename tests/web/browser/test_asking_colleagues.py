"""A question: asked, not answered, passed on, answered, accepted, a note."""

import re
from datetime import datetime, timedelta

from playwright.sync_api import expect

from kb import question_turns
from kb.store import close_store, open_store, utc_now


def days_later(days):
    return (datetime.fromisoformat(utc_now()) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def test_a_question_that_the_first_one_does_not_answer_becomes_a_note_of_the_next(page_of, demo, demo_folder):
    page = page_of("sun.ke")
    page.goto(f"{demo}/search?q=牛皮纸信封")
    page.click("main a:has-text('提个问题')")
    page.fill("[name=title]", "清洁剂的喷头断了能不能单配")
    page.fill("[name=topics]", "清洁")
    page.locator("form.editor .button--main").click()
    if page.locator("[name=sure]").count():
        page.click("[name=sure]")
    page.wait_for_url(re.compile(r"/questions/\d+$"))
    address = page.url
    first = page.locator("#assign ol li").inner_text()
    # A fortnight is longer than any two working days, and the clock is what the worker is given.
    question_turns.pass_on(open_store(demo_folder), now=days_later(14))
    close_store(demo_folder)
    page.reload()
    turns = page.locator("#assign ol li")
    expect(turns).to_have_count(2)
    assert turns.nth(0).inner_text().split()[0] == first.split()[0]
    expect(page.locator("main")).to_contain_text("到时没有回答，转给")
    colleague = page_of("chen.xiaolan", width=390, height=844)
    colleague.goto(address)
    colleague.fill("[name=reply]", "能，喷头编号 P-28，门店有备件，不收钱。")
    colleague.click("button:has-text('回答')")
    expect(colleague.locator("#replies")).to_contain_text("喷头编号 P-28")
    page.goto(demo)
    page.click("main a:has-text('清洁剂的喷头断了能不能单配')")
    page.click("button:has-text('解决了，采纳')")
    page.click("main .sheet:has-text('由此生成的知识') .list__link")
    expect(page.locator("#evidence")).to_contain_text("喷头编号 P-28")
    expect(page.locator("main")).to_contain_text("陈晓岚")
    assert page.troubles == []
