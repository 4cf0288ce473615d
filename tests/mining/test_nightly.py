"""What a worker does beside the runs: each thing that is due, one after the other."""

import pytest

from kb import saved_views, view_news
from kb.search import indexer
from kb.store import utc_now, writing
from mining import findings, kernel_cache, rule_columns, runs
from mining.nightly import Nightly

RULE = {"count": 40, "confidence": 0.5, "base_rate": 0.1, "lift": 5.0, "q_value": 0.001}
RULES = [
    {**RULE, "antecedent": ["啤酒"], "consequent": ["纸尿裤"], "above": {"啤酒": ["[酒]"]}},
    {**RULE, "antecedent": ["[酒]"], "consequent": ["纸尿裤"], "count": 60, "above": {}},
]


@pytest.fixture(autouse=True)
def compiled(monkeypatch, tmp_path):
    """Have the miner compiled before, in a place of its own."""
    monkeypatch.setattr(kernel_cache, "FOLDER", tmp_path)
    (tmp_path / kernel_cache.MARK).touch()


@pytest.fixture
def asked(db, people):
    """Have a member be told each week of what a search finds, since long ago."""
    address, long_ago = {"list": "search", "q": "胶圈"}, "2020-01-01T00:00:00.000000Z"
    view = saved_views.add(db, name="胶圈", address=address, readers="owner", by=people["li"], now=long_ago)
    view_news.ask(db, view.id, "week", by=people["li"], now=long_ago)


def test_a_worker_searches_what_members_are_told_the_news_of_and_rests_after_it_failed(db, home, asked):
    clock, started = [0.0], []
    nightly = Nightly(db, home, clock=lambda: clock[0])

    def tend(seconds):
        nightly.tend()
        if nightly.child is not None:
            started.append(clock[0])
            nightly.child.wait()
        clock[0] += seconds

    # There is no index yet, so nothing can be searched.
    for _ in range(4):
        tend(250)
    assert started == [0.0]
    indexer.catch_up(db, home)
    assert view_news.is_due(db, home, now=utc_now())
    clock[0] += 600
    tend(1)
    assert not view_news.is_due(db, home, now=utc_now())


def test_a_worker_keeps_the_columns_of_runs_from_before_they_were_kept(db, home, people, now):
    run_id = runs.queue(db, kind="rules", args={"batches": [1]}, by=people["lin"], now=now)
    runs.claim(db, "lease", now=now, is_abandoned=lambda *_: False)
    with writing(db):
        findings.add_rules(db, run_id, {"baskets": 1000, "rules": RULES})
        runs.finish(db, run_id, "lease", {}, now=now)
    kept = db["rule_columns"].get(run_id)["data"]
    db["rule_columns"].delete_where()
    nightly = Nightly(db, home)
    nightly.tend()
    nightly.child.wait()
    assert not rule_columns.missing(db)
    assert db["rule_columns"].get(run_id)["data"] == kept
    assert rule_columns.of(db, run_id).level_counts([1, 2]) == {1: (0, 1), 2: (1, 0)}


def test_a_worker_that_has_nothing_to_do_compiles_the_miner(db, home, monkeypatch):
    started = []
    monkeypatch.setattr(Nightly, "_start", lambda self, task: started.append(task))
    nightly = Nightly(db, home)
    nightly.tend()
    assert started == []
    (kernel_cache.FOLDER / kernel_cache.MARK).unlink()
    nightly.tend()
    assert started == ["miner"]
    # Where each process has a place of its own, nobody would find it.
    monkeypatch.setattr(kernel_cache, "IS_SHARED", False)
    nightly.tend()
    assert started == ["miner"]
