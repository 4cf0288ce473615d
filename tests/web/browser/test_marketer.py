"""The ten minutes of a marketer who never heard of support: drag, look, ask, judge three, write one down."""

import csv
import random
import re

import pytest
from playwright.sync_api import expect

# Bought together four times as often as by chance.
PAIRS = (("蓝牙音响", "充电宝"), ("电热毯", "暖水袋"), ("瑜伽垫", "弹力带"))
OTHERS = ("雨伞", "拖鞋", "台灯", "闹钟", "镜子", "梳子", "毛毯", "水壶", "花瓶", "相框")
DROP = """([name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.from(atob(text), each => each.charCodeAt(0))], name));
  document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture(scope="session")
def till():
    """A year of a till of long ago, as it is exported: a title, full-width digits, a line of totals."""
    chance = random.Random(20200101)  # noqa: S311  the same file every time
    rows = ["禾木生活 2020 年门店流水", "订单号,商品名称,数量,单价,下单时间"]
    for order in range(1, 901):
        items = {each for each in OTHERS if chance.random() < 0.12}
        for first, second in PAIRS:
            if chance.random() < 0.07:
                items.add(first)
                items.update([second] if chance.random() < 0.6 else [])
            elif chance.random() < 0.05:
                items.add(second)
        for item in sorted(items) or ["雨伞"]:
            day = f"2020-{order % 12 + 1:02d}-{order % 28 + 1:02d}"
            rows.append(f'T{order:05d}, {item} ,１,"￥1,0{order % 10}0.50",{day}')
    rows.append("合计,,,1,")
    return "\r\n".join(rows).encode("gb18030")


def drop(page, name, content):
    import base64

    page.evaluate(DROP, [name, base64.b64encode(content).decode()])


def test_from_a_dragged_file_to_a_note_a_colleague_finds(page_of, demo, till):
    page = page_of("lin.zhiyuan")
    page.goto(f"{demo}/purchases")
    drop(page, "2020门店流水.csv", till)
    page.wait_for_url(re.compile(r"/uploads/\d+/file"))
    assert "GB18030" in page.inner_text("main")
    assert "第 2 行" in page.inner_text("main")
    page.click("text=下一步：对应列")
    page.wait_for_url(re.compile("columns"))
    assert page.input_value("[name=column_0]") == "order"
    # Closed in the middle, it goes on where it was.
    page.goto(demo)
    page.click("text=2020门店流水.csv")
    page.wait_for_url(re.compile(r"/file"))
    page.click("text=直接试算")
    page.wait_for_selector("text=/行会写入/", timeout=60_000)
    left_out = page.inner_text(".side__part:has-text('改正的、放一边的')")
    for rule in ("￥、元和千分位逗号去掉", "全角字母、数字改成半角", "合计行"):
        assert rule in left_out, rule
    page.fill("[name=profile]", "老门店收银")
    page.click(".wizard__foot button:has-text('导入')")
    page.wait_for_selector("text=看这一批", timeout=60_000)

    page.goto(f"{demo}/purchases/facts")
    facts = page.inner_text("main")
    for fact in ("客单价", "连带率", "2020"):
        assert fact in facts, fact

    page.goto(f"{demo}/runs")
    page.fill("[name=since]", "2020-01-01")
    page.fill("[name=until]", "2020-12-31")
    page.fill("[name=min_support]", "20")
    expect(page.locator(".counted")).to_contain_text("900", timeout=20_000)
    page.click("main button:has-text('找规则')")
    page.wait_for_selector("[data-rule]", timeout=90_000)
    assert page.locator("[data-rule]").count() == 3
    run = page.url
    for key in "142":
        at = "142".index(key)
        page.locator("[data-rule] [data-row-link]").nth(at).focus()
        page.keyboard.press(key)
        expect(page.locator("[data-rule]").nth(at).locator("[aria-pressed=true]")).to_have_count(1)
    page.goto(f"{run}?judged=no")
    assert "没有这样的规则" in page.inner_text("main")
    page.goto(f"{run}/report")
    expect(page.locator("main")).to_contain_text("值得做 1")
    page.goto(run)
    page.keyboard.press("j")
    first = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/findings/\d+"))
    page.fill("[name=topics]", "连带销售")
    page.click("button:has-text('写成知识')")
    page.wait_for_url(re.compile(r"/notes/\d+"))
    note = page.url.split("?")[0]
    told = page.inner_text("main")
    assert "已判断" in told
    assert "2020门店流水.csv" in told
    page.click("text=看规则")
    page.wait_for_url(re.compile(r"/findings/\d+"))
    assert re.search(r"[0-9a-f]{64}", page.inner_text("main"))
    assert not page.is_visible("[data-unsaved-offer]")

    colleague = page_of("chen.xiaolan")
    item = next(each for pair in PAIRS for each in pair if each in first)
    colleague.keyboard.type(item)
    colleague.keyboard.press("Enter")
    colleague.wait_for_selector(".hit mark", timeout=10_000)
    assert colleague.get_attribute(".hit__link >> nth=0", "href") == note.removeprefix(demo)
    colleague.goto(note)
    colleague.click("main a.tag:has-text('连带销售')")
    # A click does not wait for the page it leads to.
    expect(colleague.locator("main")).to_contain_text("谁懂这个")
    expect(colleague.locator("main")).to_contain_text("林志远")
    assert page.troubles == colleague.troubles == []


def test_cells_pasted_from_a_spreadsheet_are_imported_and_the_rest_is_dropped(page_of, demo):
    page = page_of("he.jing")
    page.goto(f"{demo}/purchases")
    page.click("text=或者粘贴表格")
    page.fill("[name=pasted]", "单号\t商品\t日期\nE1\t台灯\t2019-01-02\nE1\t灯泡\t2019-01-02\n")
    page.click("text=看一看")
    page.wait_for_url(re.compile(r"/uploads/\d+/file"))
    page.click("text=直接试算")
    page.wait_for_selector(".wizard__foot button:has-text('导入 2 行')", timeout=60_000)
    page.click("text=放弃，不导入")
    page.wait_for_url(f"{demo}/purchases")
    assert "粘贴的表格" not in page.inner_text("main")
    assert page.troubles == []


def test_the_same_in_english_on_a_phone(page_of, demo, till):
    page = page_of("lin.zhiyuan", locale="en-GB", width=390, height=844)
    page.goto(f"{demo}/purchases")
    drop(page, "2020门店流水.csv", till + b"\r\n")
    page.wait_for_url(re.compile(r"/uploads/\d+/file"))
    page.click("text=Try it at once")
    page.wait_for_selector(".wizard__foot button:has-text('Import')", timeout=60_000)
    assert "would be written" in page.inner_text("main")
    page.goto(f"{demo}/purchases/facts")
    assert "Products per order" in page.inner_text("main")
    page.goto(f"{demo}/findings/1")
    assert "Of 100 orders with" in page.inner_text("h1")
    page.goto(f"{demo}/runs")
    expect(page.locator(".counted")).to_contain_text("orders", timeout=20_000)
    page.goto(f"{demo}/runs/2")
    page.locator("[data-rule] button >> nth=0").click()
    expect(page.locator("[data-rule] >> nth=0").locator("[aria-pressed=true]")).to_have_text("Worth doing")
    page.keyboard.press("u")
    expect(page.locator("[data-rule] >> nth=0").locator("[aria-pressed=true]")).to_have_count(0)
    assert page.troubles == []


def goods_with_types(folder):
    """Return the lines of GoodsOrder with the category that GoodsTypes says of each, as a file."""
    with (folder / "GoodsTypes.csv").open(encoding="gbk", newline="") as file:
        types = {row["Goods"]: row["Types"] for row in csv.DictReader(file)}
    with (folder / "GoodsOrder.csv").open(encoding="gbk", newline="") as file:
        rows = [f"{row['id']},{row['Goods']},{types.get(row['Goods'], '')}" for row in csv.DictReader(file)]
    return "\r\n".join(["id,Goods,类别", *rows]).encode("gbk")


@pytest.mark.shared_data
def test_the_same_on_real_orders_without_days_gives_the_known_rules(page_of, demo, shared_data):
    page = page_of("lin.zhiyuan")
    page.goto(f"{demo}/purchases")
    drop(page, "GoodsOrder.csv", goods_with_types(shared_data / "purchases_zh"))
    page.wait_for_url(re.compile(r"/uploads/\d+/file"))
    page.click("text=直接试算")
    page.wait_for_selector("text=/行会写入/", timeout=90_000)
    page.click(".wizard__foot button:has-text('导入')")
    page.wait_for_selector("text=看这一批", timeout=90_000)
    page.click("main a:has-text('哪些商品常一起买')")
    page.fill("[name=min_support]", "2%")
    page.fill("[name=min_confidence]", "35%")
    page.select_option("[name=max_length]", "")
    page.click("main button:has-text('找规则')")
    page.wait_for_selector("text=全部规则 26", timeout=120_000)
    run = page.url.split("?")[0]
    page.goto(f"{run}?cause=all&q=酸奶+全脂牛奶")
    expect(page.locator("[data-rule]").first).to_contain_text("全脂牛奶")
    for key in "123":
        page.locator("[data-rule] [data-row-link]").nth(int(key) - 1).focus()
        page.keyboard.press(key)
        expect(page.locator("[data-rule]").nth(int(key) - 1).locator("[aria-pressed=true]")).to_have_count(1)
    page.goto(f"{run}/report")
    expect(page.locator("main")).to_contain_text("值得做 1")
    # Orders without days cannot be tested on later ones, and the page says so.
    expect(page.locator("main")).to_contain_text("没法用后来的订单检验")
    page.goto(f"{run}?judged=worth&cause=all")
    page.locator("[data-row-link]").first.click()
    page.wait_for_url(re.compile(r"/findings/\d+"))
    page.fill("[name=topics]", "乳制品")
    page.click("button:has-text('写成知识')")
    page.wait_for_url(re.compile(r"/notes/\d+"))
    expect(page.locator("main")).to_contain_text("GoodsOrder.csv")

    # The same of whole categories, and down again to the products of one.
    page.goto(f"{demo}/runs?like={run.rsplit('/', 1)[1]}")
    page.click("text=更多条件")
    page.select_option("[name=level]", "both")
    page.click("main button:has-text('找规则')")
    page.wait_for_selector("[data-rule]", timeout=120_000)
    page.goto(f"{page.url.split('?')[0]}?cause=all&left=[")
    page.locator("a.rules__step:has-text('细到商品')").first.click()
    expect(page.locator(".rules__drilled")).to_contain_text("[")
    expect(page.locator("[data-rule]").first).to_be_visible()
