import pytest

from kb import members, notes, readers
from kb.errors import NotFound


@pytest.mark.parametrize("choice", ["owner", "department", "all"])
def test_who_is_said_to_see_a_note_are_just_those_who_do(db, people, a_note, choice, now):
    note = a_note(readers=choice, by=people["chen"])
    members.leave(db, people["lin"].member_id, by=people["zhao"], now=now)
    sees = set()
    for reader in people.values():
        try:
            notes.get(db, note.id, reader=reader)
            sees.add(reader.member_id)
        except NotFound:
            continue
    # Who has left can sign in no more.
    assert set(readers.of_note(db, note)) == sees - {people["lin"].member_id}


def test_why_somebody_sees_a_note_is_said(people, a_note):
    said = {
        ("all", "lin"): "It is open to the whole company.",
        ("department", "li"): "It is open to %(department)s, and you belong there.",
        ("department", "chen"): "You are its author.",
        ("owner", "chen"): "You are its author.",
    }
    for (choice, login), why in said.items():
        assert readers.why(a_note(readers=choice, by=people["chen"]), people[login]) == why
