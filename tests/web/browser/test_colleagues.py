"""Colleagues by real clicks: found and called, away and back, and two at the same note."""

import base64
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from tests import made_files
from tests.web.browser.test_editor import PASTE_PICTURE
from tests.web.browser.test_life import write
from web.demo import people


def ask(page, name, title):
    """Ask the colleague on whose page one is, and return the address of the question."""
    page.click(f"main a:has-text('问{name}')")
    page.fill("form.editor [name=title]", title)
    page.fill("form.editor [name=topics]", "窗帘")
    page.locator("form.editor .button--main").click()
    if page.locator("form.editor [name=sure]").count():
        page.click("form.editor [name=sure]")
    page.wait_for_url(re.compile(r"/questions/\d+$"))
    return page.url


def test_who_knows_a_topic_is_found_by_a_search_with_a_number_to_call_and_is_asked(page_of, demo):
    page = page_of("gu.min", width=390, height=844)
    page.goto(f"{demo}/search?q=遮光窗帘缩水怎么赔")
    page.locator("h2:has-text('问同事') ~ ul .list__link").first.click()
    page.wait_for_url(re.compile(r"/people/\d+"))
    name = page.locator("h1").inner_text().split()[-1]
    login = next(login for login, called, *_ in people.MEMBERS if called == name)
    phone = people.CONTACTS[login][0].replace(" ", "")
    # A thumb calls it, a mouse copies it.
    expect(page.locator("aside a[href^='tel:']")).to_have_attribute("href", f"tel:{phone}")
    expect(page.locator("aside a[href^='tel:']")).to_have_text(phone)
    ask(page, name, "遮光帘第二次洗还会缩吗")
    expect(page.locator("#assign ol li").first).to_contain_text(name)
    assert page.troubles == []


def test_while_somebody_is_away_the_deputy_is_asked_and_then_they_are_again(page_of, demo):
    mine, asker, deputy = page_of("tian.ye"), page_of("gu.min"), page_of("qin.feng")
    number = 1 + [login for login, *_ in people.MEMBERS].index("tian.ye")
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    mine.goto(f"{demo}/people/{number}")
    mine.click("main a:has-text('休假')")
    mine.fill("[name=from_day]", today.isoformat())
    mine.fill("[name=until_day]", (today + timedelta(days=3)).isoformat())
    mine.fill("[name=deputy]", "秦枫")
    mine.click("main form .button--main")
    expect(mine.locator("main")).to_contain_text("秦枫")
    asker.goto(f"{demo}/people/{number}")
    expect(asker.locator("h1")).to_contain_text("休假至")
    ask(asker, "田野", "窗帘配的挂钩还有货吗")
    expect(asker.locator("#assign ol li")).to_contain_text("秦枫")
    deputy.goto(demo)
    expect(deputy.locator("main")).to_contain_text("您正在代理：")
    expect(deputy.locator("main a:has-text('窗帘配的挂钩还有货吗')")).to_be_visible()
    mine.click("button:has-text('提前回来或取消')")
    mine.wait_for_load_state()
    asker.goto(f"{demo}/people/{number}")
    expect(asker.locator("h1")).not_to_contain_text("休假至")
    ask(asker, "田野", "窗帘轨道能单买吗")
    expect(asker.locator("#assign ol li")).to_contain_text("田野")
    deputy.goto(demo)
    expect(deputy.locator("main")).not_to_contain_text("您正在代理：")
    assert mine.troubles + asker.troubles + deputy.troubles == []


def test_who_opens_a_note_sees_that_a_colleague_is_at_it_and_of_their_picture_nothing(page_of, demo):
    mine, theirs = page_of("sun.ke"), page_of("he.jing")
    note = write(mine, demo, title="展台的灯太亮", body="客户说晃眼。", topics="陈列")
    mine.goto(f"{note}/edit")
    body = "form.editor[data-unsaved] [name=body]"
    mine.fill(body, "客户说晃眼，拍了照。\n\n")
    with mine.expect_response(lambda answer: answer.url.endswith("/drafts") and answer.request.method == "POST"):
        mine.eval_on_selector(body, PASTE_PICTURE, base64.b64encode(made_files.picture(size=(60, 40))).decode())
        expect(mine.locator("form.editor[data-unsaved] [data-pictures-list] img")).to_be_visible()
    theirs.goto(f"{note}/edit")
    expect(theirs.locator("main")).to_contain_text("孙可从")
    expect(theirs.locator("main")).to_contain_text("起也在改这一条。")
    assert "图片-" not in theirs.content()
    mine.click("form.editor[data-unsaved] .button--main")
    expect(mine.locator("article.note img").first).to_be_visible()
    theirs.goto(note)
    expect(theirs.locator("article.note img").first).to_be_visible()
    theirs.goto(f"{note}/edit")
    expect(theirs.locator("main")).not_to_contain_text("起也在改这一条。")
    assert mine.troubles + theirs.troubles == []
