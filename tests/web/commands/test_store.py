"""`kezhi init`, `store check`, `index check|rebuild`: a new company, and whether all of it is whole."""

import pytest

from kb import members
from kb.search import generation, indexer
from kb.store import close_store, open_store

LONG = "a sentence only I would write"


def test_a_new_home_has_its_administrator_and_passes_every_check(run, tmp_path):
    home = tmp_path / "company"
    made = run("init", "--admin", "boss", "--password-file", "-", "--home", home, "--json", stdin=LONG)
    assert made.code == 0, made
    member = members.authenticate(open_store(home), "boss", LONG)
    assert member.role == "admin"
    close_store(home)
    told = run("store", "check", "--home", home, "--json")
    assert (told.code, told.json["ok"]) == (0, True)
    assert [each["name"] for each in told.json["checks"]] == [
        "integrity", "foreign keys", "feed", "access log", "cursors", "duties", "merged notes", "traits", "products",
        "note counts", "topics", "reasons", "quotes", "schema", "files", "index files", "index notes", "index terms",
        "index position", "ledger", "jobs",
    ]  # fmt: skip
    # Each has a name for people too.
    assert len(run("store", "check", "--home", home).out.splitlines()) == len(told.json["checks"])
    assert home.stat().st_mode & 0o077 == 0
    assert (home / "kezhi.db").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("login", "password"), [("boss", "short"), ("a b", LONG), ("boss", "")])
def test_an_administrator_who_cannot_be_leaves_no_half_home(run, tmp_path, login, password):
    home = tmp_path / "company"
    answer = run("init", "--admin", login, "--password-file", "-", "--home", home, "--json", stdin=password)
    assert answer.code == 1
    assert answer.error["hint"]
    assert not home.exists() or list(home.iterdir()) == []


def test_a_home_is_not_made_twice(run, tmp_path):
    home = tmp_path / "company"
    for code in (0, 1):
        assert run("init", "--admin", "boss", "--password-file", "-", "--home", home, stdin=LONG).code == code
    assert run("demo", "--no-serve", "--home", home).code == 1


def test_what_was_checked_is_said_in_the_language_of_the_terminal(kezhi, db, home):
    indexer.catch_up(db, home)
    assert "in order: changes in the feed" in kezhi("store", "check").out
    assert "正常：变更记录" in kezhi("store", "check", language="zh_CN.UTF-8").out


def test_a_store_that_is_not_whole_says_what_and_what_to_do(kezhi, db, home):
    indexer.catch_up(db, home)
    db["cursor"].insert({"consumer": "map", "seq": 99})
    told = kezhi("store", "check", "--json")
    assert (told.code, told.json["ok"]) == (1, False)
    (problem,) = [each for check in told.json["checks"] for each in check["problems"]]
    assert "map" in problem["message"]
    assert problem["hint"]
    assert "NOT in order" in kezhi("store", "check").out


def test_a_damaged_index_is_named_and_a_rebuild_mends_it(kezhi, db, home, people, a_note):
    a_note()
    indexer.catch_up(db, home)
    path = next(generation.current(home).glob("*.trm"))
    path.write_bytes(b"x")
    assert kezhi("index", "check").code == 1
    assert kezhi("index", "rebuild").code == 0
    assert kezhi("index", "check", "--json").json["ok"]
    assert kezhi("search", "受潮", "--json").json["total"] == 1


def test_a_folder_that_is_no_home_is_refused_in_one_sentence(run, tmp_path):
    for command in (("store", "check"), ("index", "check"), ("search", "x"), ("worker",), ("runs", "list")):
        answer = run(*command, "--home", tmp_path)
        assert (answer.code, answer.out) == (1, "")
        assert "There is no Kezhi home" in answer.err
    assert list(tmp_path.iterdir()) == []


def test_a_store_of_an_earlier_release_says_what_it_waits_for(kezhi, db, home):
    db.execute("DROP TABLE attachment")
    db.execute("DELETE FROM _sqlite_migrations WHERE name = 'm013_attachments'")
    answer = kezhi("index", "rebuild", "--json")
    assert answer.code == 1
    assert "earlier release" in answer.error["message"]
    assert "kezhi serve" in answer.error["hint"]
