import pytest

from kb import activity, comments, customers, notes, questions, replies, verification
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


def test_what_others_did_meanwhile_to_what_is_a_members_is_told_and_nothing_else(db, people, a_note, now):
    day, chen = "2026-01-05", people["chen"].member_id
    at = f"{day}T02:00:00.000000Z"
    theirs, of_another = a_note(title="甲", now=at), a_note(title="乙", by=people["li"], topic_names=["物流"], now=at)
    verification.assign(db, of_another.id, verifier_id=chen, by=people["wang"], now=at)
    foreign = a_note(title="丙", by=people["li"], topic_names=["物流"], now=at)
    asked = questions.add(db, title="圈多久换一次", topic_names=["密封罐"], by=people["lin"], now=at)[0]
    wang = people["wang"].member_id
    questions.add(db, title="圈多大", topic_names=["密封罐"], wished_id=wang, by=people["lin"], now=at)
    questions.add(db, title="哪家快递", topic_names=["物流"], by=people["lin"], now=at)
    replies.add(db, asked, body="半年", by=people["wang"], now=at)
    comments.add(db, theirs.id, body="补一句", by=people["lin"], now=at)
    for note in (theirs, of_another, foreign):
        verification.verify(db, note.id, by=people["wang"], now=at)
    verification.verify(db, theirs.id, by=people["wang"], now="2026-01-06T02:00:00.000000Z")

    def told(login, until):
        meanwhile = activity.Meanwhile(chen, f"{day}T00:00:00Z", until)
        nouns = ("note", "comment", "question", "reply", "customer")
        listed = activity.listing(db, reader=people[login], nouns=nouns, now=now, meanwhile=meanwhile)
        return sorted(f"{each.noun}.{each.action}" for each in listed for _ in range(each.count))

    missed = ["comment.add", "note.add", "note.assign", "note.verify", "note.verify"]
    missed += ["question.add", "question.add", "reply.add"]
    assert told("chen", f"{day}T23:59:59Z") == missed
    assert told("chen", f"{day}T23:59:59Z") == told("zhao", f"{day}T23:59:59Z")
    assert told("chen", f"{day}T01:00:00Z") == []
