import pytest

from kb import accounts, members, note_counts, notes
from kb.map import matrix, reasons


@pytest.fixture
def cells(db, people):
    """Return a function that gives ``{(topic, department): Cell}`` and the `Matrix` as a member sees them."""

    def call(login="vera"):
        found = matrix.of(db, reader=people[login])
        its = matrix.cells(db, found, [row.topic.id for row in found.rows], reader=people[login])
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
