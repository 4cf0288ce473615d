"""A search that led nowhere is counted when its page is left, one that led to a note is not."""

from kb.store import open_store


def test_what_was_searched_and_not_opened_is_counted_once_and_what_was_opened_is_not(page_of, demo, demo_folder):
    def counted(words):
        asked = "SELECT is_found, times FROM missed JOIN missed_day ON missed_id = id WHERE words = ?"
        return open_store(demo_folder).execute(asked, [words]).fetchall()

    page = page_of("wu.pei")
    for words in ("暖风机噪音", "密封罐", "暖风机噪音"):
        page.goto(f"{demo}/search?q={words}")
        page.wait_for_load_state()
    page.goto(f"{demo}/search?q=胶圈")
    page.locator(".hit__link").first.click()
    page.wait_for_url("**open=*")
    page.goto(f"{demo}/search?q=退换货")
    page.locator(".facets__row[hx-get]").first.click()
    page.wait_for_url(lambda url: "+" in url)
    page.goto(f"{demo}/topics")
    page.wait_for_function("document.readyState === 'complete'")
    page.goto(f"{demo}/")
    assert counted("暖风机噪音") == [(0, 1)]
    assert counted("密封罐") == [(1, 1)]
    assert counted("胶圈") == []
    assert counted("退换货") == [(1, 1)], "a facet opens nothing"
