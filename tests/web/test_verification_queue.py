"""待核实 on its pages: whose, why, one by one, many at once, and how often."""

import re

import pytest

from kb import bulk, notes, verification
from kb.access import OPERATOR
from kb.store import utc_now
from mining import jobs, leases, runs

OLD = "2024-01-31T08:00:00.000000Z"


def main(page):
    text = page.text[page.text.index("<main") : page.text.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_what_waits_stands_at_home_in_the_menu_on_the_note_and_in_the_queue_of_who_answers_for_it(
    signed_in, a_note, people
):
    note = a_note(title="换圈周期十二个月", now=OLD)
    chen, li = signed_in("chen"), signed_in("li")
    home = chen.get("/").text
    assert "1 条等您核实" in home
    assert re.search(r"待核实 <span class=\"count\">1</span>", home)
    assert "等您核实" not in li.get("/").text
    assert "换圈周期十二个月" in main(chen.get("/verification"))
    assert "没有待您核实的知识" in main(li.get("/verification"))
    row = main(li.get("/verification?scope=department"))
    assert ("换圈周期十二个月" in row, "写于 2024年1月31日，还没核实过" in row) == (True, True)
    page = chen.get(f"/notes/{note.id}")
    assert page.text.count(f'action="/notes/{note.id}/verify"') == 2
    assert "还没核实过，可能已变化，由陈小兰核实" in main(page)
    assert f'action="/notes/{note.id}/verify"' not in li.get(f"/notes/{note.id}").text
    assert chen.post(f"/notes/{note.id}/verify").status_code == 303
    told = main(chen.get(f"/notes/{note.id}"))
    assert ("已核实" in told, "陈小兰核实了这条知识" in told, "可能已变化" in told) == (True, True, False)


def test_a_row_that_was_verified_by_key_offers_to_take_it_back(signed_in, a_note, db):
    note = a_note(now=OLD)
    chen = signed_in("chen")
    chen.get("/verification")
    answer = chen.post(f"/notes/{note.id}/verify", headers={"HX-Request": "true"})
    undo = re.search(r'action="(/changes/\d+/undo)"', answer.text)[1]
    assert (answer.status_code, "已核实，下次" in answer.text) == (200, True)
    assert chen.post(undo, headers={"HX-Request": "true"}).status_code == 204
    assert notes.get(db, note.id, reader=OPERATOR).verified_at is None


def test_many_are_previewed_with_their_number_done_and_taken_back_from_the_toast_and_the_activity(
    signed_in, a_note, people, db
):
    for number in range(12):
        a_note(title=f"第{number}条", now=OLD)
    a_note(title="李的", by=people["li"], now=OLD)
    chen = signed_in("chen")
    preview = chen.get("/verification/preview?act=verify&which=all&scope=department")
    told = main(preview)
    assert ("核实 12 条知识？" in told, "另有 1 条不归您核实" in told, "另有 2 条" in told) == (True, True, True)
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)">', preview.text))
    shown = {"act": "verify", "digest": form["digest"], "which": "all", "scope": "department"}
    assert form == shown
    assert chen.post("/verification/bulk", {**form, "digest": ""}).status_code == 409
    # As many as before: one is there no longer, another came, and one was called out of date.
    notes.archive(db, 2, by=people["chen"], now=OLD)
    a_note(title="后来的", now=OLD)
    verification.doubt(db, 3, "不对", by=people["li"], now=OLD)
    again = chen.post("/verification/bulk", form)
    assert (again.status_code, "您看过之后，其中有的变了" in again.text) == (409, True)
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)">', again.text))
    assert (form == shown, form.keys() == shown.keys()) == (False, True)
    assert chen.post("/verification/bulk", form).status_code == 303
    page = chen.get("/verification").text
    assert "已核实 12 条。" in page
    (undo,) = re.findall(r'action="(/changes/\d+/undo/all)"', page)
    assert undo in chen.get("/activity").text
    assert undo not in signed_in("li").get("/activity?who=all").text
    chen.post(undo)
    assert "已撤销 12 条。" in chen.get("/activity").text
    assert verification.trust(notes.get(db, 1, reader=OPERATOR), OLD[:3] + "9") == "due"
    assert undo not in chen.get("/activity").text


def test_very_many_go_to_a_worker_and_reach_the_same_place(signed_in, a_note, db, home, monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    ids = [a_note(title=title, now=OLD).id for title in "甲乙丙"]
    chen = signed_in("chen")
    assert "在后台做" in chen.get("/verification/preview?act=verify&which=all").text
    form = {"act": "verify", "which": "all"}
    assert chen.post("/verification/bulk", {**form, "digest": "0"}).status_code == 409
    place = chen.post("/verification/bulk", {**form, "digest": verification.digest(db, ids)}).location
    page = chen.get(place).text
    assert ("核实 · 3 条" in main(chen.get(place)), f'action="{place}/stop"' in page) == (True, True)
    lease = leases.new()
    jobs.work(db, home, runs.claim(db, lease, now=utc_now(), is_abandoned=lambda *_: False), lease)
    page = chen.get(place).text
    assert "改动</dt><dd><b>3" in page
    assert all(note.verified_at for note in notes.of_ids(db, ids, reader=OPERATOR))
    undo = re.search(r'action="(/changes/\d+/undo/all)"', page)[1]
    assert chen.post(undo).location != place


def months(page):
    return re.findall(r'type="number"[^>]* value="(\d+)"', page.text)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("act=verify", "请至少勾选一行"),
        ("act=verify&note=1", "这些您都不能这样处理"),
        ("act=erase&note=1", "请选要做什么"),
        ("act=verify&note=99999999999999999999999", "请至少勾选一行"),
    ],
)
def test_an_act_on_nothing_is_refused_in_a_sentence(signed_in, a_note, people, asked, said):
    a_note(now=OLD)
    answer = signed_in("li").get(f"/verification/preview?{asked}")
    assert (answer.status_code, said in answer.text) == (422, True)


def test_the_numbers_of_a_department_are_the_lists_behind_them(signed_in, a_note, people, db, now):
    for number in range(3):
        a_note(title=f"旧{number}", now=OLD)
    made = a_note(title="核实过")
    a_note(title="新写", by=people["li"], readers="owner")
    verification.verify(db, made.id, by=people["chen"], now=now)
    for login, share, fresh in (("lin", "25% 按时", 0), ("li", "25% 按时", 1)):
        browser = signed_in(login)
        page = browser.get("/departments/1").text
        assert share in page
        found = re.findall(r'href="(/verification\?department=1&amp;state=\w+)">(\d+) 条', page)
        assert [int(number) for _, number in found] == [1, fresh, 3]
        for address, number in found:
            rows = re.findall(r"<tr data-row>", browser.get(address.replace("&amp;", "&")).text)
            assert len(rows) == int(number), address


def test_the_administrator_sets_the_months_and_takes_them_back(signed_in, people, db):
    zhao = signed_in("zhao")
    zhao.get("/verification/intervals")
    form = {"about": "2", "for": "6", "from": "0", "with": "12"}
    refused = zhao.post("/verification/intervals", form)
    assert (refused.status_code, "“0”不是 1 到 60 的月数" in refused.text) == (422, True)
    assert months(refused) == ["2", "6", "0", "12"]
    zhao.post("/verification/intervals", {**form, "from": "9"})
    page = zhao.get("/verification/intervals")
    assert months(page) == ["2", "6", "9", "12"]
    zhao.post(re.search(r'action="(/changes/\d+/undo)"', page.text)[1])
    assert months(zhao.get("/verification/intervals")) == ["3", "6", "12", "12"]


def test_who_verifies_is_chosen_on_a_page_and_a_wrong_choice_is_said_at_its_field(signed_in, a_note, people, db):
    note = a_note(readers="department", now=OLD)
    chen = signed_in("chen")
    path = f"/notes/{note.id}/verifier"
    chen.get(path)
    for wrong in (f"m{people['lin'].member_id}", "d2", "m99999999999999999999"):
        refused = chen.post(path, {"verifier": wrong, "deputy": "m"})
        if wrong.startswith("m9"):
            assert refused.status_code == 303  # nobody of that number: the author, as before
        else:
            assert (refused.status_code, 'id="verifier-help"' in refused.text) == (422, True)
    assert chen.post(path, {"verifier": f"m{people['li'].member_id}", "deputy": "m"}).status_code == 303
    assert "1 条等您核实" in signed_in("li").get("/").text
    assert "selected>李思远" in chen.get(path).text
