"""A call taken on a small phone, by one thumb: what is too small to hit, and what the keyboard lies over."""

import re

import pytest
from playwright.sync_api import expect

FORM = "[data-capture-form]"
# What one can touch; of a tick, the words beside it too.
SMALL = """(place) => [...document.querySelector(place)
    .querySelectorAll("a, button, input, select, textarea, summary, [role=option]")]
  .filter((each) => each.type !== "hidden" && each.checkVisibility({ visibilityProperty: true }))
  .map((each) => [each, (each.matches("[type=radio], [type=checkbox]") && each.closest("label")) || each])
  .filter(([, seen]) => seen.offsetHeight < 44 || seen.offsetWidth < 44)
  .map(([each]) => each.outerHTML.slice(0, 120))"""
SIDEWAYS = """() => [document.documentElement, ...document.querySelectorAll("[data-capture-body]")]
  .some((each) => each.scrollWidth > each.clientWidth)"""
# The keyboard of a phone leaves the page as high as it was, and shows less of it.
KEYBOARD = """(height) => {
  Object.defineProperty(visualViewport, "height", { get: () => innerHeight - height, configurable: true });
  visualViewport.dispatchEvent(new Event("resize"));
}"""


@pytest.fixture
def page(page_of):
    return page_of("sun.ke", width=360, height=740, thumb=True)


def is_seen(page, selector):
    """Return whether the middle of an element lies above the keyboard and nothing lies over it."""
    return page.locator(selector).evaluate(
        """(each) => {
          const { left, top, width, height, bottom } = each.getBoundingClientRect();
          const hit = document.elementFromPoint(left + width / 2, top + height / 2);
          return each.contains(hit) && bottom <= visualViewport.height;
        }"""
    )


def test_the_drawer_is_written_and_saved_by_one_thumb(page, demo):
    page.goto(f"{demo}/customers/8")
    page.locator(".bottom [data-new-note]").tap()
    page.wait_for_selector(f"{FORM} textarea:focus")
    page.locator(f"{FORM} [name=body]").fill("密封罐受潮 @wyt")
    page.wait_for_selector(f"{FORM} .similar__row")
    page.wait_for_selector(f"{FORM} .suggest--text [role=option]")
    page.evaluate("document.querySelectorAll('[data-capture-form] details').forEach((each) => { each.open = true; })")
    assert page.evaluate(SMALL, "[data-capture]") == []
    assert not page.evaluate(SIDEWAYS)
    page.evaluate(KEYBOARD, 320)
    assert is_seen(page, f"{FORM} .button--main")
    page.evaluate(KEYBOARD, 0)
    page.locator(f"{FORM} [data-capture-switch]").tap()
    page.wait_for_selector(f"{FORM} [name=told]")
    page.locator(f"{FORM} [name=keep_said]").tap()
    page.locator(f"{FORM} [name=experience][value=complaint]").tap()
    assert page.evaluate(SMALL, "[data-capture]") == []
    assert not page.evaluate(SIDEWAYS)
    page.evaluate(KEYBOARD, 320)
    assert is_seen(page, f"{FORM} .button--main")
    page.locator(f"{FORM} .button--main").tap()
    expect(page.locator("[data-toast]")).to_contain_text("的沟通")
    assert page.troubles == []


def test_the_editor_is_within_reach_too(page, demo):
    page.goto(f"{demo}/notes/new")
    for dimension in ("about", "for", "with", "from"):
        page.locator(f"form.editor[data-unsaved] [name=dimension][value='{dimension}']").tap()
        assert page.evaluate(SMALL, "form.editor[data-unsaved]") == []
        assert not page.evaluate(SIDEWAYS)
    page.evaluate(KEYBOARD, 320)
    assert is_seen(page, ".editor__bar .button--main")


def test_a_row_is_touched_anywhere_and_its_act_still_acts(page, demo):
    page.goto(f"{demo}/notes?dimension=for")
    row = page.locator("[data-row]:has([data-copy])").first
    row.evaluate("(row) => row.scrollIntoView({ block: 'center' })")
    assert row.locator("[data-copy]").evaluate("""(act) => { const { left, top } = act.getBoundingClientRect();
        return act.contains(document.elementFromPoint(left + 4, top + 4)); }""")
    box = row.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] - 4, box["y"] + box["height"] - 4)
    page.wait_for_url(re.compile(r"/notes/\d+$"))
