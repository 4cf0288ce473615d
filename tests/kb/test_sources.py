import pytest

from kb import feed, members, sources, topics
from kb.errors import Conflict, Forbidden, Invalid, NotFound

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
    gone = sources.archive(db, bench.id, version=1, by=people["chen"], now=now)
    assert sources.listing(db, reader=people["vera"]) == []
    assert topics.listing(db, reader=people["vera"]) == []
    sources.restore(db, bench.id, version=gone.version, by=people["chen"], now=now)
    assert len(sources.listing(db, reader=people["vera"])) == 1
    actions = [row["action"] for row in feed.changes(db, "source", bench.id)]
    assert actions == ["restore", "archive", "add"]


def test_only_who_may_write_and_only_on_top_of_the_newest(db, people, bench, now):
    fields = {**FIELDS, "owner_id": people["li"].member_id}
    with pytest.raises(Forbidden):
        sources.add(db, **fields, by=people["vera"], now=now)
    sources.edit(db, bench.id, version=1, **fields, by=people["chen"], now=now)
    with pytest.raises(Conflict):
        sources.edit(db, bench.id, version=1, **fields, by=people["chen"], now=now)
    with pytest.raises(NotFound):
        sources.get(db, 99, reader=people["vera"])
