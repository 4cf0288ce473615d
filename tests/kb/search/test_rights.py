"""What search keeps in memory of who may see which note is what the store says, after whatever happens to a note."""

import numpy as np
import pytest

from kb import access, notes
from kb.access import OPERATOR
from kb.note_details import Details
from kb.search import rights, touched
from kb.store import close_store, open_store, writing

LOGINS = ("chen", "li", "lin", None)


def told(db, home, people):
    return [np.flatnonzero(rights.seen(db, home, people.get(login, OPERATOR))).tolist() for login in LOGINS]


def asked(db, people):
    """The definition: SQLite asked for all of it."""
    for login in LOGINS:
        clause, values = access.visible(people.get(login, OPERATOR))
        yield [row[0] for row in db.execute(f"SELECT id FROM note WHERE NOT archived AND {clause} ORDER BY id", values)]


@pytest.fixture
def edit(db, people, now):
    def call(note, **changes):
        fields = {"title": "t", "body": "", "summary": "", "dimension": "from", "topic_names": ["t"]}
        fields |= {"details": Details(channel="电话", experience="complaint"), "by": people["chen"], "now": now}
        return notes.edit(db, note.id, version=notes.get(db, note.id, reader=OPERATOR).version, **fields, **changes)

    return call


def test_whatever_happens_to_a_note_who_sees_it_is_known_at_once(db, home, people, now, a_note, edit):
    lin = [("member", people["lin"].member_id)]
    first, second = a_note(readers="all"), a_note(readers="owner")
    seqs = []
    steps = [
        lambda: a_note(readers="department"),
        lambda: edit(first, readers="owner"),
        lambda: edit(second, readers="list", named_readers=lin),
        lambda: edit(second, readers="list", named_readers=[("department", people["li"].department_id)]),
        lambda: seqs.append(notes.archive(db, first.id, by=people["chen"], now=now)),
        lambda: notes.undo(db, seqs[0], by=people["chen"], now=now),
        lambda: db["note"].update(second.id, {"owner_id": people["lin"].member_id}),
        lambda: a_note(readers="list", named_readers=lin),
    ]
    before = told(db, home, people)
    for number, step in enumerate(steps):
        step()
        now_told = told(db, home, people)
        assert now_told == list(asked(db, people)), number
        assert now_told != before, number
        before = now_told


def test_what_another_process_writes_is_known_and_what_was_taken_back_is_not(db, home, people, a_note):
    note = a_note(readers="owner")
    before = told(db, home, people)
    with pytest.raises(RuntimeError), writing(db):
        db["note"].update(note.id, {"readers": "all"})
        assert told(db, home, people) == list(asked(db, people)) != before
        raise RuntimeError
    # As many changes as were taken back.
    db["note"].update(note.id, {"readers": "owner"})
    assert told(db, home, people) == before
    close_store(home)
    other = open_store(home)
    with writing(other):
        other["note"].update(note.id, {"readers": "all"})
    assert told(other, home, people) == list(asked(other, people)) != before


def test_of_very_many_changes_all_is_asked_anew(db, home, people, a_note, monkeypatch):
    monkeypatch.setattr(touched, "MOST", 2)
    told(db, home, people)
    for _ in range(4):
        a_note(readers="owner")
    assert told(db, home, people) == list(asked(db, people))
