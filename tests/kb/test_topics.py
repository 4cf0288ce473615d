import pytest

from kb import sources, topics
from kb.errors import NotFound


@pytest.fixture
def made(db, people, a_note):
    """Return ``{name: id}`` of three topics that everybody sees and one that only wang does."""
    a_note(topic_names=["厨房", "密封罐", "密封圈"])
    a_note(topic_names=["私事"], readers="owner", by=people["wang"])
    return {row["name"]: row["id"] for row in db["topic"].rows}


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
