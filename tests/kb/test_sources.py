import pytest

from kb import feed, members, sources, topics
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.overtaken import Overtaken

FIELDS = {"name": "密封测试台", "kind": "equipment", "place": "实验室", "topic_names": ["密封"]}


@pytest.fixture
def bench(db, people, now):
    return sources.add(db, **FIELDS, owner_id=people["li"].member_id, by=people["chen"], now=now)


def test_a_source_is_found_under_its_topic_its_kind_and_its_owner(db, people, bench):
    topic = topics.by_name(db, "密封", reader=people["vera"])
    assert topic.notes == 0
    for asked in ({"topic_id": topic.id}, {"kind": "equipment"}, {"owner_id": people["li"].member_id}, {}):
        assert [each.name for each in sources.listing(db, reader=people["vera"], **asked)] == ["密封测试台"], asked
    for asked in ({"topic_id": topic.id + 1}, {"kind": "paper"}, {"owner_id": people["chen"].member_id}):
        assert sources.listing(db, reader=people["vera"], **asked) == [], asked
    assert (bench.owner, bench.owner_state) == ("李思远", "active")


@pytest.mark.parametrize(
    ("change", "field"),
    [({"name": " "}, "name"), ({"place": ""}, "place"), ({"kind": "cloud"}, "kind"), ({"topic_names": []}, "topics"),
     ({"owner_id": 999}, "owner_id")],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_its_field(db, people, now, change, field):
    with pytest.raises(Invalid) as refused:
        sources.add(db, **{**FIELDS, "owner_id": people["li"].member_id, **change}, by=people["chen"], now=now)
    assert refused.value.field == field
    assert db["source"].count == 0


def test_who_has_left_gets_no_source_but_keeps_to_be_told_of(db, people, bench, now):
    members.leave(db, people["li"].member_id, by=people["zhao"], now=now)
    assert sources.get(db, bench.id, reader=people["vera"]).owner_state == "left"
    kept = {**FIELDS, "place": "二楼", "owner_id": people["li"].member_id}
    assert sources.edit(db, bench.id, version=1, **kept, by=people["chen"], now=now).place == "二楼"
    with pytest.raises(Invalid):
        sources.add(db, **FIELDS, owner_id=people["li"].member_id, by=people["chen"], now=now)


def test_archived_it_is_in_no_list_until_it_is_brought_back(db, people, bench, now):
    sources.archive(db, bench.id, version=1, by=people["chen"], now=now)
    fields = {**FIELDS, "place": "别处", "owner_id": people["li"].member_id, "by": people["wang"], "now": now}
    for act in (
        lambda: sources.edit(db, bench.id, version=2, **fields),
        lambda: sources.check(db, bench.id, by=people["wang"], now=now),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.values == {"name": "陈小兰"}
    assert sources.listing(db, reader=people["vera"]) == []
    assert topics.listing(db, reader=people["vera"]) == []
    sources.restore(db, bench.id, version=2, by=people["chen"], now=now)
    assert len(sources.listing(db, reader=people["vera"])) == 1
    actions = [row["action"] for row in feed.changes(db, "source", bench.id)]
    assert actions == ["restore", "archive", "add"]
    sources.archive(db, bench.id, version=3, by=people["chen"], now=now)
    again = sources.save_again(db, bench.id, version=4, **fields)
    assert (again.archived, again.place) == (0, "别处")


def test_two_who_save_one_source_are_put_together_field_by_field(db, people, bench, now):
    fields = {**FIELDS, "topic_names": ["密封", "ｓｅａｌ"], "owner_id": people["li"].member_id}
    sources.edit(db, bench.id, version=1, **{**fields, "topic_names": ["密封", "Seal"]}, by=people["chen"], now=now)
    first = {**fields, "place": "二楼", "topic_names": ["密封", "Seal", "测试"], "owner_id": people["wang"].member_id}
    sources.edit(db, bench.id, version=2, **first, by=people["chen"], now=now)
    members.leave(db, people["li"].member_id, by=people["zhao"], now=now)
    sources.check(db, bench.id, by=people["chen"], now=now)
    second = {**fields, "access": "找赵明", "months": "6", "by": people["wang"], "now": now}
    both = sources.edit(db, bench.id, version=2, **second)
    assert (both.place, both.access, both.months, both.owner) == ("二楼", "找赵明", 6, "王雅婷")
    assert [each["name"] for each in both.topics] == ["密封", "Seal", "测试"]
    for third, fields in (("place", {"place": "三楼"}), ("topics", {"topic_names": ["罐"]})):
        with pytest.raises(Overtaken, match="Nothing of yours is lost") as problem:
            sources.edit(db, bench.id, version=2, **{**second, **fields})
        assert (problem.value.clashes, problem.value.wanted["owner_id"]) == ((third,), people["wang"].member_id)
    assert "罐" not in [row["name"] for row in db["topic"].rows]
    seq = sources.archive(db, bench.id, version=both.version, by=people["chen"], now=now)
    sources.undo(db, seq, by=people["chen"], now=now)
    with pytest.raises(Overtaken):
        sources.edit(db, bench.id, version=99, **second)
    sources.archive(db, bench.id, version=both.version + 2, by=people["chen"], now=now)
    assert sources.save_again(db, bench.id, version=2, **{**second, "name": "台"}).place == "二楼"


def test_only_who_may_write(db, people, bench, now):
    fields = {**FIELDS, "owner_id": people["li"].member_id}
    with pytest.raises(Forbidden):
        sources.add(db, **fields, by=people["vera"], now=now)
    with pytest.raises(NotFound):
        sources.get(db, 99, reader=people["vera"])


def test_a_source_is_due_after_its_months_until_somebody_says_that_it_is_still_right(db, people, bench, now):
    wang, li = people["wang"], people["li"].member_id
    assert sources.listing(db, reader=wang, due_at="2999-01-01T00:00:00Z") == []
    made = sources.edit(db, bench.id, version=1, **FIELDS, owner_id=li, months="6", by=wang, now="2026-01-31T01:00:00Z")
    assert made.due_at[:10] == "2026-07-31"
    assert sources.listing(db, reader=wang, due_at="2026-07-30T00:00:00Z") == []
    assert [each.id for each in sources.listing(db, reader=people["vera"], due_at="2026-08-01T00:00:00Z")] == [bench.id]
    seq = sources.check(db, bench.id, by=people["chen"], now="2026-08-02T01:00:00Z")
    assert sources.listing(db, reader=wang, due_at="2026-08-03T00:00:00Z") == []
    assert sources.get(db, bench.id, reader=wang).checker == "陈小兰"
    sources.undo(db, seq, by=people["chen"], now="2026-08-02T02:00:00Z")
    assert [each.checker for each in sources.listing(db, reader=wang, due_at="2026-08-03T00:00:00Z")] == ["王雅婷"]
    with pytest.raises(Forbidden):
        sources.check(db, bench.id, by=people["vera"], now=now)


@pytest.mark.parametrize("months", ["0", "61", "半年", "-1"])
def test_no_number_of_months_is_refused(db, people, months, now):
    with pytest.raises(Invalid) as refused:
        sources.add(db, **FIELDS, owner_id=people["li"].member_id, months=months, by=people["chen"], now=now)
    assert refused.value.field == "months"


def test_every_change_of_a_source_is_taken_back_unless_another_followed(db, people, bench, now):
    before = sources.get(db, bench.id, reader=people["vera"])
    other = {**FIELDS, "name": "台", "access": "找李思远借钥匙", "topic_names": ["气密", "密封"]}
    sources.edit(db, bench.id, version=1, **other, owner_id=people["chen"].member_id, by=people["chen"], now=now)
    first = feed.last_seq(db)
    sources.check(db, bench.id, by=people["chen"], now=now)
    with pytest.raises(Conflict):
        sources.undo(db, first, by=people["chen"], now=now)
    for seq in (first + 1, first + 2, first + 3):
        # The undo of an undo, too.
        sources.undo(db, seq, by=people["chen"], now=now)
    sources.archive(db, bench.id, version=6, by=people["chen"], now=now)
    sources.undo(db, feed.last_seq(db), by=people["chen"], now=now)
    stands = sources.get(db, bench.id, reader=people["vera"])
    assert (stands.name, stands.access, stands.owner) == ("台", "找李思远借钥匙", "陈小兰")
    assert (stands.archived, {each["name"] for each in stands.topics}) == (0, {"气密", "密封"})
    assert before.name == "密封测试台"


@pytest.mark.parametrize("query", ["密封测试台", "mfcst", "mifengceshitai", "测试", "密封 实验室", "密封测试台在哪里"])
def test_a_source_is_found_by_its_name_its_place_and_topic_or_a_question_that_names_it(db, people, bench, query):
    assert [each.id for each in sources.find(db, query, reader=people["vera"])] == [bench.id]


@pytest.mark.parametrize("query", ["", "密封 仓库", "库房", "csmf"])
def test_what_names_no_source_finds_none(db, people, bench, query):
    assert sources.find(db, query, reader=people["vera"]) == []
