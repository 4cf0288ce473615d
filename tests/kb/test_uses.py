"""Who used a note, and what came of it."""

import pytest

from kb import customers, feed, note_history, notes, topics, uses
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.map import answer_tables, experts


@pytest.fixture
def used(db, people, now):
    """Return a function that records a use and returns the seq of its change."""

    def call(note_id, login="li", at=None, **fields):
        return uses.add(db, note_id, **{"result": "worked", **fields}, by=people[login], now=at or now)

    return call


def test_a_use_says_who_where_for_whom_and_what_came_of_it(db, people, a_note, used, now):
    hotel = customers.add(db, name="澄湖酒店", by=people["chen"], now=now)
    note = a_note()
    used(note.id, at="2026-01-01T00:00:00.000000Z")
    used(note.id, "chen", result="partly", place=" 电话 ", customer_id=hotel.id, outcome="换了\n就好")
    newest, oldest = uses.of_note(db, note.id)
    assert (newest.member, newest.department, newest.result) == ("陈小兰", "客服部", "partly")
    assert (newest.place, newest.customer, newest.outcome) == ("电话", "澄湖酒店", "换了 就好")
    assert (oldest.member, oldest.customer) == ("李思远", None)
    assert feed.changes(db, "use", newest.id)[0]["action"] == "add"


def test_what_did_not_work_is_told_in_words_and_what_is_no_result_is_refused(db, a_note, used):
    note = a_note()
    for fields, field in (
        ({"result": "failed"}, "outcome"),
        ({"result": "great"}, "result"),
        ({"place": "长" * 61}, "place"),
    ):
        with pytest.raises(Invalid) as refused:
            used(note.id, **fields)
        assert refused.value.field == field
    used(note.id, result="failed", outcome="夏天不灵")
    assert len(uses.of_note(db, note.id)) == 1


def test_nobody_uses_what_they_may_not_see_and_a_viewer_records_nothing(a_note, used):
    private = a_note(readers="owner")
    with pytest.raises(NotFound):
        used(private.id)
    with pytest.raises(Forbidden):
        used(a_note().id, "vera")


def test_only_who_recorded_a_use_takes_it_back_and_once(db, people, a_note, used, now):
    note = a_note()
    seq = used(note.id)
    with pytest.raises(Forbidden):
        uses.undo(db, seq, by=people["wang"], now=now)
    assert uses.undo(db, seq, by=people["li"], now=now) == note.id
    assert uses.of_note(db, note.id) == []
    with pytest.raises(Conflict):
        uses.undo(db, seq, by=people["li"], now=now)


def test_authors_see_what_colleagues_did_with_their_notes_but_not_their_own_uses(db, people, a_note, used, now):
    note, gone = a_note(), a_note(title="归档的一条")
    used(note.id, outcome="很灵")
    used(note.id, "chen")
    used(gone.id)
    notes.archive(db, gone.id, by=people["chen"], now=now)
    found = uses.of_author(db, people["chen"].member_id, reader=people["chen"])
    assert [(use.member, use.outcome, title) for use, title in found] == [("李思远", "很灵", note.title)]
    assert uses.of_author(db, people["li"].member_id, reader=people["li"]) == []


def test_uses_by_others_that_led_to_something_let_the_author_know_more(db, people, a_note, used, now):
    note = a_note(now=now)
    topic = topics.by_name(db, "密封罐", reader=people["vera"])
    alone = experts.experts(db, topic.id, reader=people["vera"], now=now)
    used(note.id, "chen")
    used(note.id, result="failed", outcome="不灵")
    assert experts.experts(db, topic.id, reader=people["vera"], now=now) == alone
    used(note.id)
    (chen,) = experts.experts(db, topic.id, reader=people["vera"], now=now)
    assert chen.score == alone[0].score + answer_tables.RULES["applied"]
    assert [reason.kind for reason in chen.reasons].count("applied") == 1


def test_an_erased_note_leaves_no_use(db, people, a_note, used, now):
    note = a_note()
    used(note.id)
    note_history.erase(db, note.id, by=people["zhao"], now=now, reason="客户要求")
    assert db["note_use"].count == 0
