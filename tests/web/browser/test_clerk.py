"""A clerk with a customer on the phone, by keyboard alone."""

import re

import pytest
from playwright.sync_api import expect

from tests.web.browser.conftest import open_hit
from web.demo import people


def draft_keys(page):
    return page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('kezhi:unsaved:'))")


def open_drawer(page):
    page.keyboard.press("n")
    page.wait_for_selector("[data-capture-form] textarea:focus")


def skip(page):
    """Skip the question whom one tells what was copied: one key, and one is back where one was."""
    expect(page.locator("[data-told-form] input[name=customer]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("[data-told-form]")).to_have_count(0)


def tab_to(page, name):
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            return
    raise AssertionError(f"no way to {name} by Tab")


def test_from_the_call_to_whom_to_ask_by_keyboard_alone(page_of, demo):
    page = page_of("chen.xiaolan")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    # Who is calling: the cursor stands in the box, four digits are enough, and "/" out of habit does no harm.
    page.keyboard.press("/")
    page.keyboard.type("1199")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/customers/\d+"))
    assert "135****1199" in page.inner_text("main")
    assert "最近订单" in page.inner_text("main")
    # The answer: found, opened beside the list, copied with one key.
    open_hit(page, "密封圈清洗")
    assert "open=" in page.url
    page.keyboard.press("c")
    page.wait_for_selector("text=已复制")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("您好，密封圈请用手洗")
    skip(page)
    page.keyboard.press("Escape")
    page.wait_for_selector("[data-pane-note]", state="detached")
    # What she complained of: she is still the customer of this call.
    open_drawer(page)
    assert page.input_value("[data-capture-form] [name=customers]").startswith("郑敏 #")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("zm")
    page.wait_for_selector(".suggest__option:has-text('郑敏')")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/customers/\d+"))
    open_drawer(page)
    page.keyboard.type("新盖子一只手按不住。老伴用不了。")
    page.keyboard.press("Alt+3")
    tab_to(page, "experience")
    for _ in ("dissatisfied", "suggestion", "complaint"):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("[data-toast]:has-text('新盖子一只手按不住')")
    of = "getComputedStyle(document.querySelector('[data-toast]{}')).color"
    assert page.evaluate(of.format(" a")) == page.evaluate(of.format(""))
    assert draft_keys(page) == []
    # It stands on the page at once, with its count.
    expect(page.locator("main .list__link", has_text="新盖子一只手按不住")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/notes/\d+"))
    assert "投诉" in page.inner_text("main .facts")
    # Who knows more: the topic, its people, their phone.
    page.keyboard.press("/")
    page.keyboard.type("mfyfc")
    page.wait_for_selector(".suggest__option:has-text('密封与防潮')")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/topics/\d+"))
    people = page.inner_text("main")
    assert "谁懂这个" in people
    assert "企业微信" in people
    assert re.search(r"0512\d{8}|1\d{10}", people)
    assert page.troubles == []


@pytest.mark.parametrize("width", [1366, 390])
def test_the_same_in_english(page_of, demo, width):
    page = page_of("chen.xiaolan", locale="en-GB", width=width, scheme="light")
    page.keyboard.type("5678")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/customers/1$"))
    open_drawer(page)
    page.keyboard.type("毛巾又掉毛。")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=How did the customer feel about it?")
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("[data-toast]:has-text('Saved')")
    page.goto(f"{demo}/search?q=qqzz")
    assert "Ask a colleague" in page.inner_text("main")
    # The refusal was meant; nothing else went wrong.
    assert [said for said in page.troubles if "422" not in said] == []


def test_several_drafts_stay_in_this_browser_until_one_signs_out(page_of, demo):
    page = page_of("sun.ke")
    # What the server has is not gone with this browser; here it is out of reach.
    page.context.route("**/drafts", lambda route: route.abort())
    page.goto(f"{demo}/customers/1")
    open_drawer(page)
    page.keyboard.type("第一条草稿")
    page.wait_for_selector("[data-capture-drafts] >> text=第一条草稿")
    page.keyboard.press("Escape")
    assert not page.is_visible("[data-capture]")
    page.goto(f"{demo}/customers/2")
    open_drawer(page)
    page.keyboard.type("第二条草稿")
    page.keyboard.press("Escape")
    # Back with the first customer, the first draft is there; the page itself stayed readable.
    page.goto(f"{demo}/customers/1")
    page.keyboard.press("n")
    expect(page.locator("[data-capture-form] [name=body]")).to_have_value("第一条草稿")
    # What one types now would otherwise be taken for a note of its own.
    expect(page.locator("[data-toast]")).to_contain_text("接着写上次没保存的草稿")
    rows = page.locator("[data-capture-drafts] button")
    assert rows.count() == 3
    # One that was emptied again is no draft any more.
    rows.last.click()
    expect(page.locator("[data-capture-form] [name=body]")).to_have_value("")
    page.keyboard.type("写错了")
    expect(rows).to_have_count(4)
    page.fill("[data-capture-form] [name=body]", "")
    expect(rows).to_have_count(3)
    page.goto(demo)
    assert "第一条草稿" in page.inner_text("[data-leftovers]")
    page.click("[data-leftovers] a:has-text('第二条草稿')")
    expect(page.locator("[data-capture-form] [name=body]")).to_have_value("第二条草稿")
    assert len(draft_keys(page)) == 2
    page.keyboard.press("Escape")
    expect(page.locator("[data-toast]")).to_contain_text("草稿已留下")
    expect(page.locator(".tools [data-draft-count]")).to_have_text("2")
    # Whoever signs out is asked before what they wrote is gone.
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.click(".menu__open")
    page.click("text=退出")
    expect(page.locator(".tools [data-draft-count]")).to_have_text("2")
    assert "2 条草稿" in asked[0]
    assert len(draft_keys(page)) == 2
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("text=退出")
    page.wait_for_url(re.compile("login"))
    assert draft_keys(page) == []


def test_undo_after_a_save_gives_the_text_back_and_stays_on_the_page(page_of, demo):
    page = page_of("ye.xin")
    page.goto(f"{demo}/customers/3")
    open_drawer(page)
    page.keyboard.type("抽屉里写的一句话。")
    page.check("[data-capture-form] [name=experience][value=suggestion]")
    page.keyboard.press("Control+Enter")
    row = page.locator("main .list__link", has_text="抽屉里写的一句话")
    expect(row).to_be_visible()
    page.click("[data-toast] >> text=撤销")
    expect(page.locator("[data-capture-form] [name=body]")).to_have_value("抽屉里写的一句话。")
    expect(row).to_have_count(0)
    assert page.url == f"{demo}/customers/3"
    assert page.is_checked("[data-capture-form] [name=experience][value=suggestion]")
    assert len(draft_keys(page)) == 1
    assert page.troubles == []


def test_a_call_ends_at_home_and_what_is_written_then_names_nobody(page_of, demo):
    page = page_of("sun.ke")
    page.goto(f"{demo}/customers/4")
    page.goto(f"{demo}/topics")
    open_drawer(page)
    assert page.input_value("[data-capture-form] [name=customers]").endswith("#4")
    page.fill("[data-capture-form] [name=body]", "他问起装配")
    page.keyboard.press("Escape")
    page.goto(f"{demo}/topics/2")
    open_drawer(page)
    assert page.input_value("[data-capture-form] [name=body]") == "他问起装配"
    assert page.input_value("[data-capture-form] [name=topics]") == page.locator("main").get_attribute("data-topic")
    page.goto(demo)
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.press("Escape")
    open_drawer(page)
    assert page.input_value("[data-capture-form] [name=customers]") == ""


def test_c_copies_what_lies_open_which_follows_the_row_and_says_where_there_is_nothing(page_of, demo):
    page = page_of("chen.xiaolan")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{demo}/search?q=类型:用于 作者:杜鹃")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-pane-note]")
    page.keyboard.press("j")
    second = page.evaluate("document.activeElement.textContent")
    expect(page.locator("[data-pane-note] h2")).to_have_text(second)
    assert page.locator(".hit:has([aria-current])").count() == 1
    page.keyboard.press("c")
    expect(page.locator("[data-pane-note] [data-copy-word]")).to_contain_text("已复制")
    skip(page)
    # Faster than the next note comes: what is copied is the row one stands on, not the note that still lies there.
    held = []
    page.route("**/pane", lambda route: held.append(route))
    page.keyboard.press("j")
    third = page.locator("[data-row-link]").nth(2).text_content()
    assert page.evaluate("document.activeElement.textContent") == third
    page.keyboard.press("c")
    row = page.locator(".hit", has_text=third)
    expect(row.locator("[data-copy-word]")).to_contain_text("已复制")
    skip(page)
    held[0].continue_()
    expect(page.locator("[data-pane-note] h2")).to_have_text(third)
    page.goto(f"{demo}/notes?dimension=for&topic=密封与防潮")
    page.keyboard.press("j")
    page.keyboard.press("c")
    expect(page.locator("[data-row]").first.locator("[data-copy-word]")).to_contain_text("已复制")
    skip(page)
    # On a page left open until the note has expired.
    page.route("**/customer", lambda route: route.fulfill(status=409, content_type="text/plain", body="已到期。"))
    page.keyboard.press("c")
    expect(page.locator("[data-toast]")).to_have_text("已到期。")
    assert "dimension=for" in page.url
    page.locator("[data-row]").first.locator("[data-copy]").evaluate(
        "link => link.outerHTML = '<span data-no-copy=\"不要再告诉客户\" hidden></span>'"
    )
    page.keyboard.press("j")
    page.keyboard.press("c")
    expect(page.locator("[data-toast]")).to_have_text("不要再告诉客户")
    page.goto(f"{demo}/topics")
    page.keyboard.press("c")
    expect(page.locator("[data-toast]")).to_contain_text("这里没有可复制的")


def test_the_drawer_leaves_the_bar_on_top_free(page_of, demo):
    page = page_of("chen.xiaolan")
    page.goto(f"{demo}/customers/1")
    open_drawer(page)
    bar, drawer = (page.locator(each).bounding_box() for each in (".app__top", "[data-capture]"))
    assert drawer["y"] >= bar["y"] + bar["height"]


def test_a_refusal_stands_where_one_sees_it(page_of, demo):
    page = page_of("sun.ke", locale="en-GB")
    page.goto(f"{demo}/customers/4")
    open_drawer(page)
    page.keyboard.type("A plain question.")
    page.keyboard.press("Control+Enter")
    error = page.locator("[data-capture-form] fieldset .field__error")
    expect(error).to_be_visible()
    foot = page.locator(".capture__foot").bounding_box()
    box = error.bounding_box()
    assert box["y"] + box["height"] <= foot["y"]


def test_an_input_method_that_picks_a_character_sends_and_asks_nothing(page_of, demo):
    page = page_of("wu.pei")
    asked, sent = [], []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.on("request", lambda request: asked.append(request.url) if "/suggest/" in request.url else None)
    keyboard = page.context.new_cdp_session(page)
    enter = {"type": "rawKeyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    page.focus("#find")
    keyboard.send("Input.imeSetComposition", {"text": "chjd", "selectionStart": 4, "selectionEnd": 4})
    page.wait_for_timeout(400)
    keyboard.send("Input.dispatchKeyEvent", enter)
    assert asked == []
    assert page.url.rstrip("/") == demo
    keyboard.send("Input.insertText", {"text": "澄湖"})
    page.wait_for_selector(".suggest__option:has-text('澄湖酒店')")
    assert len(asked) == 1
    page.keyboard.press("Escape")  # closes the list
    page.keyboard.press("Escape")  # leaves the box
    open_drawer(page)
    page.keyboard.type("草稿")
    keyboard.send("Input.imeSetComposition", {"text": "ni", "selectionStart": 2, "selectionEnd": 2})
    keyboard.send("Input.dispatchKeyEvent", enter)
    keyboard.send("Input.dispatchKeyEvent", {**enter, "modifiers": 2})
    keyboard.send("Input.dispatchKeyEvent", {**enter, "key": "Escape", "code": "Escape"})
    keyboard.send("Input.insertText", {"text": "你"})
    assert page.is_visible("[data-capture]")
    assert page.input_value("[data-capture-form] textarea") == "草稿你"
    assert sent == []


def test_what_cannot_be_sent_stays_and_says_so(page_of, demo):
    page = page_of("xu.lei")
    page.keyboard.press("Escape")  # out of the search box
    open_drawer(page)
    page.keyboard.type("断网时写的")
    page.check("[data-capture-form] [name=experience][value=suggestion]")
    page.fill("[data-capture-form] [name=channel]", "电话")
    page.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=连不上")
    page.context.set_offline(False)
    assert len(draft_keys(page)) == 1
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("[data-toast]:has-text('断网时写的')")
    assert draft_keys(page) == []


def test_what_was_written_in_a_session_that_ended_is_saved_after_signing_in_again(page_of, demo):
    page = page_of("pan.yue", width=390, height=844)
    page.goto(f"{demo}/customers/3")
    open_drawer(page)
    page.keyboard.type("会话过期时写的")
    page.check("[data-capture-form] [name=experience][value=complaint]")
    page.context.clear_cookies()
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-capture-trouble]")).to_contain_text("您已退出登录")
    expect(page.locator("[data-capture-trouble]")).to_be_in_viewport(ratio=1)
    another = page.context.new_page()
    another.goto(f"{demo}/login")
    another.fill("[name=login]", "pan.yue")
    another.fill("[name=password]", people.PASSWORD)
    another.press("[name=password]", "Enter")
    another.wait_for_url(f"{demo}/")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("[data-toast]:has-text('会话过期时写的')")
    assert draft_keys(page) == []
    # The browser itself notes the refused answer.
    assert all("400" in each for each in page.troubles)


def test_what_is_written_already_shows_while_one_writes_and_takes_the_customer(page_of, demo):
    page = page_of("shi.lei")
    page.goto(f"{demo}/customers/4")
    name = page.inner_text("h1").strip()
    open_drawer(page)
    page.keyboard.type("铸铁锅生锈了要退")
    rows = page.locator("[data-similar] li")
    expect(rows.first).to_contain_text("铸铁锅生锈来退的")
    expect(rows.first.locator("a").first).to_have_attribute("target", "_blank")
    rows.first.locator("button").click()
    page.wait_for_selector("[data-toast]:has-text('铸铁锅生锈来退的')")
    assert draft_keys(page) == []
    page.click("[data-toast] a")
    expect(page.locator(".facts").first).to_contain_text(name)
    # On the page of the editor too; Enter in a field is no yes to it.
    page.goto(f"{demo}/notes/new?customer=5&dimension=from")
    page.fill("[name=body]", "铸铁锅生锈了要退")
    expect(rows.first).to_contain_text("铸铁锅生锈来退的")
    page.press("[name=title]", "Enter")
    assert page.url.endswith("/notes/new?customer=5&dimension=from")
    rows.first.locator("button").click()
    expect(page.locator("[data-toast]")).to_contain_text("您的客户已经加到这条知识里")
    assert draft_keys(page) == []
    assert page.troubles == []


def test_a_hit_opens_beside_the_list_and_back_returns_to_the_same_place(page_of, demo):
    wide = page_of("zhao.ming")
    wide.goto(f"{demo}/search?q=密封圈")
    wide.keyboard.press("j")
    wide.keyboard.press("j")
    title = wide.evaluate("document.activeElement.textContent")
    wide.keyboard.press("Enter")
    wide.wait_for_selector(f"[data-pane-note] h2:has-text('{title}')")
    hits = wide.locator(".hit").count()
    wide.reload()
    assert wide.inner_text("[data-pane-note] h2") == title
    assert wide.locator(".hit").count() == hits
    wide.keyboard.press("Escape")
    wide.wait_for_selector("[data-pane-note]", state="detached")
    assert wide.evaluate("document.activeElement.textContent") == title
    assert "open=" not in wide.url
    wide.keyboard.press("j")
    wide.keyboard.press("Enter")
    wide.wait_for_selector(f"[data-pane-note] h2:not(:has-text('{title}'))")
    wide.go_back()
    wide.wait_for_selector("[data-pane-note]", state="detached")
    wide.go_back()
    # What lies open and the row one stands on go back together.
    wide.wait_for_selector(f"[data-pane-note] h2:has-text('{title}')")
    expect(wide.locator(".hit__link:focus")).to_have_text(title)
    narrow = page_of("zhao.ming", width=390)
    narrow.goto(f"{demo}/search?q=密封圈")
    narrow.click(f".hit__link:has-text('{title}')")
    narrow.wait_for_url(re.compile(r"/notes/\d+"))
    narrow.go_back()
    expect(narrow.locator(".hit__link:focus")).to_have_text(title)
    assert wide.troubles == narrow.troubles == []


def test_an_address_with_an_open_note_shows_it_where_there_is_no_room_beside(page_of, demo):
    page = page_of("chen.xiaolan", width=390, height=844)
    page.goto(f"{demo}/search?q=类型:用于")
    first = page.locator("[data-pane-link]").first
    number, title = first.get_attribute("data-pane-link"), first.inner_text()
    page.goto(f"{demo}/search?q=类型:用于&open={number}")
    page.wait_for_url(f"{demo}/notes/{number}")
    expect(page.locator("h1")).to_have_text(title)


def test_a_note_on_paper_is_the_note_without_the_frame(page_of, demo):
    page = page_of("chen.xiaolan", scheme="dark")
    page.goto(f"{demo}/notes/3")
    page.emulate_media(media="print")
    for frame in (".app__top", ".nav", ".bottom", ".head__acts", "[data-copy]", "#uses", "#gate"):
        assert not page.locator(frame).first.is_visible(), frame
    for part in ("h1", ".prose", ".facts"):
        assert page.is_visible(f"main {part}"), part
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def test_on_a_phone_whom_to_ask_and_what_to_copy_stand_on_the_first_screen(page_of, demo):
    page = page_of("chen.xiaolan", width=390, height=844)
    for path, wanted in (
        ("/people/5", "main a[href^='tel:'] >> visible=true"),
        ("/topics/1", "main a[href^='tel:'] >> visible=true"),
        ("/notes/3", "[data-copy] >> visible=true"),
    ):
        page.goto(demo + path)
        box = page.locator(wanted).first.bounding_box()
        assert box["y"] + box["height"] <= 844, path
