"""Colleagues named with @: told once, only of what they may see, until they have seen it."""

import pytest

from kb import comments, member_mentions, note_history, note_merge, notes
from kb.access import OPERATOR
from kb.errors import NotFound


@pytest.fixture
def told(db, people):
    """Return a function from a login to ``[(title, words)]`` of where they were named."""
    return lambda login: [(each.title, each.words) for each in member_mentions.of_reader(db, reader=people[login])]


@pytest.fixture
def edit(db, people, now):
    def save(note, body, login="chen"):
        note = notes.get(db, note.id, reader=OPERATOR)
        fields = {each: getattr(note, each) for each in ("title", "summary", "dimension", "readers", "version")}
        names = [each["name"] for each in note.topics]
        return notes.edit(
            db, note.id, **fields, body=body, topic_names=names, details=note.details(), by=people[login], now=now
        )

    return save


def test_who_is_named_is_told_once_and_not_again_by_a_text_that_names_them_still(db, people, now, a_note, edit, told):
    note = a_note(body="请 @li 看一下，@nobody、@chen 和 a@li.example 不算。")
    assert told("li") == [(note.title, "")]
    assert told("chen") == []
    (mention,) = member_mentions.of_reader(db, reader=people["li"])
    assert mention.named_by == "陈小兰"
    with pytest.raises(NotFound):
        member_mentions.dismiss(db, mention.id, by=people["wang"], now=now)
    member_mentions.dismiss(db, mention.id, by=people["li"], now=now)
    edit(note, "请 @li 看一下，还有 @wang。")
    assert (told("li"), told("wang")) == ([], [(note.title, "")])
    edit(note, "谁也不提了。")
    assert told("wang") == []
    edit(note, "@li 再看一眼。")
    assert told("li") == [(note.title, "")]


def test_a_note_that_is_closed_to_who_is_named_tells_them_nothing(db, people, now, a_note, told):
    note = a_note(body="@li @lin", readers="department")
    assert (told("li"), told("lin")) == ([(note.title, "")], [])
    notes.archive(db, note.id, by=people["chen"], now=now)
    assert told("li") == []


def test_a_comment_tells_whom_it_names_and_taking_it_back_takes_that_along(db, people, now, a_note, told):
    note = a_note()
    seq = comments.add(db, note.id, body="@wang 这条对吗", by=people["li"], now=now)
    assert told("wang") == [(note.title, "@wang 这条对吗")]
    comments.undo(db, seq, by=people["li"], now=now)
    assert (told("wang"), db["member_mention"].count) == ([], 0)


def test_mentions_follow_a_merge_and_go_with_an_erasure(db, people, now, a_note, told):
    kept, other = a_note(), a_note(title="另一条", body="@li")
    comments.add(db, other.id, body="@wang", by=people["chen"], now=now)
    wish = note_merge.Wish("all", is_confirmed=True)
    seq = note_merge.merge(db, kept.id, other.id, wish, versions=(1, 1), say=str, by=people["wang"], now=now)
    assert (told("li"), told("wang")) == ([(kept.title, "")], [(kept.title, "@wang")])
    note_merge.undo(db, seq, by=people["wang"], now=now)
    assert (told("li"), told("wang")) == ([("另一条", "")], [("另一条", "@wang")])
    note_history.erase(db, other.id, by=OPERATOR, now=now, reason="本人要求")
    assert db["member_mention"].count == 0
