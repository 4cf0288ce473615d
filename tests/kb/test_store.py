import multiprocessing
import os
import signal
import sqlite3
import time

import pytest

from kb import feed
from kb.access import OPERATOR
from kb.errors import Invalid
from kb.home import DATABASE
from kb.store import backup, close_store, migrate, open_store, writing


def add(db, name):
    db["department"].insert({"name": name})


def names(db):
    return [row["name"] for row in db["department"].rows]


def test_a_block_that_fails_leaves_nothing(db):
    with pytest.raises(RuntimeError), writing(db):
        add(db, "甲")
        raise RuntimeError
    assert names(db) == []
    with writing(db):
        add(db, "乙")
    assert names(db) == ["乙"]


def test_an_inner_block_that_fails_leaves_the_outer_one_standing(db):
    with writing(db):
        add(db, "甲")
        with pytest.raises(RuntimeError), writing(db):
            add(db, "乙")
            raise RuntimeError
        add(db, "丙")
    assert names(db) == ["甲", "丙"]


def test_an_outer_block_that_fails_takes_the_inner_one_along(db):
    with pytest.raises(RuntimeError), writing(db):
        with writing(db):
            add(db, "甲")
        raise RuntimeError
    assert names(db) == []


def _count_up(home, times):
    db = open_store(home)
    for _ in range(times):
        with writing(db):
            seen = db.execute("SELECT count(*) FROM department").fetchone()[0]
            add(db, f"{seen:06d}")
    close_store(home)


def test_writers_that_read_first_wait_for_each_other_and_none_is_lost(db, home):
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_count_up, args=(home, 60)) for _ in range(3)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    assert [each.exitcode for each in writers] == [0, 0, 0]
    # Had one read before another wrote, two would have counted the same number.
    assert names(db) == [f"{number:06d}" for number in range(180)]


def _write_for_ever(home, ready):
    db = open_store(home)
    number = 0
    while True:
        with writing(db):
            for part in range(3):
                db["department"].insert({"name": f"{number}.{part}"})
        number += 1
        ready.set()


def test_a_writer_gives_up_when_its_patience_ends_and_is_as_patient_next_time(db, home):
    db.execute("PRAGMA busy_timeout = 40")
    other = sqlite3.connect(home / DATABASE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError, match="locked"), writing(db):
        add(db, "甲")
    assert db.execute("PRAGMA busy_timeout").fetchone()[0] == 40
    other.execute("ROLLBACK")
    with writing(db):
        add(db, "乙")
    other.close()
    assert names(db) == ["乙"]


@pytest.mark.parametrize("milliseconds", [1, 8, 23])
def test_a_writer_that_is_killed_leaves_whole_transactions(db, home, milliseconds):
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    writer = context.Process(target=_write_for_ever, args=(home, ready))
    writer.start()
    assert ready.wait(20)
    time.sleep(milliseconds / 1000)
    os.kill(writer.pid, signal.SIGKILL)
    writer.join()
    parts = [name.split(".") for name in names(db)]
    assert [part for _, part in parts] == ["0", "1", "2"] * (len(parts) // 3)
    assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_what_the_store_promises_holds_on_every_connection(db):
    wanted = {"foreign_keys": 1, "synchronous": 2, "journal_mode": "wal", "secure_delete": 1}
    assert {name: db.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted} == wanted
    with pytest.raises(sqlite3.IntegrityError):
        db["member"].insert({"login": "x", "name": "x", "department_id": 99, "role": "viewer"})


def test_every_table_is_strict(db):
    loose = [
        name for name in db.table_names()
        if not db[name].strict and not name.startswith(("_sqlite_migrations", "sqlite_"))
    ]  # fmt: skip
    assert loose == []


def test_a_folder_without_a_home_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(Invalid) as refused:
        open_store(tmp_path)
    assert "kezhi init" in refused.value.details()["hint"]
    assert list(tmp_path.iterdir()) == []


def test_migrating_again_changes_nothing(home, db, migration_sets):
    before = list(db["sqlite_master"].rows)
    migrate(home, *migration_sets)
    assert list(db["sqlite_master"].rows) == before
    assert not (home / "backups").exists()


def test_a_backup_made_while_others_write_is_whole(db, home, tmp_path):
    with writing(db):
        add(db, "甲")
        feed.append(db, by=OPERATOR, did="department.add", of=1, at="2026-01-01T00:00:00.000000Z")
    backup(db, tmp_path / "copies" / "copy.db")
    copy = sqlite3.connect(tmp_path / "copies" / "copy.db")
    assert copy.execute("SELECT name FROM department").fetchall() == [("甲",)]
    assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    copy.close()
    assert (tmp_path / "copies" / "copy.db").stat().st_mode & 0o077 == 0
