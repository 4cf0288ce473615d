"""Who alone knows a topic leaves: what they know is written down, all is handed over, and the account is closed."""

from playwright.sync_api import expect

from web.demo import people

LEAVES = 1 + [login for login, *_ in people.MEMBERS].index("du.juan")


def test_one_who_alone_knows_a_topic_hands_it_over_and_then_the_account_is_closed(page_of, demo):
    place = f"{demo}/people/{LEAVES}/leaving"
    mine = page_of("du.juan")
    mine.goto(f"{demo}/people/{LEAVES}")
    mine.click("main a:has-text('离职交接')")
    mine.fill("[name=last_day]", "2099-12-31")
    mine.click("form:has([name=last_day]) .button--main")
    topics = mine.locator("form:has([name=kind][value=topics])")
    topics.locator("li:has-text('宠物') a:has-text('访谈')").click()
    mine.fill("[name=traps]", "猫粮换包装那周，退货要看批号。")
    mine.click("main form[data-submit] .button--main")
    expect(mine.locator("main")).to_contain_text("猫粮换包装那周")
    mine.goto(place)
    topics.locator("li:has-text('宠物') input").check()
    topics.locator("[name=member]").fill("孙可")
    topics.locator("button:has-text('交出勾选的')").click()
    expect(topics.locator("li:has-text('宠物')")).to_have_count(0)
    learner = page_of("sun.ke", width=390, height=844)
    expect(learner.locator(".sheet:has-text('要我填补的空白')")).to_contain_text("宠物")
    boss = page_of("zhao.ming", locale="en-GB")
    boss.goto(place)
    expect(boss.locator("main aside")).not_to_contain_text("Close the account")
    boss.fill("#all-member", "施蕾")
    boss.click("button:has-text('Give everything')")
    expect(boss.locator("main")).to_contain_text("Nothing is left to hand over")
    boss.click("summary:has-text('Has left')")
    boss.click("button:has-text('Close the account')")
    boss.goto(f"{demo}/people/{LEAVES}")
    expect(boss.locator("h1")).to_contain_text("left")
    mine.goto(demo)
    assert "/login" in mine.url
    assert mine.troubles + learner.troubles + boss.troubles == []
