import pytest

from kb import activity, customers, notes
from kb.access import OPERATOR

NOUNS = ("note", "customer")


@pytest.fixture
def done(db, now):
    def call(reader, **asked):
        return activity.listing(db, reader=reader, nouns=NOUNS, now=now, **asked)

    return call


def told(deeds):
    return [(each.noun, each.action, each.count, each.is_newest) for each in deeds]


def test_what_was_done_is_told_newest_first_with_what_can_be_taken_back(db, people, a_note, done, now):
    note = a_note(by=people["chen"])
    made = customers.add(db, name="王芳", by=people["chen"], now=now)
    notes.archive(db, note.id, by=people["chen"], now=now)
    assert told(done(people["li"])) == [
        ("note", "archive", 1, True), ("customer", "add", 1, True), ("note", "add", 1, False),
    ]  # fmt: skip
    assert [each.noun_id for each in done(people["li"])] == [str(note.id), str(made.id), str(note.id)]


def test_a_note_one_may_not_see_leaves_no_trace(people, a_note, done):
    a_note(readers="owner", by=people["wang"])
    a_note(readers="department", by=people["wang"])
    seen = {login: sum(each.count for each in done(people[login])) for login in ("wang", "li", "lin")}
    assert seen == {"wang": 2, "li": 1, "lin": 0}
    assert sum(each.count for each in done(OPERATOR)) == 2


def test_only_mine_and_only_older_ones(db, people, a_note, done, now):
    a_note(title="甲", by=people["chen"])
    customers.add(db, name="王芳", by=people["wang"], now=now)
    a_note(title="丙", by=people["wang"])
    mine = done(people["wang"], member_id=people["wang"].member_id)
    assert told(mine) == [("note", "add", 1, True), ("customer", "add", 1, True)]
    assert told(done(people["wang"], before=mine[-1].seq)) == [("note", "add", 1, True)]
    assert len(done(people["wang"], limit=2)) == 2


def test_what_an_import_did_to_many_is_one_deed(db, people, done, now):
    for name in ("甲", "乙", "丙"):
        customers.add(db, name=name, by=people["chen"], now=now)
    assert told(done(people["li"])) == [("customer", "add", 3, True)]


def test_what_is_older_than_thirty_days_is_history(db, people, now, done):
    customers.add(db, name="王芳", by=people["chen"], now="2020-01-01T00:00:00Z")
    assert done(people["li"]) == []
