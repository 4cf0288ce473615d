"""Whose name stands under a text: nobody’s who did not read it."""

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from kb import feed, gates, note_history, note_merge, notes, verification, verification_queue
from kb.access import OPERATOR
from kb.errors import Conflict, Forbidden, Invalid, fill
from kb.note_merge import Wish
from kb.store import writing
from kb.verification_queue import Filter

NOW = "2026-06-15T08:00:00.000000Z"
TEXTS = ("title", "summary", "body", "dimension", "readers")


@pytest.fixture
def edit(db, people):
    def call(note_id, login, now=NOW, **changed):
        stands = read(db, note_id)
        fields = {name: getattr(stands, name) for name in TEXTS} | {"details": stands.details()} | changed
        told = {"topic_names": ["密封罐"], "version": stands.version, "by": people[login], "now": now}
        return notes.edit(db, note_id, **fields, **told)

    return call


def read(db, note_id):
    return notes.get(db, note_id, reader=OPERATOR)


def waits(db, reader):
    return verification_queue.count(db, Filter(), reader=reader, now=NOW)


def test_a_text_that_its_author_rewrote_after_a_colleague_verified_it_waits_again(db, people, a_note, edit):
    note = a_note(body="七天内可退", now=NOW)
    verification.verify(db, note.id, by=people["wang"], now=NOW)
    edit(note.id, "chen", readers="department")
    assert (verification.trust(read(db, note.id), NOW), waits(db, people["chen"])) == ("verified", 0)
    edit(note.id, "chen", body="不能退")
    assert (verification.trust(read(db, note.id), NOW), waits(db, people["chen"])) == ("due", 1)
    assert verification_queue.reasons(read(db, note.id), NOW) == [("edited", "陈小兰")]
    notes.undo(db, feed.last_seq(db), by=people["chen"], now=NOW)
    assert verification.trust(read(db, note.id), NOW) == "verified"


def test_who_verified_a_text_may_go_on_writing_at_it(db, people, a_note, edit):
    note = a_note(now=NOW)
    verification.verify(db, note.id, by=people["wang"], now=NOW)
    edit(note.id, "wang", body="王雅婷写的")
    assert (read(db, note.id).asks, verification.trust(read(db, note.id), NOW)) == ((), "verified")


def test_who_verified_a_text_vouches_from_the_day_of_their_own_change_for_what_they_wrote(db, people, a_note, edit):
    note, later = a_note(now=NOW), "2026-07-01T08:00:00.000000Z"
    verification.verify(db, note.id, by=people["wang"], now=NOW)
    due = read(db, note.id).due_at
    edit(note.id, "wang", now=later, readers="department")
    assert read(db, note.id).verified_at == NOW
    edit(note.id, "wang", now=later, body="王雅婷写的")
    mended = read(db, note.id)
    assert (mended.verified_at, mended.verified_version, mended.due_at > due) == (later, mended.version, True)
    notes.undo(db, feed.last_seq(db), by=people["wang"], now=later)
    assert (read(db, note.id).verified_at, read(db, note.id).due_at) == (NOW, due)


def test_a_word_mended_is_no_check_of_a_note_that_waits_for_one(db, people, a_note, edit):
    note, later = a_note(now=NOW), "2028-07-01T08:00:00.000000Z"
    verification.verify(db, note.id, by=people["wang"], now=NOW)
    edit(note.id, "wang", now=later, body="王雅婷写的")
    assert (read(db, note.id).verified_at, verification.trust(read(db, note.id), later)) == (NOW, "due")
    verification.verify(db, note.id, by=people["wang"], now=later)
    verification.doubt(db, note.id, "不对", by=people["li"], now=later)
    edit(note.id, "wang", now=later[:-2] + "9Z", body="又改")
    assert read(db, note.id).verified_at == later


def test_two_texts_made_one_by_its_author_wait_for_who_verified_one_of_them(db, people, a_note):
    kept, other = a_note(title="一", body="甲", now=NOW), a_note(title="二", body="乙", now=NOW)
    verification.verify(db, kept.id, by=people["wang"], now=NOW)
    told = {"say": fill, "by": people["chen"], "now": NOW}
    versions = (kept.version + 1, other.version)
    seq = note_merge.merge(db, kept.id, other.id, Wish("all", has_both_texts=True), versions=versions, **told)
    assert verification.trust(read(db, kept.id), NOW) == "due"
    verification.verify(db, kept.id, by=people["wang"], now="2026-06-15T08:01:00.000000Z")
    note_merge.undo(db, seq, by=people["chen"], now=NOW)
    assert [each["kind"] for each in read(db, kept.id).asks] == ["edited"]


def test_a_deed_of_many_leaves_out_what_was_rewritten_after_it_was_asked_for(db, people, a_note, edit):
    began, later = "2026-12-24T08:00:00.000000Z", "2026-12-24T08:00:09.000000Z"
    ids = [a_note(title=title, now=NOW).id for title in "甲乙"]
    edit(ids[1], "chen", body="刚刚改成相反的", now=later)
    with writing(db):
        changed, refused = verification.do_to_part(db, ids, "verify", by=people["wang"], now=began, reason="")
    assert (changed, [note_id for note_id, _ in refused]) == (1, [ids[1]])
    assert read(db, ids[1]).verified_at is None


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["verify", "edit", "edit", "undo", "restore", "merge", "unmerge"]),
        st.sampled_from(["chen", "wang"]),
        st.sampled_from("甲乙丙"),
    ),
    min_size=2,
    max_size=10,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(acts=ACTS)
def test_no_note_is_shown_as_verified_by_somebody_who_never_saw_its_text(db, people, a_note, edit, acts):
    note_id = a_note(body="甲", now=NOW).id
    seen, first, merges = set(), feed.last_seq(db), []
    for second, (act, login, text) in enumerate(acts):
        who = {"by": people[login], "now": f"2026-06-15T08:00:{second:02}.000000Z"}
        try:
            match act:
                case "verify":
                    verification.verify(db, note_id, **who)
                case "edit":
                    edit(note_id, login, body=text)
                case "undo":
                    notes.undo(db, feed.changes(db, "note", note_id)[0]["seq"], **who)
                case "restore":
                    note_history.restore(db, note_id, first, **who)
                case "merge":
                    other = a_note(body=f"另一条{text}", now=NOW)
                    versions = (read(db, note_id).version, other.version)
                    wish = Wish("all", has_both_texts=True)
                    merges.append(note_merge.merge(db, note_id, other.id, wish, versions=versions, say=fill, **who))
                case "unmerge":
                    note_merge.undo(db, merges.pop(), **who) if merges else None
        except (Conflict, Forbidden, Invalid):
            pass  # refused: as it was
        note = read(db, note_id)
        if act != "undo":
            seen.add((people[login].member_id, gates.digest(note)))
        if verification.trust(note, who["now"]) == "verified":
            assert (note.verified_by, gates.digest(note)) in seen
