"""The bar of a note as people use it: what lacks, one step on, what a customer said."""

import io
import re

import pytest

from kb import customers, heard, maturity, notes

SAID = {"verdict": "yes", "person": "周园长", "channel": "电话", "words": "对，就是这样", "said_on": "2026-01-05"}


@pytest.fixture
def note(db, people, now, a_note):
    """A classified note of chen's."""
    made = a_note(summary="装反了就漏", topic_names=["密封罐", "装配"])
    for _ in range(2):
        maturity.advance(db, made.id, by=people["chen"], now=now)
    return made


@pytest.fixture
def chen(signed_in):
    return signed_in("chen")


@pytest.fixture
def a_customer(db, people, now):
    return lambda name: customers.add(db, name=name, by=people["chen"], now=now).id


def here(page):
    """Return the cell one is at, and what the next cell says."""
    cells = re.findall(r'<li class="steps__cell.*?</li>', page, re.DOTALL)
    at = next(n for n, cell in enumerate(cells) if "aria-current" in cell)
    words = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", cell)).strip() for cell in cells]
    return words[at].split()[0], words[at + 1] if at < 3 else ""


def test_the_bar_says_what_lacks_and_offers_the_step_once_nothing_does(chen, a_note):
    bare = chen.get(f"/notes/{a_note().id}").text
    assert here(bare) == ("待整理", "已整理 还缺：摘要")
    assert "进到“已整理”" not in bare
    # A draft is filed by one tap.
    assert 'value="repair" aria-pressed="false"' in bare
    ready = a_note(summary="装反了就漏").id
    assert here(chen.get(f"/notes/{ready}").text) == ("待整理", "已整理 条件已齐")
    assert chen.post(f"/notes/{ready}/advance").status_code == 303
    assert here(chen.get(f"/notes/{ready}").text) == ("已整理", "已分类 还缺：两个分类（主题也算）")
    refused = chen.post(f"/notes/{ready}/advance")
    assert (refused.status_code, "还不行，还缺：两个分类（主题也算）" in refused.text) == (422, True)
    chen.post(f"/notes/{ready}/facets", {"facets": ["repair"], "reason": "分得更细"})
    page = chen.get(f"/notes/{ready}").text
    assert re.search(r'value="repair" checked', page)
    assert here(page)[1] == "已分类 条件已齐"


def test_the_facets_of_what_others_build_on_are_ticked_with_a_reason_that_stands_in_the_history(
    chen, note, people, db, now
):
    page = chen.get(f"/notes/{note.id}").text
    assert "原来分错了" in page and 'name="facet"' not in page
    refused = chen.post(f"/notes/{note.id}/facets", {"facets": ["repair", "rival"]})
    assert refused.status_code == 422
    assert "为什么改它的分类" in refused.text
    assert re.findall(r'name="facets" value="(\w+)" checked', refused.text) == ["repair", "rival"]
    maturity.classify(db, note.id, ["quality"], by=people["wang"], now=now, reason="也属于这一类")
    # What came since the page was opened is neither ticked off nor lost.
    chen.post(f"/notes/{note.id}/facets", {"facets": ["repair"], "reason": "原来分错了"})
    assert notes.get(db, note.id, reader=people["chen"]).facets == ("repair", "quality")
    assert "陈小兰改了分类 “原来分错了”" in re.sub(r"<[^>]+>", "", chen.get(f"/notes/{note.id}/history").text)


def test_a_yes_agrees_the_note_stands_as_evidence_and_can_be_taken_back(chen, note):
    answer = chen.post(f"/notes/{note.id}/answers", SAID)
    assert answer.status_code == 303
    page = chen.get(f"/notes/{note.id}").text
    assert here(page) == ("客户已确认", "")
    assert re.search(r"同意</span> <bdi>对，就是这样", page)
    proof = chen.get(f"/api/v1/notes/{note.id}").json["evidence"][0]
    assert (proof["kind"], proof["person"], proof["by"]) == ("answer", "周园长", "陈小兰")
    undo = re.search(r'action="(/changes/\d+/undo)"', page)[1]
    chen.post(undo)
    assert here(chen.get(f"/notes/{note.id}").text)[0] == "已分类"


def test_a_refused_answer_keeps_what_was_written_and_names_the_field(chen, note):
    refused = chen.post(f"/notes/{note.id}/answers", {**SAID, "person": "", "words": "写了很久的原话"})
    assert refused.status_code == 422
    assert "没有填客户方谁说的" in refused.text
    assert re.search(r"<details[^>]* open>", refused.text)
    assert "写了很久的原话" in refused.text


def test_a_changed_text_shows_that_the_yes_was_to_an_earlier_one(chen, note):
    chen.post(f"/notes/{note.id}/answers", SAID)
    form = {
        "title": note.title,
        "summary": "改过的摘要",
        "body": note.body,
        "dimension": "from",
        "topics": "密封罐、装配",
    }
    form |= {"readers": "all", "channel": "电话", "experience": "complaint", "version": "4", "reason": "写得更准"}
    assert chen.post(f"/notes/{note.id}/edit", form).status_code == 303
    page = chen.get(f"/notes/{note.id}").text
    assert here(page)[0] == "已分类"
    assert "说的是改之前的" in page
    history = chen.get(f"/notes/{note.id}/history").text
    assert "陈小兰记下了客户怎么说" in history
    assert "周园长" in history


def test_a_colleague_records_an_answer_but_finds_no_button_that_moves_the_note(signed_in, note):
    li = signed_in("li")
    page = li.get(f"/notes/{note.id}").text
    assert "记下客户怎么说" in page
    assert "/facets" not in page
    assert li.post(f"/notes/{note.id}/answers", {**SAID, "verdict": "no", "words": "夏天不是这样"}).status_code == 303
    assert here(li.get(f"/notes/{note.id}").text)[0] == "已整理"
    assert "记下客户怎么说" not in signed_in("vera").get(f"/notes/{note.id}").text


def test_a_note_about_customers_has_no_bar(chen, a_note):
    assert "steps__cell" not in chen.get(f"/notes/{a_note(dimension='about').id}").text


def test_only_what_says_something_else_can_be_gone_back_to(chen, note):
    page = chen.get(f"/notes/{note.id}/history").text
    assert "恢复到这一版" not in page
    form = {"title": "改过的标题", "body": note.body, "dimension": "from", "topics": "密封罐、装配", "readers": "all"}
    chen.post(
        f"/notes/{note.id}/edit",
        {**form, "channel": "电话", "experience": "complaint", "version": "3", "reason": "改标题"},
    )
    page = chen.get(f"/notes/{note.id}/history").text
    assert page.count("恢复到这一版") == 3
    first = re.findall(r'name="seq" value="(\d+)"', page)[-1]
    chen.post(f"/notes/{note.id}/restore", {"seq": first})
    assert note.title in chen.get(f"/notes/{note.id}").text
    assert "陈小兰恢复到以前的一版" in chen.get(f"/notes/{note.id}/history").text


def test_the_scan_of_an_answer_is_chosen_in_the_form_and_stands_in_evidence_and_history(chen, note):
    assert 'name="scan"' not in chen.get(f"/notes/{note.id}").text
    chen.post(f"/notes/{note.id}/attachments", {"files": (io.BytesIO(b"signed"), "签字.txt")})
    assert re.search(
        r'name="scan".*?<option value="1">签字.txt</option>', chen.get(f"/notes/{note.id}").text, re.DOTALL
    )
    refused = chen.post(f"/notes/{note.id}/answers", {**SAID, "scan": "7"})
    assert (refused.status_code, "扫描件已经不在这条知识上了" in refused.text) == (422, True)
    assert chen.post(f"/notes/{note.id}/answers", {**SAID, "scan": "1"}).status_code == 303
    assert '<a href="/attachments/1">扫描件“签字.txt”</a>' in chen.get(f"/notes/{note.id}").text
    assert "扫描件“签字.txt”" in chen.get(f"/notes/{note.id}/history").text
    assert chen.get(f"/api/v1/notes/{note.id}").json["evidence"][0]["attachment"] == 1
    chen.post("/attachments/1/remove", {"reason": "扫错了"})
    assert "扫描件已从知识上移除" in chen.get(f"/notes/{note.id}").text


def test_an_answer_to_a_text_that_was_changed_meanwhile_is_kept_in_the_form_till_it_was_read(
    chen, note, db, people, now
):
    def shown(page):
        return re.search(r'/answers#.*?name="shown" value="(\w+)"', page.text, re.DOTALL)[1]

    looked = {**SAID, "shown": shown(chen.get(f"/notes/{note.id}"))}
    saying = {"reason": "写得更准", "by": people["wang"], "now": now}
    fields = {name: getattr(note, name) for name in ("title", "summary", "dimension", "readers")}
    details = {"details": note.details(), "topic_names": ["密封罐", "装配"]}
    notes.edit(db, note.id, version=3, body="先拧紧再倒", **fields, **details, **saying)
    lacking = chen.post(f"/notes/{note.id}/answers", {**looked, "words": ""})
    assert (lacking.status_code, shown(lacking)) == (422, looked["shown"])
    refused = chen.post(f"/notes/{note.id}/answers", looked)
    assert (refused.status_code, "王雅婷改过它" in refused.text, SAID["words"] in refused.text) == (409, True, True)
    assert chen.post(f"/notes/{note.id}/answers", {**looked, "shown": shown(refused)}).status_code == 303
    assert "才有的，晚于客户同意的日期" in chen.get(f"/notes/{note.id}").text


def test_a_second_customer_was_not_asked_and_page_list_and_search_say_for_whom_the_yes_holds(
    db, chen, people, now, note, a_customer
):
    first, second = a_customer("锦华"), a_customer("澄湖酒店")
    heard.join(db, note.id, [first], by=people["chen"], now=now)
    chen.post(f"/notes/{note.id}/answers", SAID)
    chen.post("/notes/new", {"customers": "澄湖酒店", "join": note.id})
    history = chen.get(f"/notes/{note.id}/history").text
    assert "另一位客户也这样" in history
    page = chen.get(f"/notes/{note.id}").text
    assert here(page) == ("已分类", "客户已确认 还缺：每位客户对现在这条说“是这样”")
    assert "周园长（锦华）已确认；另有 1 位客户没有问过" in re.sub(r"\s+", " ", page)
    assert "客户已确认 1/2" in chen.get("/notes").text
    refused = chen.post(f"/notes/{note.id}/answers", SAID)
    assert (refused.status_code, "是哪位客户说的？" in refused.text) == (422, True)
    chen.post(f"/notes/{note.id}/answers", {**SAID, "customer": str(second)})
    assert here(chen.get(f"/notes/{note.id}").text)[0] == "客户已确认"
