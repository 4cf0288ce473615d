"""内容过时了, as people say and answer it."""

import re

from kb import verification
from kb.search import indexer


def test_a_doubt_is_seen_on_the_note_in_lists_in_hits_and_at_home_of_the_author(signed_in, db, home, a_note):
    note = a_note(title="换圈周期十二个月")
    li, chen = signed_in("li"), signed_in("chen")
    li.get(f"/notes/{note.id}")
    assert li.post(f"/notes/{note.id}/doubts", {"doubt": "改成六个月了"}).status_code == 303
    indexer.catch_up(db, home)
    page = li.get(f"/notes/{note.id}").text
    assert "李思远说内容过时了：“改成六个月了”" in page
    assert "仍然正确" not in page
    for path in ("/notes", "/search?q=换圈周期"):
        assert "有人说过时了" in re.sub("<option.*?</option>", "", li.get(path).text), path
    home_of_author = chen.get("/").text
    assert "1 条等您核实" in home_of_author
    assert "有人说您的知识过时了" not in home_of_author
    assert "改成六个月了" in home_of_author
    assert "改成六个月了" not in li.get("/").text
    assert "仍然正确" in chen.get(f"/notes/{note.id}").text
    assert chen.post(f"/notes/{note.id}/verify").status_code == 303
    assert "李思远说内容过时了：" not in chen.get(f"/notes/{note.id}").text
    assert "有人说过时了" not in re.sub("<option.*?</option>", "", li.get("/notes").text)


def test_a_doubt_without_words_or_for_the_second_time_says_why_not(signed_in, a_note):
    note = a_note()
    li = signed_in("li")
    li.get(f"/notes/{note.id}")
    refused = li.post(f"/notes/{note.id}/doubts", {"doubt": " "})
    assert (refused.status_code, "没有填哪里过时了" in refused.text) == (422, True)
    assert re.search(r'<details class="use doubt" open>', refused.text)
    li.post(f"/notes/{note.id}/doubts", {"doubt": "改了"})
    again = li.post(f"/notes/{note.id}/doubts", {"doubt": "又改了"})
    assert (again.status_code, "您已经说过了" in again.text, 'value="又改了"' in again.text) == (422, True, True)


def test_who_verifies_vouches_for_what_the_page_or_the_row_showed(signed_in, a_note, db, people, now):
    note = a_note(now="2024-01-05T08:00:00.000000Z")
    chen = signed_in("chen")

    def shown(page):
        return {"shown": re.search(r'name="shown" value="(\w+)">.{0,90}data-verify-button', page.text, re.DOTALL)[1]}

    looked = {path: shown(chen.get(path)) for path in ("/verification", f"/notes/{note.id}")}
    looked["/"] = {"shown": re.search(r'/verify".*?name="shown" value="(\w+)"', chen.get("/").text, re.DOTALL)[1]}
    verification.doubt(db, note.id, "改成六个月了", by=people["li"], now=now)
    for form in looked.values():
        refused = chen.post(f"/notes/{note.id}/verify", form)
        assert (refused.status_code, "这次没有核实。" in refused.text.split("<article")[0]) == (409, True)
    by_key = chen.post(f"/notes/{note.id}/verify", looked["/verification"], headers={"HX-Request": "true"})
    assert by_key.status_code == 409
    queue = chen.get("/verification")
    assert ("这次没有核实。" in queue.text, "李思远说过时了" in queue.text) == (True, True)
    assert chen.post(f"/notes/{note.id}/verify", shown(queue)).status_code == 303


def test_who_mends_a_note_says_whether_that_answers_what_was_called_out_of_date(signed_in, a_note, db, people, now):
    note = a_note()
    chen = signed_in("chen")
    assert 'name="answered"' not in chen.get(f"/notes/{note.id}/edit").text
    verification.doubt(db, note.id, "改成六个月了", by=people["li"], now=now)
    page = chen.get(f"/notes/{note.id}/edit").text
    ticked = {"answered": re.search(r'name="answered" value="([^"]+)"', page)[1]}
    assert "改成六个月了" in page
    form = {"title": note.title, "body": "六个月换一次", "dimension": "from", "topics": "密封罐", "readers": "all"}
    form |= {"channel": "电话", "experience": "complaint", "version": "2"}
    refused = chen.post(f"/notes/{note.id}/edit", {**form, **ticked, "title": ""})
    assert re.search(r'name="answered" [^>]* checked', refused.text)
    assert chen.post(f"/notes/{note.id}/edit", form).status_code == 303
    assert "李思远说内容过时了：" in chen.get(f"/notes/{note.id}").text
    assert chen.post(f"/notes/{note.id}/edit", {**form, **ticked, "version": "3"}).status_code == 303
    assert "李思远说内容过时了：" not in chen.get(f"/notes/{note.id}").text
    assert "过时" in chen.get(f"/notes/{note.id}/history").text
