from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from kb import (
    citing,
    customer_archive,
    customers,
    feed,
    interactions,
    members,
    notes,
    sources,
    topic_tree,
    topics,
    uses,
)
from kb.map import around, ego, experts, links
from kb.map.things import Thing, find, of_key
from kb.note_details import Details
from kb.store import writing

TALK = {"contact": "周经理", "channel": "电话", "method": "talk", "happened_at": "2026-05-01T08:00:00.000000Z",
        "said": "盖子受潮", "told": "擦干"}  # fmt: skip


@pytest.fixture
def around_of(db, people, now):
    """Return a function that gives the `Ego` of a thing, or of the topic 密封罐, as a member sees it."""

    def call(login="vera", thing=None, **asked):
        thing = thing or Thing("topic", topics.by_name(db, "密封罐", reader=people[login]).id)
        return ego.of(db, thing, reader=people[login], now=now, **asked)

    return call


@pytest.fixture
def a_customer(db, people, now):
    return Thing("customer", customers.add(db, name="澄湖酒店", by=people["chen"], now=now).id)


def about(customer):
    return Details(customers=((customer.id, ""),), experience="complaint")


def talk(db, customer, by, now, readers="all"):
    interactions.add(db, customer_id=customer.id, **TALK, readers=readers, by=by, now=now)


def names(found, kind):
    return [node.name for node in found.nodes if node.thing.kind == kind]


def told(found, kind):
    return [(node.name, node.why % node.values) for node in found.nodes if node.thing.kind == kind]


def test_a_topic_has_its_people_notes_topics_customers_and_sources_around_it(
    db, people, a_note, now, around_of, a_customer
):
    first = a_note(topic_names=["密封罐", "雨季"], details=about(a_customer))
    a_note(topic_names=["密封罐", "雨季"], title="第二条")
    a_note(topic_names=["密封罐", "退货"], by=people["li"], title="第三条")
    uses.add(db, first.id, result="worked", by=people["li"], now=now)
    fields = {"name": "测试台", "kind": "equipment", "place": "实验室", "topic_names": ["密封罐"]}
    sources.add(db, **fields, owner_id=people["li"].member_id, by=people["chen"], now=now)
    found = around_of()
    assert names(found, "member") == ["陈小兰", "李思远"]
    assert told(found, "topic") == [("雨季", "2 notes on both"), ("退货", "1 note on both")]
    assert told(found, "customer") == [("澄湖酒店", "1 note")]
    assert names(found, "source") == ["测试台"]
    # What others used stands before what is newer.
    assert told(found, "note")[:2] == [("密封罐在梅雨季受潮", "used once"), ("第三条", "not used so far")]
    assert set(found.more.values()) == {0}
    said = {edge.why % edge.values for edge in found.edges}
    assert {"李思远 looks after “测试台”", "李思远 wrote “第三条”", "“第二条” is about the topic 雨季"} <= said


def test_everything_has_what_it_is_linked_with_around_it(db, people, a_note, now, around_of, a_customer):
    note = a_note(details=about(a_customer))
    source = a_note(title="依据", by=people["li"])
    citing.note(db, note.id, source.id, why="写了", by=people["chen"], now=now)
    notes.archive(db, a_note(title="归档", details=about(a_customer)).id, by=people["chen"], now=now)
    for _ in range(2):
        talk(db, a_customer, people["wang"], now)
    uses.add(db, note.id, result="worked", by=people["zhao"], now=now)
    member = Thing("member", people["chen"].member_id)
    assert told(around_of(thing=a_customer), "member") == [("王雅婷", "2 talks"), ("陈小兰", "1 note")]
    assert names(around_of(thing=a_customer), "note") == [note.title]
    around_note = around_of(thing=Thing("note", note.id))
    assert told(around_note, "note") == [("依据", "it rests on this")]
    assert told(around_note, "member") == [("赵明", "used it"), ("陈小兰", "wrote it")]
    assert told(around_of(thing=Thing("note", source.id)), "note") == [(note.title, "rests on it")]
    assert [why.split()[0] for _, why in told(around_of(thing=member), "topic")] == ["score"]
    assert names(around_of(thing=member), "department") == ["客服部"]
    department = Thing("department", people["chen"].department_id)
    assert ("陈小兰", "1 note") in told(around_of(thing=department), "member")
    assert told(around_of(thing=department), "topic") == [("密封罐", "2 notes")]


def test_never_more_than_forty_and_the_rest_is_counted(a_note, around_of, people):
    for number in range(15):
        a_note(title=f"第 {number} 条", topic_names=["密封罐", *(f"主题{number}-{each}" for each in range(4))])
    found = around_of()
    assert len(found.nodes) + 1 == ego.MOST
    shown = names(found, "topic")
    assert found.totals["topic"] == 60
    assert found.more["topic"] == 60 - len(shown)
    opened = around_of(opened=[Thing("member", people["chen"].member_id)] * 2)
    assert len(opened.nodes) + 1 <= ego.MOST
    assert [node for node in opened.nodes if node.parent == opened.opened[0]]
    only = around_of(kinds=("member", "note"))
    assert {node.thing.kind for node in only.nodes} == {"member", "note"}


def test_what_is_opened_brings_as_many_as_it_promised(db, people, a_note, now, around_of, a_customer):
    a_note(details=about(a_customer))
    for number in range(3):
        a_note(title=f"别的 {number}", topic_names=["别的"], details=about(a_customer))
    before = around_of()
    node = next(node for node in before.nodes if node.thing == a_customer)
    assert node.more == 3
    found = around_of(opened=[a_customer])
    brought = [each for each in found.nodes if each.parent == a_customer]
    assert (len(brought), found.opened) == (3, (a_customer,))
    assert next(each for each in found.nodes if each.thing == a_customer).more == 0
    # What nobody may open does nothing, nor does what is not there.
    assert around_of(opened=[Thing("topic", 999), Thing("member", 999)]) == before


@pytest.fixture
def a_web(db, people, a_note, now, a_customer):
    """Return a function that writes notes from a plan and returns every thing there is."""

    def make(plan):
        made, writers = [], ("chen", "li", "wang")
        other = Thing("customer", customers.add(db, name="青禾幼儿园", by=people["chen"], now=now).id)
        for who, topic, second, customer, readers, cites in plan:
            by = people[writers[who]]
            customer = (None, a_customer, other)[customer]
            details = about(customer) if customer else Details(channel="电话", experience="complaint")
            # Who writes on two topics names one product, and two others together.
            details = replace(
                details, product="挂耳咖啡" if topic == second else "挂耳咖啡、燕麦奶" if cites else "燕麦奶"
            )
            names = dict.fromkeys((f"主题{topic}", f"主题{second}"))
            note = a_note(title=f"第 {len(made)} 条", topic_names=list(names), details=details, readers=readers, by=by)
            if cites and made and by.login == made[-1][1].login:
                citing.note(db, note.id, made[-1][0].id, why="写了", by=by, now=now)
            if customer and who:
                talk(db, customer, by, now, readers=readers)
            made.append((note, by))
        fields = {"kind": "file", "place": "盘", "topic_names": ["主题0"], "owner_id": people["li"].member_id}
        sources.add(db, name="价目表", **fields, by=people["chen"], now=now)
        tables = ("topic", "member", "note", "customer", "source", "department")
        named = [Thing("product", each) for each in ("挂耳咖啡", "燕麦奶")]
        return [Thing(kind, row["id"]) for kind in tables for row in db[kind].rows] + named

    return make


plans = st.lists(
    st.tuples(
        st.integers(0, 2), st.integers(0, 3), st.integers(0, 3), st.integers(0, 2),
        st.sampled_from(["all", "department", "owner"]), st.booleans(),
    ),
    min_size=1,
    max_size=7,
)  # fmt: skip
_fresh = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@_fresh
@given(plan=plans)
def test_the_number_beside_a_thing_is_what_lies_next_to_it(plan, db, people, now, a_web):
    db.execute("SAVEPOINT before")
    try:
        everything = a_web(plan)
        for login in ("vera", "li"):
            counted = around.counts(db, everything, reader=people[login], most=99)
            for thing in everything:
                near = around.near(db, thing, reader=people[login], now=now)
                assert counted[thing] == {kind: len(some.ids) for kind, some in near.items()}, thing
    finally:
        db.execute("ROLLBACK TO before")
        db.execute("RELEASE before")


def test_nobody_counts_further_than_a_picture_says(db, people, a_note, a_customer, now):
    for number in range(3):
        a_note(title=f"第 {number} 条", details=about(a_customer))
    told = {"reader": people["li"]}
    assert around.counts(db, [a_customer], most=2, **told)[a_customer]["note"] == 2
    assert around.counts(db, [a_customer], most=9, **told)[a_customer]["note"] == 3


def test_what_one_may_not_see_is_not_around_anything(db, people, a_note, around_of, a_customer, now):
    a_note(details=about(a_customer))
    member = Thing("member", people["wang"].member_id)
    before = [around_of("li"), around_of("li", a_customer), around_of("li", member)]
    hidden = a_note(topic_names=["密封罐", "私事"], readers="owner", by=people["wang"], details=about(a_customer))
    talk(db, a_customer, people["wang"], now, readers="owner")
    assert [around_of("li"), around_of("li", a_customer), around_of("li", member)] == before
    assert names(around_of("wang"), "topic") == ["私事"]
    assert [links.why(each) for each in links.at(db, [Thing("note", hidden.id)], reader=people["li"])] == []


def test_the_number_beside_a_colleague_leaves_out_the_topic_they_stand_next_to(people, a_note, around_of):
    a_note()
    (chen,) = [each for each in around_of().nodes if each.thing == Thing("member", people["chen"].member_id)]
    # Of topic, note and department, only the department is not in the picture.
    assert chen.more == 1


def test_who_has_left_and_what_is_archived_is_around_nothing(db, people, a_note, now, around_of, a_customer):
    a_note(details=about(a_customer))
    members.leave(db, people["chen"].member_id, by=people["zhao"], now=now)
    assert names(around_of(), "member") == []
    customer_archive.archive(db, a_customer.id, by=people["wang"], now=now)
    assert names(around_of(), "customer") == []
    assert feed.last_seq(db)


def test_a_topic_under_another_stands_beside_it(db, people, a_note, now, around_of):
    a_note(topic_names=["密封罐"])
    a_note(topic_names=["收纳"])
    topic = topics.by_name(db, "密封罐", reader=people["wang"])
    with writing(db):
        topic_tree.put(
            db,
            topic.id,
            {"parents": [topics.by_name(db, "收纳", reader=people["wang"]).id]},
            did="topic.arrange",
            by=people["wang"],
            now=now,
        )
    assert told(around_of(), "topic") == [("收纳", "stands above it")]
    above = Thing("topic", topics.by_name(db, "收纳", reader=people["wang"]).id)
    assert told(around_of(thing=above), "topic") == [("密封罐", "stands under it")]


def test_a_word_leads_to_things_of_every_kind(db, people, a_note, now, a_customer):
    a_note(topic_names=["澄湖项目"])
    found = find(db, "澄湖", reader=people["li"])
    assert [(thing.kind, name) for thing, name in found] == [("topic", "澄湖项目"), ("customer", "澄湖酒店")]
    assert [thing.kind for thing, _ in find(db, "kfb", reader=people["li"])] == ["department"]
    assert find(db, "  ", reader=people["li"]) == []
    assert [of_key(text) for text in ("topic-1", "topic-٣", "user-1", "topic-1x", "topic-" + "9" * 40)] == [
        Thing("topic", 1), None, None, None, None,
    ]  # fmt: skip


def test_a_topic_warns_where_only_one_knows_it_or_nobody_who_is_here(db, people, a_note, now):
    a_note()
    topic = topics.by_name(db, "密封罐", reader=people["vera"])
    assert ego.warning(db, topic, reader=people["vera"]) == ("sole", ["陈小兰"])
    a_note(by=people["li"])
    assert ego.warning(db, topic, reader=people["vera"]) is None
    for login in ("li", "chen"):
        members.leave(db, people[login].member_id, by=people["zhao"], now=now)
    assert ego.warning(db, topic, reader=people["vera"]) == ("none", [])
    assert experts.known_by_few(db, [topic.id], reader=people["vera"]) == {topic.id: []}
