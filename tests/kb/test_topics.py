import pytest

from kb import sources, topics
from kb.errors import Forbidden, Invalid, NotFound


@pytest.fixture
def made(db, people, a_note):
    """Return ``{name: id}`` of three topics that everybody sees and one that only wang does."""
    a_note(topic_names=["厨房", "密封罐", "密封圈"])
    a_note(topic_names=["私事"], readers="owner", by=people["wang"])
    return {row["name"]: row["id"] for row in db["topic"].rows}


def test_a_topic_stands_under_another_and_both_tell(db, people, made, now):
    topics.arrange(db, made["密封罐"], "厨房", by=people["wang"], now=now)
    topics.arrange(db, made["密封圈"], "密封罐", by=people["wang"], now=now)
    parent, children = topics.around(db, made["密封罐"], reader=people["vera"])
    assert (parent.name, [each.name for each in children]) == ("厨房", ["密封圈"])
    topics.arrange(db, made["密封罐"], " ", by=people["wang"], now=now)
    assert topics.around(db, made["密封罐"], reader=people["vera"])[0] is None


@pytest.mark.parametrize("above", ["厨房", "密封罐", "密封圈"])
def test_a_topic_that_would_be_its_own_ancestor_is_refused(db, people, made, now, above):
    topics.arrange(db, made["密封罐"], "厨房", by=people["wang"], now=now)
    topics.arrange(db, made["密封圈"], "密封罐", by=people["wang"], now=now)
    with pytest.raises(Invalid) as refused:
        topics.arrange(db, made["厨房"], above, by=people["wang"], now=now)
    assert refused.value.field == "parent"
    assert ("itself" in refused.value.sentence()) == (above == "厨房")
    assert topics.around(db, made["厨房"], reader=people["vera"])[0] is None


def test_a_topic_that_is_not_there_and_one_without_the_right_are_refused(db, people, made, now):
    with pytest.raises(Invalid) as refused:
        topics.arrange(db, made["厨房"], "没有的", by=people["wang"], now=now)
    assert refused.value.field == "parent"
    with pytest.raises(Invalid):
        topics.arrange(db, made["厨房"], "私事", by=people["ma"], now=now)
    with pytest.raises(Forbidden):
        topics.arrange(db, made["厨房"], "密封罐", by=people["chen"], now=now)


def test_what_stands_under_a_topic_is_told_only_to_who_may_know_of_it(db, people, made, now):
    topics.arrange(db, made["私事"], "厨房", by=people["wang"], now=now)
    assert [each.name for each in topics.around(db, made["厨房"], reader=people["wang"])[1]] == ["私事"]
    assert topics.around(db, made["厨房"], reader=people["li"])[1] == []


@pytest.mark.parametrize(
    ("query", "names"), [("mf", ["密封圈", "密封罐"]), ("chufang", ["厨房"]), ("封", 2), ("ss", [])]
)
def test_a_topic_is_found_by_name_and_pinyin_within_what_one_may_know(db, people, made, query, names):
    found = [each.name for each in topics.find(db, query, reader=people["li"])]
    assert (len(found) if isinstance(names, int) else sorted(found)) == names


def test_the_form_offers_the_topics_that_notes_carry_which_its_reader_may_see(db, people, a_note):
    for topic_names in (["退货", "密封罐"], ["密封罐"], ["快递"]):
        a_note(topic_names=topic_names)
    a_note(topic_names=["薪酬", "快递"], readers="owner")
    assert topics.in_use(db, reader=people["lin"]) == ["密封罐", "快递", "退货"]
    assert topics.in_use(db, reader=people["chen"], limit=2) == ["密封罐", "快递"]


def test_a_topic_that_one_may_not_know_of_is_not_there_though_others_are(db, people, made, now):
    details = {"kind": "file", "owner_id": people["chen"].member_id, "place": "共享盘"}
    sources.add(db, name="退货手册", **details, topic_names=["退货"], by=people["chen"], now=now)
    assert topics.by_name(db, "退货", reader=people["lin"]).notes == 0
    with pytest.raises(NotFound):
        topics.get(db, made["私事"], reader=people["lin"])
    with pytest.raises(NotFound):
        topics.by_name(db, "私事", reader=people["lin"])
