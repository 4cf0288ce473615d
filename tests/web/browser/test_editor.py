"""The editor: its bar, what is named and what is pasted, and an input method that is picking a character."""

import base64
import re

import pytest
from playwright.sync_api import expect

from tests import made_files

TABLE = "<meta charset='utf-8'><table><tr><td>商品</td><td>价|格</td></tr><tr><td>密封罐</td><td>39</td></tr></table>"
CHAT = "陈晓岚 10:32\n您好，罐子收到了吗？\n周园长 2026/11/20 10:35:02\n收到了，\n盖子有点紧。\n"
PASTE = """(text, [kind, data]) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData(kind, data);
  text.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""

PASTE_PICTURE = """(text, content) => {
  const clipboardData = new DataTransfer();
  const bytes = Uint8Array.from(atob(content), (each) => each.charCodeAt(0));
  clipboardData.items.add(new File([bytes], "image.png", { type: "image/png" }));
  text.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def page(page_of, demo):
    """The editor with the cursor in its empty text."""
    page = page_of("chen.xiaolan")
    page.goto(f"{demo}/notes/new")
    page.click("[name=body]")
    return page


def text(page):
    return page.input_value("[name=body]")


def pasted(page, kind, data):
    page.fill("[name=body]", "")
    page.eval_on_selector("[name=body]", PASTE, [kind, data])
    return text(page)


def test_a_table_and_a_chat_are_pasted_as_one_reads_them(page):
    as_table = "| 商品 | 价\\|格 |\n| --- | --- |\n| 密封罐 | 39 |\n"
    assert pasted(page, "text/html", TABLE) == as_table
    assert pasted(page, "text/plain", "商品\t价|格\r\n密封罐\t39\r\n") == as_table
    assert pasted(page, "text/plain", CHAT) == (
        "> **陈晓岚** 10:32  \n> 您好，罐子收到了吗？\n>\n"
        "> **周园长** 2026/11/20 10:35:02  \n> 收到了，  \n> 盖子有点紧。\n"
    )
    page.click("[data-markdown-preview]")
    expect(page.locator("[data-markdown-shown] blockquote strong")).to_have_text(["陈晓岚", "周园长"])
    page.click("[data-markdown-preview]")
    # What is neither is the browser's: nothing of ours stands in the text.
    assert pasted(page, "text/plain", "会议在 10:32\n一行字\n又一行") == ""
    assert page.troubles == []


def test_names_are_offered_while_one_writes_but_not_to_an_input_method(page):
    page.keyboard.type("请 @wyt")
    page.wait_for_selector(".suggest--text [role=option]")
    page.eval_on_selector(
        "[name=body]",
        "text => text.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))",
    )
    assert text(page) == "请 @wyt"
    page.keyboard.press("Enter")
    page.keyboard.type("看 #mfyfc")
    page.wait_for_selector(".suggest--text [role=option]")
    page.keyboard.press("Enter")
    page.keyboard.type("[[密封圈装反")
    page.wait_for_selector(".suggest--text [role=option]")
    page.keyboard.press("Enter")
    assert text(page) == "请 @wang.yating 看 #密封与防潮 [[1]]"
    page.click("[data-markdown-preview]")
    expect(page.locator("[data-markdown-shown] a")).to_have_text(
        ["@王雅婷", "#密封与防潮", "密封罐 1.2 L 受潮，多半是密封圈装反"]
    )
    assert page.troubles == []


def test_the_bar_marks_what_is_chosen_and_the_draft_says_when_it_was_kept(page):
    page.keyboard.type("先擦干\n再合盖")
    page.keyboard.press("Control+a")
    page.click("[data-markdown-act=list]")
    assert text(page) == "- 先擦干\n- 再合盖"
    page.keyboard.press("Control+End")
    page.click("[data-markdown-act=bold]")
    page.keyboard.type("紧")
    assert text(page) == "- 先擦干\n- 再合盖**紧**"
    page.keyboard.press("Control+z")
    assert text(page) != "- 先擦干\n- 再合盖**紧**"
    expect(page.locator("[data-kept-at]")).to_have_text(re.compile(r"^草稿已保存 \d\d:\d\d$"))


def test_a_word_is_one_tap_in_the_drawer_and_another_takes_it_back(page_of, demo):
    page = page_of("chen.xiaolan")
    page.goto(f"{demo}/customers/1")
    page.keyboard.press("n")
    page.wait_for_selector("[data-capture-form]")
    page.click(".traits-fold__open")
    chip = page.locator("[data-word='米白']")
    chip.click()
    assert page.input_value("[data-capture-form] [name='preference.colour']") == "米白"
    expect(chip).to_have_attribute("aria-pressed", "true")
    chip.click()
    assert page.input_value("[data-capture-form] [name='preference.colour']") == ""
    expect(chip).to_have_attribute("aria-pressed", "false")


def test_a_picture_pasted_while_writing_outlives_a_closed_tab_and_shows_in_the_note(page_of, demo):
    page = page_of("chen.xiaolan")
    page.goto(f"{demo}/notes")
    page.keyboard.press("n")
    page.wait_for_selector("#capture-body:focus")
    page.keyboard.type("收到破损照片。")
    page.eval_on_selector("#capture-body", PASTE_PICTURE, base64.b64encode(made_files.picture(size=(60, 40))).decode())
    expect(page.locator("[data-capture-form] [data-pictures-list] img")).to_be_visible()
    expect(page.locator("[data-capture-form] [data-pictures-said]")).to_contain_text("只有您自己能看到")
    expect(page.locator("#capture-body")).to_have_value(
        re.compile(r"^收到破损照片。\n\n!\[图片\]\(图片-[0-9a-f]{6}\.png\)\n$")
    )
    again = page.context.new_page()
    page.close()
    again.goto(f"{demo}/notes")
    again.keyboard.press("n")
    again.locator(".capture__draft", has_text="收到破损照片").first.click()
    expect(again.locator("[data-capture-form] [data-pictures-list] img")).to_be_visible()
    again.fill("[data-capture-form] [name=channel]", "电话")
    again.check("[data-capture-form] [name=experience][value=complaint]", force=True)
    again.click("[data-capture-form] .button--main")
    again.click("[data-toast] a")
    expect(again.locator(".prose img")).to_be_visible()
    again.wait_for_function("document.querySelector('.prose img').naturalWidth === 60")


def test_a_table_and_a_picture_are_pasted_into_what_a_customer_said(page_of, demo):
    page = page_of("chen.xiaolan")
    page.goto(f"{demo}/interactions/new?customer=7")
    page.fill("[name=said]", "订货单如下。")
    page.eval_on_selector("[name=said]", "(text) => text.setSelectionRange(6, 6)")
    page.eval_on_selector("[name=said]", PASTE, ["text/html", TABLE])
    page.eval_on_selector("[name=said]", PASTE_PICTURE, base64.b64encode(made_files.picture(size=(60, 40))).decode())
    expect(page.locator("[data-text=said] [data-pictures-list] img")).to_be_visible()
    page.click("main .button--main")
    page.locator("main .list__link", has_text="订货单如下").first.click()
    words = page.locator("[data-quotable=said]")
    expect(words.locator("td")).to_have_text(["密封罐", "39"])
    expect(words.locator("img")).to_be_visible()
    assert page.troubles == []
