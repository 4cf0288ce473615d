"""A run that was worth it is kept as a plan, and repeated by itself."""

from playwright.sync_api import expect


def test_a_plan_is_copied_and_the_form_shows_what_the_rhythm_asks_for(page_of, demo):
    page = page_of("he.jing")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{demo}/runs/2/plan")
    shown = page.inner_text("pre.plan >> nth=0")
    page.click("#plan a[data-copy]")
    expect(page.locator("[data-copy-word]")).to_have_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()").strip() == shown.strip()
    assert "min_support = " in shown

    page.click("a:has-text('定期重做')")
    days, day, count = page.locator(".repeat__week"), page.locator("#day"), page.locator("#count")
    for rhythm, has_days, has_day in (("week", True, False), ("month", False, True), ("day", False, False)):
        page.select_option("[name=every]", rhythm)
        assert (days.is_visible(), day.is_visible(), count.is_visible()) == (has_days, has_day, False), rhythm
    page.select_option("[name=period]", "days")
    page.fill("#count", "30")
    page.click("main button[data-saying]")
    expect(page.locator("main")).to_contain_text("每天 06:00")
    expect(page.locator("main")).to_contain_text("之前 30 天")
    assert page.troubles == []
