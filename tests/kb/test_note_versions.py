"""Any two versions of a note are compared; what others build on goes back, away and in again only with a reason."""

import pytest

from kb import bulk, feed, maturity, note_history, note_versions, notes, verification
from kb.access import OPERATOR
from kb.errors import Conflict, Invalid, NotFound


@pytest.fixture
def rewritten(db, people, a_note, now):
    """Return a note of four versions, each with another text."""
    note = a_note(body="第一版")
    for version, body in enumerate(("第二版", "第三版", "第四版"), start=1):
        fields = {name: getattr(note, name) for name in ("title", "summary", "dimension", "readers")}
        told = {"topic_names": ["密封罐"], "details": note.details(), "body": body, "version": version}
        notes.edit(db, note.id, **fields, **told, by=people["chen"], now=now)
    return note


@pytest.fixture
def published(db, people, a_note, now):
    """Return a function that writes a note that others build on, and returns it."""

    def write(**told):
        note = a_note(summary="胶圈", **told)
        maturity.advance(db, note.id, by=people["chen"], now=now)
        return notes.get(db, note.id, reader=OPERATOR)

    return write


def test_any_two_versions_are_compared_the_earlier_one_first_and_one_steps_to_their_neighbours(db, people, rewritten):
    for one, other in ((2, 3), (3, 2)):
        found = note_versions.compare(db, rewritten.id, one, other, reader=people["li"])
        assert (found.earlier["after"]["body"], found.later["after"]["body"]) == ("第二版", "第三版")
        assert (found.older, found.newer, found.steps, found.is_newest) == ((1, 2), (3, 4), 1, False)
    ends = note_versions.compare(db, rewritten.id, 1, 4, reader=people["li"])
    assert (ends.older, ends.newer, ends.steps, ends.is_newest) == (None, None, 3, True)


def test_a_version_that_is_none_the_same_twice_and_anothers_note_are_refused(db, people, a_note, rewritten):
    for pair in ((1, 5), (0, 1), (None, 2), (1, None)):
        with pytest.raises(NotFound):
            note_versions.compare(db, rewritten.id, *pair, reader=people["li"])
    with pytest.raises(Invalid):
        note_versions.compare(db, rewritten.id, 2, 2, reader=people["li"])
    private = a_note(readers="owner")
    with pytest.raises(NotFound):
        note_versions.compare(db, private.id, 1, 1, reader=people["li"])


def test_a_version_that_was_closed_is_named_but_not_shown(db, people, a_note, now):
    note = a_note(readers="owner", body="只给自己")
    fields = {name: getattr(note, name) for name in ("title", "summary", "body", "dimension", "version")}
    told = {"topic_names": ["密封罐"], "details": note.details(), "readers": "all"}
    notes.edit(db, note.id, **fields, **told, by=people["chen"], now=now)
    found = note_versions.compare(db, note.id, 1, 2, reader=people["li"])
    assert (found.earlier["hidden"], found.earlier["after"], found.earlier["version"]) == (True, None, 1)


def test_what_others_build_on_is_archived_brought_back_and_set_back_only_with_a_reason(db, people, published, now):
    note, chen = published(), people["chen"]
    first = feed.changes(db, "note", note.id)[-1]["seq"]
    acts = (
        lambda **why: note_history.restore(db, note.id, first, by=chen, now=now, **why),
        lambda **why: notes.archive(db, note.id, by=chen, now=now, **why),
        lambda **why: note_history.bring_back(db, note.id, by=chen, now=now, **why),
    )
    for act in acts:
        before = feed.last_seq(db)
        for reason in ("", " \n"):
            with pytest.raises(Invalid) as refused:
                act(reason=reason)
            assert (refused.value.field, feed.last_seq(db)) == ("reason", before)
        assert feed.change(db, act(reason="说错了"))["reason"] == "说错了"
    assert [row["action"] for row in feed.changes(db, "note", note.id)][:3] == ["unarchive", "archive", "restore"]


def test_what_nobody_builds_on_needs_none_and_comes_back_as_it_was(db, people, a_note, now):
    note, chen = a_note(), people["chen"]
    with pytest.raises(Invalid):
        note_history.bring_back(db, note.id, by=chen, now=now)
    notes.archive(db, note.id, by=chen, now=now)
    seq = note_history.bring_back(db, note.id, by=chen, now=now)
    assert notes.get(db, note.id, reader=chen).archived == 0
    assert notes.undo(db, seq, by=chen, now=now).archived == 1


def test_a_note_that_was_merged_away_comes_back_only_with_its_merge(db, people, a_note, now):
    from kb import note_merge

    kept, other = a_note(), a_note(body="另一句")
    note_merge.merge(
        db, kept.id, other.id, note_merge.Wish("all"), versions=(1, 1), say=str, by=people["wang"], now=now
    )
    with pytest.raises(Conflict):
        note_history.bring_back(db, other.id, by=people["wang"], now=now)


def test_many_are_archived_at_once_with_one_reason_for_all(db, people, a_note, published, now):
    chen = people["chen"]
    ids = [published().id, a_note().id]
    planned = bulk.plan(db, bulk.checked("archive", None), ids, by=chen)
    assert planned.needs_reason
    doings = (
        lambda **why: [bulk.apply(db, planned.act, ids, digest=planned.digest, by=chen, now=now, **why)],
        lambda **why: verification.do_to_all(db, ids, "archive", by=chen, now=now, **why),
    )
    for do in doings:
        before = feed.last_seq(db)
        with pytest.raises(Invalid) as refused:
            do()
        assert (refused.value.field, feed.last_seq(db)) == ("reason", before)
        do(reason="停产了")
        assert {feed.changes(db, "note", each)[0]["reason"] for each in ids} == {"停产了"}
        for each in ids:
            note_history.bring_back(db, each, by=chen, now=now, reason="又有了")
