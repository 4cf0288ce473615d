"""What one says of who knows a topic, on the pages of the topic, the person and the department."""

import re

from kb import comments, topics, uses


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def undo(browser, page):
    return browser.post(re.search(r'action="(/changes/\d+/undo)"', page.text)[1])


def test_a_colleague_is_endorsed_corrects_and_hides_and_each_is_taken_back(signed_in, db, people, a_note, now):
    note = a_note()
    uses.add(db, note.id, result="worked", by=people["wang"], now=now)
    topic = topics.by_name(db, "密封罐", reader=people["li"]).id
    chen, li, lin = signed_in("chen"), signed_in("li"), people["lin"].member_id
    li.get(f"/topics/{topic}")
    li.post(f"/topics/{topic}/people/{people['chen'].member_id}/endorse")
    page = li.get(f"/topics/{topic}")
    assert "李思远认可" in words(page)
    assert "撤回我的认可" in words(page)
    mine = chen.get(f"/people/{people['chen'].member_id}")
    assert f'href="/people/{people["li"].member_id}"' in mine.text
    strike = {
        "kind": "applied",
        "note": str(note.id),
        "of": re.search(r'value="applied".*?name="of" value="(\d+)"', mine.text)[1],
    }
    chen.post(f"/topics/{topic}/strike", strike)
    mine = chen.get(f"/people/{people['chen'].member_id}")
    assert "您更正过的" in words(mine)
    assert "王雅婷用了" not in words(mine)
    assert "您更正过的" not in words(li.get(f"/people/{people['chen'].member_id}"))
    assert "划掉了一条理由" in words(chen.get("/activity"))
    everybodys = words(li.get("/activity?who=all"))
    assert "认可同事懂主题" in everybodys
    assert "划掉了一条理由" not in everybodys
    undo(chen, mine)
    assert "王雅婷用了" in words(chen.get(f"/people/{people['chen'].member_id}"))
    chen.post(f"/topics/{topic}/hide")
    assert "还没有人" in words(li.get(f"/topics/{topic}"))
    browser = signed_in("lin")
    browser.get(f"/people/{lin}")
    refused = browser.post("/expertise", {"topic": "没有的"})
    assert refused.status_code == 422
    assert "没有“没有的”这个主题" in words(refused)
    assert 'value="没有的"' in refused.text


def test_a_person_tells_whether_they_answer_and_who_thanked_them(signed_in, db, people, a_note, now):
    note = a_note()
    comments.thank(db, note.id, by=people["li"], now=now)
    db.execute("UPDATE member SET name = '李思远' WHERE login = 'chen'")
    me, browser = people["chen"].member_id, signed_in("chen")
    page = browser.get(f"/people/{me}")
    assert "愿意回答同事的问题" in words(page)
    assert "被感谢 1 次" in words(page)
    browser.post("/people/open")
    seen = signed_in("lin").get("/topics/1")
    assert "目前不接受提问" in words(seen)
    browser.post("/people/open", {"open": "1"})
    assert "愿意回答同事的问题" in words(browser.get(f"/people/{me}"))
    # Two of one name, each with a page of their own.
    a_note(title="另一位", by=people["li"])
    seen = signed_in("lin").get("/topics/1").text
    assert {f"/people/{each}" in seen for each in (me, people["li"].member_id)} == {True}


def test_a_department_names_its_experts_and_its_gaps(signed_in, db, people, a_note, now):
    a_note()
    a_note(title="王的", by=people["wang"])
    a_note(title="只有我", topic_names=["胶圈"])
    a_note(title="保密", topic_names=["底价"], readers="owner")
    lin, address = signed_in("lin"), f"/departments/{people['chen'].department_id}"
    assert f'href="{address}/knowledge"' in lin.get(address).text
    page = words(lin.get(f"{address}/knowledge"))
    assert "密封罐 王雅婷 、 陈小兰" in page or "密封罐 陈小兰 、 王雅婷" in page
    assert re.search(r"空白 1 .*胶圈 .*只有陈小兰", page)
    assert "底价" not in page
    part = lin.get(f"{address}/knowledge", headers={"HX-Request": "true"}).text
    assert "<html" not in part and "只有陈小兰" in part


def test_how_scores_are_counted_is_for_everybody_and_changed_with_a_reason(signed_in, a_note):
    a_note()
    page = signed_in("vera").get("/scores")
    assert "写了这个主题的一条知识" in words(page)
    assert 'name="wrote"' not in page.text
    browser = signed_in("zhao")
    form = dict(re.findall(r'name="(\w+)" value="([\d.]+)"', browser.get("/scores").text))
    refused = browser.post("/scores", {**form, "wrote": "很多", "reason": "试试"})
    assert refused.status_code == 422
    assert "“很多”不是 0 到 100 之间的数字" in words(refused)
    assert 'value="试试"' in refused.text
    browser.post("/scores", {**form, "wrote": "4", "reason": "写得多的排前面"})
    page = browser.get("/scores")
    assert "写得多的排前面" in words(page)
    assert "4.000" in words(browser.get("/topics/1"))
    undo(browser, page)
    assert "1.000" in words(browser.get("/topics/1"))
