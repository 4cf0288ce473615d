"""A sabotage for each check: what is broken by hand is named."""

import sqlite3

import pytest
import sqlite_utils

from kb import check, feed
from kb.access import OPERATOR
from kb.store import close_store, open_store, writing


@pytest.fixture
def found(db, migration_sets):
    """Return a function that gives ``{name of a check: its problems}`` of those with problems."""
    return lambda db=db: {
        each.name: [str(problem) for problem in each.problems]
        for each in check.check(db, *migration_sets)
        if each.problems
    }


def test_a_sound_store_passes_and_says_what_was_checked(db, a_note, migration_sets):
    a_note()
    checks = check.check(db, *migration_sets)
    assert [each.name for each in checks] == [
        "integrity",
        "foreign keys",
        "feed",
        "access log",
        "cursors",
        "duties",
        "merged notes",
        "traits",
        "products",
        "note counts",
        "topics",
        "reasons",
        "quotes",
        "schema",
        "files",
    ]
    assert all(each.problems == [] for each in checks)
    counted = {each.name: each.checked for each in checks}
    assert counted["integrity"] > 10
    assert counted["feed"] == feed.last_seq(db)
    assert counted["foreign keys"] > 5


def test_a_damaged_page_is_named(db, home, a_note, migration_sets):
    for number in range(200):
        a_note(title=f"密封罐 {number}", body="胶圈变硬。" * 40)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    close_store(home)
    path = home / "kezhi.db"
    content = bytearray(path.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = b"\xa5" * 4096
    path.write_bytes(content)
    try:
        problems = check.check(open_store(home), *migration_sets)
    except sqlite3.DatabaseError:
        # So damaged that it does not even open: the command says that in one sentence too.
        return
    assert [each.name for each in problems] == ["integrity"]
    assert problems[0].problems


def test_a_reference_to_nothing_is_named(db, a_note, found):
    note = a_note()
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("DELETE FROM topic")
    assert list(found()) == ["foreign keys"]
    assert "note_topic" in found()["foreign keys"][0]
    assert note


def test_an_edited_change_is_named(db, a_note, found):
    a_note()
    for row in list(db.query("SELECT name FROM sqlite_master WHERE type = 'trigger'")):
        db.execute(f"DROP TRIGGER {row['name']}")
    db.execute("UPDATE change SET action = 'x' WHERE seq = 1")
    assert found()["feed"] == ["change 1: the chain is broken"]


def test_an_edited_line_of_the_access_log_is_named(db, found):
    from kb import access_log

    access_log.record(db, member_id=None, action="search")
    for row in list(db.query("SELECT name FROM sqlite_master WHERE type = 'trigger'")):
        db.execute(f"DROP TRIGGER {row['name']}")
    db.execute("UPDATE access_log SET action = 'x'")
    assert found() == {"access log": ["access log, line 1: the chain is broken"]}


def test_a_cursor_beyond_the_feed_is_named(db, found):
    with writing(db):
        feed.append(db, by=OPERATOR, did="note.add", of=1, at="2026")
        feed.move_cursor(db, "map", 7)
    assert found() == {"cursors": ["The cursor of map stands at 7, beyond the last change 1."]}


def test_a_migration_that_is_missing_is_named(db, found):
    db.execute("DELETE FROM _sqlite_migrations WHERE migration_set = 'mining'")
    assert list(found()) == ["schema"]


def test_a_store_of_an_earlier_release_is_told_what_it_waits_for(tmp_path, migration_sets):
    db = sqlite_utils.Database(tmp_path / "kezhi.db", strict=True)
    kb_migrations, *_ = migration_sets
    kb_migrations.apply(db, stop_before="m012_interactions")
    checks = check.check(db, kb_migrations)
    assert [each.name for each in checks if each.problems] == ["schema"]
    assert len(checks[-1].problems) == len(kb_migrations.pending(db))


def test_topics_that_stand_above_themselves_and_aliases_that_are_names_are_named(db, a_note, found):
    a_note(topic_names=["密封罐", "胶圈", "盖子"])
    ids = {row["name"]: row["id"] for row in db["topic"].rows}
    pairs = (("密封罐", "胶圈"), ("胶圈", "盖子"), ("盖子", "密封罐"))
    db["topic_parent"].insert_all({"topic_id": ids[one], "parent_id": ids[other]} for one, other in pairs)
    alias = {"topic_id": ids["盖子"], "name": "胶圈", "folded": "胶圈", "pinyin": "jiaoquan", "initials": "jq"}
    db["topic_alias"].insert(alias)
    round_ones = [f"Topic {number} stands above itself." for number in sorted(ids.values())]
    (said,) = found().values()
    assert said[:3] == round_ones
    assert "胶圈" in said[3]
