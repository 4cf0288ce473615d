"""A note that names another: kept by number, told back, and never a title one may not see."""

import pytest

from kb import feed, mentions, note_history, notes
from kb.access import OPERATOR

FIELDS = ("title", "summary", "body", "dimension", "readers")


@pytest.fixture
def edit(db, people, now):
    def call(note, **changed):
        fields = {name: getattr(note, name) for name in FIELDS} | {"details": note.details()} | changed
        version = notes.get(db, note.id, reader=OPERATOR).version
        names = [topic["name"] for topic in note.topics]
        return notes.edit(db, note.id, version=version, topic_names=names, **fields, by=people["wang"], now=now)

    return call


def test_a_note_tells_where_it_is_mentioned_as_the_texts_stand(db, people, now, a_note, edit):
    first = a_note(title="胶圈")
    second = a_note(title="装反", body=f"见 [[{first.id}]]、[[{first.id}]]、[[999]]，[{first.id}]。")
    assert mentions.of_note(db, first.id, reader=OPERATOR) == {second.id: "装反"}
    edit(second, body="不提了")
    assert mentions.of_note(db, first.id, reader=OPERATOR) == {}
    notes.undo(db, feed.last_seq(db), by=people["wang"], now=now)
    assert mentions.of_note(db, first.id, reader=OPERATOR) == {second.id: "装反"}
    notes.archive(db, second.id, by=people["wang"], now=now)
    assert mentions.of_note(db, first.id, reader=OPERATOR) == {}


def test_neither_title_is_told_to_who_may_not_see_the_note(db, people, a_note):
    public, secret = a_note(title="胶圈"), a_note(title="底价", readers="owner", by=people["wang"])
    teller = a_note(title="私下", body=f"[[{public.id}]]", readers="owner", by=people["wang"])
    assert mentions.of_note(db, public.id, reader=people["chen"]) == {}
    assert mentions.of_note(db, public.id, reader=people["wang"]) == {teller.id: "私下"}
    asked = {public.id, secret.id, 999}
    assert mentions.titles(db, asked, reader=people["chen"]) == {public.id: "胶圈"}
    assert mentions.titles(db, asked, reader=people["wang"]) == {public.id: "胶圈", secret.id: "底价"}


def test_a_note_that_is_erased_is_mentioned_nowhere_and_mentions_nothing(db, now, a_note):
    first = a_note(title="胶圈")
    second = a_note(title="装反", body=f"[[{first.id}]]")
    third = a_note(title="再一条", body=f"[[{second.id}]]")
    note_history.erase(db, second.id, by=OPERATOR, now=now, reason="本人要求")
    assert db["note_mention"].count == 0
    assert notes.get(db, third.id, reader=OPERATOR).body == f"[[{second.id}]]"
