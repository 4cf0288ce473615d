"""Words that mean the same to the company: who searches for one finds the others, from the moment they are saved."""

import pytest

from kb import synonyms
from kb.errors import Conflict, Forbidden, Invalid
from kb.search import find, indexer


@pytest.fixture
def search(db, home, people, a_note):
    """Return a function from a question to ``{title: reasons}`` of what it finds."""
    for title in ("收据丢了怎么补", "怎么退换货", "VIP 怎么算", "发票抬头写错", "重开票据要几天"):
        a_note(title=title, topic_names=["其他"], body="见制度")
    indexer.catch_up(db, home)

    def call(query, login="li"):
        found = find.search(db, home, query, reader=people[login])
        return {hit.title: hit.reasons for hit in found.hits if hit.likeness > 0.9 or "by a synonym" in hit.reasons}

    return call


@pytest.fixture
def arrange(db, people, now):
    def call(text, was="", by="wang"):
        return synonyms.arrange(db, text, was=was, by=people[by], now=now)

    return call


def test_whoever_searches_for_one_word_finds_the_others_at_once_and_is_told_why(db, search, arrange):
    assert "收据丢了怎么补" not in search("发票")
    arrange("发票、收据，票据\n会员, vip")
    found = search("发票")
    assert found["发票抬头写错"] == ("in the title", "your exact words")
    assert found["收据丢了怎么补"] == ("in the title", "by a synonym")
    assert "重开票据要几天" in found
    assert "收据丢了怎么补" in search("發票丢了")
    assert "VIP 怎么算" in search("会员怎么算")
    # In quotes it is what stands there, and in Latin letters a whole word.
    assert "收据丢了怎么补" not in search('"发票"')
    assert synonyms.inside(db, "vipers 是 vip") == [(9, 12, ["会员"])]


def test_two_words_of_a_question_may_both_be_others(db, home, people, search, arrange):
    arrange("补办、重开\n发票、票据")
    assert find.search(db, home, "补办发票要几天", reader=people["li"]).literal == 1
    assert search("补办发票要几天")["重开票据要几天"] == ("in the title", "by a synonym")


def test_each_word_of_two_long_lines_is_searched_and_a_longer_line_is_refused(db, home, people, a_note, arrange):
    papers = ["发票", "收据", "票据", "小票", "单据", "凭证", "账单", "回单", "水单", "开票"]
    ways = ["补办", "重开", "再开", "补开", "另开", "重打", "重寄", "补发", "补寄", "重发"]
    for word in (*papers, *ways):
        a_note(title=f"{word}的规矩", topic_names=["其他"], body="见制度")
    indexer.catch_up(db, home)
    arrange("、".join(papers) + "\n" + "、".join(ways))
    for word, line in (("发票", papers), ("重发", ways)):
        assert find.search(db, home, f"{word}的规矩", reader=people["li"], limit=50).literal == len(line)
    found = find.search(db, home, "补办发票", reader=people["li"], limit=50)
    assert {hit.title[:2] for hit in found.hits} >= {*papers, *ways}
    with pytest.raises(Invalid):
        arrange("、".join([*papers, "票子"]))


def test_a_line_from_a_time_with_another_limit_stays_and_hinders_no_other(db, arrange, monkeypatch):
    monkeypatch.setattr(synonyms, "MOST_OF_A_LINE", 3)
    arrange("发票、收据、票据")
    monkeypatch.setattr(synonyms, "MOST_OF_A_LINE", 2)
    was = synonyms.written(synonyms.listing(db))
    arrange(f"{was}\n会员、VIP", was)
    assert synonyms.listing(db) == [["发票", "收据", "票据"], ["会员", "VIP"]]
    with pytest.raises(Invalid):
        arrange(f"{was}、小票\n会员、VIP", synonyms.written(synonyms.listing(db)))


def test_what_two_curators_write_together_is_not_more_than_is_kept(db, arrange, monkeypatch):
    monkeypatch.setattr(synonyms, "MOST", 2)
    arrange("发票、收据\n会员、VIP")
    with pytest.raises(Invalid, match="3 lines"):
        arrange("退货、退换货")
    assert len(synonyms.listing(db)) == 2


def test_what_two_curators_change_at_once_is_put_together_and_each_can_be_taken_back(db, people, now, arrange):
    first = arrange("发票、收据\n会员、VIP")
    was = synonyms.written(synonyms.listing(db))
    second = arrange(f"{was}\n退货、退换货", was)
    third = arrange("发票、收据、票据\n会员、VIP", was, by="ma")
    assert synonyms.listing(db) == [["会员", "VIP"], ["退货", "退换货"], ["发票", "收据", "票据"]]
    synonyms.undo(db, third, by=people["wang"], now=now)
    synonyms.undo(db, second, by=people["wang"], now=now)
    assert sorted(synonyms.listing(db)) == [["会员", "VIP"], ["发票", "收据"]]
    arrange("会员、票据", synonyms.written(synonyms.listing(db)))
    with pytest.raises(Conflict):
        synonyms.undo(db, first, by=people["wang"], now=now)
    assert arrange("会员、票据", "会员、票据") is None
    assert synonyms.listing(db) == [["会员", "票据"]]


@pytest.mark.parametrize("text", ["发票", "发票、票", "发票、收据\n收据、票据", "发票、發票", f"发票、{'长' * 51}"])
def test_what_cannot_be_a_line_is_refused_with_a_sentence_and_nothing_is_kept(db, arrange, text):
    with pytest.raises(Invalid) as problem:
        arrange(text)
    assert problem.value.field == "synonyms"
    assert problem.value.hint
    assert synonyms.listing(db) == []


def test_only_who_arranges_topics_arranges_synonyms(arrange):
    with pytest.raises(Forbidden):
        arrange("发票、收据", by="li")
