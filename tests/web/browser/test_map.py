"""The picture of the map in a real browser: by arrow keys, and as a file."""


def test_one_walks_the_picture_by_arrow_keys_and_keeps_it(page_of, demo):
    page = page_of("lin.zhiyuan")
    page.goto(f"{demo}/map/topic-1")
    first = page.locator("[data-map-link][tabindex='0']")
    first.focus()
    seen = {page.evaluate("document.activeElement.getAttribute('aria-label')")}
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
        seen.add(page.evaluate("document.activeElement.getAttribute('aria-label')"))
    assert len(seen) > 2
    assert page.locator("[data-map-link][tabindex='0']").count() == 1
    with page.expect_download() as kept:
        page.click("[data-map-png]")
    assert kept.value.suggested_filename == "map-topic-1.png"
    assert kept.value.path().read_bytes().startswith(b"\x89PNG")
    page.locator(".map__node").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/map/*way=topic-1*")
    assert page.evaluate("refused") == []
