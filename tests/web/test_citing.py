"""Evidence as people see it: in one list, each with where it leads and how it stands; and quoting by hand."""

import re

import pytest

from kb import notes
from kb.access import OPERATOR


@pytest.fixture
def chen(signed_in):
    return signed_in("chen")


def words_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


def edit(db, note, by, now, **fields):
    it = notes.get(db, note.id, reader=OPERATOR)
    texts = {name: getattr(it, name) for name in ("title", "summary", "body", "dimension", "readers")}
    notes.edit(db, note.id, version=it.version, **{**texts, **fields}, topic_names=["密封罐"], details=it.details(),
               by=by, now=now)  # fmt: skip


def test_words_of_a_note_become_one_that_leads_back_to_the_place_and_says_what_became_of_it(
    chen, signed_in, db, people, a_note, now
):
    source = a_note(title="怎么防潮", body="先**擦干**再扣上-不要湿着", readers="department")
    refused = chen.post(f"/notes/{source.id}/quotes", {"quote": "没有这话"})
    assert refused.status_code == 422
    assert "这条知识里没有这段原话" in refused.text
    made = chen.post(f"/notes/{source.id}/quotes", {"quote": "擦干再扣上-不要"}).location.split("?")[0]
    page = chen.get(made).text
    assert "“擦干再扣上-不要”" in words_of(page)
    assert f'href="/notes/{source.id}#:~:text=%E6%93%A6%E5%B9%B2%E5%86%8D%E6%89%A3%E4%B8%8A%2D' in page
    assert "被用作依据" in chen.get(f"/notes/{source.id}").text
    edit(db, source, people["chen"], now, body="先**擦干**再扣上-不要湿着\n\n补一段")
    assert "来源改过，原话还在" in chen.get(made).text
    edit(db, source, people["chen"], now, body="换了说法")
    page = chen.get(made).text
    assert "来源改过，原话不在了" in page
    assert "陈小兰改了这条知识依据的来源" in words_of(page)
    number = int(made.rsplit("/", 1)[1])
    edit(db, notes.get(db, number, reader=OPERATOR), people["chen"], now, title="另起的名", body="", readers="all")
    strange = signed_in("lin").get(made).text
    assert "摘自一处您看不到的内容" in strange
    assert "擦干" not in strange
    assert "怎么防潮" not in strange


def test_evidence_is_added_taken_off_and_each_undone_from_the_page(chen, db, people, a_note):
    note, source = a_note(title="主张"), a_note(title="凭据")
    for sent, sentence in (
        ({"source": "凭据", "why": "有"}, "是哪一条知识"),
        ({"source": f"凭据 #{source.id}"}, "请写一句话"),
    ):
        refused = chen.post(f"/notes/{note.id}/evidence", sent)
        assert (refused.status_code, sentence in refused.text) == (422, True), sent
    chen.post(f"/notes/{note.id}/evidence", {"source": f"凭据 #{source.id}", "why": "里面写了"})
    page = chen.get(f"/notes/{note.id}").text
    assert "里面写了" in page
    assert f'href="/notes/{source.id}" data-row-link>知识“凭据”' in page
    part = re.search(r'name="part" value="(evidence \d+)"', page)[1]
    chen.post(f"/notes/{note.id}/evidence/remove", {"part": part})
    page = chen.get(f"/notes/{note.id}").text
    assert "里面写了" not in page
    chen.post(re.search(r'action="(/changes/\d+/undo)"', page)[1])
    assert "里面写了" in chen.get(f"/notes/{note.id}").text
    db["note"].update(note.id, {"maturity": "explicit"})
    asked = chen.post(f"/notes/{note.id}/evidence/remove", {"part": part})
    assert (asked.status_code, "为什么拿掉" in asked.text, f'name="part" value="{part}"' in asked.text) == (
        422,
        True,
        True,
    )
    assert chen.post(f"/notes/{note.id}/evidence/remove", {"part": part, "reason": "换了"}).status_code == 303
    for wrong in ("", "evidence", "note 1", "evidence x", "evidence 99999999999999999999"):
        assert chen.post(f"/notes/{note.id}/evidence/remove", {"part": wrong}).status_code == 404, wrong


def test_a_figure_of_the_purchases_is_counted_shown_and_kept(signed_in, world):
    wang = signed_in("wang")
    page = wang.get(f"/notes/{world.public}/purchases?item=啤酒").text
    assert "2 单、2 件" in words_of(page)
    assert wang.get(f"/notes/{world.public}/purchases?item=茶").status_code == 422
    assert wang.get(f"/notes/{world.public}/purchases?since=昨天").status_code == 422
    assert wang.post(f"/notes/{world.public}/purchases", {"item": "啤酒", "why": ""}).status_code == 422
    sent = {"item": "啤酒", "customer": f"#{world.customer}", "why": "她买的"}
    wang.post(f"/notes/{world.public}/purchases", sent)
    wang.post(f"/notes/{world.public}/purchases", {"item": "啤酒", "why": "两单都有"})
    shown = words_of(signed_in("vera").get(f"/notes/{world.public}").text)
    assert "两单都有" in shown
    assert "啤酒 2 单、2 件" in shown
    assert "啤酒、澄湖酒店 0 单" in shown
    assert "被用作依据 密封罐在梅雨季受潮" in words_of(wang.get(f"/customers/{world.customer}").text)


def test_words_of_a_file_are_marked_where_the_quote_leads(signed_in, world, db):
    chen = signed_in("chen")
    made = chen.post(f"/attachments/{world.contract}/quotes", {"quote": "千分之三"}).location.split("?")[0]
    link = re.search(r'href="(/attachments/\d+\?quote=\d+)#at-0"', chen.get(made).text)[1]
    page = chen.get(link).text
    assert "违约金<mark>千分之三</mark>" in page
    assert "引用它的知识" in page or made in page


def test_a_rule_is_named_from_its_page_and_from_the_note_and_a_person_says_how_the_note_stands(
    signed_in, world, a_note
):
    chen = signed_in("chen")
    note = a_note(title="周末多买海鲜", dimension="about")
    page = chen.get(f"/notes/{note.id}").text
    assert ("用一条规则作依据" in page, "写明可信情况" in page) == (True, False)
    assert f' #{world.finding}"' in chen.get("/suggest/rules?q=啤酒").text
    refused = chen.post(f"/notes/{note.id}/rules", {"rule": "没有", "why": "有"})
    assert (refused.status_code, "是哪一条规则" in refused.text) == (422, True)
    chen.post(f"/notes/{note.id}/rules", {"rule": f"http://x/findings/{world.finding}"})
    again = chen.post(f"/findings/{world.finding}/evidence", {"source": f"周末 #{note.id}", "why": "周末也这样"})
    assert (again.status_code, "已经是它的依据了" in again.text, "周末也这样" in again.text) == (422, True, True)
    wang = signed_in("wang")
    page = wang.get(f"/notes/{note.id}").text
    refused = wang.post(f"/notes/{note.id}/standing", {"standing": "judged", "reason": "我信"})
    assert (refused.status_code, "以对规则的判断为准" in refused.text, "我信" in refused.text) == (422, True, True)
    wang.post(f"/notes/{note.id}/standing", {"standing": "proven", "reason": "三家都这样"})
    told = words_of(chen.get(f"/notes/{note.id}").text)
    assert told.count("把可信情况改为“已证实” “三家都这样”") == 2
    assert "改了知识的可信情况：" in chen.get("/activity?who=all").text
