"""The pages of versions: two of them compared, and the one that asks why."""

import re

from kb import feed, maturity, members, notes
from kb.access import OPERATOR
from kb.note_details import Details


def test_two_versions_are_chosen_on_the_history_compared_and_one_goes_back_with_a_reason(
    signed_in, a_note, people, db, now
):
    note = a_note(summary="胶圈", body="每月换一次。")
    maturity.advance(db, note.id, by=people["chen"], now=now)
    fields = {name: getattr(note, name) for name in ("title", "summary", "dimension", "readers")}
    told = {"topic_names": ["密封罐"], "details": note.details(), "body": "每季换一次。", "version": 2}
    notes.edit(db, note.id, **fields, **told, reason="厂家改了", by=people["chen"], now=now)
    browser = signed_in("chen")
    history = browser.get(f"/notes/{note.id}/history").text
    assert re.findall(r'name="(from|to)" value="(\d)" form="compare" checked', history) == [("to", "3"), ("from", "2")]
    page = browser.get(f"/notes/{note.id}/compare?from=1&to=3").text
    assert "<del>月</del><ins>季</ins>" in page
    assert "厂家改了" in page
    assert browser.get(f"/notes/{note.id}/compare?from=1&to=9").status_code == 404
    assert browser.get(f"/notes/{note.id}/compare?from=2&to=2").status_code == 422
    seq = re.search(r'href="(/notes/\d+/restore\?seq=(\d+))"', page)
    assert "<del>季</del><ins>月</ins>" in browser.get(seq[1]).text
    refused = browser.post(f"/notes/{note.id}/restore", {"seq": seq[2]})
    assert (refused.status_code, 'aria-invalid="true"' in refused.text) == (422, True)
    assert browser.post(f"/notes/{note.id}/restore", {"seq": seq[2], "reason": "改错了"}).status_code == 303
    assert notes.get(db, note.id, reader=OPERATOR).body == "每月换一次。"


def test_a_published_note_goes_away_and_comes_back_by_the_page_that_asks_why(signed_in, a_note, people, db, now):
    note = a_note(summary="胶圈")
    maturity.advance(db, note.id, by=people["chen"], now=now)
    browser = signed_in("chen")
    assert f'href="/notes/{note.id}/archive"' in browser.get(f"/notes/{note.id}").text
    for act in ("archive", "unarchive"):
        assert 'name="reason"' in browser.get(f"/notes/{note.id}/{act}").text
        assert browser.post(f"/notes/{note.id}/{act}").status_code == 422
        assert browser.post(f"/notes/{note.id}/{act}", {"reason": "停产"}).status_code == 303
        assert bool(notes.get(db, note.id, reader=OPERATOR).archived) == (act == "archive")
    assert feed.changes(db, "note", note.id)[0]["reason"] == "停产"
    assert "从归档中恢复" in browser.get(f"/notes/{note.id}/history").text


def test_where_both_changed_one_field_each_is_shown_and_nothing_else_of_theirs_is_lost(
    signed_in, a_note, people, db, now
):
    note = a_note(
        dimension="for", details=Details(audience="all", valid_from="2026-11-01", customer_text="三天内回复。")
    )
    chen = signed_in("chen")
    form = {"title": note.title, "dimension": "for", "topics": "密封罐", "readers": "all", "audience": "all",
            "valid_from": "2026-11-01", "customer_text": "两天内回复。", "version": 1}  # fmt: skip
    as_was = {name: getattr(note, name) for name in ("title", "body", "dimension", "readers", "version")}
    told = Details(audience="all", valid_from="2026-11-01", customer_text="当天回复。", origin="客服手册 4 页")
    notes.edit(db, note.id, **as_was, summary="胶圈", topic_names=["密封罐"], details=told, by=people["wang"], now=now)
    answer = chen.post(f"/notes/{note.id}/edit", form)
    assert answer.status_code == 409
    page = answer.text
    assert f"{members.get(db, people['wang'].member_id).name}的，" in page
    fields = page[page.index('<form class="split editor"') :]
    assert re.search(r'<textarea[^>]*name="customer_text"[^>]*>\s*两天内回复。', fields)
    assert re.search(r'name="origin"[^>]*value="客服手册 4 页"', fields)
    assert re.search(r'name="summary"[^>]*value="胶圈"', fields)
    assert ("<ins>两</ins>天" in page, "<ins>当</ins>天" in page) == (True, True)


def test_a_text_that_was_not_merged_waits_on_the_note_for_its_author_alone(signed_in, a_note, people, db, now):
    note = a_note(body="每月换一次。")
    chen = signed_in("chen")
    form = {"title": note.title, "dimension": "from", "topics": "密封罐", "readers": "all", "channel": "电话",
            "experience": "complaint", "body": "每周换一次。", "version": 1}  # fmt: skip
    rewritten = {name: getattr(note, name) for name in ("title", "summary", "dimension", "readers", "version")}
    told = {"topic_names": ["密封罐"], "details": note.details(), "body": "每季换一次。"}
    notes.edit(db, note.id, **rewritten, **told, by=people["wang"], now=now)
    assert chen.post(f"/notes/{note.id}/edit", form).status_code == 409
    page = chen.get(f"/notes/{note.id}").text
    kept = re.search(r'href="(/unmerged/(\d+))"', page)
    assert "没有合并进来" in page
    assert "没有合并进来" not in signed_in("wang").get(f"/notes/{note.id}").text
    both = chen.get(kept[1]).text
    assert ("<ins>周</ins>" in both, "<ins>季</ins>" in both) == (True, True)
    assert f'name="unmerged" value="{kept[2]}"' in both
    newest = {**form, "body": "每季换一次，雨季每周。", "version": 2, "unmerged": kept[2]}
    assert chen.post(f"/notes/{note.id}/edit", newest).status_code == 303
    assert notes.get(db, note.id, reader=OPERATOR).body == "每季换一次，雨季每周。"
    assert "没有合并进来" not in chen.get(f"/notes/{note.id}").text
    assert "把两份文字合在一起" in chen.get("/activity").text
    assert "把两份文字合在一起" not in signed_in("wang").get("/activity?who=all").text
