"""What a worker does beside the runs: each thing that is due, one after the other."""

import pytest

from kb import saved_views, view_news
from kb.search import indexer
from kb.store import utc_now
from mining.nightly import Nightly


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
