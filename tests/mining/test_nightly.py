"""What a worker does beside the runs: each thing that is due, one after the other."""

import time

from kb import saved_views, view_news
from kb.store import utc_now
from mining.nightly import Nightly


def test_a_worker_searches_what_members_are_told_the_news_of(db, home, people):
    address, long_ago = {"list": "search", "q": "胶圈"}, "2020-01-01T00:00:00.000000Z"
    view = saved_views.add(db, name="胶圈", address=address, readers="owner", by=people["li"], now=long_ago)
    view_news.ask(db, view.id, "week", by=people["li"], now=long_ago)
    nightly = Nightly(db, home)
    patience = time.monotonic() + 60
    while view_news.is_due(db, home, now=utc_now()) and time.monotonic() < patience:
        nightly.tend()
        time.sleep(0.05)
    nightly.stop()
    assert not view_news.is_due(db, home, now=utc_now())
