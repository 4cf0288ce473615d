"""The main job, as the people of the demo do it."""

import re

import pytest

ORDERS = ["单号,商品"] + [
    f"{order},{item}"
    for order in range(1, 401)
    for item in (["蓝牙音箱", "延长线"] if order % 10 == 0 else ["蓝牙音箱"] if order % 50 == 1 else ["雨伞"])
]


@pytest.fixture
def orders(tmp_path):
    """An order file as a Chinese till writes it."""
    path = tmp_path / "十一月订单.csv"
    path.write_bytes("\r\n".join(ORDERS).encode("gb18030"))
    return path


def test_from_an_order_file_to_a_note_somebody_finds(page_of, demo, orders):
    marketer = page_of("lin.zhiyuan")
    marketer.goto(f"{demo}/purchases")
    marketer.set_input_files("[name=file]", orders)
    marketer.click("text=直接试算")
    marketer.click(".wizard__foot button:has-text('导入')", timeout=60_000)
    marketer.wait_for_selector("text=看这一批", timeout=60_000)
    assert f"读了 {len(ORDERS) - 1} 行" in marketer.inner_text("main")
    marketer.click("text=看这一批")
    assert "gb18030" in marketer.inner_text("main")

    marketer.goto(f"{demo}/runs")
    marketer.fill("[name=min_support]", "20")
    marketer.fill("[name=min_confidence]", "50%")
    marketer.click("main button:has-text('找规则')")
    marketer.wait_for_selector("table a:has-text('延长线')", timeout=60_000)
    marketer.click("tr:has-text('延长线') a")
    assert re.search(r"每 100 单买了.*延长线.*蓝牙音箱|每 100 单买了.*蓝牙音箱.*延长线", marketer.inner_text("h1"))
    assert re.search(r"SHA-256\s+[0-9a-f]{64}", marketer.inner_text("main"))
    marketer.fill("[name=topics]", "连带销售")
    marketer.click("button:has-text('写成知识')")
    marketer.wait_for_url(re.compile(r"/notes/\d+"))
    note = marketer.url.split("?")[0]
    assert "延长线" in marketer.inner_text("h1")
    assert "依据" in marketer.inner_text("main")

    clerk = page_of("chen.xiaolan")
    for asked in ("藍牙音箱", "延長線", "延长线"):
        clerk.keyboard.press("/")
        clerk.keyboard.type(asked)
        clerk.keyboard.press("Enter")
        clerk.wait_for_selector("#results .hit mark", timeout=10_000)
        assert clerk.get_attribute("#results .hit__link >> nth=0", "href") == note.removeprefix(demo), asked
        clerk.goto(demo)
    clerk.goto(note)
    clerk.click("main a.tag:has-text('连带销售'), main a:has-text('连带销售')")
    people = clerk.inner_text("main")
    assert "谁懂这个" in people
    assert "林志远" in people
    assert clerk.troubles == marketer.troubles == []


def test_the_same_in_english_on_a_phone(page_of, demo, orders):
    page = page_of("lin.zhiyuan", locale="en-GB", width=390, height=844)
    page.goto(f"{demo}/purchases")
    page.set_input_files("[name=file]", orders)
    page.click("text=Try it at once")
    page.click("button:has-text('Import')", timeout=60_000)
    page.wait_for_selector("text=/See the import|No line was new/", timeout=60_000)
    page.goto(f"{demo}/findings/1")
    assert "Of 100 orders with" in page.inner_text("h1")
    page.fill("main [name=topics]", "cross-selling")
    page.click("button:has-text('Make a note')")
    page.wait_for_url(re.compile(r"/notes/\d+"))
    page.goto(f"{demo}/search?q=ｘ")
    page.fill("[name=q]", "啤酒 ５００")
    page.press("[name=q]", "Enter")
    page.wait_for_selector("#results .hit mark", timeout=10_000)
    assert page.troubles == []


def test_keys_and_drafts(page_of, demo):
    page = page_of("chen.xiaolan")
    page.goto(f"{demo}/notes/new")
    page.fill("[name=title]", "没写完的一条")
    page.wait_for_timeout(700)
    page.goto(f"{demo}/")
    assert "没写完的一条" in page.inner_text("[data-leftovers]")
    page.click("[data-leftovers] a")
    page.click("[data-unsaved-take]")
    assert page.input_value("[name=title]") == "没写完的一条"
    page.goto(f"{demo}/notes")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/notes/\d+"))
    page.click("[data-menu] summary")
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("text=退出登录")
    page.wait_for_url(re.compile("login"))
    assert page.evaluate("JSON.stringify({...localStorage})").count("没写完的一条") == 0


def test_what_is_for_the_customer_is_copied_by_one_key(page_of, demo):
    page = page_of("chen.xiaolan")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{demo}/search?q=密封圈清洗")
    page.keyboard.press("j")
    page.keyboard.press("c")
    page.wait_for_selector("text=已复制")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("您好：\n\n")
    assert "密封圈" in copied or "洗洁精" in copied
    assert copied.endswith("陈晓岚\n禾木生活")
    assert page.troubles == []
