"""Who may see a note, on its pages: a list of people and departments, and what a change of it comes to."""

import re

import pytest

from kb import feed, interactions, named_readers, notes, quotes
from kb.access import OPERATOR


@pytest.fixture
def edited(signed_in):
    """Return a function that sends the form of a note with other readers."""

    def send(note, login="chen", **changed):
        form = {
            name: getattr(note, name) for name in ("title", "body", "dimension", "channel", "experience", "version")
        }
        return signed_in(login).post(f"/notes/{note.id}/edit", {**form, "topics": "密封罐", **changed})

    return send


def test_a_note_is_opened_to_names_on_a_list_after_a_look_at_who_loses_it(edited, signed_in, a_note, db):
    note = a_note(title="连锁酒店的底价")
    chosen = {"readers": "list", "named_readers": "李思远、市场部"}
    asked = edited(note, **chosen)
    assert asked.status_code == 422
    assert re.search(r"3 人会看不到：.*王雅婷", asked.text)
    assert notes.get(db, note.id, reader=OPERATOR).readers == "all"
    seen = re.search(r'name="seen_readers" value="([^"]+)"', asked.text)[1]
    saved = edited(note, **chosen, seen_readers=seen)
    assert saved.status_code == 303
    assert "人不再能看到" in signed_in("chen").get(saved.location).text
    page = signed_in("li").get(f"/notes/{note.id}").text
    assert "指定的人和部门: <bdi>市场部</bdi>、<bdi>李思远</bdi>" in page
    assert "作者指定了您可以看。" in page
    assert signed_in("wang").get(f"/notes/{note.id}").status_code == 404
    assert "市场部" in signed_in("chen").get(f"/notes/{note.id}/history").text
    assert 'value="市场部、李思远"' in signed_in("chen").get(f"/notes/{note.id}/edit").text


def test_what_was_seen_of_one_list_does_not_save_another(edited, a_note, db):
    note = a_note()
    assert edited(note, readers="list", named_readers="市场部", seen_readers="list member:3").status_code == 422
    assert edited(note, readers="owner", seen_readers="owner").status_code == 303


@pytest.mark.parametrize(
    ("named", "sentence"),
    [("", "名单上还没有人"), ("没有这个人", "没有叫“没有这个人”的同事或部门"), ("、".join("王雅婷" * 60), "没有叫")],
)
def test_a_list_that_names_nobody_is_refused_beside_its_field(edited, a_note, db, named, sentence):
    note, before = a_note(), feed.last_seq(db)
    refused = edited(note, readers="list", named_readers=named)
    assert (refused.status_code, feed.last_seq(db)) == (422, before)
    assert re.search(rf'id="named_readers-help"[^>]*>.*{sentence}', refused.text, re.S)


def test_the_page_asks_what_a_choice_comes_to_and_half_a_name_is_no_error(signed_in, a_note):
    note, chen = a_note(), signed_in("chen")
    asked = f"/notes/{note.id}/audience?readers=list&named_readers="
    assert 'value="list department:2"' in chen.get(f"{asked}市场部").text
    assert chen.get(f"{asked}市").text.strip() == ""
    assert chen.get(f"/notes/{note.id}/audience?readers=all").text.strip() == ""


def test_departments_and_colleagues_are_offered_by_pinyin(signed_in, people, db):
    chen = signed_in("chen")
    assert 'data-value="客服部"' in chen.get("/suggest/readers?q=kfb").text
    assert 'data-value="李思远"' in chen.get("/suggest/readers?q=lsy").text
    assert chen.get("/suggest/readers?q=").text.strip() == ""


def test_many_notes_are_opened_to_a_list_from_their_page(signed_in, a_note, db, people):
    note, chen = a_note(), signed_in("chen")
    page = chen.get(f"/notes/bulk?note={note.id}&act=readers&given=1&value=list&named_readers=李思远").text
    assert re.search(r"少看到的人.*王雅婷", page, re.S)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert chen.post("/notes/bulk", hidden).status_code == 303
    named = notes.get(db, note.id, reader=OPERATOR).named_readers
    assert named_readers.pairs(named) == [["member", people["li"].member_id]]


def test_the_page_of_a_merge_offers_the_list_that_shows_nobody_more(signed_in, a_note, people, db):
    li = [("member", people["li"].member_id), ("member", people["wang"].member_id)]
    kept, other = a_note(readers="list", named_readers=li), a_note(title="罐子返潮", by=people["wang"])
    wang = signed_in("wang")
    page = wang.get(f"/notes/{kept.id}/merge?with={other.id}").text
    assert re.search(r'value="list" required checked>.*?指定的人和部门: 李思远、王雅婷', page, re.S)
    answer = wang.post(
        f"/notes/{kept.id}/merge",
        {"with": other.id, "version": 1, "with_version": 1, "readers": "list", "texts": "both"},
    )
    assert answer.status_code == 303
    assert signed_in("li").get(f"/notes/{kept.id}").status_code == 200
    assert signed_in("lin").get(f"/notes/{kept.id}").status_code == 404


def test_a_merge_counts_no_interaction_and_no_quote_that_is_closed_to_who_merges(
    signed_in, a_note, people, db, now, details_of
):
    customer = details_of("with").customers[0][0]
    talk = {"customer_id": customer, "contact": "", "channel": "电话", "method": "talk", "told": "",
            "happened_at": "2026-05-01T08:00:00.000000Z", "said": "盖子受潮。罐子返潮。", "kept": ("said",),
            "topic_names": ["密封罐"], "experience": "complaint"}  # fmt: skip
    interactions.add(db, **talk, readers="all", by=people["wang"], now=now)
    made = db.execute("SELECT max(id) FROM note").fetchone()[0]
    seq = interactions.add(db, **{**talk, "kept": ()}, readers="owner", by=people["chen"], now=now)
    closed = int(feed.change(db, seq)["noun_id"])
    quoted = quotes.add(db, "interaction", closed, part="said", text="罐子返潮", topic_names=["密封罐"],
                        experience="complaint", by=people["chen"], now=now)  # fmt: skip
    with_all = {"title": "罐子", "version": 1, "body": "", "dimension": "from", "topics": "密封罐", "channel": "电话"}
    signed_in("chen").post(f"/notes/{quoted.id}/edit", {
        **with_all, "experience": "complaint", "readers": "all", "seen_readers": "all",
        "customers": f"#{customer}"})  # fmt: skip
    page = signed_in("wang").get(f"/notes/{made}/merge?with={quoted.id}").text
    # What was made of the open one rests on it; the quote of the closed one is not counted.
    assert '<td>依据</td><td class="num">1</td><td class="num">0</td><td class="num">1</td>' in page
    assert re.search(r"沟通记录</td><td class=\"num\">1</td><td class=\"num\">0</td><td class=\"num\">1<", page)
