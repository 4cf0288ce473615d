import pytest

from kb import feed, topic_health, topic_tree
from kb.errors import Conflict, Forbidden


@pytest.fixture
def found(db, people):
    """Return a function that gives what could be mended as ``(kind, topic, other or None)``, for wang or another."""

    def found(login="wang"):
        rows = topic_health.findings(db, reader=people[login])
        return {(each.kind, each.topic.name, each.into.name if each.into else None) for each in rows}

    return found


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("售后服务", "售后-服务", True),
        ("退货流程", "流程退货", True),
        ("密封圈", "蜜封圈", True),
        ("包装破损", "包装破损件", True),
        ("会员生日礼券", "会员生日礼卷", True),
        ("Ring", "rings", True),
        ("密封圈", "密封罐", False),
        ("退货", "退款", False),
        ("第一季度促销", "第二季度促销", False),
        ("型号 A480", "型号 A481", False),
        ("运费", "物流", False),
    ],
)
def test_names_that_differ_by_a_sign_the_order_the_sound_or_one_character_are_told(found, a_note, one, other, is_same):
    for names in ([one], [one], [other], [other]):
        a_note(topic_names=names)
    told = {each for each in found() if each[0] == "same_name"}
    assert bool(told) == is_same
    assert all({topic, into} == {one, other} for _, topic, into in told)


def test_topics_that_stand_on_the_same_notes_are_told_with_the_more_used_one_to_stay(found, a_note):
    for names in (["运费", "物流"], ["运费", "物流"], ["运费", "物流"], ["运费"], ["退货", "价格"], ["退货", "价格"]):
        a_note(topic_names=names)
    assert found() == {("same_notes", "物流", "运费")}


def test_a_topic_on_one_note_goes_to_the_most_used_one_beside_it_and_an_unused_one_goes(db, people, found, a_note, now):
    for names in (["冰柜", "运费", "价格"], ["运费"], ["价格"], ["价格"], ["孤"]):
        a_note(topic_names=names)
    topic_tree.add(db, "洗碗机", by=people["wang"], now=now)
    assert found() == {("single", "冰柜", "价格"), ("single", "孤", None), ("unused", "洗碗机", None)}


def test_what_one_may_not_see_is_neither_told_nor_counted(db, people, found, a_note, now):
    for login in ("li", "li", "li"):
        a_note(topic_names=["私事", "内情"], readers="owner", by=people[login])
        # Both are known to all, that they meet is not.
        a_note(topic_names=["运费", "装箱"], readers="owner", by=people[login])
    for names in (["运费"], ["运费"], ["装箱"], ["装箱"]):
        a_note(topic_names=names)
    a_note(topic_names=["私事情"])
    a_note(topic_names=["私事情", "公事"])
    topic_tree.add(db, "闲置", by=people["wang"], now=now)
    a_note(topic_names=["闲置"], readers="owner", by=people["li"])
    # Not unused either, though wang sees no note on it.
    assert found() == {("single", "公事", "私事情")}
    with pytest.raises(Forbidden):
        found("li")


def test_a_topic_on_a_tenth_of_all_notes_is_too_broad_until_something_stands_under_it(db, people, found, a_note, now):
    for number in range(30):
        a_note(topic_names=["客服"] if number else ["客服", "投诉"])
    assert found() == {("broad", "客服", None), ("single", "投诉", "客服")}
    child = topic_tree.add(db, "夜班", by=people["wang"], now=now)
    with_parent = {"version": 2, "name": "夜班", "aliases": (), "parents": ["客服"], "facet": "", "owner_id": None}
    topic_tree.edit(db, child, **with_parent, by=people["wang"], now=now)
    assert ("broad", "客服", None) not in found()


def test_two_that_were_told_apart_are_not_proposed_again_until_that_is_taken_back(db, people, found, a_note, now):
    for names in (["包装破损"], ["包装破损"], ["包装破损件"], ["包装破损件"]):
        a_note(topic_names=names)
    assert len(found()) == 1
    seq = topic_health.tell_apart(db, 2, 1, by=people["wang"], now=now)
    assert found("ma") == set()
    assert topic_health.undo(db, seq, by=people["ma"], now=now) == 2
    assert len(found()) == 1
    with pytest.raises(Conflict):
        topic_health.undo(db, seq, by=people["ma"], now=now)
    assert feed.verify(db) == []
