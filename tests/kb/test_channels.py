"""The list of channels: put in order, renamed, taken back; what was written stays as it was written."""

import pytest

from kb import channels, customers, feed, interactions, notes
from kb.access import OPERATOR
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.note_details import Details


@pytest.fixture
def arranged(db, people, now):
    def call(text):
        return channels.arrange(db, text, by=people["zhao"], now=now)

    return call


def test_a_list_stands_in_its_order_and_each_change_is_taken_back(db, people, now, arranged):
    first = arranged("微信\n\n 电话 \n")
    assert channels.listing(db) == ["微信", "电话"]
    second = arranged("电话\n微信\n门店")
    assert feed.change(db, second)["before"] == {"names": ["微信", "电话"]}
    with pytest.raises(Conflict):
        channels.undo(db, first, by=people["zhao"], now=now)
    third = channels.undo(db, second, by=people["zhao"], now=now)
    assert channels.listing(db) == ["微信", "电话"]
    channels.undo(db, third, by=people["zhao"], now=now)
    assert channels.listing(db) == ["电话", "微信", "门店"]
    with pytest.raises(NotFound):
        channels.undo(db, 1, by=people["zhao"], now=now)
    with pytest.raises(Forbidden):
        channels.arrange(db, "电话", by=people["wang"], now=now)
    with pytest.raises(Forbidden):
        channels.undo(db, third, by=people["wang"], now=now)


@pytest.mark.parametrize("text", ["", " \n ", "电话\n电话", "QQ\nｑｑ", "长" * 61, "\n".join(map(str, range(41)))])
def test_a_list_that_cannot_be_is_refused_by_its_field_and_the_old_one_stands(db, arranged, text):
    arranged("电话")
    last = feed.last_seq(db)
    with pytest.raises(Invalid) as refused:
        arranged(text)
    assert refused.value.field == "channels"
    assert (channels.listing(db), feed.last_seq(db)) == (["电话"], last)


def test_what_is_written_is_spelled_as_the_list_and_stays_when_the_list_changes(db, people, now, arranged, a_note):
    arranged("电话\nQQ")
    hotel = customers.add(db, name="澄湖酒店", by=people["chen"], now=now)
    note = a_note(details=Details(channel="ｑｑ", experience="complaint"))
    said = {"contact": "", "method": "talk", "happened_at": now, "said": "受潮", "told": "", "readers": "all"}
    for channel in ("qq", "对讲机"):
        interactions.add(db, customer_id=hotel.id, channel=channel, **said, by=people["chen"], now=now)
    arranged("电话\n腾讯QQ")
    assert notes.get(db, note.id, reader=OPERATOR).channel == "QQ"
    for channel, count in (("QQ", 1), ("对讲机", 1), ("腾讯QQ", 0), (None, 2)):
        found, total = interactions.listing(db, reader=people["chen"], channel=channel)
        assert (len(found), total) == (count, count)
