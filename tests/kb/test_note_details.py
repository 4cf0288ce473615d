from dataclasses import replace

import pytest

from kb import customers, feed, note_details, note_rows, notes
from kb.errors import Invalid
from kb.evidence import Evidence
from kb.note_details import Details

FIELDS = {"title": "标题", "summary": "", "body": "正文", "topic_names": ["主题"], "readers": "all"}


@pytest.fixture
def write(db, people, now):
    """Return a function that writes a note of a dimension with these details."""

    def call(dimension, **details):
        proofs = details.pop("proofs", ())
        return notes.add(
            db, **FIELDS, dimension=dimension, details=Details(**details), proofs=proofs, by=people["chen"], now=now
        )

    return call


@pytest.fixture
def hotel(db, people, now):
    return customers.add(db, name="澄湖酒店", by=people["chen"], now=now).id


ABOUT = {"product": "密封罐", "observation": "园区店收银员，11 月"}
FOR = {"audience": "all", "valid_from": "2026-11-01", "valid_until": "2026-11-30"}
FROM = {"channel": "电话", "experience": "complaint"}


@pytest.mark.parametrize(
    ("dimension", "details", "field"),
    [
        ("about", {"observation": "谁看到的"}, "customers"), ("about", {"product": "罐"}, "observation"),
        ("for", {"valid_from": "2026-11-01"}, "audience"), ("for", {**FOR, "audience": "everybody"}, "audience"),
        ("for", {**FOR, "audience": "segment"}, "segment"), ("for", {**FOR, "audience": "customer"}, "customers"),
        ("for", {**FOR, "valid_from": ""}, "valid_from"), ("for", {**FOR, "valid_from": "昨天"}, "valid_from"),
        ("for", {**FOR, "valid_until": "2026-10-31"}, "valid_until"),
        ("from", {"experience": "complaint"}, "customers"), ("from", {"channel": "电话"}, "experience"),
        ("from", {**FROM, "experience": "angry"}, "experience"), ("with", {"our_part": "样品"}, "customers"),
        ("with", {"customers": ((1, ""),), "our_part": "样品"}, "parts"),
        ("with", {"customers": ((1, "试用"),)}, "our_part"), ("from", {**FROM, "customers": ((99, ""),)}, "customers"),
        ("from", {**FROM, "channel": "长" * 61}, "channel"),
    ],
)  # fmt: skip
def test_a_note_that_lacks_what_its_type_must_say_is_refused_by_that_field(db, write, hotel, dimension, details, field):
    with pytest.raises(Invalid) as refused:
        write(dimension, **details)
    assert refused.value.field == field
    assert db["note"].count == 0


def test_a_finding_is_ground_enough(write, db):
    note = write("about", product="啤酒", proofs=[Evidence("finding", 1, "为什么")])
    assert (note.product, note.observation) == ("啤酒", "")


def test_what_a_note_says_is_kept_and_what_its_type_has_no_use_for_is_not(db, people, write, hotel, now):
    note = write("with", customers=((hotel, "试用四周"),), our_part="样品", channel="电话", audience="all")
    assert note.customers == ({"id": hotel, "name": "澄湖酒店", "part": "试用四周"},)
    assert (note.our_part, note.channel, note.audience) == ("样品", "", "")
    found, total = notes.listing(db, reader=people["vera"], customer_id=hotel)
    assert ([each.id for each in found], total) == ([note.id], 1)


def test_undoing_an_edit_brings_the_details_back(db, people, write, hotel, now):
    note = write("from", customers=((hotel, ""),), experience="complaint")
    later = {**FIELDS, "dimension": "for", "details": Details(**FOR)}
    changed = notes.edit(db, note.id, version=1, by=people["chen"], now=now, **later)
    assert (changed.customers, changed.experience, changed.valid_until) == ((), "", "2026-11-30")
    back = notes.undo(db, feed.last_seq(db), by=people["chen"], now=now)
    assert (back.details(), back.dimension) == (note.details(), "from")


def test_a_note_of_before_there_were_details_is_undone_without_them(db, people, write, now):
    note = write("from", **FROM)
    earlier = {name: value for name, value in note_rows.state(note).items() if name not in ("customers", "channel")}
    assert note_details.of_state(earlier) == replace(note.details(), channel="")


@pytest.mark.parametrize(
    ("today", "force"),
    [("2026-10-31", "before"), ("2026-11-01", "now"), ("2026-11-30", "now"), ("2026-12-01", "after")],
)
def test_a_note_holds_from_its_first_day_to_its_last(write, today, force):
    assert note_details.in_force(write("for", **FOR), today) == force
    assert note_details.in_force(write("for", audience="all", valid_from="2026-11-01"), "2030-01-01") == "now"
    assert note_details.in_force(write("from", **FROM), today) == "now"
