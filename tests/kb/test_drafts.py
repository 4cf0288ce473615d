"""Texts that are not saved: their writer's alone, in any browser, for thirty days."""

import pytest

from kb import drafts, note_history, note_texts
from kb.access import OPERATOR
from kb.errors import Forbidden, Invalid

FIRST, LATER = "2026-01-01T09:00:00.000Z", "2026-01-01T09:01:00.000Z"


@pytest.fixture
def keep(db, people):
    """Return a function that keeps what chen writes, unless told who, under a key."""

    def call(key="7:new:1", *, body="写了一半", login="chen", at=FIRST, **of):
        fields = {"path": "/notes/new", "title": "半条", "form": "new", **of}
        drafts.keep(db, key, **fields, fields={"body": body}, by=people[login], now=at)

    return call


def kept(db, reader):
    return [(each.key, each.fields["body"]) for each in drafts.of_writer(db, reader=reader)]


def test_a_draft_is_its_writers_alone_and_the_last_words_stand(db, people, keep):
    keep()
    keep(body="写完了", at=LATER)
    keep("7:new:2", body="第二条", at=FIRST)
    keep(login="li", body="别人的")
    assert kept(db, people["chen"]) == [("7:new:1", "写完了"), ("7:new:2", "第二条")]
    drafts.drop(db, "7:new:1", by=people["li"])
    drafts.drop(db, "7:new:2", by=people["chen"])
    assert kept(db, people["chen"]) == [("7:new:1", "写完了")]
    assert kept(db, people["li"]) == []
    with pytest.raises(Forbidden):
        keep(login="vera")


def test_who_else_changes_a_note_is_named_while_they_do_and_what_they_write_is_not(db, people, a_note, keep, now):
    note = a_note()
    keep(note_id=note.id, login="wang")
    keep(note_id=note.id, login="wang", at=LATER)
    keep(note_id=note.id, login="chen", at=LATER)
    assert drafts.at_work(db, note.id, reader=people["chen"], now="2026-01-01T09:02:59.000Z") == [("王雅婷", FIRST)]
    assert drafts.at_work(db, note.id, reader=people["chen"], now="2026-01-01T09:03:01.000Z") == []
    note_history.erase(db, note.id, by=OPERATOR, now=now, reason="本人要求")
    assert db["draft"].count == 0


def test_what_nobody_came_back_to_for_thirty_days_goes(db, people, keep):
    keep()
    drafts.sweep(db, now="2026-01-31T08:59:00.000Z")
    assert kept(db, people["chen"])
    drafts.sweep(db, now="2026-01-31T09:01:00.000Z")
    assert kept(db, people["chen"]) == []


def test_a_draft_too_long_is_refused_and_of_too_many_the_oldest_goes(db, people, keep, monkeypatch):
    with pytest.raises(Invalid, match="too long"):
        keep(body="字" * (note_texts.LONGEST_BODY + 100_001))
    monkeypatch.setattr(drafts, "MOST", 2)
    for n in range(3):
        keep(f"7:new:{n}", at=f"2026-01-01T09:0{n}:00.000Z")
    assert [key for key, _ in kept(db, people["chen"])] == ["7:new:2", "7:new:1"]
