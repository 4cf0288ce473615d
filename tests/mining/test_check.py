"""A sabotage for each check of jobs and ledger: what is broken by hand is named."""

import pytest

from mining import check, runs

ARGS = {"min_support": 1, "min_confidence": 0.5, "max_length": None, "batches": None}


@pytest.fixture
def found(db, home):
    """Return a function that gives all problems as sentences."""
    return lambda: [str(problem) for each in check.check(db, home) for problem in each.problems]


@pytest.fixture
def part(db, home, orders, imported):
    """The file of an import that was made."""
    imported(orders("1,啤酒", "1,纸尿裤"))
    return home / db["ledger_part"].get(1)["path"]


def test_a_sound_ledger_passes_and_says_how_much_was_checked(db, home, part, found, people, now):
    runs.queue(db, kind="rules", args=ARGS, by=people["lin"], now=now)
    assert found() == []
    assert [(each.name, each.checked) for each in check.check(db, home)] == [("ledger", 1), ("jobs", 1)]


def test_a_missing_file_is_named(part, found):
    part.unlink()
    assert found()[0].startswith("The file of import 1 is missing: ledger/")


def test_an_altered_file_is_named(part, found):
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.write_bytes(content)
    assert found()[0].startswith("The file of import 1 was altered: ledger/")


def test_an_import_without_its_file_is_named(db, part, found):
    db.execute("DELETE FROM ledger_part")
    assert found() == ["Import 1 has no file."]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"state": "running"}, "works without a worker"),
        ({"worker": "somebody"}, "works without a worker"),
        ({"state": "done"}, "done without a result"),
        ({"result": '{"rules": 0}'}, "done without a result"),
        ({"state": "done", "result": '{"rules": 3}'}, "as many rules as it says"),
        ({"state": "done", "kind": "import", "result": '{"batch": 9}'}, "names an import that is not there"),
    ],
)
def test_a_run_that_contradicts_itself_is_named(db, found, people, now, change, says):
    run_id = runs.queue(db, kind="rules", args=ARGS, by=people["lin"], now=now)
    assert found() == []
    db["run"].update(run_id, change)
    assert says in found()[0]
