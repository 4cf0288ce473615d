"""The same heard again: one more customer of the note, not a second note."""

import pytest

from kb import customers, feed, heard, notes
from kb.access import OPERATOR
from kb.errors import Forbidden, Invalid, NotFound
from kb.note_details import Details


@pytest.fixture
def hotel(db, people, now):
    return customers.add(db, name="澄湖酒店", by=people["chen"], now=now)


def test_whoever_hears_it_again_adds_the_customer_and_takes_that_back(db, people, now, a_note, hotel):
    first = customers.add(db, name="鹿溪民宿", by=people["chen"], now=now)
    note = a_note(details=Details(customers=((first.id, ""),), experience="complaint"))
    seq = heard.join(db, note.id, [hotel.id], by=people["li"], now=now)
    assert [each["name"] for each in notes.get(db, note.id, reader=OPERATOR).customers] == ["鹿溪民宿", "澄湖酒店"]
    assert feed.change(db, seq)["action"] == "join"
    with pytest.raises(Invalid):
        heard.join(db, note.id, [hotel.id], by=people["li"], now=now)
    with pytest.raises(Forbidden):
        notes.undo(db, seq, by=people["lin"], now=now)
    assert [each["name"] for each in notes.undo(db, seq, by=people["li"], now=now).customers] == ["鹿溪民宿"]


def test_only_a_note_from_customers_that_one_sees_takes_another(db, people, now, a_note, hotel):
    with pytest.raises(Invalid):
        heard.join(db, a_note(dimension="for").id, [hotel.id], by=people["li"], now=now)
    with pytest.raises(NotFound):
        heard.join(db, a_note(readers="owner").id, [hotel.id], by=people["li"], now=now)
    with pytest.raises(Forbidden):
        heard.join(db, a_note().id, [hotel.id], by=people["vera"], now=now)
    with pytest.raises(Invalid):
        heard.join(db, a_note().id, [999], by=people["li"], now=now)
