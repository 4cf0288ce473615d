"""Merging from the page: what stays, who sees it, where old links lead, and how it is taken back."""

import re

import pytest

from kb import comments, duplicates, feed, maturity, note_merge, notes, verification
from kb.access import OPERATOR
from kb.errors import fill
from kb.store import utc_now

BODY = "客户说密封罐的胶圈在梅雨天会变硬，盖不紧，饼干两天就软了。"


@pytest.fixture
def pair(a_note, people):
    return a_note(title="胶圈变硬", body=BODY), a_note(
        title="罐子返潮", body=BODY.replace("两", "三"), by=people["wang"]
    )


def form(kept, other, **more):
    return {"with": other.id, "version": 1, "with_version": 1, "readers": "all", "texts": "both", **more}


def test_two_notes_are_looked_at_side_by_side_merged_and_parted_again(signed_in, pair, db, people, now):
    kept, other = pair
    comments.add(db, other.id, body="我也遇到过", by=people["li"], now=now)
    wang = signed_in("wang")
    shown = wang.get(f"/notes/{kept.id}/merge?with=http://localhost/notes/{other.id}").text
    assert "饼干<ins>三</ins>天" in shown
    assert "<h2>罐子返潮</h2>" in shown
    assert "<h2>罐子返潮</h2>" not in wang.get(f"/notes/{kept.id}/merge?with={other.id}&texts=kept").text
    answer = wang.post(f"/notes/{kept.id}/merge", form(kept, other))
    assert (answer.status_code, answer.location) == (303, f"/notes/{kept.id}")
    page = wang.get(answer.location).text
    assert "我也遇到过" in page
    seq = feed.last_seq(db)
    assert f'action="/changes/{seq}/undo"' in page
    led = wang.get(f"/notes/{other.id}")
    assert (led.status_code, led.location) == (302, f"/notes/{kept.id}?from={other.id}")
    assert "“罐子返潮”已合并到这条。" in wang.get(led.location).text
    assert "已合并到“胶圈变硬”。" in wang.get(f"/notes/{other.id}/history").text
    assert wang.get(f"/api/v1/notes/{other.id}").json["merged_into"] == kept.id
    activity = wang.get("/activity").text
    assert (activity.count("把另一条合并到"), "merge_away" in activity) == (1, False)
    assert f'action="/changes/{seq}/undo"' in activity
    assert wang.post(f"/changes/{seq}/undo").status_code == 303
    assert notes.get(db, other.id, reader=OPERATOR).archived == 0
    assert "我也遇到过" not in wang.get(f"/notes/{kept.id}").text
    assert f'action="/changes/{feed.last_seq(db)}/undo"' not in wang.get("/activity").text
    assert "撤销这次改动" not in wang.get(f"/notes/{kept.id}/history").text.split("</section>")[0]


def test_a_merged_note_is_out_of_search_and_of_lists(signed_in, pair, indexed):
    kept, other = pair
    wang = signed_in("wang")
    wang.get("/")
    wang.post(f"/notes/{kept.id}/merge", form(kept, other))
    indexed()
    assert [hit["id"] for hit in wang.get("/api/v1/search?q=罐子返潮").json["hits"]] == [kept.id]
    assert "罐子返潮" not in wang.get("/notes").text


def test_who_may_not_see_the_note_that_stayed_is_told_no_more_than_that(signed_in, a_note, people, db):
    kept = a_note(title="只给客服", readers="department")
    other = a_note(title="大家看的")
    wang = signed_in("wang")
    wang.get("/")
    wang.post(f"/notes/{kept.id}/merge", form(kept, other, readers="department"))
    page = signed_in("lin").get(f"/notes/{other.id}")
    # Its own text is as open as it was; where it went is not.
    assert page.status_code == 200
    assert "那条您看不到" in page.text
    assert "只给客服" not in page.text


def test_what_is_refused_says_why_beside_its_field_and_changes_nothing(signed_in, a_note, pair, people, db):
    kept, other = pair
    closed = a_note(title="只给客服", body=BODY, readers="department")
    wang = signed_in("wang")
    wang.get("/")
    last = feed.last_seq(db)
    answer = wang.post(f"/notes/{kept.id}/merge", form(kept, closed))
    assert answer.status_code == 422
    assert "林志强" in answer.text
    assert 'id="confirmed-help"' in answer.text
    assert wang.post(f"/notes/{kept.id}/merge", form(kept, other, version=7)).status_code == 422
    assert wang.post(f"/notes/{kept.id}/merge", form(kept, other, readers="nobody")).status_code == 422
    assert wang.post(f"/notes/{kept.id}/merge", {}).status_code == 404
    named = wang.get(f"/notes/{kept.id}/merge?with=那一条")
    assert (named.status_code, "看不出“那一条”是哪一条" in named.text) == (422, True)
    assert wang.get(f"/notes/{kept.id}/merge?with=99999").status_code == 404
    assert wang.get(f"/notes/{kept.id}/merge?with={a_note(dimension='for').id}").status_code == 422
    assert feed.last_seq(db) == last + 1
    assert wang.post(f"/notes/{kept.id}/merge", form(kept, closed, confirmed="1")).status_code == 303


def test_a_reason_is_asked_for_only_where_others_build_on_one_and_is_told(signed_in, pair, db, people, now):
    kept, other = pair
    starred = re.compile(r'name="reason"[^>]* required')
    wang = signed_in("wang")
    preview = f"/notes/{kept.id}/merge?with={other.id}"
    assert not starred.search(wang.get(preview).text)
    notes.edit(db, other.id, version=1, by=people["wang"], now=now, title="罐子返潮", summary="盖不紧", body=BODY,
               dimension="from", topic_names=["密封罐"], details=other.details(), readers="all")  # fmt: skip
    maturity.advance(db, other.id, by=people["wang"], now=now)
    assert starred.search(wang.get(preview).text)
    sent = form(kept, other, with_version=notes.get(db, other.id, reader=OPERATOR).version)
    answer = wang.post(f"/notes/{kept.id}/merge", sent)
    assert (answer.status_code, 'id="reason-help"' in answer.text) == (422, True)
    assert "其中一条已有人在用：为什么合并？" in answer.text
    wang.post(f"/notes/{kept.id}/merge", {**sent, "reason": "说的是一件事"})
    for note in pair:
        assert "说的是一件事" in wang.get(f"/notes/{note.id}/history").text


def test_likely_duplicates_are_shown_to_who_may_merge_them_and_told_apart_for_good(signed_in, pair, a_note, people, db):
    a_note(title="胶圈的秘密", body=BODY, readers="owner", by=people["wang"])
    duplicates.scan(db, now=utc_now())
    ma, chen = signed_in("ma"), signed_in("chen")
    page = ma.get("/duplicates").text
    assert ("2 条" in page, "秘密" in page) == (True, False)
    assert "<mark>客户说密封罐的胶圈在梅雨天会变硬，盖不紧，饼干</mark>" in page
    assert "没有说法重复的知识" in chen.get("/duplicates").text
    kept, other = pair
    ma.post(f"/notes/{other.id}/distinct", {"other": kept.id})
    seq = feed.last_seq(db)
    page = ma.get("/duplicates").text
    assert "没有说法重复的知识" in page
    assert f'action="/changes/{seq}/undo"' in page
    assert "说它和别的不是一回事" in ma.get("/activity").text
    assert ma.post(f"/changes/{seq}/undo").location == "/duplicates"
    assert "罐子返潮" in ma.get("/duplicates").text
    ma.post("/duplicates")
    assert "正在查找" in ma.get("/duplicates").text


def test_five_similar_notes_are_offered_with_how_many_said_it(signed_in, a_note, indexed):
    for n in range(6):
        a_note(title=f"密封罐在梅雨季受潮 {n}")
    indexed()
    page = signed_in("chen").get("/suggest/similar?body=密封罐在梅雨季受潮&customers=澄湖酒店").text
    assert (page.count("就用这条"), page.count("我的客户也这么说（+1）")) == (5, 5)


def test_a_merge_is_taken_back_from_the_history_though_the_kept_note_was_changed_since(
    signed_in, a_note, people, db, now
):
    kept, other = a_note(body="胶圈变硬。"), a_note(title="罐子返潮", body="饼干软了。")
    told = {"versions": (1, 1), "say": fill, "by": people["wang"], "now": now}
    seq = note_merge.merge(db, kept.id, other.id, note_merge.Wish("all"), **told)
    verification.doubt(db, kept.id, "换过圈", by=people["li"], now=now)
    browser = signed_in("wang")
    for path in (f"/notes/{kept.id}/history", "/activity"):
        assert f'action="/changes/{seq}/undo"' in browser.get(path).text
    assert "留在保留下来的那一条" in browser.get(f"/notes/{kept.id}/history").text
    browser.post(f"/changes/{seq}/undo")
    assert "饼干软了" not in browser.get(f"/notes/{kept.id}").text
    assert f'action="/changes/{seq}/undo"' not in browser.get(f"/notes/{kept.id}/history").text
