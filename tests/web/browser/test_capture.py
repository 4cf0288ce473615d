"""The drawer during a call: a note by default, an interaction by one switch, and no word of either is lost."""

import re

import pytest
from playwright.sync_api import expect

FORM = "[data-capture-form]"


def open_drawer(page, address):
    page.goto(address)
    page.keyboard.press("n")
    page.wait_for_selector(f"{FORM} textarea:focus")


def turn(page, to):
    page.set_checked(f"{FORM} [data-capture-switch]", to)
    expect(page.locator(f"{FORM} [name={'said' if to else 'body'}]")).to_be_visible()


def value(page, name):
    return page.input_value(f"{FORM} [name={name}]")


def write(page, name, text):
    page.fill(f"{FORM} [name={name}]", text)


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_a_call_becomes_an_interaction_with_a_note_of_each_box_and_undo_gives_it_back(page_of, demo, width, height):
    page = page_of("sun.ke", width=width, height=height)
    open_drawer(page, f"{demo}/customers/5")
    write(page, "body", "新盖子受潮了。")
    turn(page, True)
    # What was written already goes along, and so does the customer of the page.
    assert value(page, "said") == "新盖子受潮了。"
    assert value(page, "customer").endswith("#5")
    write(page, "channel", "电话")
    write(page, "told", f"给您寄一个新的（{width}）。")
    page.check(f"{FORM} [name=keep_said]")
    page.check(f"{FORM} [name=experience][value=complaint]")
    page.check(f"{FORM} [name=keep_told]")
    page.click(f"{FORM} .button--main")
    page.wait_for_selector("[data-toast]:has-text('的沟通')")
    row = page.locator("main", has_text=f"给您寄一个新的（{width}）")
    expect(row).to_be_visible()
    page.click("[data-toast] >> text=撤销")
    expect(page.locator(f"{FORM} [name=told]")).to_have_value(f"给您寄一个新的（{width}）。")
    assert page.is_checked(f"{FORM} [name=keep_told]")
    expect(row).to_have_count(0)
    page.click(f"{FORM} .button--main")
    page.click("[data-toast] a")
    page.wait_for_url(re.compile(r"/interactions/\d+"))
    assert page.locator("main .list__link").count() == 2
    assert page.troubles == []


@pytest.mark.parametrize("width", [1366, 390])
def test_the_same_in_english(page_of, demo, width):
    page = page_of("sun.ke", locale="en-GB", width=width)
    open_drawer(page, f"{demo}/customers/6")
    turn(page, True)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=What did the customer say, or what did you tell them?")
    page.keyboard.type("盖子是潮的。")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("[data-toast]:has-text('Interaction with')")
    assert [said for said in page.troubles if "422" not in said] == []


def test_to_and_fro_by_the_switch_no_field_is_lost_and_a_tick_taken_away_stays_away(page_of, demo):
    page = page_of("sun.ke")
    open_drawer(page, f"{demo}/customers/5")
    turn(page, True)
    # Nothing was written yet, so there is no draft.
    assert page.locator("[data-capture-drafts] button").count() == 1
    write(page, "said", "他说的")
    write(page, "told", "我们说的")
    write(page, "contact", "周经理")
    write(page, "customer", "别的客户 #6")
    page.check(f"{FORM} [name=keep_told]")
    turn(page, False)
    assert value(page, "body") == "他说的\n\n我们说的"
    assert value(page, "customers") == "别的客户 #6"
    turn(page, True)
    assert [value(page, name) for name in ("said", "told", "contact")] == ["他说的", "我们说的", "周经理"]
    assert page.is_checked(f"{FORM} [name=keep_told]")
    page.uncheck(f"{FORM} [name=keep_told]")
    turn(page, False)
    write(page, "body", "改成一段话")
    turn(page, True)
    assert [value(page, name) for name in ("said", "told")] == ["改成一段话", ""]
    assert not page.is_checked(f"{FORM} [name=keep_told]")


def test_the_draft_of_an_interaction_outlives_tab_session_and_server(page_of, demo):
    page = page_of("sun.ke")
    open_drawer(page, f"{demo}/customers/7")
    turn(page, True)
    write(page, "said", "杯子漏水")
    write(page, "told", "下周上门")
    page.check(f"{FORM} [name=keep_said]")
    # The server is gone: what was written stays in the form and says so.
    page.route("**/capture/talk", lambda route: route.abort())
    page.check(f"{FORM} [name=experience][value=complaint]")
    page.click(f"{FORM} .button--main")
    expect(page.locator("[data-capture-trouble]")).to_be_visible()
    page.unroute("**/capture/talk")
    # The session is gone.
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.click(f"{FORM} .button--main")
    expect(page.locator("[data-capture-trouble]")).to_contain_text("已退出登录")
    page.context.add_cookies(cookies)
    # The tab is gone.
    other = page.context.new_page()
    page.close(run_before_unload=True)
    other.goto(f"{demo}/")
    other.click("[data-leftovers] a:has-text('杯子漏水')")
    expect(other.locator(f"{FORM} [name=told]")).to_have_value("下周上门")
    assert value(other, "said") == "杯子漏水"
    assert value(other, "customer").endswith("#7")
    assert other.is_checked(f"{FORM} [name=keep_said]")
    assert other.is_checked(f"{FORM} [name=experience][value=complaint]")
    other.click(f"{FORM} .button--main")
    other.wait_for_selector("[data-toast]:has-text('的沟通')")
    assert other.evaluate("Object.keys(localStorage).filter(key => key.includes('capture-'))") == []


def test_without_a_connection_the_switch_springs_back_and_the_text_stays(page_of, demo):
    page = page_of("sun.ke")
    open_drawer(page, f"{demo}/customers/5")
    write(page, "body", "断网时写的")
    page.route("**/capture?*", lambda route: route.abort())
    page.click(f"{FORM} [data-capture-switch]")
    expect(page.locator("[data-capture-trouble]")).to_be_visible()
    assert not page.is_checked(f"{FORM} [data-capture-switch]")
    assert value(page, "body") == "断网时写的"
