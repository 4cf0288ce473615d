from collections import Counter

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from kb import accounts, gaps, members, note_counts, notes, topics
from kb.map import expertise, experts, matrix, reasons


@pytest.fixture
def cells(db, people):
    """Return a function that gives ``{(topic, department): Cell}`` and the `Matrix` as a member sees them."""

    def call(login="vera"):
        found = matrix.of(db, reader=people[login])
        its = matrix.cells(db, found, [row.topic.id for row in found.rows])
        named = [each["name"] for each in found.departments]
        for row in found.rows:
            assert (row.filled, row.risks, row.people) == (
                sum(not cell.is_gap for cell in its[row.topic.id]),
                sum(cell.is_risk for cell in its[row.topic.id]),
                sum(cell.people for cell in its[row.topic.id]),
            )
        return {
            (row.topic.name, name): cell
            for row in found.rows
            for name, cell in zip(named, its[row.topic.id], strict=True)
        }, found

    return call


def test_a_cell_counts_the_notes_of_a_department_and_who_there_knows_the_topic(db, people, a_note, cells):
    for number in range(4):
        a_note(title=f"第 {number} 条")
    a_note(by=people["lin"])
    found, whole = cells()
    assert (found["密封罐", "客服部"].notes, found["密封罐", "客服部"].people) == (4, 1)
    assert (found["密封罐", "市场部"].notes, found["密封罐", "市场部"].people) == (1, 1)
    empty = [cell for cell in found.values() if cell.is_gap]
    assert whole.gaps == len(empty) == len(found) - 2
    assert whole.risks == 0


def test_five_notes_and_one_person_are_a_risk_with_a_name_and_a_second_person_ends_it(db, people, a_note, cells, now):
    for number in range(matrix.LEAST):
        a_note(title=f"第 {number} 条")
    found, whole = cells()
    assert found["密封罐", "客服部"].is_risk
    assert found["密封罐", "客服部"].sole == people["chen"].member_id
    assert [row.is_risk for row in whole.rows] == [True]
    a_note(title="第二个人", by=people["li"])
    assert not cells()[0]["密封罐", "客服部"].is_risk
    for login in ("chen", "li"):
        members.leave(db, people[login].member_id, by=people["zhao"], now=now)
    found, whole = cells()
    assert (found["密封罐", "客服部"].people, found["密封罐", "客服部"].sole, whole.risks) == (0, None, 1)


def test_the_matrix_is_what_a_count_of_every_note_says_for_each_reader(db, people, a_note, cells, now):
    kinds = {"chen": ("all", "department"), "li": ("owner",), "wang": ("all",), "lin": ("department", "list")}
    for number, (login, readers) in enumerate((login, each) for login, some in kinds.items() for each in some):
        named = [("member", people["vera"].member_id)] if readers == "list" else ()
        topic_names = ["密封罐", f"主题{number % 2}"]
        a_note(title=f"第 {number} 条", by=people[login], readers=readers, named_readers=named, topic_names=topic_names)
    told = {"by": people["zhao"], "now": now}
    for change in (
        lambda: None,
        lambda: notes.archive(db, 1, **told),
        lambda: accounts.move(db, people["chen"].member_id, role="contributor", department="市场部", **told),
        lambda: members.leave(db, people["wang"].member_id, **told),
        lambda: db.execute("UPDATE member SET state = 'active' WHERE login = 'wang'"),
    ):
        change()
        _is_a_count_of_every_note(db, people, cells)
        assert (note_counts.wrong(db)[1], reasons.wrong(db)[1]) == (0, 0)


@given(
    st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda pair: pair[0] < pair[1]), max_size=8),
    st.sets(st.sampled_from(("chen", "li", "wang", "lin"))),
)
@example({(0, 1)}, set())
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_in_any_tree_the_matrix_names_those_whom_the_page_of_a_topic_and_the_gaps_do(
    db, people, of_six_topics, cells, now, pairs, left
):
    db.execute("SAVEPOINT example")
    try:
        ids = dict(db.execute("SELECT name, id FROM topic").fetchall())
        edges = [{"topic_id": ids[f"主题{below}"], "parent_id": ids[f"主题{above}"]} for above, below in pairs]
        db["topic_parent"].insert_all(edges)
        for login in left:
            db.execute("UPDATE member SET state = 'left' WHERE login = :login", {"login": login})
        for login in ("chen", "li", "lin", "vera"):
            _is_told_alike(db, people[login], *cells(login), now)
    finally:
        db.execute("ROLLBACK TO example")
        db.execute("RELEASE example")


@pytest.fixture
def of_six_topics(db, a_note, people, now):
    """Notes on six topics, each colleague's on some: of a few what they know is open to some only, or the topic is."""
    kinds = zip(("chen", "chen", "li", "wang", "lin", "lin", "li", "chen"), (0, 1, 2, 3, 4, 5, 5, 4), strict=True)
    for number, (login, topic) in enumerate(kinds):
        readers = ("all", "department", "all", "owner")[number % 4]
        a_note(title=f"第 {number} 条", by=people[login], readers=readers, topic_names=[f"主题{topic}"])
    for number in range(matrix.LEAST):
        a_note(title=f"常写 {number}", by=people["wang"], topic_names=["主题0"])
    expertise.declare(db, "主题1", by=people["li"], now=now)


def _is_told_alike(db, reader, found, whole, now):
    few = {each.name: each for each in gaps.listing(db, reader=reader, now=now, kinds=("nobody", "sole"))}
    for topic in topics.listing(db, reader=reader):
        listed = experts.experts(db, topic.id, reader=reader, now=now)
        here = [each for each in listed if each.state == "active"]
        told = {name: cell for (each, name), cell in found.items() if each == topic.name}
        assert {name: cell.people for name, cell in told.items() if cell.people} == Counter(
            each.department for each in here
        )
        alone = {cell.sole for cell in told.values() if cell.sole}
        assert alone == {each.member_id for each in here if told[each.department].people == 1}
        (row,) = (row for row in whole.rows if row.topic.id == topic.id)
        assert (row.people, row.people < 2) == (len(here), topic.name in few)


def _is_a_count_of_every_note(db, people, cells):
    rows = [row["id"] for row in db["note"].rows]
    here = {each["id"]: each for each in db["member"].rows if each["state"] == "active"}
    departments = {each["id"]: each["name"] for each in db["department"].rows}
    for login in ("vera", "chen", "li", "lin", "zhao"):
        wanted, knowing = {}, {}
        for note in notes.of_ids(db, rows, reader=people[login]):
            for topic in note.topics if not note.archived else ():
                key = (topic["name"], note.department)
                wanted[key] = wanted.get(key, 0) + 1
                if note.owner_id in here:
                    place = (topic["name"], departments[here[note.owner_id]["department_id"]])
                    knowing.setdefault(place, set()).add(note.owner_id)
        found, _ = cells(login)
        assert {key: cell.notes for key, cell in found.items() if cell.notes} == wanted
        assert {key: cell.people for key, cell in found.items() if cell.people} == {
            key: len(who) for key, who in knowing.items()
        }
        assert {key: cell.sole for key, cell in found.items() if cell.sole} == {
            key: next(iter(who)) for key, who in knowing.items() if len(who) == 1
        }
