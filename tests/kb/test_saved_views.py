import pytest

from kb import feed, saved_views
from kb.errors import Conflict, Forbidden, Invalid, NotFound

ADDRESS = {"dimension": "from"}


@pytest.fixture
def save(db, people, now):
    """Return a function that saves a view and returns its id."""

    def call(name="投诉", readers="owner", login="chen", address=ADDRESS):
        return saved_views.add(db, name=name, address=address, readers=readers, by=people[login], now=now).id

    return call


def names(db, reader):
    return [view.name for view in saved_views.listing(db, reader=reader)]


def test_a_view_is_seen_by_those_it_is_for_ones_own_first(db, people, save):
    save("我的")
    save("部门的", "department")
    save("大家的", "all", login="lin")
    save("维拉的", login="vera")
    assert names(db, people["chen"]) == ["我的", "部门的", "大家的"]
    assert names(db, people["li"]) == ["大家的", "部门的"]
    assert names(db, people["vera"]) == ["维拉的", "大家的"]
    assert saved_views.listing(db, reader=people["li"])[0].address == ADDRESS


def test_anothers_private_view_is_as_absent_as_none(db, people, save, now):
    view = save()
    for act in (
        lambda: saved_views.get(db, view, reader=people["zhao"]),
        lambda: saved_views.edit(db, view, name="x", readers="all", by=people["zhao"], now=now),
        lambda: saved_views.archive(db, view, by=people["zhao"], now=now),
        lambda: saved_views.undo(db, feed.last_seq(db), by=people["zhao"], now=now),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_shared_view_is_changed_by_who_saved_it_or_a_curator(db, people, save, now):
    view = save(readers="all")
    with pytest.raises(Forbidden):
        saved_views.edit(db, view, name="x", readers="all", by=people["li"], now=now)
    saved_views.edit(db, view, name="抱怨", readers="department", by=people["wang"], now=now)
    assert names(db, people["li"]) == ["抱怨"]
    assert names(db, people["lin"]) == []


def test_each_change_is_taken_back_until_it_is_changed_again(db, people, save, now):
    view = save()
    made = feed.last_seq(db)
    renamed = saved_views.edit(db, view, name="抱怨", readers="all", by=people["chen"], now=now)
    with pytest.raises(Conflict):
        saved_views.undo(db, made, by=people["chen"], now=now)
    deleted = saved_views.archive(db, view, by=people["chen"], now=now)
    assert names(db, people["chen"]) == []
    saved_views.undo(db, deleted, by=people["chen"], now=now)
    assert names(db, people["li"]) == ["抱怨"]
    with pytest.raises(Conflict):
        saved_views.undo(db, renamed, by=people["chen"], now=now)
    saved_views.undo(db, feed.last_seq(db), by=people["chen"], now=now)
    assert names(db, people["chen"]) == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "长" * 41}, "name"),
        ({"readers": "none"}, "readers"),
        ({"name": "投訴"}, "name"),
    ],
)
def test_bad_input_is_refused_by_its_field(db, save, fields, field):
    save()
    with pytest.raises(Invalid) as refused:
        save(**{"name": "另一个", **fields})
    assert refused.value.field == field


def test_a_viewer_shares_nothing_and_nobody_saves_without_end(db, people, save, monkeypatch):
    with pytest.raises(Forbidden):
        save(readers="all", login="vera")
    monkeypatch.setattr(saved_views, "MOST", 1)
    save()
    with pytest.raises(Invalid):
        save("另一个")
