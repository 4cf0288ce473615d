import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from kb import citing, customers, interactions
from kb.map import introducing, links, path
from kb.map.things import Thing
from kb.note_details import Details
from tests.kb.map.test_ego import TALK, a_customer, a_web, about, plans, talk

__all__ = ["a_customer", "a_web"]  # fixtures


@pytest.fixture
def another_customer(db, people, now):
    return Thing("customer", customers.add(db, name="同里民宿", by=people["chen"], now=now).id)


def said(found):
    return [[links.why(each) % {"left": found.names[each.left], "right": found.names[each.right], "count": each.count}
             for step in way for each in step.links] for way in found.ways]  # fmt: skip


@pytest.fixture
def way(db, people):
    """Return a function that finds the ways between two things as a member sees them."""
    return lambda start, end, login="li": path.between(db, start, end, reader=people[login])


def test_one_is_led_to_a_customer_by_who_spoke_with_them(db, people, a_note, now, way, a_customer):
    me = Thing("member", people["li"].member_id)
    assert way(me, a_customer).ways == ()
    a_note(title="同一条", by=people["li"], topic_names=["罐"])
    a_note(title="另一条", by=people["lin"], topic_names=["罐"])
    talk(db, a_customer, people["lin"], now)
    talk(db, a_customer, people["lin"], now)
    found = way(me, a_customer)
    assert (len(found.ways), found.total) == (1, 1)
    assert said(found) == [[
        "李思远 wrote “同一条”", "“同一条” is about the topic 罐", "“另一条” is about the topic 罐",
        "林志强 wrote “另一条”", "林志强 spoke with 澄湖酒店 2 times",
    ]]  # fmt: skip
    assert found.ways[0][-1].links[0].at == "2026-05-01T08:00:00.000000Z"
    # Somebody of the same department is nearer.
    talk(db, a_customer, people["wang"], now)
    assert said(way(me, a_customer)) == [
        ["李思远 works in 客服部", "王雅婷 works in 客服部", "王雅婷 spoke with 澄湖酒店"]
    ]


def test_who_introduces_one_says_with_whom_they_spoke_last_and_how(db, people, a_note, a_customer, now):
    asked = {"reader": people["li"], "now": now, "most": 5}
    a_note(details=about(a_customer), by=people["chen"])
    for number, (login, readers) in enumerate((("wang", "all"), ("wang", "all"), ("wang", "owner"), ("li", "all"))):
        told = {**TALK, "contact": f"第 {number} 位", "happened_at": f"2026-05-0{number + 1}T08:00:00.000000Z"}
        interactions.add(db, customer_id=a_customer.id, **told, readers=readers, by=people[login], now=now)
    first, second = introducing.of(db, a_customer, **asked)
    assert (first.member.name, first.talk["contact"], first.talk["channel"]) == ("王雅婷", "第 1 位", "电话")
    assert (second.member.name, second.talk) == ("陈小兰", None)
    interactions.archive(db, first.talk["id"], by=people["wang"], now=now)
    talks = {each.member.name: each.talk for each in introducing.of(db, a_customer, **asked)}
    assert talks["王雅婷"]["contact"] == "第 0 位"
    assert len(introducing.of(db, a_customer, **{**asked, "most": 1})) == 1


def test_a_way_over_people_and_customers_stands_before_a_newer_one_over_a_topic(a_note, people, way, a_customer):
    old, new = "2026-01-01T00:00:00.000000Z", "2026-06-01T00:00:00.000000Z"
    for login in ("li", "lin"):
        a_note(title="旧", topic_names=[f"{login} 自己的"], details=about(a_customer), by=people[login], now=old)
        a_note(title="新", topic_names=["罐"], by=people[login], now=new)
    found = way(Thing("member", people["li"].member_id), Thing("member", people["lin"].member_id))
    assert [each[2].thing.kind for each in found.ways] == ["customer", "topic"]
    assert found.total == 2


def test_many_ways_are_counted_and_only_the_newest_told(a_note, people, way, a_customer):
    for number in range(8):
        a_note(title=f"第 {number} 条", details=about(a_customer), now=f"2026-05-0{number + 1}T00:00:00.000000Z")
    found = way(Thing("member", people["chen"].member_id), a_customer)
    assert (len(found.ways), found.total) == (5, 8)
    assert [found.names[each[1].thing] for each in found.ways] == [f"第 {number} 条" for number in (7, 6, 5, 4, 3)]


def test_of_more_ways_than_are_looked_at_those_over_people_are_told(
    monkeypatch, db, people, a_note, now, way, a_customer, another_customer
):
    monkeypatch.setattr(path, "_LOOKED_AT", 2)
    for login in ("li", "chen"):
        talk(db, a_customer, people[login], now)
    talk(db, another_customer, people["wang"], now)
    for each in (a_customer, another_customer):
        a_note(details=about(each), topic_names=["林的"], by=people["lin"])
    found = way(a_customer, another_customer)
    assert (found.total, [step.thing.kind for step in found.ways[0]]) == (
        4, ["customer", "note", "member", "note", "customer"]
    )  # fmt: skip


def test_so_are_those_over_customers_to_one_note_in_the_middle(
    monkeypatch, people, a_note, way, a_customer, another_customer
):
    monkeypatch.setattr(path, "_LOOKED_AT", 1)
    first = a_note(details=about(a_customer), topic_names=["一"], by=people["chen"])
    both = Details(customers=((a_customer.id, ""), (another_customer.id, "")), experience="complaint")
    a_note(details=both, topic_names=["一"], by=people["lin"])
    last = a_note(details=about(another_customer), topic_names=["二"], by=people["li"])
    (told,) = way(Thing("note", first.id), Thing("note", last.id)).ways
    assert [step.thing.kind for step in told] == ["note", "customer", "note", "customer", "note"]


def test_the_last_step_leads_to_and_from_what_was_reached(db, people, a_note, now, way, a_customer, another_customer):
    first = a_note(details=about(a_customer), topic_names=["一"], by=people["chen"])
    last = a_note(details=about(another_customer), topic_names=["二"], by=people["lin"])
    talk(db, another_customer, people["chen"], now)
    talk(db, a_customer, people["lin"], now)
    found = way(Thing("note", first.id), Thing("note", last.id))
    assert (found.total, {step.thing.kind for each in found.ways for step in each[1:3]}) == (2, {"member", "customer"})


def test_a_way_leads_over_nothing_that_is_closed(a_note, people, way, a_customer):
    a_note(details=about(a_customer), readers="owner", topic_names=["私事"])
    start = Thing("member", people["chen"].member_id)
    assert way(start, a_customer).ways == ()
    assert way(start, a_customer, "chen").total == 1


def test_one_is_led_over_ten_steps_and_no_further(db, people, a_note, way, now):
    ids = [a_note(title=f"第 {number} 条", topic_names=[f"主题{number}"]).id for number in range(12)]
    for one, other in zip(ids, ids[1:], strict=False):
        citing.note(db, one, other, why="那条里写了", by=people["chen"], now=now)
    db.execute("UPDATE note SET owner_id = NULL")
    db.execute("UPDATE evidence SET created_by = NULL")
    first, *_, last, beyond = (Thing("note", each) for each in ids)
    assert [len(each) - 1 for each in way(first, last).ways] == [10]
    assert way(first, beyond).ways == ()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=plans, ends=st.tuples(st.integers(0, 99), st.integers(0, 99)))
def test_no_way_is_shorter_and_none_is_left_out(plan, ends, db, people, a_web):
    db.execute("SAVEPOINT before")
    try:
        everything = a_web(plan)
        start, end = (everything[each % len(everything)] for each in ends)
        if start == end:
            return
        found = path.between(db, start, end, reader=people["li"])
        ways = _naive(db, start, end, people["li"])
        assert found.total == len(ways)
        told = [tuple(step.thing for step in way) for way in found.ways]
        assert len(told) == min(len(ways), 5)
        assert set(told) <= ways
    finally:
        db.execute("ROLLBACK TO before")
        db.execute("RELEASE before")


def _naive(db, start, end, reader):
    """Return all shortest ways, found by walking every way one step further until one arrives."""
    ways, reached = {(start,)}, set()
    for _ in range(path.LONGEST):
        longer = set()
        # What was reached in fewer steps is on no shortest way here.
        reached |= {way[-1] for way in ways}
        for way in ways:
            for link in links.at(db, [way[-1]], reader=reader):
                other = next(iter(link.ends - {way[-1]}))
                if other not in reached:
                    longer.add((*way, other))
        arrived = {way for way in longer if way[-1] == end}
        if arrived:
            return arrived
        ways = longer
    return set()
