"""Many notes at once, from the list to the toast that takes it back."""

import re

from kb import bulk, notes
from kb.access import OPERATOR
from kb.store import utc_now
from mining import jobs, leases, runs


def said(page):
    main = page.text[page.text.index("<main") : page.text.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def hidden(page):
    """Return the fields that the form which changes the notes sends."""
    form = page.text[page.text.index('method="post" action="/notes/bulk"') :]
    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[: form.index("</form>")])
    return {name: [value for each, value in found if each == name] for name, _ in found if name != "csrf_token"}


def test_the_whole_of_a_list_is_changed_as_it_was_told_and_goes_back_from_the_toast(signed_in, a_note, people, db):
    mine = [a_note(title=f"第{n}条", by=people["li"]).id for n in range(60)]
    others = a_note(title="别人的", by=people["wang"]).id
    about = a_note(title="关于", dimension="about", by=people["li"]).id
    browser = signed_in("li")
    assert browser.get("/notes?dimension=from").text.count("data-tick") == 50
    page = browser.get("/notes/bulk?dimension=from&all=1&act=add_topics&given=1&value=胶圈、换圈")
    assert "已选 61 条" in said(page)
    assert re.search("会改 60 不能改 1 ", said(page))
    assert "只有作者和知识管理员能改" in said(page) or "别人的" in said(page)
    answer = browser.post("/notes/bulk", hidden(page))
    assert answer.location == "/notes?dimension=from"
    found = {note.id: note for note in notes.of_ids(db, [*mine, others, about], reader=OPERATOR)}
    assert {tuple(t["name"] for t in found[each].topics) for each in mine} == {("密封罐", "胶圈", "换圈")}
    assert {len(found[each].topics) for each in (others, about)} == {1}
    (address,) = re.findall(r'action="(/changes/\d+/undo/all)"', browser.get("/notes").text)
    browser.post(address)
    assert {len(note.topics) for note in notes.of_ids(db, mine, reader=OPERATOR)} == {1}
    assert "撤销了改动 一次 60 个" in said(browser.get("/activity"))


def test_what_changed_meanwhile_is_told_and_not_done(signed_in, a_note, people, db, now):
    ids = [a_note(title=title, by=people["li"]).id for title in "甲乙"]
    browser = signed_in("li")
    page = browser.get(f"/notes/bulk?note={ids[0]}&note={ids[1]}&act=archive")
    notes.archive(db, ids[0], by=people["wang"], now=now)
    answer = browser.post("/notes/bulk", hidden(page))
    assert answer.status_code == 409
    assert "您看过之后" in said(answer)
    assert hidden(answer)["digest"] != hidden(page)["digest"]
    assert browser.post("/notes/bulk", hidden(answer)).status_code == 303
    assert all(note.archived for note in notes.of_ids(db, ids, reader=OPERATOR))


def test_who_gains_and_who_loses_sight_is_told_before(signed_in, a_note, people):
    note = a_note(title="甲", by=people["li"])
    page = signed_in("li").get(f"/notes/bulk?note={note.id}&act=readers&given=1&value=department")
    assert re.search("少看到的人 [^。]*林志强 1 条", said(page))
    assert "多看到的人" not in said(page)


def test_a_deed_of_which_some_changed_asks_before_it_takes_back_the_others(signed_in, a_note, people, db, now):
    ids = [a_note(title=title, by=people["li"]).id for title in ("第一条", "第二条")]
    browser = signed_in("li")
    browser.post("/notes/bulk", hidden(browser.get(f"/notes/bulk?note={ids[0]}&note={ids[1]}&act=archive")))
    single = re.search(r'action="(/changes/\d+/undo)"', browser.get(f"/notes/{ids[0]}/history").text)[1]
    browser.post(single)
    (address,) = set(re.findall(r'action="(/changes/\d+/undo/all)"', browser.get("/activity").text))
    answer = browser.post(address)
    assert answer.status_code == 409
    assert "其中 1 条之后又改过" in said(answer)
    assert "第一条" in said(answer)
    assert browser.post(address, {"leave_changed": "1"}).status_code == 303
    assert [note.archived for note in notes.of_ids(db, ids, reader=OPERATOR)] == [0, 0]


def test_bad_input_says_what_to_do_and_keeps_what_was_chosen(signed_in, a_note, people):
    note = a_note(by=people["li"])
    browser = signed_in("li")
    for query, sentence in (
        ("act=add_topics&given=1&value=", "至少写一个主题"),
        ("act=readers&given=1&value=nobody", "owner"),
        ("act=nothing&given=1", "要对它们做什么"),
        ("act=facets&given=1&facet=soul", "soul"),
    ):
        page = browser.get(f"/notes/bulk?note={note.id}&{query}")
        assert sentence in said(page), query
        assert f'name="note" value="{note.id}"' in page.text
    assert "没有选中知识" in said(browser.get("/notes/bulk?act=archive"))
    assert "没有选中知识" in said(browser.get("/notes/bulk?note=x&note=99999999999999999999&act=archive"))
    assert "data-tick" not in signed_in("vera").get("/notes").text


def test_very_many_go_to_a_worker_and_so_does_taking_them_back(signed_in, a_note, people, db, home, monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    ids = [a_note(title=title).id for title in "甲乙丙"]
    chen = signed_in("chen")
    asked = "all=1&dimension=from&act=add_topics&given=1&value=胶圈"
    page = chen.get(f"/notes/bulk?{asked}").text
    assert "在后台做" in page
    digest = re.search(r'name="digest" value="(\w+)"', page)[1]
    form = {"all": "1", "dimension": "from", "act": "add_topics", "value": "胶圈", "given": "1", "digest": digest}
    place = chen.post("/notes/bulk", form).location
    assert "等待后台程序" in chen.get(place).text
    assert "还有一批改动在后台进行（3 条）" in chen.get("/activity").text
    assert chen.get(f"/runs/{place.rsplit('/', 1)[1]}").location == place
    assert signed_in("li").get(place).status_code == 404
    assert "HX-Refresh" not in chen.get(f"{place}/progress").headers
    work(db, home)
    assert chen.get(f"{place}/progress").headers["HX-Refresh"] == "true"
    page = chen.get(place).text
    assert "改动</dt><dd><b>3" in page
    undo = re.search(r'action="(/changes/\d+/undo/all)"', page)[1]
    place = chen.post(undo).location
    chen.post(f"{place}/stop")
    assert "还没轮到</dt><dd>3" in chen.get(place).text
    stopped, place = place, chen.post(place).location
    assert chen.post(stopped).location == place
    work(db, home)
    assert "已撤回</dt><dd><b>3" in chen.get(place).text
    page = chen.get(stopped).text
    assert ("只做了一部分" in page, "已撤回</dt><dd><b>3" in page) == (False, True)
    assert all("胶圈" not in [topic["name"] for topic in notes.get(db, each, reader=OPERATOR).topics] for each in ids)


def work(db, home):
    lease = leases.new()
    jobs.work(db, home, runs.claim(db, lease, now=utc_now(), is_abandoned=lambda *_: False), lease)
