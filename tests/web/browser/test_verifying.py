"""Somebody verifies what waits for them by keys, reading beside the list."""

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


def test_v_on_the_page_of_a_note_verifies_it(page_of, demo):
    page = page_of("lin.zhiyuan")
    page.goto(f"{demo}/verification")
    page.goto(demo + page.locator("[data-row-link]").first.get_attribute("href"))
    page.keyboard.press("v")
    expect(page.locator("[data-toast]")).to_contain_text("已核实。")
    page.click("[data-toast] button")
    expect(page.locator(".notice")).to_contain_text("可能已变化")
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
