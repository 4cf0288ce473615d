"""问一问: what a page of questions shows, and to whom."""

import re

import pytest

from kb import accepted, question_turns, questions, replies
from kb.access import OPERATOR

TOLD = {"origin": "同事问答", "topic_names": ["待归类"], "today": "2026-11-24"}


@pytest.fixture
def ask(db, people, a_note, now):
    """Return a function that asks as li, of a topic that chen wrote about, and returns the id."""
    a_note()

    def asked(title="密封罐的圈多久换一次", by="li", **fields):
        return questions.add(db, title=title, by=people[by], **{"topic_names": ["密封罐"], "now": now, **fields})[0]

    return asked


def text_of(page):
    return " ".join(re.sub("<[^>]+>", " ", page[page.index("<main") : page.index("</main>")]).split())


def test_what_is_like_it_is_shown_before_it_is_asked_and_what_was_written_is_kept(signed_in, ask, indexed, db):
    ask("密封罐受潮了怎么办")
    indexed()
    browser = signed_in("lin")
    form = {"title": "密封罐受潮怎么办", "body": "在厨房", "topics": "密封罐", "readers": "all", "anonymous": "1"}
    shown = browser.post("/questions/new", form)
    assert (shown.status_code, db["question"].count) == (200, 1)
    assert "密封罐受潮了怎么办" in text_of(shown.text)
    assert "密封罐在梅雨季受潮" in text_of(shown.text)
    assert all(each in shown.text for each in ("在厨房", 'name="sure"', 'value="1" checked'))
    # The same while one types.
    near = browser.get("/questions/near?title=密封罐受潮怎么办").text
    assert "密封罐受潮了怎么办" in near
    assert "密封罐在梅雨季受潮" in near
    answer = browser.post("/questions/new", {**form, "sure": "1"})
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "您（匿名）" in page
    assert "在问陈小兰" in page
    assert 'href="/questions?view=mine"' in browser.get("/questions").text


def test_a_refused_question_keeps_its_text_and_says_why_at_the_field(signed_in, ask, db):
    browser = signed_in("lin")
    form = {
        "title": "几时换圈",
        "body": "在厨房",
        "topics": "没这个",
        "readers": "all",
        "wished": "谁也不是",
        "sure": "1",
    }
    for field, said in (("wished", "谁也不是"), ("topics", "没有“没这个”这个主题")):
        page = browser.post("/questions/new", form)
        assert page.status_code == 422
        assert said in page.text
        assert re.search(rf'name="{field}"[^>]*aria-invalid="true"', page.text)
        assert "在厨房" in page.text
        form = {**form, "wished": ""}
    assert db["question"].count == 0


def test_from_a_search_a_topic_and_a_person_one_comes_to_the_question_with_what_they_know(
    signed_in, ask, people, indexed
):
    ask("密封罐受潮了怎么办")
    indexed()
    browser = signed_in("lin")
    found = browser.get("/search?q=量子计算机").text
    link = re.search(r'href="(/questions/new\?title=[^"]+)"', found)[1]
    assert 'value="量子计算机"' in browser.get(link).text
    assert "密封罐受潮了怎么办" in browser.get("/search?q=密封罐受潮").text
    topic = browser.get("/topics/1").text
    assert "/questions/new?topic=" in topic
    assert "1 个问题" in text_of(topic)
    person = people["chen"].member_id
    link = re.search(r'href="(/questions/new\?person=[^"]+)"', browser.get(f"/people/{person}").text)[1]
    assert 'name="wished" value="陈小兰"' in re.sub(r' (id|aria-describedby)="[^"]*"', "", browser.get(link).text)
    assert "/questions/new?person" not in signed_in("chen").get(f"/people/{person}").text


def test_home_and_menu_tell_of_questions_to_one_and_of_answers(signed_in, ask, db, people, now):
    number = ask()
    chen, li = signed_in("chen"), signed_in("li")
    assert "同事问您的" in text_of(chen.get("/").text)
    assert 'href="/questions?view=me"' in chen.get("/notes").text
    assert "您的问题有回答了" not in text_of(li.get("/").text)
    replies.add(db, number, body="半年一次", by=people["chen"], now=now)
    assert "同事问您的" not in text_of(chen.get("/").text)
    assert "您的问题有回答了 1" in text_of(li.get("/").text)


def test_no_page_of_anybody_else_names_who_asked_without_a_name(signed_in, ask, db, people, now):
    number = ask(anonymous=True, title="换圈会不会漏")
    replies.add(db, number, body="不会", by=people["chen"], now=now)
    version = questions.get(db, number, reader=OPERATOR).version
    changed = {"title": "换圈会不会漏水", "body": "", "topic_names": ["密封罐"], "readers": "all"}
    questions.edit(db, number, version=version, **changed, by=people["li"], now=now)
    accepted.accept(db, number, replies.of_question(db, number)[0].id, **TOLD, by=people["li"], now=now)
    note = questions.get(db, number, reader=OPERATOR).note_id
    pages = [
        "/questions", "/questions?view=answered", "/questions/topics", f"/questions/{number}", f"/notes/{note}",
        f"/notes/{note}/history", "/search?q=换圈会不会漏水", "/activity?who=all", "/",
    ]  # fmt: skip
    for login in ("chen", "wang", "zhao", "shen"):
        browser = signed_in(login)
        for path in pages:
            page = browser.get(path)
            assert page.status_code == 200, path
            # That everybody may see the note is told with all their names.
            assert "李思远" not in re.sub("能看到：.*?</p>", "", page.text), (login, path)
    activity = signed_in("zhao").get("/activity?who=all").text
    assert "匿名同事" in text_of(activity)
    # Nor does their own page of deeds, which a neighbour may glance at.
    assert "换圈会不会漏水" not in text_of(signed_in("li").get("/activity").text)
    assert "换圈会不会漏水" in text_of(signed_in("li").get("/questions?view=mine").text)


def test_the_page_tells_whom_it_went_to_and_why_to_nobody_any_more(signed_in, ask, db, people):
    number = ask(now="2026-11-23T02:00:00.000000Z")
    question_turns.pass_on(db, now="2026-11-26T02:00:00.000000Z")
    page = signed_in("wang").get(f"/questions/{number}").text
    assert "到时没有回答，转给知识管理员" in text_of(page).replace(" ", "")
    assert "都问过了，没有人按时回答" in text_of(page)
    assert f'action="/questions/{number}/assign#assign"' in page
    assert f'action="/questions/{number}/assign#assign"' not in signed_in("lin").get(f"/questions/{number}").text
    browser = signed_in("wang")
    browser.get(f"/questions/{number}")
    refused = browser.post(f"/questions/{number}/assign", {"member": "vera"})
    assert refused.status_code == 422
    assert "这位同事看不到或不能回答" in refused.text
    browser.post(f"/questions/{number}/assign", {"member": "林志强"})
    assert "在问林志强" in browser.get("/questions").text


def test_what_one_did_to_a_question_is_taken_back_on_the_page_of_deeds(signed_in, ask, db):
    number = ask()
    browser = signed_in("li")
    browser.get(f"/questions/{number}")
    browser.post(f"/questions/{number}/withdraw")
    browser.get("/questions")  # takes the message with its own button away
    deeds = browser.get("/activity").text
    assert "撤回问题" in text_of(deeds)
    undo = re.search(r'action="(/changes/\d+/undo)"', deeds)[1]
    assert browser.post(undo).location == f"/questions/{number}"
    assert db["question"].get(number)["archived"] == 0
