"""The page of what was done: each leads to its thing, and what can be taken back is taken back from here."""

import re

from kb import customers, notes


def rows(page):
    main = page.text[page.text.index("<main") : page.text.index("</main>")]
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in re.findall(r"<li.*?</li>", main, re.S)]


def test_what_i_did_is_taken_back_from_the_page(signed_in, a_note, people, db, now):
    note = a_note(title="密封罐受潮", by=people["li"])
    a_note(title="别人的", by=people["wang"])
    notes.archive(db, note.id, by=people["li"], now=now)
    browser = signed_in("li")
    page = browser.get("/activity")
    assert [row.split(" 撤销")[0] for row in rows(page)] == [
        "归档知识 密封罐受潮 1分钟前", "写下知识 密封罐受潮 1分钟前", "新建主题 密封罐 1分钟前",
    ]  # fmt: skip
    (address,) = re.findall(r'action="(/changes/\d+/undo)"', page.text)
    browser.post(address)
    assert not notes.get(db, note.id, reader=people["li"]).archived
    assert rows(browser.get("/activity"))[0].startswith("撤销了改动 密封罐受潮")
    everybody = rows(browser.get("/activity?who=all"))
    assert any("别人的" in row and "王雅婷" in row and "撤销" not in row for row in everybody)


def test_nobody_hears_of_what_they_may_not_read(signed_in, world):
    assert "五月.csv" not in signed_in("vera").get("/activity?who=all").text
    told = " ".join(rows(signed_in("lin").get("/activity?who=all")))
    assert "导入" in told
    private = signed_in("wang").get(f"/notes/{world.private}").text
    title = re.search(r'<h1 class="note__title"[^>]*>([^<]+)', private)[1]
    for login, sees in (("wang", True), ("li", False)):
        assert (title in signed_in(login).get("/activity?who=all").text) == sees, login


def test_an_import_is_undone_where_its_consequence_is_told(signed_in, world):
    page = signed_in("lin").get("/activity?who=all").text
    assert f'href="/purchases/batches/{world.batch}">' in page
    assert "撤销…" in page


def test_older_deeds_come_in_pages_and_no_days_without_any_say_what_to_do(signed_in, db, people):
    assert "这些天没有改动" in signed_in("li").get("/activity").text
    for number in range(60):
        at = f"2999-01-01T00:00:{number:02d}Z"
        customers.add(db, name=f"客户{number}", by=people["li"], now=at)
    browser = signed_in("li")
    page = browser.get("/activity")
    assert len(rows(page)) == 50
    older = re.search(r'href="(/activity\?before=\d+)"', page.text)[1]
    assert [row.split()[1] for row in rows(browser.get(older))] == [f"客户{number}" for number in range(9, -1, -1)]
