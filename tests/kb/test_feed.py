import sqlite3

import pytest

from kb import access_log, feed, note_history, notes
from kb.access import OPERATOR
from kb.errors import Conflict, NotFound
from kb.store import writing

AT = "2026-01-01T00:00:00.000000Z"


@pytest.fixture
def append(db):
    def call(number=1, **texts):
        with writing(db):
            return feed.append(db, by=OPERATOR, did="note.edit", of=number, at=AT, **texts)

    return call


def test_changes_are_numbered_without_a_gap_and_found_again(db, append):
    assert [append(), append(2), append()] == [1, 2, 3]
    assert feed.last_seq(db) == 3
    assert [row["seq"] for row in feed.after(db, 1)] == [2, 3]
    assert [row["seq"] for row in feed.changes(db, "note", 1)] == [3, 1]


def test_a_change_outside_a_transaction_is_refused(db):
    with pytest.raises(RuntimeError):
        feed.append(db, by=OPERATOR, did="note.edit", of=1, at=AT)


def test_a_change_that_failed_leaves_no_line(db):
    with pytest.raises(RuntimeError), writing(db):
        feed.append(db, by=OPERATOR, did="note.edit", of=1, at=AT)
        raise RuntimeError
    assert feed.last_seq(db) == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE change SET action = 'x'",
        "DELETE FROM change",
        "UPDATE access_log SET action = 'x'",
        "DELETE FROM access_log",
    ],
)
def test_what_was_written_cannot_be_rewritten(db, append, statement):
    append()
    access_log.record(db, member_id=None, action="search")
    with pytest.raises(sqlite3.IntegrityError):
        db.execute(statement)


def break_open(db):
    for row in list(db.query("SELECT name FROM sqlite_master WHERE type = 'trigger'")):
        db.execute(f"DROP TRIGGER {row['name']}")


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE change SET action = 'archive' WHERE seq = 2", "change 2: the chain is broken"),
        ("UPDATE change SET member_id = NULL, at = '2027' WHERE seq = 3", "change 3: the chain is broken"),
        ("UPDATE change SET hash = digest WHERE seq = 2", "change 2: the chain is broken"),
        ("DELETE FROM change WHERE seq = 2", "change 3: changes before it are missing"),
        ("DELETE FROM change WHERE seq = 1", "change 2: changes before it are missing"),
        ('UPDATE change_text SET after = \'{"title":"y"}\' WHERE seq = 2', "change 2: its text was altered"),
        ("UPDATE change_text SET reason = 'other' WHERE seq = 3", "change 3: its text was altered"),
        ("UPDATE change SET seq = 9 WHERE seq = 3", "change 9: changes before it are missing"),
    ],
)
def test_whoever_edits_the_past_is_found_out(db, append, statement, says):
    for number in range(3):
        append(after={"title": f"t{number}"}, reason="weil")
    assert feed.verify(db) == []
    break_open(db)
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute(statement)
    assert says in [template % values for template, values in feed.verify(db)]


def test_the_access_log_is_chained_likewise(db):
    for action in ("sign_in", "search", "sign_out"):
        access_log.record(db, member_id=None, action=action)
    assert access_log.verify(db) == []
    break_open(db)
    db.execute("UPDATE access_log SET action = 'x' WHERE seq = 2")
    assert access_log.verify(db) != []


def test_lines_of_reading_are_gathered_and_written(db, home):
    gatherer = access_log.Gatherer(home)
    for _ in range(3):
        gatherer.add(member_id=None, action="search")
    gatherer.flush()
    assert db["access_log"].count == 3
    assert access_log.verify(db) == []


def test_erasing_a_persons_texts_keeps_the_chain_and_forbids_undo(db, people, a_note, now, home):
    note = a_note(title="张三的电话 13812345678", body="张三住在人民路")
    seq = notes.archive(db, note.id, by=people["chen"], now=now)
    other = a_note(title="别的")

    note_history.erase(db, note.id, by=people["zhao"], now=now, reason="本人请求,个人信息保护法第47条")

    assert feed.verify(db) == []
    rows = feed.changes(db, "note", note.id)
    assert [row["action"] for row in rows] == ["erase", "archive", "add"]
    assert [row["erased"]["reason"] for row in rows[1:]] == ["本人请求,个人信息保护法第47条"] * 2
    assert all(row["before"] is row["after"] is None for row in rows)
    with pytest.raises(Conflict, match="erased on"):
        feed.refuse_if_erased(feed.change(db, seq))
    assert notes.get(db, other.id, reader=OPERATOR).title == "别的"
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert "人民路".encode() not in (home / "kezhi.db").read_bytes()


def test_a_cursor_remembers_how_far_a_consumer_is(db):
    assert feed.cursor(db, "map") == 0
    feed.move_cursor(db, "map", 7)
    feed.move_cursor(db, "map", 9)
    assert feed.cursor(db, "map") == 9


def test_only_a_change_of_the_noun_and_action_asked_for_is_there_to_undo(db):
    with writing(db):
        seq = feed.append(db, by=OPERATOR, did="comment.add", of=1, at=AT)
    assert feed.to_undo(db, seq, "comment", "add", hint="")["seq"] == seq
    for asked in ((seq, "note"), (seq, "comment", "edit"), (seq + 1, "comment")):
        with pytest.raises(NotFound, match="nothing to undo"):
            feed.to_undo(db, *asked, hint="")
