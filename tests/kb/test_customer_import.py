import pytest

from kb import customer_archive, customers, feed
from kb.access import OPERATOR
from kb.customer_import import KIND, add_all
from kb.deeds import ChangedSince
from kb.errors import Forbidden, NotFound
from kb.imported import agreed, undo, undo_part
from kb.store import writing


def rows(*texts):
    return list(enumerate(texts, 2))


def test_each_row_becomes_a_customer_completes_one_or_is_refused(db, people, now):
    answer = add_all(
        db,
        rows(
            {"name": "澄湖酒店", "number": "60000123", "phone": "１３８　１２３４ ５６７８"},
            {"name": "王芳"},
            {"name": "王芳"},
            {"name": "改名酒店", "number": "60000123", "phone": "13900000000", "city": "苏州"},
            {"name": "", "number": "5"},
            {"name": "甲", "phone": "见备注"},
        ),
        by=people["chen"],
        now=now,
    )
    assert answer["rows"] == {"read": 6, "loaded": 3, "merged": 1, "completed": 1, "left": 0, "rejected": 2}
    assert answer["ids"] == [1, 2, 3, 1]
    assert [(row, problem.field) for row, problem in answer["rejects"]] == [(6, "name"), (7, "phone")]
    hotel = customers.get(db, 1, reader=people["vera"])
    assert (hotel.name, hotel.phone, hotel.city) == ("澄湖酒店", "138****5678", "苏州")


def test_what_a_known_customer_would_lose_is_told_by_row_and_left_as_it_is(db, people, now):
    add_all(db, rows({"name": "澄湖酒店", "number": "1", "phone": "13812345678"}), by=people["chen"], now=now)
    again = rows(
        {"name": "澄湖大酒店", "number": "1", "phone": "13900000000", "city": "苏州"},
        {"name": "澄湖酒店", "number": "1", "phone": "138 1234 5678"},
        {"name": "澄湖酒店", "phone": "13777777777"},
    )
    answer = add_all(db, again, by=people["chen"], now=now)
    assert answer["rows"] == {"read": 3, "loaded": 1, "merged": 2, "completed": 1, "left": 0, "rejected": 0}
    assert [(row, problem.values.get("label")) for row, problem in answer["notices"]] == [
        (2, "Customer name"),
        (2, "Phone"),
        (4, None),
    ]
    assert "same name" in answer["notices"][2][1].sentence()
    hotel = customers.get(db, 1, reader=people["vera"])
    assert (hotel.name, hotel.phone, hotel.city) == ("澄湖酒店", "138****5678", "苏州")
    assert not any("1390" in str(problem.values) for _, problem in answer["notices"])


def test_the_same_file_again_adds_nobody(db, people, now):
    twice = rows({"name": "澄湖酒店", "number": "1"}, {"name": "王芳", "phone": "13800000001"})
    for loaded, merged in ((2, 0), (0, 2)):
        answer = add_all(db, twice, by=people["chen"], now=now)
        assert (answer["rows"]["loaded"], answer["rows"]["merged"]) == (loaded, merged)
    assert db["customer"].count == len([row for row in db["change"].rows if row["noun"] == "customer"]) == 2


def test_who_is_archived_is_told_of_and_left_alone_unless_they_are_brought_back_and_that_goes_back_as_a_whole(
    db, people, now
):
    by = {"by": people["chen"], "now": now}
    add_all(db, rows({"name": "澄湖酒店", "number": "1"}, {"name": "王芳", "phone": "13800000001"}), **by)
    for number in (1, 2):
        customer_archive.archive(db, number, **by)
    table = rows(
        {"name": "澄湖酒店", "number": "1", "city": "苏州"},
        {"name": "王芳", "phone": "13800000001"},
        {"name": "新客", "number": "3"},
    )
    last = feed.last_seq(db)
    answer = add_all(db, table, **by)
    assert (answer["rows"]["left"], answer["rows"]["merged"], answer["rows"]["loaded"]) == (2, 0, 1)
    assert [(row, problem.values["name"]) for row, problem in answer["left"]] == [(2, "澄湖酒店"), (3, "王芳")]
    assert (answer["ids"], feed.last_seq(db) - last) == ([3], 1)

    answer = add_all(db, table, bring_back=True, by=people["chen"], now=LATER)
    assert (answer["rows"]["left"], answer["rows"]["merged"], answer["rows"]["completed"]) == (0, 3, 1)
    stands = lambda: [(row["archived"], row["city"]) for row in db["customer"].rows_where(order_by="id")]  # noqa: E731
    assert stands() == [(0, "苏州"), (0, ""), (0, "")]
    undo(db, answer["seq"], KIND, by=people["chen"], now="2026-12-02T00:00:00.000000Z")
    assert stands() == [(1, ""), (1, ""), (0, "")]


def test_a_new_customer_who_is_called_as_one_in_the_archive_is_told_of_with_the_way_to_their_page(db, people, now):
    by = {"by": people["chen"], "now": now}
    add_all(db, rows({"name": "王芳"}, {"name": "石径"}), **by)
    customer_archive.archive(db, 1, **by)
    answer = add_all(db, rows({"name": "王 芳"}, {"name": "石径"}, {"name": "李雷"}), bring_back=True, **by)
    (told,) = [problem for row, problem in answer["notices"] if row == 2]
    assert (told.values["customer_id"], "is archived" in told.sentence()) == (1, True)
    assert [problem.values.get("customer_id") for row, problem in answer["notices"] if row > 2] == [None]
    assert answer["rows"]["loaded"] == 3


def test_a_viewer_imports_nothing(db, people, now):
    with pytest.raises(Forbidden):
        add_all(db, rows({"name": "甲"}), by=people["vera"], now=now)
    assert db["customer"].count == 0


def test_a_phone_that_another_customer_has_is_told_of(db, people, now):
    table = rows({"name": "王小明", "phone": "138 1234 5679"}, {"name": "张三", "phone": "13812345679"})
    answer = add_all(db, table, by=people["chen"], now=now)
    ((row, problem),) = answer["notices"]
    assert (row, problem.values) == (3, {"name": "王小明"})
    assert "with this phone already" in problem.sentence()


LATER = "2026-12-01T00:00:00.000000Z"


@pytest.fixture
def imported(db, people, now):
    """Return the ids of an import that added three, one of them completed further down, and completed a known one."""
    customers.add(db, name="澄湖酒店", number="1", by=people["li"], now="2026-01-01T00:00:00.000000Z")
    return add_all(
        db,
        rows(
            {"name": "澄湖酒店", "number": "1", "city": "苏州"}, {"name": "王芳", "number": "2"},
            {"name": "青禾", "number": "3"},
            {"name": "青禾", "number": "3", "segment": "幼儿园"}, {"name": "石径", "number": "4"},
        ),
        by=people["chen"],
        now=now,
    )  # fmt: skip


def stands(db):
    return [(each.name, each.city, each.segment) for each in customers.listing(db, reader=OPERATOR)[0]]


def test_an_import_is_taken_back_as_a_whole_and_brought_back_the_same_way(db, people, imported):
    after = stands(db)
    count, seq = undo(db, imported["seq"], KIND, by=people["chen"], now=LATER)
    assert (count, seq) == (4, feed.last_seq(db))
    assert stands(db) == [("澄湖酒店", "", "")]
    assert undo(db, seq, KIND, by=people["chen"], now="2026-12-02T00:00:00.000000Z")[0] == 4
    assert stands(db) == after


def test_who_changed_since_stays_and_is_named(db, people, imported):
    fields = dict.fromkeys(customers.FIELDS, "") | {"name": "王芳", "number": "2", "city": "无锡"}
    customers.edit(db, imported["ids"][1], version=1, **fields, by=people["li"], now=LATER)
    before = stands(db)
    with pytest.raises(ChangedSince) as refused:
        undo(db, imported["seq"], KIND, by=people["chen"], now=LATER)
    assert (refused.value.changed, refused.value.ready) == (["王芳"], 3)
    assert stands(db) == before
    assert undo(db, imported["seq"], KIND, by=people["chen"], now=LATER, leave_changed=True)[0] == 3
    assert [name for name, *_ in stands(db)] == ["澄湖酒店", "王芳"]


def test_who_changes_after_it_was_agreed_stays_as_they_are(db, people, imported):
    ready = agreed(db, imported["seq"], KIND, by=people["chen"], leave_changed=False)
    fields = dict.fromkeys(customers.FIELDS, "") | {"name": "王芳", "number": "2", "city": "无锡"}
    customers.edit(db, imported["ids"][1], version=1, **fields, by=people["li"], now=LATER)
    with writing(db):
        assert undo_part(db, ready, KIND, by=people["chen"], now=LATER) == 3
    assert stands(db) == [("澄湖酒店", "", ""), ("王芳", "无锡", "")]


def test_only_who_imported_or_a_curator_takes_an_import_back(db, people, imported):
    for login in ("li", "vera"):
        with pytest.raises(Forbidden):
            undo(db, imported["seq"], KIND, by=people[login], now=LATER)
    with pytest.raises(NotFound):
        undo(db, 999_999, KIND, by=people["wang"], now=LATER)
    assert undo(db, imported["seq"], KIND, by=people["wang"], now=LATER)[0] == 4
