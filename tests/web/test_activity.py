"""The page of what was done: each leads to its thing, and what can be taken back is taken back from here."""

import re

from kb import citing, comments, customers, feed, notes, suggestions, uses, verification_intervals


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


def test_what_was_taken_off_is_given_back_from_either_page_whatever_came_after(signed_in, a_note, people, db, now):
    note, source = a_note(title="密封罐受潮", by=people["li"]), a_note(title="凭据", by=people["li"])
    citing.note(db, note.id, source.id, why="里面写了", by=people["li"], now=now)
    browser = signed_in("li")
    for page in ("/activity", f"/notes/{note.id}/history"):
        part = re.search(r'name="part" value="(evidence \d+)"', browser.get(f"/notes/{note.id}").text)[1]
        browser.post(f"/notes/{note.id}/evidence/remove", {"part": part})
        off = f'action="/changes/{feed.last_seq(db)}/undo"'
        browser.post(f"/notes/{note.id}/doubts", {"doubt": "价格变了"})
        assert off in browser.get(page).text
        browser.post(off[8:-1])
        assert "里面写了" in browser.get(f"/notes/{note.id}").text
        assert off not in browser.get(page).text


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


def test_what_was_said_to_a_note_is_told_to_who_may_read_it_and_taken_back_by_who_may(
    signed_in, a_note, people, db, now
):
    note, closed = a_note(title="密封罐受潮"), a_note(title="内部价", readers="owner", by=people["wang"])
    comments.add(db, note.id, body="梅雨天更明显", by=people["li"], now=now)
    uses.add(db, note.id, result="worked", by=people["li"], now=now)
    suggestions.settle(db, note, [note.topics[0]["id"]], by=people["chen"], now=now)
    comments.add(db, closed.id, body="不外传", by=people["wang"], now=now)
    months = {**verification_intervals.of_company(db), "for": 7}
    verification_intervals.arrange(db, months, by=people["zhao"], now=now)

    def told(login):
        main = signed_in(login).get("/activity?who=all").text
        of_whom = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))
        words = (
            "评论了知识 密封罐受潮",
            "用了知识 密封罐受潮",
            "取舍了建议的归类： 密封罐受潮",
            "评论了知识 内部价",
            "改了知识多久核实一次：",
        )
        return [of_whom.count(word) for word in ("评论了知识", *words)]

    assert told("li") == [1, 1, 1, 1, 0, 0]
    assert told("wang") == [2, 1, 1, 1, 1, 0]
    assert told("zhao") == [1, 1, 1, 1, 0, 1]
    own = {row.split(" ")[0]: "撤销" in row for row in rows(signed_in("li").get("/activity?who=all"))}
    assert (own["评论了知识"], own["用了知识"], own["取舍了建议的归类："]) == (True, True, False)
    others = {row.split(" ")[0]: "撤销" in row for row in rows(signed_in("zhao").get("/activity?who=all"))}
    assert (others["用了知识"], others["改了知识多久核实一次："]) == (False, True)
    browser = signed_in("li")
    page = browser.get("/activity")
    for address in re.findall(r'action="(/changes/\d+/undo)"', page.text):
        browser.post(address)
    assert (db["note_comment"].count, db["note_use"].count) == (1, 0)
    lines = rows(browser.get("/activity"))
    assert [line.split(" ")[:2] for line in lines[:2]] == [
        ["收回了评论：", "密封罐受潮"],
        ["收回了使用记录：", "密封罐受潮"],
    ]
    assert not any("撤销" in line for line in lines)
