"""Pictures sent while one writes: whose they are before the text is saved, and where they hang after."""

import io

import pytest

from kb import attachments, drafts, feed, files, held_pictures, note_history, note_merge, notes, unmerged
from kb.access import OPERATOR
from kb.errors import Forbidden, Invalid, NotFound
from tests import made_files


@pytest.fixture
def hold(db, people, now):
    """Return a function that sends a picture for an unsaved text, of chen's unless told, and returns its name."""

    def send(name="截图.png", *, draft="d1", login="chen", content=None, at=now):
        stream = io.BytesIO(content or made_files.picture())
        return held_pictures.hold(db, stream, name=name, draft=draft, most_megabytes=5, by=people[login], now=at)

    return send


def names(db, note):
    return [each["name"] for each in notes.get(db, note.id, reader=OPERATOR).attachments]


def test_a_held_picture_is_its_writers_alone_and_hangs_on_the_note_whose_text_names_it(db, people, a_note, hold):
    name, other = hold(), hold("别处 (1).png", content=made_files.picture(size=(9, 9)))
    assert name.startswith("截图-")
    assert other.startswith("别处_1-")
    assert list(held_pictures.of_writer(db, reader=people["chen"])) == [name, other]
    for stranger in ("li", "wang"):
        with pytest.raises(NotFound):
            held_pictures.get(db, name, reader=people[stranger])
    # Whoever guesses the name of it gets nothing by naming it.
    assert names(db, a_note(body=f"![x]({name})", by=people["li"])) == []
    note = a_note(body=f"见 ![截图]({name})，`![x]({other})` 只是代码。")
    held_pictures.drop(db, "d1", by=people["chen"])
    assert names(db, note) == [name]
    assert held_pictures.of_writer(db, reader=people["chen"]) == {}
    added = feed.changes(db, "note", note.id)
    assert [(each["action"], len(each["after"]["attachments"])) for each in added] == [("add", 1)]


def test_a_picture_named_in_an_edit_comes_with_it_and_goes_with_its_undo(db, people, now, a_note, hold):
    note = a_note()
    name = hold()
    fields = {each: getattr(note, each) for each in ("title", "summary", "dimension", "readers")}
    notes.edit(
        db, note.id, version=1, **fields, body=f"![截图]({name})", topic_names=["密封罐"], details=note.details(),
        by=people["chen"], now=now,
    )  # fmt: skip
    assert names(db, note) == [name]
    notes.undo(db, feed.last_seq(db), by=people["chen"], now=now)
    assert names(db, note) == []


def test_a_text_copied_from_a_note_one_sees_keeps_its_picture_and_from_another_does_not(db, people, a_note, hold):
    name = hold()
    a_note(body=f"![截图]({name})", readers="department")
    held_pictures.drop(db, "d1", by=people["chen"])
    assert names(db, a_note(body=f"![截图]({name})", by=people["li"])) == [name]
    # lin is of another department; she learns the name from the text that li copied, if at all.
    notes.archive(db, 2, by=people["li"], now="2026-01-01T00:00:00.000Z")
    copied = a_note(body=f"![截图]({name})", by=people["lin"], readers="owner")
    assert names(db, copied) == [name]  # the copy of li's is open to all
    secret = hold("底价.png", content=made_files.picture(size=(7, 7)))
    a_note(body=f"![底价]({secret})", readers="owner")
    assert names(db, a_note(body=f"![底价]({secret})", by=people["li"])) == []


def test_a_file_taken_off_a_note_comes_back_to_it_when_its_text_names_it_again_and_to_no_other(
    db, people, now, a_note, hold
):
    name = hold()
    note = a_note(body=f"![截图]({name})")
    held_pictures.drop(db, "d1", by=people["chen"])
    attachments.remove(db, notes.get(db, note.id, reader=OPERATOR).attachments[0]["id"], by=people["chen"], now=now)
    assert names(db, note) == []
    assert names(db, a_note(title="另一条", body=f"![截图]({name})")) == []
    fields = {each: getattr(note, each) for each in ("title", "summary", "dimension", "readers")}
    version = notes.get(db, note.id, reader=OPERATOR).version
    notes.edit(
        db, note.id, version=version, **fields, body=f"又放回来：![截图]({name})", topic_names=["密封罐"],
        details=note.details(), by=people["chen"], now=now,
    )  # fmt: skip
    assert names(db, note) == [name]


def test_a_name_without_the_hash_of_what_it_shows_means_only_a_file_of_its_own_note(db, people, now, a_note):
    first = a_note()
    given = [("image.png", io.BytesIO(made_files.picture()))]
    attachments.add(db, first.id, given, most_megabytes=5, by=people["chen"], now=now)
    assert names(db, a_note(body="![](image.png)")) == []


def test_what_is_no_picture_and_one_too_many_are_refused_and_leave_nothing(db, home, people, hold, monkeypatch):
    with pytest.raises(Invalid, match="is no picture") as refused:
        hold("报价.pdf", content=made_files.pdf("x"))
    assert refused.value.hint
    with pytest.raises(Invalid, match="belongs to no text"):
        hold(draft="../x")
    with pytest.raises(Forbidden):
        hold(login="vera")
    assert files.stored(home) == []
    monkeypatch.setattr(held_pictures, "MOST_HELD", 1)
    hold()
    hold(login="li")
    with pytest.raises(Invalid, match="hold 1 pictures"):
        hold("第二张.png", content=made_files.picture(size=(9, 9)))


def test_a_held_picture_outlives_sweeps_for_thirty_days_and_no_longer(db, home, hold, a_note):
    begun, kept = "2026-01-01T00:00:00.000Z", "2026-01-30T23:00:00.000Z"
    name = hold(at=begun)
    for at, count in ((kept, 1), ("2026-02-01T00:00:00.000Z", 0)):
        held_pictures.sweep(db, now=at)
        files.sweep(db, home, now=at)
        assert (db["held_picture"].count, db["file"].count) == (count, count)
    assert names(db, a_note(body=f"![截图]({name})")) == []


def test_two_notes_put_together_show_each_its_own_picture(db, people, now, a_note, hold):
    first = hold("image.png")
    second = hold("image.png", content=made_files.picture(size=(9, 9)))
    assert first != second
    kept, other = a_note(body=f"![]({first})"), a_note(title="另一条", body=f"![]({second})")
    wish = note_merge.Wish("all", has_both_texts=True, is_confirmed=True)
    note_merge.merge(db, kept.id, other.id, wish, versions=(1, 1), say=str, by=people["wang"], now=now)
    assert names(db, kept) == [first, second]


def test_a_note_erased_takes_its_pictures_along(db, home, now, a_note, hold):
    note = a_note(body=f"![]({hold()})")
    db.execute("DELETE FROM held_picture")
    note_history.erase(db, note.id, by=OPERATOR, now=now, reason="本人要求")
    assert files.stored(home) == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("![a](b.png) ![](<c d.png>) ![a](b.png)", ["b.png", "c d.png"]),
        ("![x](%E5%9B%BE.png)", ["图.png"]),
        ("![x](https://example.com/a.png) ![x](/a.png) ![x](../a.png) ![x](data:image/png;base64,AA)", []),
        ("```\n![a](b.png)\n```", []),
        ("![" * 2000, []),
    ],
)
def test_a_text_names_pictures_of_its_own_only(text, named):
    assert held_pictures.named_in(text) == named


def test_an_erased_note_takes_along_the_pictures_of_what_was_written_of_it_and_no_others(
    db, home, people, now, a_note, hold
):
    note, chen = a_note(), people["chen"]
    sizes = {"drawn": 9, "waiting": 10, "other": 11}
    pictures = {name: hold(draft=name, content=made_files.picture(size=(8, size))) for name, size in sizes.items()}
    # The same picture in another text of hers, which stays.
    hold(draft="other", content=made_files.picture(size=(8, 10)))
    unmerged.keep(db, note.id, 1, {"body": f"![x]({pictures['waiting']})"}, by=chen, now=now)
    for draft, note_id in (("drawn", note.id), ("other", None)):
        told = {"form": "x", "path": "/", "title": "", "fields": {"pictures_of": draft}, "note_id": note_id}
        drafts.keep(db, draft, **told, by=chen, now=now)
    note_history.erase(db, note.id, by=OPERATOR, now=now, reason="本人要求")
    left = {(row["draft"], row["name"]) for row in db["held_picture"].rows}
    assert left == {("other", pictures["other"]), ("other", pictures["waiting"])}
    assert (db["file"].count, {path.name for path in files.stored(home)}) == (2, files.named(db))
