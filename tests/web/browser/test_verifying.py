"""Somebody verifies what waits for them by keys, reading beside the list."""

import pytest
from playwright.sync_api import expect


def test_v_verifies_the_row_and_reads_on_at_the_next_and_u_takes_it_back(page_of, demo):
    page = page_of("lin.zhiyuan")
    page.goto(f"{demo}/verification")
    rows = page.locator("[data-row]")
    waiting = rows.count()
    assert waiting > 1
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("[data-pane-note] h2")).to_have_text(rows.nth(0).locator("[data-row-link]").inner_text())
    page.keyboard.press("v")
    expect(rows.nth(0).locator("[data-verified]")).to_contain_text("已核实")
    expect(rows.nth(1).locator("[data-row-link]")).to_be_focused()
    expect(page.locator("[data-pane-note] h2")).to_have_text(rows.nth(1).locator("[data-row-link]").inner_text())
    # A second time on a row that is done does nothing.
    page.keyboard.press("k")
    page.keyboard.press("v")
    expect(rows.locator("[data-verified]")).to_have_count(1)
    page.keyboard.press("u")
    expect(rows.locator("[data-verified]")).to_have_count(0)
    expect(rows).to_have_count(waiting)
    assert page.troubles == []


@pytest.mark.parametrize(
    ("locale", "width", "said", "stale"),
    [
        ("zh-CN", 390, "已核实。", "可能已变化"),
        ("en-GB", 390, "Verified.", "may have changed"),
        ("en-GB", 1366, "Verified.", "may have changed"),
    ],
)
def test_a_note_is_verified_from_the_queue_on_its_page_by_click_or_v_and_taken_back(
    page_of, demo, locale, width, said, stale
):
    page = page_of("lin.zhiyuan", locale=locale, width=width)
    page.goto(f"{demo}/verification")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto(demo + page.locator("[data-row-link]").first.get_attribute("href"))
    expect(page.locator(".notice")).to_contain_text(stale)
    if width < 1000:
        page.locator(".notice form[action$='/verify'] button").click()
    else:
        page.keyboard.press("v")
    expect(page.locator("[data-toast]")).to_contain_text(said)
    expect(page.locator(".notice", has_text=stale)).to_have_count(0)
    page.click("[data-toast] button")
    expect(page.locator(".notice")).to_contain_text(stale)
    assert page.troubles == []


def test_what_is_proposed_for_the_archive_is_archived_by_one_click_and_comes_back(page_of, demo):
    page = page_of("wang.yating")
    queue = f"{demo}/verification?scope=all&state=proposed"
    proposed = page.locator("[data-row]:has-text('结账台放杯刷')")
    page.goto(queue)
    proposed.locator("button:has-text('归档')").click()
    undo = page.locator("[data-toast] button:has-text('撤销')")
    expect(undo).to_be_visible()
    other = page.context.new_page()
    other.goto(queue)
    expect(other.locator("[data-row]:has-text('结账台放杯刷')")).to_have_count(0)
    undo.click()
    page.goto(queue)
    expect(proposed).to_have_count(1)
    assert page.troubles == []
