"""Erasing a person: nothing of them is found anywhere, and the chain still says that and why."""

import pytest

from kb import check, comments, customers, erasure, feed, interactions, note_history, notes, quotes
from kb.access import OPERATOR
from kb.errors import Conflict, Forbidden, Invalid
from kb.note_details import Details
from kb.search import indexer
from mining import erasure as of_all
from mining.ledger import batches

WORDS = ("龘靐女士", "13911112222", "yanyan@token.example", "TOKEN-7781", "独角镇", "沟通暗语", "知识暗语")
REASON = "本人请求，个人信息保护法第四十七条"


@pytest.fixture
def person(db, people, now):
    name, phone, mail, number, city, _, _ = WORDS
    fields = {"name": name, "phone": phone, "mail": mail, "number": number, "city": city}
    return customers.add(db, **fields, by=people["chen"], now=now)


@pytest.fixture
def about(a_note, person, people):
    """Return a function that writes a note about that person, or about others too."""

    def write(*others, **fields):
        named = tuple((each, "") for each in (person.id, *others))
        return a_note(details=Details(named, channel="电话", experience="complaint"), **fields)

    return write


@pytest.fixture
def talk(db, person, people, now):
    fields = {"customer_id": person.id, "contact": WORDS[0], "channel": "电话", "method": "talk", "told": "",
              "happened_at": "2026-05-01T08:00:00.000000Z", "said": WORDS[5], "readers": "owner"}  # fmt: skip
    seq = interactions.add(db, **fields, by=people["chen"], now=now)
    return int(feed.change(db, seq)["noun_id"])


@pytest.fixture
def erase(db, person, people, now):
    def do(*note_ids, by="zhao", reason=REASON, with_closed=False):
        chosen = {"note_ids": note_ids, "with_closed": with_closed, "reason": reason}
        return of_all.erase_customer(db, person.id, **chosen, by=people[by], now=now)

    return do


def everywhere(home):
    """Return everything that lies in a home, as one text of bytes."""
    return b"".join(path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file())


def test_no_word_of_an_erased_person_is_left_in_store_log_index_or_files(
    db, home, people, person, about, talk, erase, migration_sets, now
):
    note = about(title=f"{WORDS[0]}要知识暗语", body=WORDS[6])
    quoted = quotes.add(db, "interaction", talk, part="said", text=WORDS[5], topic_names=["密封罐"],
                        experience="complaint", by=people["chen"], now=now)  # fmt: skip
    comments.add(db, note.id, body=f"她住{WORDS[4]}", by=people["li"], now=now)
    fields = {name: getattr(person, name) or "" for name in customers.FIELDS} | {"phone": WORDS[1], "mail": WORDS[2]}
    customers.edit(db, person.id, version=1, **{**fields, "segment": "老客"}, by=people["chen"], now=now)
    with_keys = {WORDS[3]: 7, WORDS[1]: 8}
    batches.add_customers(db, with_keys)
    indexer.catch_up(db, home)
    assert [word for word in WORDS if word.encode() not in everywhere(home)] == []

    seq = erase(note.id, quoted.id, with_closed=True)
    indexer.catch_up(db, home)
    assert erasure.leftovers(db) == []

    assert [word for word in WORDS if word.encode() in everywhere(home)] == []
    assert [each.problems for each in check.check(db, *migration_sets) if each.problems] == []
    assert feed.change(db, seq)["reason"] == REASON
    assert (db["interaction"].count, db["quote"].count, db["ledger_customer"].count) == (0, 0, 0)


def test_what_was_done_to_an_erased_customer_is_neither_taken_back_nor_gone_on_with(db, people, person, erase, now):
    made = feed.changes(db, "customer", person.id)[0]["seq"]
    erase()
    for call in (
        lambda: customers.undo(db, made, by=people["chen"], now=now),
        lambda: customers.edit(
            db,
            person.id,
            version=1,
            name="又写上",
            by=people["chen"],
            now=now,
            **dict.fromkeys(("number", "phone", "mail", "city", "segment"), ""),
        ),
        lambda: erase(),
    ):
        with pytest.raises((Conflict, Invalid)):
            call()
    with pytest.raises(Conflict) as problem:
        customers.undo(db, made, by=people["chen"], now=now)
    assert problem.value.values["reason"] == REASON
    blank = customers.get(db, person.id, reader=people["chen"])
    assert (blank.name, blank.phone, blank.number, bool(blank.erased_at)) == (f"#{person.id}", "", None, True)


def test_notes_about_others_too_stay_and_those_that_name_the_person_are_told(db, people, person, about, a_note, erase):
    other = customers.add(db, name="青禾幼儿园", by=people["chen"], now="2026-05-01T08:00:00.000000Z")
    alone, both = about(title="只有一位"), about(other.id, title="两位")
    shut = about(title="马丽的备忘", readers="owner", by=people["ma"])
    naming = a_note(title="别的事", body=f"像{WORDS[0]}那样")
    told = erasure.plan(db, person.id, by=people["zhao"])
    assert ([note.id for note in told.about], told.closed) == ([alone.id], 1)
    assert [note.id for note in told.named] == [naming.id]
    erase(alone.id, both.id, naming.id)
    left = {row[0] for row in db.execute("SELECT id FROM note")}
    assert left == {both.id, shut.id, naming.id}
    assert {each["name"] for each in notes.get(db, both.id, reader=OPERATOR).customers} == {
        "青禾幼儿园", f"#{person.id}"}  # fmt: skip


@pytest.mark.parametrize(("login", "reason", "refused"), [("wang", REASON, Forbidden), ("zhao", " ", Invalid)])
def test_without_right_or_reason_nothing_is_erased(db, person, erase, login, reason, refused):
    before = feed.last_seq(db)
    with pytest.raises(refused):
        erase(by=login, reason=reason)
    assert feed.last_seq(db) == before
    assert customers.get(db, person.id, reader=OPERATOR).name == WORDS[0]


def test_a_note_is_erased_with_the_interaction_it_was_made_of_only_if_asked(db, people, person, now):
    fields = {"customer_id": person.id, "contact": "", "channel": "电话", "method": "talk", "told": "",
              "kept": ("said",),
              "happened_at": "2026-05-01T08:00:00.000000Z", "said": WORDS[5], "readers": "all", "topic_names": ["罐"],
              "experience": "complaint"}  # fmt: skip
    for with_interactions, left in ((False, 1), (True, 1)):
        interactions.add(db, **fields, by=people["chen"], now=now)
        note_id = db.execute("SELECT max(id) FROM note").fetchone()[0]
        chosen = {"with_interactions": with_interactions, "by": people["zhao"], "now": now, "reason": REASON}
        note_history.erase(db, note_id, **chosen)
        assert db["interaction"].count == left
    assert feed.verify(db) == []


def test_files_in_which_a_person_stands_are_named(home):
    for name in ("uploads", "rejects"):
        (home / name).mkdir(exist_ok=True)
    (home / "uploads" / "plain").write_text(f"会员号\n{WORDS[3]}\n", "gb18030")
    (home / "uploads" / "name").write_text(f"姓名\n{WORDS[0]}\n", "gb18030")
    (home / "uploads" / "other").write_text("别人", "utf-8")
    (home / "rejects" / "1.csv").write_bytes(b"PK\x03\x04 packed")
    assert [path.name for path in of_all.files_with(home, WORDS[:4])] == ["1.csv", "name", "plain"]
