"""Everything is found by one box: each noun has its group on the page, and a chip that narrows the page to it."""

import io

import pytest

from kb import customers, feed, file_reader, interaction_attachments, interactions, sources
from tests import made_files


@pytest.fixture
def talked(db, people, now):
    """Write down a call with 澄湖酒店."""
    hotel = customers.add(db, name="澄湖酒店", by=people["chen"], now=now)

    def write(by="chen", **fields):
        usual = {"customer_id": hotel.id, "contact": "周经理", "channel": "电话", "method": "talk",
                 "happened_at": now, "said": "胶圈装不回去", "told": "", "readers": "all"}  # fmt: skip
        seq = interactions.add(db, by=people[by], now=now, **{**usual, **fields})
        return int(feed.change(db, seq)["noun_id"])

    return write


def page_of(client, query, **more):
    return client.get("/search", query_string={"q": query, **more}).text


def test_interactions_are_found_by_what_was_said_told_and_by_whom_and_only_by_who_may_see_them(
    signed_in, talked, a_note, indexed
):
    a_note(title="胶圈怎么装")
    indexed()
    talked(said="胶圈装不回去 50%", told="让他先看 FAQ")
    talked(by="wang", said="胶圈要涨价", readers="owner")
    li = signed_in("li")
    for query in ("胶圈", "膠圈", "胶圈 faq", "周经理 胶圈", "澄湖 胶圈", "50%"):
        page = page_of(li, query)
        assert "胶圈装不回去" in page, query
        assert "胶圈要涨价" not in page, query
    for query in ("胶圈 没有的词", "_0%", "50!", "%"):
        assert "胶圈装不回去" not in page_of(li, query), query
    assert "胶圈要涨价" in page_of(signed_in("wang"), "胶圈")


def test_interactions_are_found_in_either_script_and_by_the_text_and_the_name_of_their_files(
    signed_in, db, home, people, now, talked
):
    talked(said="客人說發票抬頭寫錯了，ＡＰＰ里改不了[-^]")
    number = talked(said="看附件")
    given = [("订货單.docx", io.BytesIO(made_files.docx("罐子四十个", "要開收據")))]
    interaction_attachments.add(db, number, given, most_megabytes=1, by=people["chen"], now=now)
    while file_reader.read_next(db, home):
        pass
    li = signed_in("li")
    for query in ("发票抬头", "發票抬头", "app里改", "错了 发票", "了[-^]"):
        assert "客人說" in page_of(li, query), query
    for query in ("四十个", "开收据", "订货单", "看附件 罐子"):
        assert "看附件" in page_of(li, query), query
    for query in ("发要", "票发", "了[^-]", "四十箱"):
        page = page_of(li, query)
        assert ("客人說" in page, "看附件" in page) == (False, False), query


def test_a_chip_narrows_the_page_to_one_noun_and_all_brings_back_the_rest(
    signed_in, db, people, now, talked, a_note, indexed
):
    a_note(title="胶圈怎么装", topic_names=["胶圈"])
    indexed()
    kept = {"kind": "paper", "place": "三号柜", "topic_names": ["胶圈"], "owner_id": people["li"].member_id}
    sources.add(db, name="胶圈图册", **kept, by=people["chen"], now=now)
    for at in range(8):
        talked(said=f"胶圈 {at}")
    li = signed_in("li")
    whole = page_of(li, "胶圈")
    for shown in ("怎么装", "胶圈图册", "胶圈 7", "scope=interactions", "scope=sources", "scope=notes"):
        assert shown in whole, shown
    assert "胶圈 0" not in whole
    talks = page_of(li, "胶圈", scope="interactions")
    assert "胶圈 0" in talks
    assert "怎么装" not in talks
    assert "胶圈图册" not in talks
    assert 'aria-current="true">沟通记录' in talks
    alone = page_of(li, "胶圈", scope="notes")
    assert "怎么装" in alone
    assert "胶圈 7" not in alone
    assert "胶圈图册" not in alone
    assert "这里没有“胶圈”" in page_of(li, "胶圈", scope="customers")
    assert "怎么装" in page_of(li, "胶圈", scope="nonsense")


def test_a_known_number_is_called_unknown_on_no_page_of_the_search(signed_in, db, people, now, talked, a_note, indexed):
    customers.add(db, name="吴敏", number="60004321", by=people["chen"], now=now)
    for number in range(21):
        a_note(title=f"吴敏 60004321 的投诉 {number}")
    talked(said="吴敏 60004321 来过电话")
    indexed()
    li = signed_in("li")
    for more in ({}, {"scope": "notes"}, {"scope": "interactions"}, {"scope": "customers"}, {"page": 2}):
        assert "没有手机号或会员号像" not in page_of(li, "60004321", **more), more
        # Nor is whom a customer's name brings counted as searched in vain.
        assert "data-left" not in page_of(li, "吴敏", **more), more
    assert "没有手机号或会员号像" in page_of(li, "60009999")
    assert "没有手机号或会员号像" not in page_of(li, "60009999", page=2)
