"""Rules are explored: a frame in the chart, columns, views, a picture, one rule from near, a report."""

import re

from playwright.sync_api import expect


def test_rules_are_explored_from_the_chart_to_the_report(page_of, demo):
    page = page_of("he.jing")
    page.goto(f"{demo}/runs/2?cause=all")
    rows = page.locator("[data-rule]")
    every = rows.count()
    chart = page.locator("svg[data-brush]")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    # A frame around the upper half: the table holds what lies in it, and the address says so.
    page.mouse.move(box["x"] + box["width"] * 0.15, box["y"] + box["height"] * 0.11)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.3)
    page.mouse.move(box["x"] + box["width"] * 0.96, box["y"] + box["height"] * 0.5)
    # The page stays: what is asked is put in its place.
    page.evaluate("window.isTheSame = true")
    page.mouse.up()
    page.wait_for_url(re.compile("confidence_from="))
    least = float(re.search(r"confidence_from=([\d.]+)", page.url)[1])
    assert 0 < rows.count() < every
    shown = [float(text) for text in rows.locator("td:nth-child(4)").all_inner_texts()]
    assert min(shown) >= least
    expect(page.locator("svg[data-brush] circle")).to_have_count(rows.count())

    page.fill("#rules-words", "罐")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q=%E7%BD%90"))
    expect(page.locator("#rules-words")).to_be_focused()
    expect(page.locator("nav.hid b")).to_contain_text(re.compile(rf"\D{rows.count()}$"))
    assert page.evaluate("window.isTheSame")
    page.go_back()
    page.wait_for_url(lambda url: "q=" not in url)
    expect(page.locator("#rules-words")).to_have_value("")
    page.click("text=显示的列")
    page.check("input[name=column][value=kulczynski]")
    page.click("button:has-text('显示这些列')")
    expect(page.locator(".rules__table thead")).to_contain_text("两边平均")
    assert "confidence_from=" in page.url
    page.click("text=保存这个列表")
    page.fill("[name=name]", "又多又准")
    page.click(".views__form button:has-text('保存')")
    expect(page.locator(".views .chip")).to_have_text("又多又准")
    with page.expect_download() as told:
        page.click("button:has-text('PNG')")
    assert told.value.suggested_filename == "rules-2.png"

    page.goto(f"{demo}/runs/2")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/findings/\d+"))
    near = page.locator("main")
    for told in ("逐月", "园区店", "酒店与民宿", "老客", "例子", "后 30% 的订单"):
        expect(near).to_contain_text(told)
    assert page.locator("svg.months circle").count() >= 6
    page.go_back()
    page.click("text=反过来的")
    page.wait_for_url(re.compile("cause=mirrored"))
    page.locator("[data-row-link]").first.click()
    page.click("button:has-text('细看')")
    expect(near).to_contain_text("逐月", timeout=60_000)

    page.goto(f"{demo}/runs/2/report")
    expect(page.locator(".report__findings > li").first).to_contain_text("每 100 单买了")
    expect(near).to_contain_text("仍成立")
    # On paper it is one page.
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1
    assert page.troubles == []
