"""Single keys, and drafts that stay where they were written."""

import re


def test_keys_and_drafts(page_of, demo):
    page = page_of("chen.xiaolan")
    page.goto(f"{demo}/notes/new")
    page.fill("[name=title]", "没写完的一条")
    page.wait_for_timeout(700)
    page.goto(f"{demo}/")
    assert "没写完的一条" in page.inner_text("[data-leftovers]")
    page.click("[data-leftovers] a")
    page.click("[data-unsaved-take]")
    assert page.input_value("[name=title]") == "没写完的一条"
    page.goto(f"{demo}/notes")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/notes/\d+"))
    page.click("[data-menu] summary")
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("text=退出登录")
    page.wait_for_url(re.compile("login"))
    assert page.evaluate("JSON.stringify({...localStorage})").count("没写完的一条") == 0


def test_what_is_for_the_customer_is_copied_by_one_key(page_of, demo):
    page = page_of("chen.xiaolan")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{demo}/search?q=密封圈清洗")
    page.keyboard.press("j")
    page.keyboard.press("c")
    page.wait_for_selector("text=已复制")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("您好，密封圈请用手洗")
    assert page.troubles == []
