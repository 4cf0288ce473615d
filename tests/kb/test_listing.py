"""Pages of notes and their counts against the definition: what one may see, newest first, cut into pages."""

from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from kb import access, customers, note_counts, notes, verification
from kb.access import OPERATOR
from kb.dimensions import DIMENSIONS
from kb.note_details import Details


@pytest.fixture
def of_many(db, people, a_note, now):
    """Return all notes of a company of which nearly every combination occurs, some changed at one instant."""
    named = [customers.add(db, name=name, by=people["chen"], now=now).id for name in ("澄湖酒店", "海棠里团购")]
    kinds = product(DIMENSIONS, ("owner", "department", "all"), ("chen", "lin", "wang"))
    for n, (dimension, readers, login) in enumerate(kinds):
        details = _details(dimension, named[n % 2])
        moment = f"2026-0{n % 7 + 1}-01T00:00:00.000000Z"
        note = a_note(dimension=dimension, readers=readers, by=people[login], now=moment, details=details,
                      topic_names=[f"主题{n % 3}"])  # fmt: skip
        if n % 4 == 1 and dimension != "about":
            verification.verify(db, note.id, by=people[login], now="2026-12-01T00:00:00.000000Z")
        if n % 9 == 2 and readers == "all":
            verification.doubt(db, note.id, "变了", by=people["wang"], now="2026-12-02T00:00:00.000000Z")
        if n % 5 == 0:
            notes.archive(db, note.id, by=people[login], now=moment)
    ids = [row[0] for row in db.execute("SELECT id FROM note")]
    return notes.of_ids(db, ids, reader=OPERATOR)


def _details(dimension, customer_id):
    said = {
        "about": {"observation": "园区店收银员看到"},
        "for": {"audience": "customer", "valid_from": "2026-01-01"},
        "from": {"channel": "电话", "experience": "complaint"},
        "with": {"our_part": "样品"},
    }
    return Details(customers=((customer_id, "试用四周" if dimension == "with" else ""),), **said[dimension])


def _meets(note, asked, reader):
    if bool(note.archived) != asked["archived"] or not access.sees(reader, _sight(note)):
        return False
    inside = {
        "customer_id": [each["id"] for each in note.customers],
        "topic_id": [each["id"] for each in note.topics],
        "state": [note.maturity or note.standing],
        "trust": [verification.trust(note, NOW)],
    }
    plain = ("dimension", "department_id", "owner_id", "channel")
    same = all(asked[name] in (None, getattr(note, name)) for name in plain)
    return same and all(asked[name] is None or asked[name] in ids for name, ids in inside.items())


def _sight(note):
    return {name: getattr(note, name) for name in ("readers", "owner_id", "department_id")}


NOW = "2026-12-20T00:00:00.000000Z"
choices = st.fixed_dictionaries(
    {
        "dimension": st.sampled_from([None, *DIMENSIONS]),
        "archived": st.booleans(),
        "department_id": st.sampled_from([None, 1, 2]),
        "owner_id": st.sampled_from([None, 1, 2, 3]),
        "customer_id": st.sampled_from([None, 1, 2]),
        "topic_id": st.sampled_from([None, None, 1, 2]),
        "channel": st.sampled_from([None, None, "电话", "微信"]),
        "state": st.sampled_from([None, None, "raw", "explicit", "found", "judged"]),
        "trust": st.sampled_from([None, None, "doubted", "due", "verified", "unverified"]),
        "now": st.just(NOW),
    }
)


@given(choices, st.integers(0, 12), st.integers(1, 12), st.sampled_from(["chen", "lin", "wang"]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_page_of_notes_is_cut_from_all_that_its_reader_may_see(of_many, db, people, asked, offset, limit, name):
    reader = people[name]
    wanted = [each for each in of_many if _meets(each, asked, reader)]
    wanted.sort(key=lambda note: (note.updated_at, note.id), reverse=True)
    found, total = notes.listing(db, reader=reader, **asked, offset=offset, limit=limit)
    assert ([note.id for note in found], total) == ([note.id for note in wanted[offset : offset + limit]], len(wanted))


def test_lists_and_counts_are_answered_by_an_index_alone(db, people):
    """What they cost must not grow with the length of the texts."""
    plans = []
    db.conn.set_trace_callback(plans.append)
    notes.listing(db, reader=people["lin"], dimension="for")
    notes.listing(db, reader=people["lin"], department_id=1)
    note_counts.balance(db, reader=people["lin"])
    notes.listing(db, reader=people["lin"], channel="电话", state="raw", trust="due", now=NOW)
    db.conn.set_trace_callback(None)
    asked = [each for each in plans if "FROM note" in each]
    steps = [row[3] for each in asked for row in db.execute(f"EXPLAIN QUERY PLAN {each}")]
    walked = [step for step in steps if "note USING" in step and "PRIMARY KEY" not in step]
    assert len(walked) == 4, steps
    assert [step for step in walked if "COVERING INDEX note_listed" not in step] == [], [asked, walked]
