"""Whether a note still holds: who doubts it, who mends or confirms it."""

import pytest

from kb import duties, feed, note_history, notes, verification
from kb.access import OPERATOR
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.note_details import Details
from kb.store import writing

FIELDS = ("title", "summary", "body", "dimension", "readers")


@pytest.fixture
def doubt(db, people, now):
    def call(note_id, login="li", words="改成六个月了", at=None):
        return verification.doubt(db, note_id, words, by=people[login], now=at or now)

    return call


def doubts(db, note_id):
    return [(each["member"], each["words"]) for each in notes.get(db, note_id, reader=OPERATOR).doubts]


def test_a_doubt_stands_until_the_author_says_that_it_still_holds(db, people, now, a_note, doubt):
    note = a_note(now="2026-01-01T00:00:00.000000Z")
    doubt(note.id)
    assert notes.get(db, note.id, reader=OPERATOR).updated_at == note.updated_at
    doubt(note.id, "lin", " 东店\n不是这样 ")
    assert doubts(db, note.id) == [("李思远", "改成六个月了"), ("林志强", "东店 不是这样")]
    with pytest.raises(Forbidden):
        verification.verify(db, note.id, by=people["li"], now=now)
    seq = verification.verify(db, note.id, by=people["chen"], now=now)
    assert doubts(db, note.id) == []
    notes.undo(db, seq, by=people["chen"], now=now)
    assert len(doubts(db, note.id)) == 2


def test_an_edit_leaves_what_was_doubted_till_it_says_that_it_answers_what_was_said_by_then(
    db, people, now, a_note, doubt
):
    note = a_note()
    doubt(note.id, at="2026-01-01T00:00:00.000000Z")
    doubt(note.id, "lin", "换了供应商", at="2026-01-02T00:00:00.000000Z")
    fields = {name: getattr(note, name) for name in FIELDS} | {"details": note.details(), "topic_names": ["密封罐"]}
    who = {"by": people["chen"], "now": now}
    notes.edit(db, note.id, version=3, **(fields | {"body": "客户说，盖子的胶圈会变硬。"}), **who)
    assert len(doubts(db, note.id)) == 2
    mended = {"body": "六个月换一次", "answered": "2026-01-01T00:00:00.000000Z"}
    notes.edit(db, note.id, version=4, **(fields | mended), **who)
    assert doubts(db, note.id) == [("林志强", "换了供应商")]
    notes.undo(db, feed.last_seq(db), **who)
    assert len(doubts(db, note.id)) == 2


def test_who_doubts_takes_it_back_and_doubts_once(db, people, now, a_note, doubt):
    note = a_note()
    seq = doubt(note.id)
    with pytest.raises(Conflict):
        doubt(note.id)
    notes.undo(db, seq, by=people["li"], now=now)
    doubt(note.id, words="换个说法")
    assert doubts(db, note.id) == [("李思远", "换个说法")]


def test_a_doubt_has_words_and_is_for_who_may_see_and_write(db, a_note, doubt):
    note = a_note()
    with pytest.raises(Invalid) as refused:
        doubt(note.id, words=" ")
    assert refused.value.field == "doubt"
    with pytest.raises(Forbidden):
        doubt(note.id, "vera")
    with pytest.raises(NotFound):
        doubt(a_note(readers="owner").id)


def test_authors_have_their_doubted_notes_waiting_the_longest_doubted_first(db, people, now, a_note, doubt):
    first, second, gone = a_note(title="先"), a_note(title="后"), a_note(title="归档的")
    for day, note in enumerate((gone, second, first), 1):
        doubt(note.id, at=f"2026-01-0{4 - day}T00:00:00.000000Z")
    notes.archive(db, gone.id, by=people["chen"], now=now)
    found = verification.waiting(db, reader=people["chen"])
    assert [note.title for note in found] == ["先", "后"]
    assert verification.waiting(db, reader=people["li"]) == []
    note_history.erase(db, first.id, by=people["zhao"], now=now, reason="客户要求")
    assert [note.title for note in verification.waiting(db, reader=people["chen"])] == ["后"]


def test_a_note_about_an_earlier_version_of_details_keeps_its_doubt(db, people, now, a_note, doubt):
    note = a_note(dimension="for")
    doubt(note.id)
    fields = {name: getattr(note, name) for name in FIELDS} | {"topic_names": ["密封罐"]}
    longer = Details(audience="all", valid_from="2026-01-01", valid_until="2030-01-01")
    notes.edit(db, note.id, version=2, **fields, details=longer, by=people["chen"], now=now)
    assert len(doubts(db, note.id)) == 1


def test_what_is_raised_while_a_deed_of_many_runs_is_not_answered_by_it(db, people, a_note, now):
    began, later = "2026-12-24T08:00:00.000000Z", "2026-12-24T08:00:09.000000Z"
    ids = [a_note(title=title).id for title in "甲乙丙"]
    with writing(db):
        duties.ask(db, ids, "source", by=people["wang"], now=began, cause="quote 1")
    for note_id, words, at in ((ids[0], "早就不对", began), (ids[1], "刚改了价", later)):
        verification.doubt(db, note_id, words, by=people["li"], now=at)
    with writing(db):
        duties.ask(db, [ids[2]], "gone", by=people["wang"], now=later, cause="quote 2")
        verification.do_to_part(db, ids, "verify", by=people["wang"], now=began, reason="")
    found = notes.of_ids(db, ids, reader=OPERATOR)
    assert [[each["words"] for each in note.doubts] for note in found] == [[], ["刚改了价"], []]
    assert [[each["kind"] for each in note.asks] for note in found] == [[], [], ["gone"]]
    assert [verification.trust(note, later) for note in found] == ["verified", "doubted", "due"]
