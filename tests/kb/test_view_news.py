"""A member is told, each day or each week, what a saved search finds that others wrote: within what they may see."""

import pytest

from kb import note_history, notes, saved_views, view_news
from kb.access import OPERATOR
from kb.errors import Invalid, NotFound
from kb.search import generation, indexer
from kb.store import writing

MONDAY, TUESDAY, WEDNESDAY = (f"{day}T02:00:00.000000Z" for day in ("2026-11-30", "2026-12-01", "2026-12-02"))
NEXT_TUESDAY = "2026-12-08T02:00:00.000000Z"


@pytest.fixture
def view(db, people):
    address = {"list": "search", "q": "胶圈"}
    return saved_views.add(db, name="胶圈的事", address=address, readers="all", by=people["wang"], now=MONDAY)


@pytest.fixture
def told(db, home, people):
    """Return a function that lets the worker look at an instant, and gives what waits for a member."""

    def call(login, now):
        indexer.catch_up(db, home)
        view_news.gather(db, home, now=now)
        waiting = view_news.waiting(db, reader=people[login])
        return {each.name: sorted(note.title for note in found) for each, found, _ in waiting}

    return call


def test_each_night_tells_what_is_new_to_who_asked_and_only_what_they_may_see(db, people, a_note, view, told):
    a_note(title="胶圈旧闻", body="", now=MONDAY)
    view_news.ask(db, view.id, "day", by=people["li"], now="2026-11-30T03:00:00.000000Z")
    assert told("li", "2026-11-30T10:00:00.000000Z") == {}
    later = "2026-11-30T12:00:00.000000Z"
    a_note(title="胶圈涨价", body="", now=later)
    a_note(title="胶圈机密", body="", readers="owner", by=people["wang"], now=later)
    a_note(title="自己写的胶圈", body="", by=people["li"], now=later)
    a_note(title="毛巾", body="", now=later)
    assert told("li", TUESDAY) == {"胶圈的事": ["胶圈涨价"]}
    assert told("wang", TUESDAY) == {}
    second = a_note(title="胶圈改版", body="", now="2026-12-01T12:00:00.000000Z")
    assert told("li", WEDNESDAY) == {"胶圈的事": ["胶圈改版", "胶圈涨价"]}
    notes.archive(db, second.id, by=people["chen"], now=WEDNESDAY)
    assert told("li", WEDNESDAY) == {"胶圈的事": ["胶圈涨价"]}
    view_news.see(db, view.id, by=people["li"])
    assert told("li", WEDNESDAY) == {}


def test_each_week_is_told_after_sunday_and_not_at_all_means_not(db, home, people, a_note, view, told):
    view_news.ask(db, view.id, "week", by=people["li"], now="2026-11-30T03:00:00.000000Z")
    a_note(title="胶圈涨价", body="", now="2026-11-30T12:00:00.000000Z")
    assert not view_news.is_due(db, home, now=WEDNESDAY)
    assert told("li", WEDNESDAY) == {}
    assert view_news.is_due(db, home, now=NEXT_TUESDAY)
    assert told("li", NEXT_TUESDAY) == {"胶圈的事": ["胶圈涨价"]}
    assert not view_news.is_due(db, home, now=NEXT_TUESDAY)
    view_news.ask(db, view.id, "", by=people["li"], now=NEXT_TUESDAY)
    assert told("li", NEXT_TUESDAY) == {}
    assert view_news.every_of(db, reader=people["li"]) == {}


def test_a_search_that_is_closed_tells_nothing_and_no_list_but_a_search_tells(db, people, now, a_note, view, told):
    view_news.ask(db, view.id, "day", by=people["li"], now=MONDAY)
    a_note(title="胶圈涨价", body="", now="2026-11-30T12:00:00.000000Z")
    assert told("li", TUESDAY) == {"胶圈的事": ["胶圈涨价"]}
    saved_views.edit(db, view.id, name=view.name, readers="owner", by=people["wang"], now=now)
    assert told("li", WEDNESDAY) == {}
    with pytest.raises(NotFound):
        view_news.ask(db, view.id, "day", by=people["lin"], now=now)
    other = saved_views.add(db, name="都看", address={"dimension": "from"}, readers="all", by=people["wang"], now=now)
    for view_id, every in ((other.id, "day"), (view.id, "hourly")):
        with pytest.raises(Invalid):
            view_news.ask(db, view_id, every, by=people["wang"], now=now)


def test_a_note_that_is_erased_waits_for_nobody(db, people, a_note, view, told):
    view_news.ask(db, view.id, "day", by=people["li"], now=MONDAY)
    note = a_note(title="胶圈涨价", body="", now="2026-11-30T12:00:00.000000Z")
    assert told("li", TUESDAY) == {"胶圈的事": ["胶圈涨价"]}
    with writing(db):
        note_history.erase_rows(db, note.id, by=OPERATOR, now=WEDNESDAY, reason="客户要求")
    assert told("li", WEDNESDAY) == {}
    assert list(db["view_found"].rows) == []


def test_what_is_not_indexed_yet_is_told_when_it_is(db, home, people, a_note, view, told):
    view_news.ask(db, view.id, "day", by=people["li"], now=MONDAY)
    indexer.catch_up(db, home)
    a_note(title="胶圈涨价", body="", now="2026-11-30T12:00:00.000000Z")
    a_note(title="胶圈停产", body="", now="2026-11-30T13:00:00.000000Z")
    assert view_news.gather(db, home, now=TUESDAY)
    assert view_news.waiting(db, reader=people["li"]) == []
    generation.withdraw(home)
    assert not view_news.gather(db, home, now=WEDNESDAY)
    assert view_news.is_due(db, home, now=WEDNESDAY)
    assert told("li", WEDNESDAY) == {"胶圈的事": ["胶圈停产", "胶圈涨价"]}


@pytest.mark.parametrize(
    ("days", "expected"), [("2026-01-01..2026-12-31", ["胶圈涨价"]), ("2020-01-01..2020-12-31", [])]
)
def test_days_that_a_search_asks_for_hold_for_its_news_too(db, people, a_note, told, days, expected):
    address = {"list": "search", "q": f"胶圈 {days}"}
    view = saved_views.add(db, name="胶圈的事", address=address, readers="all", by=people["wang"], now=MONDAY)
    view_news.ask(db, view.id, "day", by=people["li"], now=MONDAY)
    a_note(title="胶圈涨价", body="", now="2026-11-30T12:00:00.000000Z")
    assert told("li", TUESDAY) == ({"胶圈的事": expected} if expected else {})


def test_a_search_that_fails_keeps_nobody_else_from_their_news_and_stays_due(db, home, people, a_note, view, told):
    broken = saved_views.add(db, name="坏的", address=view.address, readers="all", by=people["wang"], now=MONDAY)
    view_news.ask(db, broken.id, "day", by=people["chen"], now=MONDAY)
    view_news.ask(db, view.id, "day", by=people["li"], now=MONDAY)
    a_note(title="胶圈涨价", body="", now="2026-11-30T12:00:00.000000Z")
    db["saved_view"].update(broken.id, {"address": "{"})
    assert told("li", TUESDAY) == {"胶圈的事": ["胶圈涨价"]}
    assert view_news.is_due(db, home, now=TUESDAY)
