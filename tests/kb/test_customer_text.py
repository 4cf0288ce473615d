"""The text for the customer: of notes for customers only, kept like the rest of a note, and found by its words."""

from dataclasses import replace

import pytest

from kb import feed, note_details, note_history, note_merge, notes
from kb.access import OPERATOR
from kb.errors import Conflict, Invalid
from kb.note_details import Details
from kb.search import indexer
from kb.search.find import search

FOR = Details(audience="all", valid_from="2026-01-01", customer_text="您好：\n\n手洗、阴干就好。")


def test_it_stays_as_it_was_written_and_only_where_it_is_for_customers(db, people, a_note):
    told = a_note(dimension="for", details=FOR)
    assert told.customer_text == "您好：\n\n手洗、阴干就好。"
    from_them = Details(channel="电话", experience="complaint", customer_text="您好")
    assert a_note(title="另一条", details=from_them).customer_text == ""
    with pytest.raises(Invalid) as refused:
        a_note(dimension="for", details=replace(FOR, customer_text="字" * 5001))
    assert refused.value.field == "customer_text"


def test_it_is_not_given_out_once_the_note_has_expired(a_note):
    note = a_note(dimension="for", details=replace(FOR, valid_until="2026-03-31"))
    for day in ("2025-12-31", "2026-03-31"):
        assert note_details.for_customer(note, day) == FOR.customer_text
    with pytest.raises(Conflict) as refused:
        note_details.for_customer(note, "2026-04-01")
    assert refused.value.values == {"day": "2026-03-31", "name": "陈小兰"}


def fill_in(text, values):
    return text % values


def test_it_goes_back_with_its_version_and_both_stand_after_a_merge(db, people, now, a_note):
    first = a_note(dimension="for", details=FOR)
    seq = feed.last_seq(db)
    fields = {each: getattr(first, each) for each in ("title", "summary", "body", "dimension", "readers", "version")}
    notes.edit(
        db, first.id, **fields, topic_names=["密封罐"], details=replace(FOR, customer_text="换个说法"),
        by=people["chen"], now=now,
    )  # fmt: skip
    note_history.restore(db, first.id, seq, by=people["chen"], now=now)
    kept = notes.get(db, first.id, reader=OPERATOR)
    assert kept.customer_text == FOR.customer_text
    other = a_note(title="另一条", dimension="for", details=replace(FOR, customer_text="用温水。"))
    wish = note_merge.Wish("all", is_confirmed=True)
    note_merge.merge(db, kept.id, other.id, wish, versions=(kept.version, 1), say=fill_in, by=people["wang"], now=now)
    assert notes.get(db, kept.id, reader=OPERATOR).customer_text == f"{FOR.customer_text}\n\n用温水。"


def test_it_is_found_by_its_words_and_shown_where_it_answers(db, home, people, a_note):
    note = a_note(title="保养", body="内部的话", dimension="for", details=FOR)
    indexer.catch_up(db, home)
    (hit,) = search(db, home, "阴干就好", reader=people["li"]).hits
    assert (hit.id, hit.customer_text) == (note.id, FOR.customer_text)
    assert "阴干就好" in hit.snippet
