import pytest

from kb import topic_merge, topics
from kb.errors import NotFound
from kb.map import things
from kb.map.things import Thing


@pytest.fixture
def leads(db, people):
    """Return a function that gives what stands where an address leads a member."""
    return lambda kind, number, login="vera": things.by_key(db, f"{kind}-{number}", reader=people[login])


def test_an_address_of_a_topic_leads_to_what_it_was_merged_into_in_the_end(db, people, a_note, now, leads):
    for name in ("香薰", "清洁", "日用"):
        a_note(topic_names=[name])
    first, second, last = (topics.by_name(db, name, reader=people["wang"]).id for name in ("香薰", "清洁", "日用"))
    seq = topic_merge.merge(db, first, second, by=people["wang"], now=now)
    assert leads("topic", first) == (Thing("topic", second), "清洁")
    again = topic_merge.merge(db, second, last, by=people["wang"], now=now)
    assert leads("topic", first) == leads("topic", second) == (Thing("topic", last), "日用")
    db.execute("UPDATE note SET readers = 'owner'")
    assert leads("topic", first, "chen")[1] == "日用"
    # What it leads to is not told to who may not know of it.
    assert things.settled(db, Thing("topic", first), reader=people["vera"]) == Thing("topic", first)
    with pytest.raises(NotFound):
        leads("topic", first)
    db.execute("UPDATE note SET readers = 'all'")
    for each in (again, seq):
        topic_merge.undo(db, each, by=people["wang"], now=now)
    assert leads("topic", first)[1] == "香薰"


def test_an_address_of_a_note_leads_to_what_it_was_merged_into_for_who_may_see_both(db, people, a_note, leads):
    ids = [a_note(title=f"第 {number} 条").id for number in range(3)]
    for one, into in zip(ids, ids[1:], strict=False):
        db["note"].update(one, {"merged_into": into, "archived": 1})
    assert leads("note", ids[0]) == (Thing("note", ids[2]), "第 2 条")
    db["note"].update(ids[2], {"readers": "owner"})
    assert leads("note", ids[0])[1] == "第 1 条"
    assert leads("note", ids[0], "chen")[1] == "第 2 条"
    db["note"].update(ids[0], {"readers": "owner"})
    with pytest.raises(NotFound):
        leads("note", ids[0])
