import pytest

from kb import customers, members, sources, topics
from kb.map import ego, experts
from kb.note_details import Details


@pytest.fixture
def around(db, people, now):
    """Return a function that gives the `Ego` of the topic 密封罐 as a member sees it."""

    def call(login="vera"):
        topic = topics.by_name(db, "密封罐", reader=people[login])
        known = experts.experts(db, topic.id, reader=people[login], now=now)
        return ego.of_topic(db, topic.id, known, reader=people[login])

    return call


def names(found, kind):
    return [node.name for node in found.nodes if node.kind == kind]


def test_a_topic_has_its_people_topics_customers_and_sources_around_it(db, people, a_note, now, around):
    hotel = customers.add(db, name="澄湖酒店", by=people["chen"], now=now)
    details = Details(customers=((hotel.id, ""),), experience="complaint")
    a_note(topic_names=["密封罐", "雨季"], details=details)
    a_note(topic_names=["密封罐", "雨季"])
    a_note(topic_names=["密封罐", "退货"], by=people["li"])
    fields = {"name": "测试台", "kind": "equipment", "place": "实验室", "topic_names": ["密封罐"]}
    sources.add(db, **fields, owner_id=people["li"].member_id, by=people["chen"], now=now)
    found = around()
    assert names(found, "member") == ["陈小兰", "李思远"]
    assert names(found, "topic") == ["雨季", "退货"]
    assert (names(found, "customer"), names(found, "source")) == (["澄湖酒店"], ["测试台"])
    assert [node.values for node in found.nodes if node.kind == "topic"] == [{"count": 2}, {"count": 1}]
    assert found.more == {}


def test_what_one_may_not_see_is_not_around_anything(people, a_note, around):
    a_note()
    before = around("li")
    a_note(topic_names=["密封罐", "私事"], readers="owner", by=people["wang"])
    assert around("li") == before
    assert names(around("wang"), "topic") == ["私事"]


def test_never_more_than_forty_and_the_rest_is_counted(a_note, around):
    for number in range(15):
        a_note(topic_names=["密封罐", *(f"主题{number}-{each}" for each in range(4))])
    found = around()
    assert len(found.nodes) + 1 <= 40
    assert sum(ego.MOST.values()) + 1 <= 40
    assert found.more == {"topic": 60 - ego.MOST["topic"]}


def test_a_topic_warns_where_only_one_knows_it_or_nobody_who_is_here(db, people, a_note, now):
    a_note()
    topic = topics.by_name(db, "密封罐", reader=people["vera"])
    assert ego.warning(db, topic, reader=people["vera"]) == ("sole", ["陈小兰"])
    a_note(by=people["li"])
    assert ego.warning(db, topic, reader=people["vera"]) is None
    for login in ("li", "chen"):
        members.leave(db, people[login].member_id, by=people["zhao"], now=now)
    assert ego.warning(db, topic, reader=people["vera"]) == ("none", [])
    left = experts.experts(db, topic.id, reader=people["vera"], now=now)
    assert (len(left), ego.of_topic(db, topic.id, left, reader=people["vera"]).nodes) == (2, ())
    assert experts.knowers(db, [topic.id], reader=people["vera"]) == {topic.id: []}


def test_a_member_has_what_they_know_and_whom_they_wrote_about(db, people, a_note, now):
    hotel = customers.add(db, name="澄湖酒店", by=people["chen"], now=now)
    a_note(topic_names=["密封罐"], details=Details(customers=((hotel.id, ""),), experience="complaint"), now=now)
    a_note(topic_names=["密封罐", "雨季"], now=now)
    a_note(topic_names=["私事"], readers="owner", now=now)
    chen = people["chen"].member_id
    known = experts.known_by(db, chen, reader=people["vera"], now=now)
    assert [(name, score, len(reasons)) for _, name, score, reasons in known] == [("密封罐", 6.0, 2), ("雨季", 3.0, 1)]
    found = ego.of_member(db, chen, known, reader=people["vera"])
    assert (names(found, "topic"), names(found, "customer")) == (["密封罐", "雨季"], ["澄湖酒店"])
    by_one = [(node.name, node.why % node.values) for node in found.nodes if node.kind == "customer"]
    assert by_one == [("澄湖酒店", "1 note")]
