"""Gaps: which there are, whose they are, and that one which is filled is on no list."""

import pytest

from kb import feed, gaps, members, missed, questions, verification
from kb.access import OPERATOR
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.search import indexer
from kb.topics import by_name


def told(db, reader, now, **asked):
    return [(each.kind, each.name, each.times) for each in gaps.listing(db, reader=reader, now=now, **asked)]


@pytest.fixture
def topic(db, people, a_note):
    for n in range(3):
        a_note(title=f"第 {n} 条")
    return by_name(db, "密封罐", reader=OPERATOR).id


def test_a_topic_of_one_who_knows_it_is_a_gap_until_a_second_does(db, people, a_note, topic, now):
    assert told(db, people["li"], now, kinds=["sole", "nobody"]) == [("sole", "密封罐", 3)]
    seq = feed.last_seq(db)
    members.leave(db, people["chen"].member_id, by=OPERATOR, now=now)
    assert told(db, people["li"], now, kinds=["sole", "nobody"]) == [("nobody", "密封罐", 3)]
    assert feed.last_seq(db) > seq
    for login in ("wang", "lin"):
        a_note(title=f"{login} 的", by=people[login])
    assert told(db, people["li"], now, kinds=["sole", "nobody"]) == []


def test_a_topic_that_lacks_twice_is_one_row_led_by_what_somebody_fills(db, people, a_note, topic, now):
    a_note(title="另一条", topic_names=["瓶口"])
    (first, second) = gaps.together(gaps.listing(db, reader=people["li"], now=now))
    assert [(first.kind, first.name), *((each.kind, each.name) for each in first.also)] == [
        ("sole", "密封罐"), ("unverified", "密封罐"),
    ]  # fmt: skip
    assert (second.name, second.also) == ("瓶口", ())
    asked = {"member_id": people["lin"].member_id, "due_on": "2099-01-01", "now": now}
    gaps.assign(db, "unverified", topic, **asked, by=people["wang"])
    (first, _) = gaps.together(gaps.listing(db, reader=people["li"], now=now))
    assert (first.kind, first.member, [each.kind for each in first.also]) == ("unverified", "林志强", ["sole"])


def test_what_is_verified_nowhere_or_due_is_a_gap_and_a_checked_note_ends_it(db, people, topic, now):
    asked = {"kinds": ["unverified", "outdated"]}
    assert told(db, people["li"], now, **asked) == [("unverified", "密封罐", 3)]
    verification.do_to_all(db, [1], "verify", by=people["wang"], now=now)
    assert told(db, people["li"], now, **asked) == []
    later = f"{int(now[:4]) + 5}{now[4:]}"
    assert told(db, people["li"], later, **asked) == [("outdated", "密封罐", 3)]


def test_a_gap_is_no_more_than_the_reader_may_know(db, people, a_note, now):
    a_note(title="私下", topic_names=["私事"], readers="owner", by=people["wang"])
    assert told(db, people["wang"], now, kinds=["sole"]) == [("sole", "私事", 1)]
    assert told(db, people["lin"], now) == []
    number = db.execute("SELECT id FROM topic").fetchone()[0]
    with pytest.raises(NotFound):
        gaps.assign(
            db, "sole", number, member_id=people["lin"].member_id, due_on="2099-01-01", by=people["ma"], now=now
        )


def test_whoever_fills_it_has_it_until_it_is_filled_and_it_is_taken_back(db, people, a_note, topic, now):
    asked = {"member_id": people["lin"].member_id, "due_on": "2099-01-01", "now": now}
    seq = gaps.assign(db, "sole", topic, **asked, by=people["wang"])
    (mine,) = gaps.of_member(db, people["lin"].member_id, reader=people["lin"], now=now)
    assert (mine.kind, mine.due_on, mine.member) == ("sole", "2099-01-01", "林志强")
    again = gaps.assign(db, "sole", topic, **{**asked, "member_id": people["li"].member_id}, by=people["wang"])
    with pytest.raises(Conflict):
        gaps.undo(db, seq, by=people["wang"], now=now)
    gaps.undo(db, again, by=people["wang"], now=now)
    assert len(gaps.of_member(db, people["lin"].member_id, reader=people["lin"], now=now)) == 1
    a_note(title="林也写了", by=people["lin"])
    assert gaps.of_member(db, people["lin"].member_id, reader=people["lin"], now=now) == []
    with pytest.raises(NotFound):
        gaps.assign(db, "sole", topic, **asked, by=people["wang"])


def test_who_fills_a_gap_has_it_still_when_the_one_who_knew_has_left(db, people, topic, now):
    asked = {"member_id": people["lin"].member_id, "due_on": "2099-01-01", "now": now}
    first = gaps.assign(db, "sole", topic, **asked, by=people["wang"])
    members.leave(db, people["chen"].member_id, by=OPERATOR, now=now)
    (mine,) = gaps.of_member(db, people["lin"].member_id, reader=people["lin"], now=now)
    assert (mine.kind, mine.member) == ("nobody", "林志强")
    assert gaps.who_fills(db, "nobody", topic) == people["lin"].member_id
    seq = gaps.assign(db, "nobody", topic, **{**asked, "member_id": None}, by=people["wang"])
    assert gaps.of_member(db, people["lin"].member_id, reader=people["lin"], now=now) == []
    gaps.undo(db, seq, by=people["wang"], now=now)
    gaps.assign_all(db, [("nobody", topic)], **{**asked, "member_id": people["li"].member_id}, by=people["wang"])
    assert [each.member for each in gaps.listing(db, reader=people["wang"], now=now, kinds=["nobody"])] == ["李思远"]
    with pytest.raises(Conflict):
        gaps.undo(db, first, by=people["wang"], now=now)


def test_many_gaps_are_given_at_once_and_come_back_together_or_not_at_all(db, people, a_note, topic, now):
    other = a_note(title="另一条", topic_names=["瓶口"]).topics[0]["id"]
    told = {"due_on": "2099-01-01", "by": people["wang"], "now": now}
    ids = {login: people[login].member_id for login in ("lin", "li")}
    gaps.assign(db, "sole", topic, member_id=ids["li"], **told)
    chosen = [("sole", topic), ("sole", other), ("sole", other), ("sole", 999), ("nothing", 1)]

    def filled():
        found = gaps.listing(db, reader=people["wang"], now=now, kinds=["sole"])
        return {each.name: each.member for each in found}

    before = filled()
    count, seq = gaps.assign_all(db, chosen, member_id=ids["lin"], **told)
    assert (count, filled()) == (2, {"密封罐": "林志强", "瓶口": "林志强"})
    again = gaps.assign(db, "sole", other, member_id=ids["li"], **told)
    with pytest.raises(Conflict):
        gaps.undo(db, seq, by=people["wang"], now=now)
    assert filled() == {"密封罐": "林志强", "瓶口": "李思远"}
    gaps.undo(db, again, by=people["wang"], now=now)
    gaps.undo(db, seq, by=people["wang"], now=now)
    assert filled() == before == {"密封罐": "李思远", "瓶口": None}
    with pytest.raises(NotFound):
        gaps.undo(db, feed.last_seq(db), by=people["wang"], now=now)
    with pytest.raises(NotFound):
        gaps.assign_all(db, [("sole", 999)], member_id=ids["lin"], **told)
    with pytest.raises(Invalid):
        gaps.assign_all(db, [], member_id=ids["lin"], **told)
    with pytest.raises(Forbidden):
        gaps.assign_all(db, chosen, member_id=ids["lin"], **{**told, "by": people["li"]})


@pytest.mark.parametrize(
    ("login", "due_on", "field"),
    [("vera", "2099-01-01", "member"), ("lin", "2020-01-01", "due_on"), ("lin", "", "due_on")]
    + [("lin", text, "due_on") for text in ("2099-02-31", "2099-2-1", "zzz", "9")],
)
def test_who_cannot_fill_it_and_days_that_are_over_or_none_are_refused(db, people, topic, now, login, due_on, field):
    asked = {"member_id": people[login].member_id, "due_on": due_on, "now": now}
    with pytest.raises(Invalid) as refused:
        gaps.assign(db, "sole", topic, **asked, by=people["wang"])
    assert refused.value.field == field
    with pytest.raises(Invalid):
        gaps.assign_all(db, [("sole", topic)], **asked, by=people["wang"])
    with pytest.raises(Forbidden):
        gaps.assign(db, "sole", topic, **asked, by=people["li"])


def test_questions_with_nobody_and_searches_without_a_find_hurt_most(db, home, people, a_note, topic, now):
    questions.add(db, title="滤芯能不能代收", by=people["chen"], now=now)
    indexer.catch_up(db, home)
    for login in ("chen", "li"):
        missed.add(db, "  旧滤芯 ", by=people[login], now=now)
    with pytest.raises(Conflict):
        missed.add(db, "旧滤芯", by=people["li"], now=now)
    rows = told(db, people["li"], now)
    assert rows[0] == ("missed", "旧滤芯", 2)
    assert ("question", "滤芯能不能代收", 1) in rows
    missed.undo(db, feed.last_seq(db), by=people["li"], now=now)
    assert told(db, people["li"], now, kinds=["missed"]) == [("missed", "旧滤芯", 1)]
    a_note(title="旧滤芯怎么收")
    indexer.catch_up(db, home)
    assert told(db, people["li"], now, kinds=["missed"]) == []


def test_no_word_that_is_found_by_now_takes_the_place_of_one_that_is_not(db, home, people, a_note, now, monkeypatch):
    monkeypatch.setattr(missed, "MOST", 2)
    a_note(title="毛巾 抹布 会员")
    indexer.catch_up(db, home)
    for words in ("毛巾", "抹布", "会员", "旧滤芯", "新滤芯"):
        missed.add(db, words, by=people["chen"], now=now)
    missed.add(db, "旧滤芯", by=people["li"], now=now)
    number = db.execute("SELECT id FROM missed WHERE words = '毛巾'").fetchone()[0]
    assert told(db, people["li"], now, kinds=["missed"]) == [("missed", "旧滤芯", 2)]
    assert missed.further(db, reader=people["li"]) == 3
    monkeypatch.setattr(missed, "MOST", 5)
    assert (len(told(db, people["li"], now, kinds=["missed"])), missed.further(db, reader=people["li"])) == (2, 0)
    # What somebody is to fill is on the list whatever else was reported since.
    monkeypatch.setattr(missed, "MOST", 1)
    new = db.execute("SELECT id FROM missed WHERE words = '新滤芯'").fetchone()[0]
    for thing in (number, new):
        db["gap"].insert(
            {"kind": "missed", "thing_id": thing, "member_id": people["lin"].member_id, "due_on": "2099-01-01"}
        )
    assert [name for _, name, _ in told(db, people["li"], now, kinds=["missed"])] == ["旧滤芯", "新滤芯"]
    (mine,) = gaps.of_member(db, people["lin"].member_id, reader=people["lin"], now=now)
    assert (mine.name, missed.further(db, reader=people["li"])) == ("新滤芯", 2)


def test_every_word_that_was_reported_is_reached_part_by_part_and_can_be_handed_out(db, people, now, monkeypatch):
    monkeypatch.setattr(missed, "MOST", 2)
    lin, wang = people["lin"].member_id, people["wang"]
    for at, words in enumerate(("旧滤芯", "新滤芯", "网眼袋", "胶圈", "提手")):
        missed.add(db, words, by=people["chen"], now=f"2026-11-0{9 - at}T08:00:00.000000Z")
    last = db.execute("SELECT id FROM missed WHERE words = '提手'").fetchone()[0]

    def parts():
        asked = {"reader": wang, "now": now, "kinds": ["missed"]}
        return [[each.name for each in gaps.listing(db, **asked, skip=skip)] for skip in (0, 2, 4)]

    assert [sorted(each) for each in parts()] == [["新滤芯", "旧滤芯"], ["网眼袋", "胶圈"], ["提手"]]
    assert [missed.further(db, reader=people["li"], skip=skip) for skip in (0, 2, 4)] == [3, 1, 0]
    told = {"member_id": lin, "due_on": "2099-01-01", "by": wang, "now": now}
    gaps.assign(db, "missed", last, **told)
    # What is somebody's is looked for first, and nothing stands in two parts.
    assert [sorted(each) for each in parts()] == [["提手", "新滤芯", "旧滤芯"], ["网眼袋", "胶圈"], []]
    (mine,) = gaps.of_member(db, lin, reader=people["lin"], now=now)
    assert mine.name == "提手"
    others = [row[0] for row in db.execute("SELECT id FROM missed WHERE words IN ('网眼袋', '胶圈')")]
    assert gaps.assign_all(db, [("missed", each) for each in others], **told)[0] == 2


def test_a_department_that_lacks_a_type_has_a_gap_of_its_own(db, people, a_note, now):
    for n in range(20):
        a_note(title=f"第 {n} 条")
    own = people["chen"].department_id
    asked = {"kinds": ["about", "from"], "department_id": own}
    assert told(db, people["li"], now, **asked) == [("about", "客服部", 20)]
    assert told(db, people["li"], now, **{**asked, "department_id": people["lin"].department_id}) == []
