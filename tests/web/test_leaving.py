"""A holiday, a leaving and the gaps, as the pages tell of them."""

import html
import re
from datetime import timedelta

from kb import (
    approval,
    approval_rules,
    leaving,
    members,
    missed,
    notes,
    presence,
    proposals,
    questions,
    verification,
)
from kb.access import OPERATOR
from tests.days import today

SOON, LATER = ((today() + timedelta(days=days)).isoformat() for days in (3, 9))


def test_a_holiday_is_told_wherever_the_name_is_and_ends_by_one_button(signed_in, db, people, a_note):
    a_note()
    chen, chens = people["chen"].member_id, signed_in("chen")
    form = {"from_day": today().isoformat(), "until_day": SOON, "deputy": "chen"}
    refused = chens.post(f"/people/{chen}/away", form)
    assert (refused.status_code, 'id="deputy"' in refused.text) == (422, True)
    assert "不能由自己代理自己" in refused.text or "stand in for oneself" in refused.text
    assert chens.post(f"/people/{chen}/away", {**form, "deputy": "lin"}).status_code == 303
    topic = db.execute("SELECT id FROM topic").fetchone()[0]
    reader = signed_in("li")
    for page in (f"/people/{chen}", f"/topics/{topic}", f"/departments/{people['chen'].department_id}"):
        text = reader.get(page).text
        assert "林志强" in text, page
        assert f"/people/{people['lin'].member_id}" in text, page
    home = signed_in("lin").get("/").text
    assert f"/people/{chen}" in home
    assert "下班前回答" not in home
    assert f"/people/{chen}/away" in chens.get("/").text
    assert reader.get(f"/people/{chen}/away").status_code == 404
    assert reader.post(f"/people/{chen}/away", form).status_code == 403
    number = db.execute("SELECT id FROM absence").fetchone()[0]
    assert reader.post(f"/absences/{number}/end").status_code == 403
    chens.post(f"/absences/{number}/end")
    assert presence.away(db) == {}
    # Back on the first day, that day is told of all the same.
    told = f"/activity?away={number}"
    assert [told in chens.get(page).text for page in (f"/people/{chen}/away", "/")] == [True, True]
    assert (chens.get(told).status_code, reader.get(told).status_code) == (200, 404)
    assert re.search("您 [^至]+ 休假。", chens.get("/").text)
    newest = db.execute("SELECT max(seq) FROM change").fetchone()[0]
    assert chens.post(f"/changes/{newest}/undo").location.endswith(f"/people/{chen}/away")
    assert chen in presence.away(db)
    assert "/people/" in chens.get("/activity").text


def test_who_is_back_reads_what_happened_meanwhile_and_nobody_elses_page_opens(signed_in, db, people, a_note):
    note, chen = a_note(), people["chen"].member_id
    last = (today() - timedelta(days=2)).isoformat()
    number = db["absence"].insert({"member_id": chen, "from_day": "2026-01-05", "until_day": last}).last_pk
    verification.verify(db, note.id, by=people["wang"], now="2026-01-06T02:00:00.000000Z")
    chens, place = signed_in("chen"), f"/activity?away={number}"
    assert place in chens.get("/").text
    assert place in chens.get(f"/people/{chen}/away").text
    page = chens.get(place).text
    assert (note.title in page, "王雅婷" in page, "写下知识" in page) == (True, True, False)
    assert signed_in("zhao").get(place).status_code == 200
    assert signed_in("li").get(place).status_code == 404
    db["absence"].update(number, {"until_day": "2026-01-06"})
    assert place not in chens.get("/").text


def test_an_administrator_is_told_who_could_take_what_is_closed_to_them(signed_in, db, people, a_note):
    told = {"readers": "list", "named_readers": [("member", people["lin"].member_id)]}
    a_note(topic_names=["名单题"], **told)
    place = f"/people/{people['chen'].member_id}/leaving"
    page = signed_in("zhao").get(place).text
    assert ("名单题" in page, "能接手的有：林志强。" in page) == (False, True)
    page = signed_in("chen").get(place).text
    assert ("名单题" in page, "能接手的有" in page) == (True, False)


def test_an_account_is_closed_when_all_is_handed_over_and_the_past_says_when(signed_in, db, people, a_note, now):
    note = a_note()
    chen, zhao, chens = people["chen"].member_id, signed_in("zhao"), signed_in("chen")
    members.set_contact(db, chen, phone="13800000000", wecom="", mail="", by=people["chen"], now=now)
    assert zhao.post(f"/members/{chen}/leave").status_code == 409
    assert members.get(db, chen).state == "active"
    place = f"/people/{chen}/leaving"
    assert chens.post(place, {"last_day": "gestern"}).status_code == 422
    assert chens.post(place, {"last_day": SOON}).status_code == 303
    assert note.title in chens.get(place).text
    assert chens.post(f"{place}/give", {"kind": "notes", "member": "li"}).status_code == 422
    assert chens.post(f"{place}/give", {"kind": "notes", "row": str(note.id), "member": "li"}).status_code == 303
    assert notes.get(db, note.id, reader=OPERATOR).duty == "李思远"
    assert chens.post(f"{place}/all", {"member": "li"}).status_code == 403
    leaving.announce(db, people["li"].member_id, last_day=LATER, by=people["zhao"], now=now)
    asked = zhao.post(f"{place}/all", {"member": "li"})
    assert (asked.status_code, f"李思远也要离开，最后工作日是 {LATER}。" in asked.text) == (422, True)
    assert asked.text.count('name="sure"') == 1
    assert zhao.post(f"{place}/all", {"member": "li", "sure": "1"}).status_code == 303
    newest = db.execute("SELECT max(seq) FROM change").fetchone()[0]
    assert f"/changes/{newest}/undo" in zhao.get(place).text
    assert zhao.post(f"/changes/{newest}/undo").location.endswith(place)
    assert "交接了全部事项" in zhao.get("/activity").text
    assert zhao.post(f"{place}/all", {"member": "li", "sure": "1"}).status_code == 303
    page = zhao.get(place).text
    assert ("已交接 2 / 2 项" in page, "办离职" in page, "办离开" in page) == (True, True, False)
    assert "密封罐" in signed_in("li").get("/").text
    assert zhao.post(f"/members/{chen}/leave").status_code == 303
    assert members.get(db, chen).state == "left"
    assert today().strftime("%Y-%m") in zhao.get(f"/people/{chen}").text
    page, on_topic = zhao.get(f"/people/{chen}").text, zhao.get(f"/topics/{note.topics[0]['id']}").text
    assert (note.title in page, "13800000000" in page) == (True, False)
    known, gone = on_topic.split("谁懂这个")[-1].split("已离开的同事写过的")
    assert ("0 人" in known, "陈小兰" in known, "陈小兰" in gone) == (True, False, True)
    assert (f"写了“{note.title}”" in gone, "13800000000" in on_topic) == (True, False)


def test_a_change_that_is_handed_over_names_who_wrote_it_and_who_looks_after_it(signed_in, db, people, a_note, now):
    note, chen = a_note(), people["chen"].member_id
    approval_rules.arrange(db, people["chen"].department_id, ["from"], by=people["wang"], now=now)
    told = {name: getattr(note, name) for name in ("version", "title", "summary", "dimension", "readers")}
    told |= {"details": note.details(), "topic_names": ["密封罐"], "body": "换了圈"}
    notes.edit(db, note.id, **told, by=people["chen"], now=now)
    (waits,) = proposals.mine(db, reader=people["chen"])
    chens, place = signed_in("chen"), f"/people/{chen}/leaving"
    sent = {"kind": "proposals", "member": "li", "all": "1"}
    refused = chens.post(f"{place}/give", sent)
    assert (refused.status_code, 'id="proposals-member"' in refused.text) == (422, False)
    assert "请先登记最后工作日，之后才能把待审批的改动交给别人。" in refused.text
    chens.post(place, {"last_day": SOON})
    assert chens.post(f"{place}/give", sent).status_code == 303
    page = f"/proposals/{waits.id}"
    assert chens.post(f"{page}/approve", {"revision": "1", "version": "1"}).status_code == 403
    approval.approve(db, waits.id, revision=1, version=1, by=people["wang"], now=now)
    for path in (page, f"/notes/{note.id}/history"):
        text = re.sub("<[^>]+>", "", signed_in("li").get(path).text)
        assert re.search("陈小兰写的，.+提交；.+起由李思远跟进。", text), path
        assert "李思远提交" not in text


def test_a_gap_is_handed_out_stands_on_the_page_of_the_day_and_goes_when_filled(signed_in, db, people, a_note):
    a_note(topic_names=["胶圈硬度"])
    topic = db.execute("SELECT id FROM topic").fetchone()[0]
    wang, lin = signed_in("wang"), signed_in("lin")
    assert wang.post(f"/gaps/sole/{topic}", {"member": "lin", "due_on": ""}).status_code == 422
    assert wang.post(f"/gaps/sole/{topic}", {"member": "lin", "due_on": SOON}).status_code == 303
    assert f"/topics/{topic}" in lin.get("/").text
    assert "林志强" in wang.get("/gaps").text
    sheet = wang.get("/gaps.csv")
    assert (sheet.mimetype, "胶圈硬度" in sheet.text) == ("text/csv", True)
    sent = {"row": [f"sole-{topic}", "sole-x", "x"], "member": "wang"}
    refused = wang.post("/gaps?kinds=sole", {**sent, "due_on": "2020-01-01"})
    assert (refused.status_code, f'value="sole-{topic}" form="bulk"' in refused.text) == (422, True)
    assert refused.text.count("checked>") == 1
    assert wang.post("/gaps?kinds=sole", {**sent, "due_on": SOON}).status_code == 303
    page = wang.get("/gaps").text
    assert ("王雅婷" in page, "已指定 1 项" in page) == (True, True)
    assert "批量指定了由谁填补空白" in wang.get("/activity").text
    a_note(title="林写的", topic_names=["胶圈硬度"], by=people["lin"])
    assert "胶圈硬度" not in wang.get("/gaps").text


def test_a_question_is_erased_by_an_administrator_who_is_sure(signed_in, db, people, now):
    number, _ = questions.add(db, title="王先生的电话是多少", by=people["li"], now=now)
    zhao = signed_in("zhao")
    place = f"/questions/{number}/erase"
    assert zhao.post(place, {"reason": "写了人名"}).status_code == 422
    assert zhao.post(place, {"sure": "1"}).status_code == 422
    assert zhao.post(place, {"sure": "1", "reason": "写了个人信息"}).status_code == 303
    assert zhao.get(f"/questions/{number}").status_code == 404
    assert db.execute("SELECT count(*) FROM change_text WHERE after LIKE '%王先生%'").fetchone()[0] == 0


def test_one_walks_through_all_searches_that_were_reported(signed_in, db, people, now, monkeypatch):
    monkeypatch.setattr(missed, "MOST", 2)
    for words in ("旧滤芯", "新滤芯", "网眼袋"):
        missed.add(db, words, by=people["chen"], now=now)
    chen = signed_in("chen")
    assert "skip=" not in chen.get("/gaps?kinds=sole").text
    first = chen.get("/gaps").text
    onward = html.unescape(re.search(r'href="(/gaps[^"]*skip=2)"', first)[1])
    second = chen.get(onward).text
    names = ("旧滤芯", "新滤芯", "网眼袋")
    assert sorted(f"<bdi>{each}</bdi>" in first for each in names) == [False, True, True]
    assert [f"<bdi>{each}</bdi>" in second for each in names] == [f"<bdi>{each}</bdi>" not in first for each in names]
    # What is sent from there leads back to there.
    assert f'href="{html.escape("/gaps.csv?kinds=missed&skip=2")}"' in second
    assert "前面的" in second
    assert chen.get("/gaps?kinds=missed&skip=x").status_code == 200
