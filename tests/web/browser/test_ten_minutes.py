"""The ten minutes of a marketer on real orders with days and customers: from the file to three findings on a page."""

import csv
import gzip
import io
import re

import pytest
from playwright.sync_api import expect

from tests.web.browser.test_marketer import drop, goods_with_types

FILE = "online_retail_2011Q4.csv"


def lines_since(day, path):
    """Return the lines of Online Retail since a day, as a file."""
    kept = io.StringIO()
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows, out = csv.reader(file), csv.writer(kept)
        out.writerow(next(rows))
        out.writerows(row for row in rows if row[4] >= day)
    return kept.getvalue().encode()


@pytest.mark.shared_data
def test_from_a_quarter_of_online_retail_to_three_findings_worth_acting_on(page_of, demo, shared_data):
    page = page_of("lin.zhiyuan")
    page.set_default_timeout(120_000)
    page.goto(f"{demo}/purchases")
    drop(page, FILE, lines_since("2011-10-01", shared_data / "purchases_en/online_retail.csv.gz"))
    page.wait_for_url(re.compile(r"/uploads/\d+/file"))
    page.click("text=直接试算")
    page.wait_for_selector("text=/行会写入/")
    page.click(".wizard__foot button:has-text('导入')")
    page.wait_for_selector("text=看这一批")
    page.click("main a:has-text('哪些商品常一起买')")

    # Asked in words, beginning with a preset; before it begins the page tells what to expect.
    page.click(".presets a:has-text('交叉销售')")
    page.wait_for_url(re.compile("preset=cross"))
    assert page.input_value("[name=since]") == "2011-10-02"
    says = page.locator("[data-expected-says]")
    expect(says).to_contain_text("预计", timeout=120_000)
    page.fill("[name=min_support]", "80")
    page.press("[name=min_support]", "Tab")
    page.wait_for_load_state("networkidle")
    expect(says).to_contain_text(re.compile(r"预计最多 [\d,]+ 条规则"))
    page.click("main button:has-text('找规则')")
    page.wait_for_selector("[data-rule]")
    run = page.url.split("?")[0]
    # Days make a test on later orders possible, and the page says what came of it.
    went_on = re.compile(r"2011-1\d-\d\d 以前就可靠的规则有 [\d,]+ 条，之后 [\d,]+ 条仍成立")
    expect(page.locator("main")).to_contain_text(went_on)

    # Narrowed without leaving the page; three judged, each key going on to the next.
    page.fill("#rules-words", "bag")
    page.press("#rules-words", "Enter")
    page.wait_for_url(re.compile("q=bag"))
    rows = page.locator("[data-rule]")
    expect(rows.filter(has_not_text=re.compile("bag", re.IGNORECASE))).to_have_count(0)
    assert rows.count() >= 3
    rows.first.locator("[data-row-link]").focus()
    for at in range(3):
        page.keyboard.press("1")
        expect(rows.nth(at).locator("[aria-pressed=true]")).to_have_count(1)
    assert "q=bag" in page.url

    page.goto(f"{run}?judged=worth&cause=all")
    assert rows.count() == 3
    page.locator("[data-row-link]").first.click()
    page.wait_for_url(re.compile(r"/findings/\d+"))
    expect(page.locator("main")).to_contain_text("逐月")
    page.fill("[name=topics]", "连带销售")
    page.click("button:has-text('写成知识')")
    page.wait_for_url(re.compile(r"/notes/\d+"))
    expect(page.locator("main")).to_contain_text(FILE)
    page.goto(f"{run}/report")
    expect(page.locator("main")).to_contain_text("值得做 3")
    assert page.troubles == []


@pytest.mark.shared_data
@pytest.mark.parametrize(("name", "support"), [("online_retail_2011-12.csv", "20"), ("GoodsOrder.csv", "1%")])
def test_the_same_in_short_for_who_reads_english(page_of, demo, shared_data, name, support):
    page = page_of("lin.zhiyuan", locale="en-GB")
    page.set_default_timeout(120_000)
    page.goto(f"{demo}/purchases")
    if name == "GoodsOrder.csv":
        drop(page, name, goods_with_types(shared_data / "purchases_zh"))
    else:
        drop(page, name, lines_since("2011-12-01", shared_data / "purchases_en/online_retail.csv.gz"))
    page.wait_for_url(re.compile(r"/uploads/\d+/file"))
    page.click("text=Try it at once")
    page.wait_for_selector("text=would be written")
    page.click(".wizard__foot button:has-text('Import')")
    page.click("main a:has-text('What is bought together')")
    says = page.locator("[data-expected-says]")
    expect(says).to_contain_text("rules", timeout=120_000)
    page.fill("[name=min_support]", support)
    page.press("[name=min_support]", "Tab")
    page.wait_for_load_state("networkidle")
    page.click("main button:has-text('Find rules')")
    rows = page.locator("[data-rule]")
    expect(rows.nth(2)).to_be_visible(timeout=120_000)
    run = page.url.split("?")[0]
    rows.first.locator("[data-row-link]").focus()
    for at in range(3):
        page.keyboard.press("1")
        expect(rows.nth(at).locator("[aria-pressed=true]")).to_have_count(1)
    page.goto(f"{run}/report")
    expect(page.locator("main")).to_contain_text("3 rules were judged worth doing")
    assert page.troubles == []
