"""Files on notes: who may, what is kept, what becomes of it, and what hostile ones cost."""

import errno
import fcntl
import io
import json
import zipfile
from contextlib import contextmanager

import pytest
from PIL import Image

from kb import attachments, check, feed, file_reader, files, note_history, notes
from kb.access import OPERATOR
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.folders import export
from kb.store import writing
from tests import made_files


@pytest.fixture
def note(a_note):
    return a_note(title="澄湖酒店的毛巾合同")


@pytest.fixture
def attach(db, people, note, now):
    """Return a function that puts contents by name on the note, as chen unless told, and returns the seq."""

    def put(login="chen", note_id=note.id, most_megabytes=5, **sent):
        given = [(name, io.BytesIO(content)) for name, content in sent.items()]
        seq, refused = attachments.add(db, note_id, given, most_megabytes=most_megabytes, by=people[login], now=now)
        assert refused == []
        return seq

    return put


def on(db, note):
    return list(notes.get(db, note.id, reader=OPERATOR).attachments)


def lying(home):
    return {path.name for path in files.stored(home)}


def test_files_are_told_by_their_content_and_kept_once(db, home, attach, note):
    attach(合同=made_files.pdf("contract"), again=made_files.pdf("contract"), 表=made_files.xlsx(价目=[["毛巾", 12]]))
    found = on(db, note)
    assert [(each["name"], each["kind"]) for each in found] == [
        ("合同.pdf", "pdf"), ("again.pdf", "pdf"), ("表.xlsx", "xlsx"),
    ]  # fmt: skip
    assert found[0]["sha256"] == found[1]["sha256"]
    assert lying(home) == {each["sha256"] for each in found}
    for each in found:
        path = files.path_of(home, each["sha256"])
        assert (files.digest(path), path.stat().st_size) == (each["sha256"], each["size"])
        assert path.stat().st_mode & 0o077 == 0
    assert list((home / "files" / "new").iterdir()) == []


@pytest.mark.parametrize(
    ("sent", "content", "name", "kind"),
    [
        ("a.png", made_files.SVG, "a.png", "other"),
        ("a.png", made_files.HTML, "a.png", "other"),
        ("a.txt", b"\xef\xbb\xbf \n<?xml version='1.0'?><a/>", "a.txt", "other"),
        ("a.pdf", b"MZ\x90\0\x03\0\0\0", "a.pdf", "other"),
        ("a.docx", made_files.zipped(readme="x"), "a.docx", "other"),
        ("合同.doc", made_files.docx("x"), "合同.doc.docx", "docx"),
        ("笔记.md", "# 密封罐".encode("gb18030"), "笔记.md", "text"),
        ("价目.xls", made_files.xls(a=[["x"]]), "价目.xls", "xls"),
        ("价目.xlsx", made_files.xls(a=[["x"]] * 2_000), "价目.xlsx.xls", "xls"),
        ("合同.doc", made_files.doc(), "合同.doc", "doc"),
        ("合同.doc", made_files.doc()[:600], "合同.doc", "other"),
        ("../../etc/passwd", b"root", "passwd", "text"),
        ("C:\\Users\\陈\\合同.txt", b"x", "合同.txt", "text"),
        (f"a{made_files.RIGHT_TO_LEFT}gpj.exe", b"MZ\0", "agpj.exe", "other"),
        ("a\r\nSet-Cookie: x\0.txt", b"x", "a Set-Cookie_ x.txt", "text"),
        ("..", b"x", "file", "text"),
        ("\u200b\u2066.txt", b"x", "txt", "text"),
        (f"{'长' * 300}.txt", b"x", f"{'长' * 146}.txt", "text"),
        ("evil.html", made_files.picture(), "evil.html.png", "png"),
        ("p.jpeg", made_files.picture("jpeg"), "p.jpeg", "jpeg"),
    ],
)
def test_no_name_says_what_a_file_is_or_where_it_lies(db, home, attach, note, sent, content, name, kind):
    attach(**{sent: content})
    assert [(each["name"], each["kind"]) for each in on(db, note)] == [(name, kind)]
    assert all(path.parent.parent == home / "files" for path in files.stored(home))


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "gif"])
def test_a_picture_is_made_anew_and_has_a_small_one(db, home, attach, note, kind):
    attach(bild=made_files.picture(kind, (600, 300)) + made_files.HTML)
    (found,) = on(db, note)
    kept = files.path_of(home, found["sha256"]).read_bytes()
    assert b"script" not in kept
    with Image.open(io.BytesIO(kept)) as picture, Image.open(files.path_of(home, found["thumbnail"])) as small:
        assert (picture.format.lower(), picture.size, small.format, small.size) == (
            kind,
            (600, 300),
            "WEBP",
            (256, 128),
        )
        assert picture.convert("RGB").getpixel((9, 9))[0] > 150


def test_where_a_picture_was_taken_is_not_kept_and_it_stands_upright(db, home, attach, note):
    attach(photo=made_files.from_a_phone())
    (found,) = on(db, note)
    everything = b"".join(path.read_bytes() for path in files.stored(home))
    assert b"Suzhou" not in everything
    assert b"script" not in everything
    assert (found["width"], found["height"]) == (30, 40)
    with Image.open(files.path_of(home, found["sha256"])) as picture:
        assert not picture.getexif()


def of_colour(number):
    return made_files.picture("jpeg", (30, 20), (number * 20, 10, 10), exif=PLACE)


PLACE = Image.Exif()
PLACE[0x010E] = "Suzhou"


def test_of_many_pictures_the_first_are_made_at_once_and_the_others_afterwards(db, home, attach, note):
    count = attachments.PICTURES_AT_ONCE + 3
    attach(**{f"p{number}": of_colour(number) for number in range(count)})
    assert [files.is_ready(each) for each in on(db, note)] == [True] * (count - 3) + [False] * 3
    assert [each["thumbnail"] is None for each in on(db, note)] == [False] * (count - 3) + [True] * 3
    with zipfile.ZipFile(io.BytesIO(b"".join(export.zipped(db, home, [note.id], reader=OPERATOR)))) as folder:
        assert b"Suzhou" not in b"".join(map(folder.read, folder.namelist()))
        assert "p7" in folder.read("澄湖酒店的毛巾合同.md").decode()
    before = feed.last_seq(db)
    while file_reader.read_next(db, home):
        pass
    assert all(files.is_ready(each) and each["thumbnail"] for each in on(db, note))
    assert b"Suzhou" not in b"".join(path.read_bytes() for path in files.stored(home))
    assert [row["action"] for row in feed.after(db, before)] == ["read"] * 3
    assert lying(home) == files.named(db)
    assert [str(each) for found in check.check(db) for each in found.problems] == []


def test_while_pictures_are_made_anew_nobody_finds_a_file_that_no_row_names(db, home, attach, monkeypatch):
    attach(**{f"p{number}": of_colour(number) for number in range(attachments.PICTURES_AT_ONCE + 1)})
    real, seen = files._lock, []

    @contextmanager
    def locked(home, how):
        with real(home, how):
            yield
        with real(home, fcntl.LOCK_EX):
            seen.append(lying(home) ^ files.named(db))

    monkeypatch.setattr(files, "_lock", locked)
    assert file_reader.read_next(db, home)
    assert seen
    assert not any(seen)


def test_a_picture_that_was_erased_while_it_was_made_anew_comes_not_back(db, home, attach, note, monkeypatch):
    attach(**{f"p{number}": of_colour(number) for number in range(attachments.PICTURES_AT_ONCE + 1)})
    real, waits = files.alone, files.waiting(db)

    def erased_first(home):
        with writing(db):
            db.execute("DELETE FROM attachment WHERE file_id = :id", waits)
            files.forget_unnamed(db)
        return real(home)

    monkeypatch.setattr(files, "alone", erased_first)
    files.make_waiting(db, home, waits, now="2026-12-24T08:00:00.000000Z")
    monkeypatch.undo()
    files.remove(home, [waits["sha256"]], db)
    assert lying(home) == files.named(db)
    assert len(on(db, note)) == attachments.PICTURES_AT_ONCE


def test_three_hundred_pictures_come_onto_a_note_at_once_and_not_one_more(db, home, people, note, now):
    dot = made_files.picture(size=(2, 2))

    def sent(count):
        return [(f"{number}.png", io.BytesIO(dot + number.to_bytes(2))) for number in range(count)]

    told = {"most_megabytes": 1, "by": people["chen"], "now": now}
    with pytest.raises(Invalid, match="301 files are too many at once; 300"):
        attachments.add(db, note.id, sent(301), **told)
    assert lying(home) == set()
    _, refused = attachments.add(db, note.id, sent(300), **told)
    found = on(db, note)
    assert (refused, len(found)) == ([], 300)
    # Who sends them waits for the first few only.
    assert sum(map(files.is_ready, found)) == attachments.PICTURES_AT_ONCE


def test_the_same_picture_sent_twice_is_one_file_in_the_end(db, home, attach, note):
    many = {f"p{number}": of_colour(number) for number in range(attachments.PICTURES_AT_ONCE)}
    attach(**many, twin=of_colour(0), other=of_colour(9))
    while file_reader.read_next(db, home):
        pass
    attach(**many, other=of_colour(9))
    while file_reader.read_next(db, home):
        pass
    assert db["file"].count == attachments.PICTURES_AT_ONCE + 1
    assert len({each["file_id"] for each in on(db, note)}) == db["file"].count
    assert lying(home) == files.named(db)


def test_what_turns_out_to_be_no_picture_says_so_and_is_never_handed_out(db, home, attach, note):
    many = {f"p{number}": of_colour(number) for number in range(attachments.PICTURES_AT_ONCE)}
    attach(**many, broken=made_files.picture("jpeg")[:300], huge=made_files.huge())
    while file_reader.read_next(db, home):
        pass
    assert [(each["problem"], files.is_ready(each)) for each in on(db, note)[-2:]] == [
        ("picture", False), ("pixels", False),
    ]  # fmt: skip


def test_a_moving_picture_goes_on_moving(db, home, attach, note):
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue", "green")]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], duration=50, comment=b"Suzhou")
    attach(g=file.getvalue())
    with Image.open(files.path_of(home, on(db, note)[0]["sha256"])) as picture:
        assert picture.n_frames == 3
        assert "comment" not in picture.info


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (made_files.huge(), "40 million pixels"),
        (made_files.huge(300, 300), "cannot be read as a picture"),
        (made_files.picture("jpeg")[:300], "cannot be read as a picture"),
        (b"GIF89a/*<script>alert(1)</script>*/", "cannot be read as a picture"),
        (b"", "is empty"),
        (b"x" * (1024 * 1024 + 1), "larger than 1 MB"),
    ],
    ids=["huge", "torn png", "torn jpeg", "gif of script", "empty", "large"],
)
def test_what_cannot_be_taken_leaves_nothing_and_says_why(db, home, attach, note, content, says):
    before = feed.last_seq(db)
    with pytest.raises(Invalid, match=says) as refused:
        attach(most_megabytes=1, **{"bild.png": content})
    assert (refused.value.field, refused.value.values["file"]) == ("files", "bild.png")
    assert (on(db, note), lying(home), feed.last_seq(db)) == ([], set(), before)
    assert list((home / "files" / "new").iterdir()) == []


def test_one_bad_file_does_not_keep_the_others_away(db, people, note, now):
    sent = [("gut.txt", io.BytesIO(b"x")), ("leer.txt", io.BytesIO(b""))]
    _, refused = attachments.add(db, note.id, sent, most_megabytes=1, by=people["chen"], now=now)
    assert [each.values["file"] for each in refused] == ["leer.txt"]
    assert [each["name"] for each in on(db, note)] == ["gut.txt"]
    with pytest.raises(Invalid):
        attachments.add(db, note.id, [], most_megabytes=1, by=people["chen"], now=now)


class _Full:
    """A stream whose reader finds the disk full at the second piece."""

    def __init__(self, number):
        self._left, self._errno = 2, number

    def read(self, size):
        self._left -= 1
        if self._left:
            return b"x" * 1000
        raise OSError(self._errno, "")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_a_sentence_and_leaves_nothing(db, home, people, note, now, number):
    with pytest.raises(Invalid, match="disk of the server is full"):
        attachments.add(db, note.id, [("a.txt", _Full(number))], most_megabytes=1, by=people["chen"], now=now)
    with pytest.raises(OSError, match="Errno 5"):
        attachments.add(db, note.id, [("a.txt", _Full(errno.EIO))], most_megabytes=1, by=people["chen"], now=now)
    assert (on(db, note), lying(home), list((home / "files" / "new").iterdir())) == ([], set(), [])


def test_a_kill_between_file_and_row_leaves_a_file_that_is_swept_a_day_later(db, home, attach, note, now, monkeypatch):
    import os
    import time

    monkeypatch.setattr(files, "register", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        attach(a=b"x")
    (left,) = files.stored(home)
    files.sweep(db, home, now=now)
    assert files.stored(home) == [left]
    os.utime(left, (0, time.time() - 90_000))
    files.sweep(db, home, now=now)
    assert (files.stored(home), on(db, note)) == ([], [])


def test_only_who_may_change_a_note_puts_files_on_it_or_takes_them_off(db, people, a_note, attach, note, now):
    private = a_note(readers="owner", by=people["wang"])
    for login, note_id, kind in (
        ("li", note.id, Forbidden),
        ("vera", note.id, Forbidden),
        ("chen", private.id, NotFound),
    ):
        with pytest.raises(kind):
            attach(login, note_id, a=b"x")
    attach("wang", private.id, 私=b"x")
    mine, secret = 0, on(db, private)[0]["id"]
    attach(a=b"x")
    mine = on(db, note)[0]["id"]
    assert attachments.get(db, mine, reader=people["li"])[1]["name"] == "a"
    with pytest.raises(NotFound) as hidden:
        attachments.get(db, secret, reader=people["li"])
    with pytest.raises(NotFound) as absent:
        attachments.get(db, 987654, reader=people["li"])
    assert str(hidden.value) == str(absent.value)
    with pytest.raises(Forbidden):
        attachments.remove(db, mine, by=people["li"], now=now)
    with pytest.raises(NotFound):
        attachments.remove(db, secret, by=people["chen"], now=now)
    with pytest.raises(NotFound):
        attachments.prove(db, secret, "1", by=people["chen"], now=now)


def test_attaching_and_removing_are_changes_of_the_note_that_can_be_taken_back(db, home, people, attach, note, now):
    added = attach(a=b"x", b=b"y")
    first, second = on(db, note)
    removed = attachments.remove(db, first["id"], by=people["chen"], now=now)
    with pytest.raises(NotFound):
        attachments.get(db, first["id"], reader=people["chen"])
    assert on(db, note) == [second]
    with pytest.raises(Conflict):
        notes.undo(db, added, by=people["chen"], now=now)
    notes.undo(db, removed, by=people["chen"], now=now)
    assert on(db, note) == [first, second]
    told = note_history.history(db, note.id, reader=people["chen"])
    assert [(row["action"], len(row["after"]["attachments"])) for row in told] == [
        ("undo", 2), ("detach", 1), ("attach", 2), ("add", 0),
    ]  # fmt: skip


def test_taking_back_what_was_attached_takes_it_off(db, people, attach, note, now):
    seq = attach(a=b"x")
    notes.undo(db, seq, by=people["chen"], now=now)
    assert on(db, note) == []
    notes.undo(db, feed.last_seq(db), by=people["chen"], now=now)
    assert [each["name"] for each in on(db, note)] == ["a"]


def test_the_text_of_a_note_is_edited_without_touching_its_files(db, people, attach, note, now):
    attach(a=b"x")
    earlier = next(row["seq"] for row in note_history.history(db, note.id, reader=OPERATOR) if row["action"] == "add")
    note_history.restore(db, note.id, earlier, by=people["chen"], now=now)
    assert [each["name"] for each in on(db, note)] == ["a"]


def test_bytes_go_when_nothing_can_bring_them_back(db, home, people, attach, a_note, note, now):
    other = a_note(title="另一条")
    attach(a=b"shared", b=b"alone")
    attach(note_id=other.id, a=b"shared")
    shared, alone = on(db, note)
    for each in (shared, alone):
        seq = attachments.remove(db, each["id"], by=people["chen"], now=now)
    age(home)
    files.sweep(db, home, now=later(now, days=29))
    assert lying(home) == {shared["sha256"], alone["sha256"]}
    old = later(now, days=31)
    files.sweep(db, home, now=old)
    assert lying(home) == {shared["sha256"]}
    with pytest.raises(Conflict, match="gone for good"):
        notes.undo(db, seq, by=people["chen"], now=old)
    assert [each["name"] for each in on(db, other)] == ["a"]
    assert check.check(db)[-1].problems == []


def later(now, *, days):
    from datetime import datetime, timedelta

    return (datetime.fromisoformat(now) + timedelta(days=days)).isoformat().replace("+00:00", "Z")


def age(home):
    import os
    import time

    for path in files.stored(home):
        os.utime(path, (0, time.time() - 90_000))


def test_erasing_a_note_erases_its_files_at_once_unless_another_holds_them(db, home, people, attach, a_note, note, now):
    other = a_note(title="另一条")
    attach(名单=b"13812345678", b=b"shared")
    attach(bild=made_files.picture())
    attach(note_id=other.id, b=b"shared")
    attachments.remove(db, on(db, note)[0]["id"], by=people["chen"], now=now)
    file_reader.read_next(db, home)
    note_history.erase(db, note.id, by=OPERATOR, now=now, reason="本人要求")
    assert lying(home) == {on(db, other)[0]["sha256"]}
    assert (db["attachment"].count, db["file"].count) == (1, 1)
    kept = "".join(json.dumps(row, ensure_ascii=False) for row in [*db["change_text"].rows, *db["file_text"].rows])
    assert ("13812345678" in kept, "名单" in kept) == (False, False)
    assert feed.verify(db) == []


def test_a_file_is_named_as_evidence_at_its_page(db, people, attach, note, now):
    attach(合同=made_files.pdf("x"))
    (found,) = on(db, note)
    seq = attachments.prove(db, found["id"], " 3 ", by=people["chen"], now=now)
    assert on(db, note)[0]["proof"] == "3"
    notes.undo(db, seq, by=people["chen"], now=now)
    assert on(db, note)[0]["proof"] is None
    with pytest.raises(Invalid):
        attachments.prove(db, found["id"], "x" * 61, by=people["chen"], now=now)
    with pytest.raises(Forbidden):
        attachments.prove(db, found["id"], "3", by=people["li"], now=now)


def test_check_finds_a_file_that_lacks_one_that_is_another_and_one_nobody_names(db, home, attach):
    attach(a=b"one", b=b"two")

    def problems():
        return [f"{each} {each.hint}" for found in check.check(db) if found.name == "files" for each in found.problems]

    assert problems() == []
    first, second = files.stored(home)
    first.write_bytes(b"other")
    second.unlink()
    stray = files.path_of(home, "ab" + "0" * 62)
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"x")
    found = problems()
    assert len(found) == 3
    for path, word in ((first, "not as it was written"), (second, "missing"), (stray, "no row")):
        assert any(path.name in each and word in each for each in found), word
    # A backup is asked for only where something is lost.
    assert ["backup" in each for each in found] == ["no row" not in each for each in found]
