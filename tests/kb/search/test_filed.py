"""What search keeps in memory of what notes are filed under is what the store says, whatever happens to them."""

from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings, strategies as st

from kb import customers, members, notes, topic_merge, topic_tree, verification
from kb.access import OPERATOR
from kb.gates import STEPS
from kb.note_details import Details
from kb.search import filed, find, indexer, language, touched
from kb.store import close_store, open_store, utc_now, writing

UNDER = {"厨房": {"厨房", "锅具", "盖子"}, "锅具": {"锅具", "盖子"}, "盖子": {"盖子"}}
VALUES = {
    "dimension": ("from", "for", "about"),
    "maturity": STEPS[:2],
    "trust": ("verified", "due", "doubted", "unverified", "current"),
    "topic": tuple(UNDER),
    "customer": ("建州置业", "1001", "澄湖酒店"),
    "product": ("气泡水", "密封罐 大号"),
    "author": ("chen", "li", "林志强"),
    "department": ("客服部", "市场部"),
    "segment": ("新客",),
    "preference.colour": ("蓝",),
}


def told(columns):
    """Each note as the arrays say it."""
    for number in np.flatnonzero(columns.dimension).tolist():
        yield (
            number,
            filed.PLACES["dimension"][columns.dimension[number]],
            filed.PLACES["maturity"][columns.maturity[number]],
            int(columns.owner[number]),
            int(columns.department[number]),
            str(columns.changed[number]),
            str(columns.due[number]),
            bool(columns.is_verified[number]),
            bool(columns.is_doubted[number]),
            str(columns.valid_from[number]),
            str(columns.valid_until[number]),
            sorted(columns.topics.things[columns.topics.notes == number].tolist()),
            sorted(columns.customers.things[columns.customers.notes == number].tolist()),
            sorted(columns.product_keys[each] for each in columns.products.things[columns.products.notes == number]),
        )


def asked(db):
    """The definition: SQLite asked of each note."""
    for row in db.query("SELECT * FROM note ORDER BY id"):
        its = {
            table: sorted(
                each[0] for each in db.execute(f"SELECT {column} FROM {table} WHERE note_id = ?", [row["id"]])
            )
            for table, column in (
                ("note_topic", "topic_id"), ("note_customer", "customer_id"), ("note_product", "folded"),
                ("note_doubt", "id"),
            )
        }  # fmt: skip
        instants = (str(np.datetime64(row[name].rstrip("Z"), "us")) for name in ("updated_at", "due_at"))
        yield (row["id"], row["dimension"], row["maturity"] or "", row["owner_id"], row["department_id"], *instants,
               row["verified_at"] is not None, bool(its["note_doubt"]), row["valid_from"] or "NaT",
               row["valid_until"] or "NaT", its["note_topic"], its["note_customer"],
               its["note_product"])  # fmt: skip


def test_whatever_happens_to_a_note_what_it_is_filed_under_is_known_at_once(db, home, people, now, a_note):
    customer = customers.add(db, name="建州置业", by=people["chen"], now=now)
    details = Details(channel="电话", experience="complaint", customers=((customer.id, ""),), product="气泡水、密封罐")
    first, second = a_note(topic_names=["厨房", "锅具"], details=details), a_note(dimension="for", topic_names=["盖子"])
    ids = {row["name"]: row["id"] for row in db["topic"].rows}

    def edit(**changes):
        note = notes.get(db, first.id, reader=OPERATOR)
        kept = {"title": "t", "body": "", "summary": "", "dimension": "from", "topic_names": ["锅具"], "readers": "all"}
        notes.edit(db, note.id, version=note.version, **{**kept, "details": details, **changes}, by=people["chen"],
                   now=utc_now())  # fmt: skip

    steps = [
        lambda: a_note(),
        lambda: edit(topic_names=["盖子", "新的"]),
        lambda: edit(details=Details(channel="电话", experience="complaint", product="密封罐")),
        lambda: edit(details=details),
        lambda: verification.verify(db, second.id, by=people["chen"], now=utc_now()),
        lambda: verification.doubt(db, second.id, "换配方了", by=people["li"], now=utc_now()),
        lambda: topic_merge.merge(db, ids["盖子"], ids["锅具"], by=people["wang"], now=utc_now()),
        lambda: db["note"].update(second.id, {"owner_id": people["lin"].member_id}),
        lambda: db["note_doubt"].delete_where("note_id = ?", [second.id]),
    ]
    before = list(told(filed.current(db, home)))
    for number, step in enumerate(steps):
        step()
        now_told = list(told(filed.current(db, home)))
        assert now_told == list(asked(db)), number
        assert now_told != before, number
        before = now_told


def test_what_another_process_writes_is_known_and_what_was_taken_back_is_not(db, home, a_note, monkeypatch):
    note = a_note()
    before = list(told(filed.current(db, home)))
    with pytest.raises(RuntimeError), writing(db):
        db.execute("DELETE FROM note_topic WHERE note_id = ?", [note.id])
        assert list(told(filed.current(db, home))) == list(asked(db)) != before
        raise RuntimeError
    assert list(told(filed.current(db, home))) == before
    monkeypatch.setattr(touched, "MOST", 2)
    for _ in range(4):
        a_note()
    assert list(told(filed.current(db, home))) == list(asked(db)) != before
    close_store(home)
    other = open_store(home)
    with writing(other):
        other["note_topic"].delete_where("note_id = ?", [note.id])
    assert list(told(filed.current(other, home))) == list(asked(other))


def test_a_note_that_is_saved_while_the_arrays_are_read_is_in_them_the_next_time(db, home, a_note, monkeypatch):
    a_note()
    lots = filed._lots

    def saving(*asked):
        a_note()
        return lots(*asked)

    monkeypatch.setattr(filed, "_lots", saving)
    assert len(filed.current(db, home)) == 2
    monkeypatch.undo()
    assert list(told(filed.current(db, home))) == list(asked(db))


@pytest.fixture
def written(db, home, people, a_note, now):
    """Twelve notes of several people, customers, products, days and topics, and how a reader finds what meets."""
    given_ = (("建州置业", "1001", "新客"), ("建州置业", "1002", "熟客"), ("澄湖酒店", "", "新客"))
    ids = [
        customers.add(db, name=name, number=number, segment=segment, by=people["chen"], now=now).id
        for name, number, segment in given_
    ]
    made = []
    for at, (login, named, body) in enumerate(product(("chen", "li", "lin"), ((0,), (1, 2)), "ab")):
        is_told = at % 4 == 3
        told_ = Details(audience="all", valid_from="2026-01-01", product="气泡水") if is_told else Details(
            channel="电话",
            experience="complaint",
            customers=tuple((ids[each], "") for each in named),
            product=("气泡水", "气泡水、密封罐 大号")[at % 2],
            traits=(("preference.colour", "蓝"),) if at % 5 == 0 else (),
        )  # fmt: skip
        note = a_note(
            title=f"密封罐 {at}",
            body=body,
            dimension="for" if is_told else "from",
            topic_names=[["厨房"], ["锅具", "盖子"], ["盖子"]][at % 3],
            details=told_,
            by=people[login],
            readers=("all", "department", "owner")[at % 3],
            now="2020-01-01T00:00:00.000000Z" if at % 4 == 1 else now,
        )
        made.append(note.id)
    topics = {row["name"]: row["id"] for row in db["topic"].rows}
    with writing(db):
        topic_tree.link(db, topics["盖子"], [topics["锅具"]], reader=people["wang"])
        topic_tree.link(db, topics["锅具"], [topics["厨房"]], reader=people["wang"])
    verification.verify(db, made[0], by=people["chen"], now=now)
    verification.doubt(db, made[6], "换配方了", by=people["wang"], now=now)
    indexer.catch_up(db, home)
    return {row["id"]: row for row in db["customer"].rows}


def is_met(note, field, value, customers_, known):
    """The definition of each filter, asked of one note."""
    its = [customers_[each["id"]] for each in note.customers]
    if field == "trust":
        trust = verification.trust(note, utc_now())
        return trust in ("verified", "unverified") if value == "current" else trust == value
    return {
        "dimension": lambda: note.dimension == value,
        "maturity": lambda: note.maturity == value,
        "topic": lambda: any(each["name"] in UNDER[value] for each in note.topics),
        "customer": lambda: any(
            value in (each["name"], each["number"], f"{each['name']} ({each['number']})") for each in its
        ),
        "product": lambda: value in note.product.split("、"),
        "author": lambda: value in (known[note.owner_id].login, known[note.owner_id].name),
        "department": lambda: note.department == value,
        "segment": lambda: note.segment == value or any(each["segment"] == value for each in its),
        "preference.colour": lambda: (field, value) in note.traits,
    }[field]()


ONE = st.sampled_from(list(VALUES)).flatmap(
    lambda field: st.tuples(st.just(field), st.sampled_from(VALUES[field]), st.booleans())
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ONE, min_size=1, max_size=4), st.sampled_from(["chen", "lin", "vera"]), st.sampled_from(["", "密封罐"]))
def test_what_is_found_and_counted_is_what_the_notes_say_one_by_one(db, home, people, written, asked_for, login, words):
    assume(words or any(not is_not for _, _, is_not in asked_for))
    known = {each.id: each for each in members.listing(db)}
    everyone = notes.listing(db, reader=people[login], limit=50)[0]

    def meeting(conditions):
        """Which notes meet them: of one field either, of several each, none that must not be."""
        left = everyone
        for field in dict.fromkeys((field, is_not or value == "current") for field, value, is_not in conditions):
            its = [
                (value, is_not) for name, value, is_not in conditions if (name, is_not or value == "current") == field
            ]
            for value, is_not in its if field[1] else ():
                left = [each for each in left if is_met(each, field[0], value, written, known) != is_not]
            if not field[1]:
                left = [each for each in left if any(is_met(each, field[0], value, written, known) for value, _ in its)]
        return {each.id for each in left}

    query = " ".join([words, *("-" * is_not + language.written(*its, name=str) for *its, is_not in asked_for)])
    found = find.search(db, home, query, reader=people[login], limit=50)
    assert {hit.id for hit in found.hits} == meeting(asked_for), query
    for field, rows in found.facets.items():
        others = [each for each in asked_for if each[0] != field or each[2]]
        for each in rows if field != "date" else ():
            assert each["count"] == len(meeting([*others, (field, each["value"], False)])), (query, field, each)
