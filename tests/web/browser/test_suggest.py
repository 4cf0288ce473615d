"""The search box while somebody types: groups, arrows, and what they searched before on this machine."""

from playwright.sync_api import expect


def test_the_box_offers_notes_by_pinyin_and_earlier_searches_until_one_signs_out(page_of, demo):
    page = page_of("wu.pei")
    options = page.locator("#find-options [role=option]")
    page.fill("#find", "密封罐 -竹盖")
    page.press("#find", "Enter")
    page.wait_for_url("**/search?q=*")
    page.fill("#find", "")
    page.press("#find", "ArrowDown")
    expect(options).to_have_text(["密封罐 -竹盖"])
    page.locator("#find").press_sequentially("mifg")
    page.wait_for_selector("#find-options .suggest__heading:has-text('知识库')")
    expect(options.filter(has_text="密封").first).to_be_visible()
    page.press("#find", "ArrowDown")
    # A heading is walked over.
    assert page.locator("#find").get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    page.press("#find", "Enter")
    page.wait_for_url("**/notes/*")
    page.evaluate("document.querySelector('[data-wipe]').requestSubmit()")
    page.wait_for_url("**/login*")
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.includes('searched'))") == []
