"""Single keys, and drafts that stay where they were written."""

import re

from playwright.sync_api import expect


def test_keys_and_drafts(page_of, demo):
    page = page_of("chen.xiaolan")
    page.goto(f"{demo}/notes/new")
    page.fill("[name=title]", "没写完的一条")
    page.wait_for_timeout(700)
    page.goto(f"{demo}/")
    assert "没写完的一条" in page.inner_text("[data-leftovers]")
    # What was written is read here too, should its page be closed to one by then.
    page.click("[data-leftovers] summary")
    assert page.inner_text("[data-leftovers-text]").strip() == "没写完的一条"
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


def test_a_draft_that_is_deleted_on_a_phone_comes_back_and_is_not_overtaken_by_what_was_sent_before(page_of, demo):
    page = page_of("chen.xiaolan", width=390, height=844)
    page.goto(f"{demo}/")
    page.locator(".bottom [data-new-note]").click()
    page.wait_for_selector("#capture-body:focus")
    page.keyboard.type("打错的一条")
    page.wait_for_timeout(400)
    sent, held = [], []
    page.on("request", lambda request: sent.append(request.url.removeprefix(demo)) if request.method == "POST" else 0)
    page.route("**/drafts", lambda route: held.append(route) if route.request.method == "POST" else route.continue_())
    page.keyboard.press("Escape")
    row = page.locator("[data-leftovers] li", has_text="打错的一条")
    with page.expect_request("**/drafts"):
        expect(row).to_be_visible()
    with page.expect_response("**/drafts/drop"):
        row.locator("button").click()
    expect(row).to_have_count(0)
    expect(page.locator("[data-toast]")).to_contain_text("草稿已删除")
    assert sent == ["/drafts", "/drafts/drop"]
    with page.expect_response("**/drafts/drop"):
        held[0].continue_()
    there = "fetch('/drafts').then((answer) => answer.json()).then((all) => all.map((each) => each.title))"
    assert "打错的一条" not in page.evaluate(there)
    page.click(".toast__act")
    expect(row).to_be_visible()
    row.locator("a").click()
    expect(page.locator("#capture-body")).to_have_value("打错的一条")
    # What is folded away holds it no more when the page is left.
    page.keyboard.press("Escape")
    row.locator("button").click()
    page.reload()
    expect(row).to_have_count(0)
    assert page.troubles == []
