from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from kb import check, note_counts, notes, topics

changes = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.sampled_from(["archive", "put back", "delete", "give", "move", "open", "turn", "ripen"]),
        st.integers(0, 3),
    ),
    max_size=25,
)


@given(changes)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_becomes_of_notes_their_totals_are_those_of_a_count(six, db, people, asked):
    db.execute("SAVEPOINT example")
    try:
        for n, what, which in asked:
            values = {
                "archive": ("archived", 1),
                "put back": ("archived", 0),
                "give": ("owner_id", [None, 1, 2, 3][which]),
                "move": ("department_id", [None, 1, 2, 1][which]),
                "open": ("readers", ["owner", "department", "all", "all"][which]),
                "ripen": ("maturity", ("raw", "explicit", "classified", "agreed")[which]),
                "turn": ("dimension", ("for", "from", "with", "for")[which]),
            }
            if what == "delete":
                for table in ("note_topic", "note_customer", "note"):
                    column = "id" if table == "note" else "note_id"
                    db.execute(f"DELETE FROM {table} WHERE {column} = :id", {"id": six[n]})
            else:
                column, value = values[what]
                db.execute(f"UPDATE note SET {column} = :value WHERE id = :id", {"value": value, "id": six[n]})
        assert note_counts.wrong(db)[1] == 0
        for reader in (people["chen"], people["wang"], people["lin"]):
            _, total = notes.listing(db, reader=reader)
            listed, _ = notes.listing(db, reader=reader, limit=100)
            assert total == len(listed)
            steps = Counter(note.maturity for note in listed if note.maturity)
            assert {step: count for step, count in note_counts.maturity(db, reader=reader).items() if count} == steps
            for topic in topics.listing(db, reader=reader):
                found, count = notes.listing(db, reader=reader, topic_id=topic.id, limit=100)
                assert count == topic.notes == len(found)
    finally:
        db.execute("ROLLBACK TO example")
        db.execute("RELEASE example")


@pytest.fixture
def six(a_note):
    return [a_note(title=f"第 {n} 条", readers=("all", "department", "owner")[n % 3]).id for n in range(6)]


def test_a_wrong_total_is_found_by_the_check(db, six, migration_sets):
    def problems():
        return [each.problems for each in check.check(db, *migration_sets) if each.name == "note counts"][0]

    assert problems() == []
    db.execute("UPDATE note_count SET notes = notes + 1 WHERE readers = 'owner'")
    assert problems()[0].values["count"] == 1
    db.execute("DELETE FROM note_count")
    assert problems()[0].values["count"] >= 3
