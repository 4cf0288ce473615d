"""A marketer judges the demo's rules by keys."""

import re

from playwright.sync_api import expect


def test_rules_are_judged_by_keys_one_after_the_other_and_taken_back(page_of, demo):
    page = page_of("he.jing")
    page.goto(f"{demo}/runs/2?judged=no")
    rows = page.locator("[data-rule]")
    first, second = (rows.nth(at).get_attribute("id") for at in (0, 1))
    page.keyboard.press("j")
    page.keyboard.press("1")
    expect(page.locator(f"#{first} [aria-pressed=true]")).to_have_text("值得做")
    expect(page.locator(f"#{second} [data-row-link]")).to_be_focused()
    page.keyboard.press("3")
    expect(page.locator(f"#{second} [aria-pressed=true]")).to_have_text("没用")
    assert "judged=no" in page.url
    page.keyboard.press("u")
    expect(page.locator(f"#{second} [aria-pressed=true]")).to_have_count(0)
    page.keyboard.press("u")
    expect(page.locator(f"#{first} [aria-pressed=true]")).to_have_count(0)
    expect(page.locator(f"#{first} [data-row-link]")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/findings/\d+"))
    page.keyboard.press("4")
    expect(page.locator("[data-judge] [aria-pressed=true]")).to_have_text("再看看")
    page.keyboard.press("u")
    expect(page.locator("[data-judge] [aria-pressed=true]")).to_have_count(0)
    assert page.troubles == []


def test_a_rule_and_its_point_show_each_other(page_of, demo):
    page = page_of("he.jing")
    page.goto(f"{demo}/runs/2")
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator("[data-rule]").nth(1).get_attribute("data-rule")
    expect(page.locator("[data-point][data-lit]")).to_have_attribute("data-point", second)
    third = page.locator("[data-rule]").nth(2).get_attribute("data-rule")
    page.locator(f"[data-point='{third}'] circle").click()
    expect(page.locator(f"[data-rule='{third}'] [data-row-link]")).to_be_focused()
    expect(page.locator(f"[data-point='{third}']")).to_have_attribute("data-lit", "")
    assert page.troubles == []
