"""The company that benchmarks fill a home with: whole, of all kinds, and the same again by its seed."""

import pytest

from benchmarks.fill import fill
from benchmarks.texts import Texts
from kb.check import check
from kb.dimensions import DIMENSIONS
from kb.migrations import migrations as kb_migrations
from kb.store import close_store, open_store
from mining.migrations import migrations as mining_migrations

TEXTS = Texts(
    [("水果", "1", "很好吃,物流也快。"), ("平板", "0", "屏幕坏了,客服不理。"), ("衣服", "1", "大小正好")],
    [("zh", "使用帮助", "盖子怎么拆", "先转半圈。"), ("en", "使用帮助", "How to open it", "Turn the lid.")],
    ["土豆", "苹果"],
)


@pytest.fixture
def filled(tmp_path):
    """Return a function that fills a home and returns its store."""
    made = []

    def make(name, seed):
        made.append(tmp_path / name)
        fill(made[-1], TEXTS, notes_wanted=120, members_wanted=27, customers_wanted=4, seed=seed, say=lambda line: None)
        return open_store(made[-1])

    yield make
    for home in made:
        close_store(home)


def what_was_written(db):
    return db.execute("SELECT title, body, readers, owner_id, version, archived FROM note ORDER BY id").fetchall()


def test_a_filled_home_is_whole_and_holds_notes_of_all_kinds(filled):
    db = filled("one", seed=1)
    assert [problem for part in check(db, kb_migrations, mining_migrations) for problem in part.problems] == []
    assert db["note"].count == 120
    for column, kinds in {
        "dimension": set(DIMENSIONS),
        "readers": {"all", "department", "owner"},
        "archived": {0, 1},
    }.items():
        assert {row[0] for row in db.execute(f"SELECT DISTINCT {column} FROM note")} == kinds
    assert what_was_written(filled("two", seed=1)) == what_was_written(db)
    assert what_was_written(filled("three", seed=2)) != what_was_written(db)
