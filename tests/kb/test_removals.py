"""What was taken off comes back whatever was changed since, as long as it is kept and not there again."""

import io

import pytest

from kb import attachments, citing, customers, evidence, feed, interaction_attachments, interactions, notes, removals
from kb.access import OPERATOR
from kb.errors import Conflict, Forbidden, Invalid
from kb.store import writing

LATER = "2099-01-01T00:00:00.000000Z"


@pytest.fixture
def note(a_note):
    return a_note(title="澄湖酒店的毛巾合同")


@pytest.fixture
def touch(db, people, now):
    """Change what others wrote of a note, so that nothing before is its newest change."""

    def again(note_id):
        with writing(db):
            before = notes.get(db, note_id, reader=OPERATOR)
            db["note"].update(note_id, {"version": before.version + 1, "summary": f"{before.summary}又"})
            return notes.log(db, "note.edit", before, stand(db, note_id), people["wang"], now)

    return again


def stand(db, note_id):
    return notes.get(db, note_id, reader=OPERATOR)


def attached(db, note, people, now, *names):
    given = [(name, io.BytesIO(name.encode())) for name in names]
    attachments.add(db, note.id, given, most_megabytes=5, by=people["chen"], now=now)
    return stand(db, note.id).attachments


def test_a_file_comes_back_after_later_changes_which_stay(db, home, people, note, touch, now):
    first, second = attached(db, note, people, now, "合同", "附页")
    seq = attachments.remove(db, first["id"], by=people["chen"], now=now)
    touch(note.id)
    other = attachments.remove(db, second["id"], by=people["chen"], now=now)
    assert removals.standing_off(db, [seq, other, seq - 1]) == {seq, other}
    with pytest.raises(Forbidden):
        removals.undo(db, seq, believed=(), by=people["li"], now=now)
    back = removals.undo(db, seq, believed=(), by=people["chen"], now=now)
    assert ([each["name"] for each in back.attachments], back.summary) == (["合同"], "又")
    assert removals.standing_off(db, [seq, other]) == {other}
    with pytest.raises(Conflict, match="again already"):
        removals.undo(db, seq, believed=(), by=people["chen"], now=now)
    # To take that back takes it off again.
    notes.undo(db, feed.last_seq(db), by=people["chen"], now=now)
    assert stand(db, note.id).attachments == ()


def test_a_file_that_was_attached_anew_or_swept_does_not_come_back(db, home, people, note, touch, now):
    (file,) = attached(db, note, people, now, "合同")
    seq = attachments.remove(db, file["id"], by=people["chen"], now=now)
    attached(db, note, people, now, "合同")
    assert removals.standing_off(db, [seq]) == set()
    with pytest.raises(Conflict, match="again already"):
        removals.undo(db, seq, believed=(), by=people["chen"], now=now)
    db.execute("DELETE FROM attachment WHERE removed_at IS NOT NULL")
    with pytest.raises(Conflict, match="gone for good"):
        removals.undo(db, seq, believed=(), by=people["chen"], now=now)


def test_evidence_comes_back_with_what_it_asked_for_after_later_changes(db, people, note, a_note, touch, now):
    source = a_note(title="密封罐怎么防潮")
    chen = people["chen"]
    citing.note(db, note.id, source.id, why="里面写了怎么擦", by=chen, now=now)
    notes.archive(db, source.id, by=chen, now=now)
    asked = stand(db, note.id).asks
    assert asked
    seq = citing.remove(db, note.id, "evidence", 1, by=chen, now=now)
    touch(note.id)
    assert (stand(db, note.id).asks, removals.standing_off(db, [seq])) == ((), {seq})
    back = removals.undo(db, seq, believed=(), by=chen, now=now)
    assert ([each["source_note_id"] for each in evidence.of_note(db, note.id)], back.asks) == ([source.id], asked)
    seq = citing.remove(db, note.id, "evidence", 1, by=chen, now=now)
    notes.undo(db, next(each["seq"] for each in feed.changes(db, "note", source.id)), by=chen, now=now)
    citing.note(db, note.id, source.id, why="还是它", by=chen, now=now)
    assert removals.standing_off(db, [seq]) == set()
    with pytest.raises(Conflict, match="again already"):
        removals.undo(db, seq, believed=(), by=chen, now=now)
    evidence.sweep(db, now=LATER)
    with pytest.raises(Conflict, match="30 days"):
        removals.undo(db, seq, believed=(), by=chen, now=now)


def test_a_file_of_an_interaction_comes_back_after_later_changes(db, home, people, now):
    customer = customers.add(db, name="澄湖酒店", by=people["chen"], now=now)
    seq = interactions.add(
        db, customer_id=customer.id, contact="", channel="电话", method="talk", said="圈掉了", told="", readers="all",
        happened_at=now, by=people["chen"], now=now,
    )  # fmt: skip
    number = int(feed.change(db, seq)["noun_id"])

    def names():
        return [each["name"] for each in interactions.get(db, number, reader=OPERATOR).attachments]

    for name in ("录音", "清单"):
        sent = [(name, io.BytesIO(name.encode()))]
        interaction_attachments.add(db, number, sent, most_megabytes=1, by=people["chen"], now=now)
    first, second = (each["id"] for each in interactions.get(db, number, reader=OPERATOR).attachments)
    seq = interaction_attachments.remove(db, first, by=people["chen"], now=now)
    interaction_attachments.remove(db, second, by=people["chen"], now=now)
    assert (names(), removals.standing_off(db, [seq])) == ([], {seq})
    interactions.undo(db, seq, by=people["chen"], now=now)
    assert (names(), removals.standing_off(db, [seq])) == (["录音"], set())
    with pytest.raises(Conflict, match="again already"):
        interactions.undo(db, seq, by=people["chen"], now=now)


def test_what_others_build_on_loses_neither_file_nor_evidence_without_a_reason(db, home, people, note, a_note, now):
    source = a_note(title="密封罐怎么防潮")
    (file,) = attached(db, note, people, now, "合同")
    citing.note(db, note.id, source.id, why="里面写了", by=people["chen"], now=now)
    db["note"].update(note.id, {"maturity": "explicit", "summary": "每季付款"})
    for take_off in (
        lambda **why: attachments.remove(db, file["id"], by=people["chen"], now=now, **why),
        lambda **why: citing.remove(db, note.id, "evidence", 1, by=people["chen"], now=now, **why),
    ):
        before = stand(db, note.id)
        with pytest.raises(Invalid) as problem:
            take_off(reason=" ")
        assert (problem.value.field, stand(db, note.id)) == ("reason", before)
        assert feed.change(db, take_off(reason="合同换了"))["reason"] == "合同换了"
