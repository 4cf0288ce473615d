"""Searches that led nowhere are counted by the day, and become a list of the week for who hands out gaps."""

import pytest

from kb import customers, erasure, feed, gaps, missed, presence
from kb.errors import Conflict
from kb.search import indexer


@pytest.fixture
def search(db, people):
    """Return a function that counts words as searched in vain so many times."""

    def call(words, times, *, is_found=False):
        for _ in range(times):
            missed.note(db, words, is_found=is_found, by=people["vera"])

    return call


def listed(db, reader, now):
    kinds = ["missed", "unopened"]
    return [(each.kind, each.name, each.times) for each in gaps.listing(db, reader=reader, now=now, kinds=kinds)]


def test_what_was_searched_in_vain_again_this_week_is_listed_for_who_hands_out_gaps_alone(
    db, home, people, now, a_note, search
):
    a_note(title="毛巾怎么洗")
    indexer.catch_up(db, home)
    search("滤芯多久换", 2)
    search("只搜过一次", 1)
    search("毛巾怎么洗", 3, is_found=True)
    search("毛巾", 2, is_found=True)
    assert listed(db, people["wang"], now) == [("missed", "滤芯多久换", 2), ("unopened", "毛巾怎么洗", 3)]
    assert listed(db, people["li"], now) == []
    missed.add(db, "滤芯多久换", by=people["li"], now=now)
    assert listed(db, people["li"], now) == [("missed", "滤芯多久换", 1)]
    assert ("missed", "滤芯多久换", 3) in listed(db, people["wang"], now)
    # What holds the words by now is no gap.
    a_note(title="滤芯多久换一次")
    indexer.catch_up(db, home)
    assert listed(db, people["wang"], now) == [("unopened", "毛巾怎么洗", 3)]


def test_who_is_to_fill_one_keeps_it_until_it_is_found_and_older_days_are_forgotten(db, people, now, search):
    search("滤芯多久换", 2)
    search("胶圈", 2)
    (gap, _) = gaps.listing(db, reader=people["wang"], now=now, kinds=["missed"])
    told = {"member_id": people["lin"].member_id, "due_on": "2099-01-01", "by": people["wang"], "now": now}
    gaps.assign(db, "missed", gap.thing_id, **told)
    db.execute("UPDATE missed_day SET day = date(day, '-8 days')")
    assert listed(db, people["wang"], now) == [("missed", gap.name, 0)], "of this week it was never searched"
    (mine,) = gaps.of_member(db, people["lin"].member_id, reader=people["lin"], now=now)
    assert mine.name == gap.name
    db.execute("UPDATE missed_day SET day = date(day, '-90 days')")
    search("别的", 1)
    assert sorted(row[0] for row in db.execute("SELECT words FROM missed").fetchall()) == sorted([gap.name, "别的"])


@pytest.mark.parametrize(
    "words", ["138 1234 5678", "5678", "zhangsan@example.com", "王女士 60000123", "zhang＠example.com"]
)
def test_what_looks_like_a_phone_or_an_address_is_not_kept(db, search, words):
    search(words, 2)
    assert list(db["missed"].rows) == []


def test_who_searched_is_kept_nowhere(db, people, search):
    before = db.execute("SELECT count(*) FROM change").fetchone()
    search("滤芯多久换", 2)
    assert db.execute("SELECT count(*) FROM change").fetchone() == before
    (row,) = db["missed_day"].rows
    assert row == {"missed_id": 1, "day": presence.today(db), "is_found": 0, "times": 2}


@pytest.mark.parametrize("words", ["郑敏之 密封圈", "鄭敏之的订单", "Anna Lee 发票", "AB-12X 退货"])
def test_words_that_name_a_customer_are_not_kept(db, people, now, search, words):
    customers.add(db, name="郑敏之", number="AB-12X", by=people["chen"], now=now)
    customers.add(db, name="Anna Lee", by=people["chen"], now=now)
    search(words, 2)
    search("敏之 annalees", 1)
    assert [row["words"] for row in db["missed"].rows] == ["敏之 annalees"]


def test_what_was_searched_for_a_customer_who_is_erased_goes_with_them_from_the_feed_too(db, people, now, search):
    search("郑敏之 密封圈", 2)
    said = {"by": people["li"], "now": now}
    for words in ("鄭 敏之", "138 1234 5678 投诉"):
        seq = missed.add(db, words, **said)
    missed.undo(db, missed.add(db, "找郑敏之", **said), **said)
    missed.add(db, "胶圈", **said)
    customer = customers.add(db, name="郑敏之", phone="13812345678", by=people["chen"], now=now)
    handed = db.execute("SELECT id FROM missed WHERE words = '鄭 敏之'").fetchone()[0]
    told = {"member_id": people["lin"].member_id, "due_on": "2099-01-01", "by": people["wang"], "now": now}
    gaps.assign(db, "missed", handed, **told)
    assert erasure.plan(db, customer.id, by=people["zhao"]).fixed == 0
    erasure.erase_customer(
        db, customer.id, note_ids=(), with_closed=False, by=people["zhao"], now=now, reason="本人请求"
    )
    assert [row["words"] for row in db["missed"].rows] == ["胶圈"]
    assert gaps.of_member(db, people["lin"].member_id, reader=people["lin"], now=now) == []
    kept = " ".join(str(row) for table in ("change_text", "missed", "gap") for row in db[table].rows)
    assert not any(word in kept for word in ("敏之", "1234"))
    assert feed.verify(db) == []
    with pytest.raises(Conflict):
        missed.undo(db, seq, **said)
