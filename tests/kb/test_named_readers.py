"""Notes that are open to a list of members and departments: one rule, asked in many places."""

import sqlite3
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from kb import (
    access,
    bulk,
    deeds,
    feed,
    named_readers,
    note_counts,
    note_history,
    note_merge,
    notes,
    readers,
    topics,
)
from kb.errors import Invalid, NotFound
from kb.map import experts
from kb.migrations import migrations
from kb.note_merge import Wish
from kb.search import rights
from kb.search.find import search
from kb.search.indexer import catch_up
from kb.store import _connect, home_of, writing

LOGINS = ("wang", "chen", "li", "lin", "zhao", "ma", "shen", "vera")
FIELDS = ("title", "summary", "body", "dimension", "readers")
T1, T2, T3 = (f"2026-05-0{day}T08:00:00.000000Z" for day in (1, 2, 3))


@pytest.fixture
def listed(a_note, people):
    """Return a function that writes a note open to these logins and departments."""

    def write(*named, **overrides):
        return a_note(readers="list", named_readers=[pair(people, each) for each in named], **overrides)

    return write


def pair(people, each):
    return ("department", each) if isinstance(each, int) else ("member", people[each].member_id)


def seers(db, people, note_id):
    found = set()
    for login, reader in people.items():
        try:
            notes.get(db, note_id, reader=reader)
            found.add(login)
        except NotFound:
            continue
    return found


def save(db, note, by, now, **changed):
    fields = {name: getattr(note, name) for name in FIELDS}
    fields["named_readers"] = named_readers.pairs(note.named_readers)
    return notes.edit(
        db, note.id, version=note.version, by=by, now=now, details=note.details(),
        topic_names=[each["name"] for each in note.topics], **{**fields, **changed},
    )  # fmt: skip


def test_a_list_opens_a_note_to_its_author_and_those_on_it_alone(db, people, listed):
    # Department 2 is that of lin, ma and vera.
    assert seers(db, people, listed("li").id) == {"chen", "li"}
    assert seers(db, people, listed("zhao", 2).id) == {"chen", "zhao", "lin", "ma", "vera"}


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(LOGINS[:6]),
            st.sampled_from(("owner", "department", "list", "all")),
            st.lists(st.one_of(st.sampled_from(LOGINS), st.integers(1, 3)), min_size=1, max_size=4),
        ),
        min_size=1, max_size=5,
    ),
    moved=st.dictionaries(st.sampled_from(LOGINS), st.integers(1, 3), max_size=3),
)  # fmt: skip
@example(rows=[("chen", "list", ["lin", 3])], moved={})
def test_lists_searches_history_and_what_people_are_told_agree_on_who_sees_a_note(
    db, home, people, a_note, rows, moved
):
    with writing(db):
        db.execute("SAVEPOINT example")
        for login, department in moved.items():
            db["member"].update(people[login].member_id, {"department_id": department})
        company = {login: replace(people[login], department_id=moved.get(login, people[login].department_id))
                   for login in LOGINS}  # fmt: skip
        made = []
        for owner, choice, named in rows:
            pairs = [pair(people, each) for each in named]
            made.append((a_note(by=company[owner], readers=choice, named_readers=pairs), owner, choice, named))
        for login, reader in company.items():
            # The definition, once, in the plainest words.
            wanted = {
                note.id
                for note, owner, choice, named in made
                if login == owner
                or choice == "all"
                or (choice == "department" and company[owner].department_id == reader.department_id)
                or (choice == "list" and (login in named or reader.department_id in named))
            }
            assert {each.id for each in notes.listing(db, reader=reader)[0]} == wanted
            assert notes.listing(db, reader=reader)[1] == len(wanted)
            assert set(np.flatnonzero(rights.seen(db, home_of(db), reader)).tolist()) == wanted
            assert {note.id for note, *_ in made if access.sees(reader, notes.state(note))} == wanted
            assert {note.id for note, *_ in made if reader.member_id in readers.of_note(db, note)} == wanted
            assert sum(note_counts.maturity(db, reader=reader).values()) == len(wanted)
            assert sum(each.notes for each in topics.listing(db, reader=reader)) == len(wanted)
            assert bool(topics.ids_of(db, ["密封罐"], reader=reader)) == bool(wanted)
            known = experts.known_by(db, people["chen"].member_id, reader=reader, now=T3)
            told = {reason.id for its in known for reason in its.reasons if reason.kind == "wrote"}
            assert told == {note.id for note, owner, *_ in made if owner == "chen" and note.id in wanted}
        db.execute("ROLLBACK TO example")


def test_a_search_finds_a_listed_note_for_those_on_the_list_only(db, home, people, listed):
    note = listed("li", title="给连锁酒店的底价")
    catch_up(db, home)
    found = {login: [hit.id for hit in search(db, home, "底价", reader=people[login]).hits] for login in LOGINS}
    assert {login for login, ids in found.items() if ids == [note.id]} == {"chen", "li"}
    assert {login for login, ids in found.items() if not ids} == set(LOGINS) - {"chen", "li"}


def test_why_somebody_on_a_list_sees_a_note_is_said(people, listed):
    note = listed("li", 2)
    assert readers.why(note, people["li"]) == "You are named among its readers."
    assert readers.why(note, people["lin"]) == "A department is named among its readers, and you belong there."
    assert readers.why(note, people["chen"]) == "You are its author."


def test_a_list_of_nobody_is_refused_by_its_field(db, a_note):
    with pytest.raises(Invalid) as problem:
        a_note(readers="list", named_readers=())
    assert problem.value.field == "named_readers"
    assert notes.listing(db, reader=access.OPERATOR)[1] == 0


def test_a_list_is_changed_undone_and_restored_like_any_other_part_of_a_note(db, people, listed):
    note = listed("li", now=T1)
    first = feed.last_seq(db)
    wider = save(db, note, people["chen"], T2, named_readers=[("member", people["lin"].member_id)])
    assert seers(db, people, note.id) == {"chen", "lin"}
    opened = save(db, wider, people["chen"], T3, readers="all")
    assert opened.named_readers == ()
    notes.undo(db, feed.last_seq(db), by=people["chen"], now=T3)
    assert seers(db, people, note.id) == {"chen", "lin"}
    note_history.restore(db, note.id, first, by=people["chen"], now=T3)
    assert seers(db, people, note.id) == {"chen", "li"}


def test_the_text_of_a_version_stays_closed_to_those_its_own_list_did_not_name(db, people, listed):
    note = listed("li", body="底价三折")
    save(db, note, people["chen"], T2, body="牌价", named_readers=[pair(people, "lin")])
    row = note_history.history(db, note.id, reader=people["lin"])[-1]
    assert (row["hidden"], row["after"]) == (True, None)
    assert note_history.history(db, note.id, reader=people["chen"])[-1]["after"]["body"] == "底价三折"


def test_two_who_name_others_on_a_list_at_once_are_told_and_what_only_one_changed_is_kept(db, people, listed):
    note = listed("li", now=T1)
    save(db, note, people["chen"], T2, title="新的标题")
    both = save(db, note, people["chen"], T3, named_readers=[pair(people, "lin")])
    assert (both.title, named_readers.pairs(both.named_readers)) == ("新的标题", [["member", people["lin"].member_id]])
    with pytest.raises(notes.Stale):
        save(db, note, people["chen"], T3, named_readers=[pair(people, "ma")])


def test_many_notes_are_opened_to_a_list_at_once_with_who_gains_and_loses_and_taken_back(db, people, a_note, listed):
    opened, shut, same = a_note(), a_note(readers="owner"), listed("li")
    li = named_readers.of_pairs(db, [pair(people, "li")])
    act = bulk.checked("readers", "list", li)
    planned = bulk.plan(db, act, [opened.id, shut.id, same.id], by=people["chen"])
    gained, lost = bulk.audience(db, planned)
    assert ([note.id for note in planned.same], gained, len(lost)) == ([same.id], [("李思远", 1)], 6)
    seq = bulk.apply(db, act, [opened.id, shut.id], digest=bulk.plan(
        db, act, [opened.id, shut.id], by=people["chen"]).digest, by=people["chen"], now=T3)  # fmt: skip
    assert seers(db, people, opened.id) == seers(db, people, shut.id) == {"chen", "li"}
    deeds.undo(db, seq, by=people["chen"], now=T3)
    assert (seers(db, people, opened.id), seers(db, people, shut.id)) == (set(LOGINS), {"chen"})


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.tuples(*[st.tuples(
        st.sampled_from(LOGINS[:6]), st.sampled_from(("owner", "department", "list", "all")),
        st.lists(st.one_of(st.sampled_from(LOGINS), st.integers(1, 3)), min_size=1, max_size=4),
    )] * 2)
)  # fmt: skip
def test_the_readers_that_are_proposed_for_a_merge_show_nobody_more(db, people, a_note, two):
    with writing(db):
        db.execute("SAVEPOINT example")
        kept, other = (
            a_note(by=people[owner], readers=choice, named_readers=[pair(people, each) for each in named])
            for owner, choice, named in two
        )
        choice = note_merge.usual_readers(db, kept, other)
        found = note_merge.with_readers(kept, other, choice)
        both = readers.of_note(db, kept).keys() & readers.of_note(db, other).keys()
        # The author of the one that stays sees it whatever is chosen.
        assert readers.of_note(db, found).keys() - both <= {kept.owner_id}
        if "list" in note_merge.choices(kept, other):
            listed = readers.of_note(db, note_merge.with_readers(kept, other, "list"))
            assert listed.keys() == both | {kept.owner_id}
        db.execute("ROLLBACK TO example")


def test_of_two_lists_those_stay_who_are_on_both_and_undo_parts_them_again(db, people, listed):
    kept, other = listed("li", "lin", 3), listed("lin", 1, by=people["wang"])
    wish = Wish(note_merge.usual_readers(db, kept, other), True)
    # Wang wrote one of the two and was not on the list of the other; chen's department is on both.
    assert wish.readers == "list"
    with writing(db):
        save(db, kept, people["chen"], T2, named_readers=[pair(people, each) for each in ("li", "lin", "wang")])
    kept = notes.get(db, kept.id, reader=people["chen"])
    versions = (kept.version, other.version)
    seq = note_merge.merge(db, kept.id, other.id, wish, versions=versions, say=str, by=people["wang"], now=T3)
    assert seers(db, people, kept.id) == {"chen", "li", "lin", "wang"}
    note_merge.undo(db, seq, by=people["wang"], now=T3)
    assert seers(db, people, other.id) == {"wang", "lin", "chen", "li"}


def test_erasing_a_note_takes_its_list_along(db, people, listed):
    note = listed("zhao", 2)
    note_history.erase(db, note.id, by=people["zhao"], now=T2, reason="客户要求")
    assert db["note_reader"].count == 0


@pytest.mark.parametrize(("words", "field"), [(["没有这个人"], "named_readers"), (["重名"], "named_readers")])
def test_a_name_that_is_nobodys_or_of_two_is_refused(db, people, words, field):
    with writing(db):
        for login in ("wang", "li"):
            db["member"].update(people[login].member_id, {"name": "重名"})
    with pytest.raises(Invalid) as problem:
        named_readers.parsed(db, words)
    assert problem.value.field == field


def test_every_list_is_written_in_words_that_are_read_as_the_same_list(db, people):
    with writing(db):
        db["member"].update(people["li"].member_id, {"name": "王雅婷"})
        db["member"].update(people["ma"].member_id, {"name": "市场部"})
        db["member"].update(people["vera"].member_id, {"state": "left"})
    everybody = [pair(people, each) for each in (*LOGINS, 1, 2, 3)]
    named = named_readers.of_pairs(db, everybody)
    words = named_readers.written(db, named)
    assert sorted(named_readers.parsed(db, words)) == sorted(everybody)
    assert {"li", "wang", "ma", "市场部"} <= set(words)


def test_what_a_reader_may_see_by_lists_is_asked_of_indexes_once(db, people, listed):
    listed("li")
    clause, values = access.visible(people["li"])
    plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN SELECT count(*) FROM note WHERE {clause}", values)]
    assert [step for step in plan if "note_reader" in step and "COVERING INDEX" not in step] == []
    assert not [step for step in plan if "CORRELATED" in step]


def test_a_store_of_the_release_before_keeps_its_notes_their_ids_and_what_hangs_on_them(tmp_path):
    (tmp_path / "config.toml").write_text("", encoding="utf-8")
    db = _connect(tmp_path / "kezhi.db")
    migrations.apply(db, stop_before="m020_named_readers")
    db.execute("INSERT INTO department VALUES (1, '客服部')")
    db.execute(
        """INSERT INTO member (id, login, name, department_id, role, password_hash, created_at)
           VALUES (1, 'chen', '陈小兰', 1, 'contributor', '', '')"""
    )
    for number in (1, 2, 3):
        db.execute(
            """INSERT INTO note (id, version, title, summary, body, dimension, maturity, readers, owner_id,
                                 department_id, created_at, updated_at, merged_into)
               VALUES (:id, 4, :title, '', '正文', 'from', 'raw', 'owner', 1, 1, '2026-01-01T00:00:00Z',
                       '2026-01-01T00:00:00Z', CASE WHEN :id = 2 THEN 1 END)""",
            {"id": number, "title": f"第 {number} 条"},
        )
    db.execute("INSERT INTO note_comment (note_id, member_id, body, written_at) VALUES (2, 1, '是的', '2026')")
    db.execute("DELETE FROM note WHERE id = 3")
    # The index of the list was made anew by a later migration.
    asked = """SELECT name, replace(sql, char(10), ' ') FROM sqlite_schema
                WHERE tbl_name = 'note' AND type <> 'table' AND name <> 'note_listed'"""
    was = db.execute(asked).fetchall()
    # When it is due is counted anew by a later migration.
    rows = [{**row, "due_at": None} for row in db.query("SELECT * FROM note")]

    db.execute("PRAGMA foreign_keys = OFF")
    with writing(db):
        migrations.apply(db)
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    db.execute("PRAGMA foreign_keys = ON")

    kept = db.query("SELECT * FROM note")
    assert [{**{name: row[name] for name in rows[0]}, "due_at": None} for row in kept] == rows
    assert set(db.execute(asked).fetchall()) >= set(was)
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    # The number of an erased note is never given again, and what leads to a note still must lead to one.
    assert db["note"].insert({**rows[0], "id": None, "readers": "list"}).last_pk == 4
    with pytest.raises(sqlite3.IntegrityError):
        db.execute("INSERT INTO note_comment (note_id, member_id, body, written_at) VALUES (3, 1, '', '')")
    with pytest.raises(sqlite3.IntegrityError):
        db.execute("UPDATE note SET readers = 'friends' WHERE id = 1")
