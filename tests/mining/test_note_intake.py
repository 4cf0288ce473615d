"""Files of notes in the hands of workers that are killed."""

import io
import zipfile

import pytest

from kb import intake, intake_rows, mentions, notes, store
from kb.access import OPERATOR
from kb.errors import Conflict
from kb.note_details import Details
from kb.note_import import Defaults
from mining import jobs, leases, note_intake, runs

DEFAULTS = Defaults("from", topic_names=("评价",), details=Details(channel="网店", experience="complaint"))


class Killed(BaseException):
    """What no handler of ours catches, as a kill."""


@pytest.fixture
def handed_in(db, home, people, now):
    """Return a function that hands a file in as chen and has it wait for a worker."""
    (home / "uploads").mkdir()

    def call(name, content):
        (home / "uploads" / "t").write_bytes(content)
        intake_id = intake.add(db, "t", file=name, defaults=DEFAULTS, as_topics=False, by=people["chen"], now=now)
        note_intake.queue(db, intake_id, by=people["chen"], now=now)
        return intake_id

    return call


def work(db, home, now):
    lease = leases.new()
    run_id = runs.claim(db, lease, now=now, is_abandoned=lambda *_: True)
    jobs.work(db, home, run_id, lease)
    return runs.get(db, run_id, reader=OPERATOR)


@pytest.fixture
def kill(monkeypatch):
    """Return a function that has the process die at the n-th row that is told to the feed from now on."""

    def call(after):
        told, real = [0], notes.tell_new

        def tell_new(db, ids, **how):
            told[0] += len(ids)
            if told[0] > after:
                raise Killed
            return real(db, ids, **how)

        monkeypatch.setattr(notes, "tell_new", tell_new)
        return lambda: monkeypatch.setattr(notes, "tell_new", real)

    return call


def all_of(db):
    return sorted((note.title, note.body, note.created_at) for note in notes.listing(db, reader=OPERATOR, limit=99)[0])


TABLE = "正文\n" + "".join(f"第{n}条评价。很好\n" for n in range(7))


def packed():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for n in range(7):
            made.writestr(f"第{n}页.md", f"见 [后一页](第{(n + 1) % 7}页.md)")
        made.writestr("坏.md", "---\ndimension: x\n---\n")
    return file.getvalue()


OURS = "标题,正文,知识类型,写于\n" + "".join(f"第{n}条,见 [[{n} 第{(n + 1) % 7}条]],来自客户,昨天\n" for n in range(7))


@pytest.mark.parametrize(
    ("name", "content", "refused"),
    [("a.csv", TABLE.encode(), 0), ("ours.csv", OURS.encode(), 0), ("a.zip", packed(), 1)],
)
def test_a_killed_import_goes_on_without_doubles_and_as_one_deed(
    db, home, now, handed_in, kill, monkeypatch, name, content, refused
):
    monkeypatch.setattr(store, "ROWS_OF_A_PART", 3)
    intake_id = handed_in(name, content)
    live_again = kill(4)
    with pytest.raises(Killed):
        work(db, home, now)
    live_again()
    assert len(all_of(db)) == 3
    again = "2026-05-01T00:00:00.000000Z"
    assert work(db, home, again).state == "done"
    found = all_of(db)
    assert len({title for title, _, _ in found}) == len(found) == 7
    assert {created for _, _, created in found} == {now}
    counts = intake_rows.counts(db, intake_id)
    assert (counts["loaded"], counts["merged"], counts["rejected"], counts["reserved"]) == (7, 0, refused, 0)
    if content != TABLE.encode():
        linked = {note_id for note in notes.listing(db, reader=OPERATOR, limit=99)[0] for note_id in
                  mentions.of_note(db, note.id, reader=OPERATOR)}  # fmt: skip
        assert len(linked) == 7
    assert list((home / "uploads").iterdir()) == []


def test_what_was_stopped_half_way_goes_on_as_the_same_deed(db, home, now, people, handed_in, kill, monkeypatch):
    monkeypatch.setattr(store, "ROWS_OF_A_PART", 3)
    intake_id = handed_in("a.csv", TABLE.encode())
    live_again = kill(4)
    with pytest.raises(Killed):
        work(db, home, now)
    live_again()
    again = "2026-05-01T00:00:00.000000Z"
    runs.request_cancel(db, 1, by=people["chen"], now=again)
    assert runs.claim(db, leases.new(), now=again, is_abandoned=lambda *_: True) is None
    assert note_intake.queue(db, intake_id, by=people["chen"], now=again) == 2
    assert work(db, home, again).state == "done"
    assert [created for _, _, created in all_of(db)] == [now] * 7


def test_who_loses_the_lease_keeps_nothing_from_then_on(db, home, now, people, handed_in, monkeypatch):
    handed_in("a.csv", TABLE.encode())
    lease, real = leases.new(), notes.tell_new
    run = runs.get(db, runs.claim(db, lease, now=now, is_abandoned=lambda *_: False), reader=OPERATOR)
    monkeypatch.setattr(store, "ROWS_OF_A_PART", 3)

    def tell_new(db, ids, **how):
        if db["intake_row"].count:
            runs.give_back(db, run.id, lease, counts=True)
        return real(db, ids, **how)

    monkeypatch.setattr(notes, "tell_new", tell_new)
    with pytest.raises(runs.LeaseLost):
        note_intake.take(db, home, run, lease, by=people["chen"], finish=lambda: None)
    assert (len(all_of(db)), db["intake_row"].count) == (3, 3)


def test_a_file_that_is_being_imported_is_not_erased_under_the_worker(db, people, now, handed_in):
    handed_in("a.csv", TABLE.encode())
    with pytest.raises(Conflict), store.writing(db):
        note_intake.forget_file(db, "t", by=people["zhao"], now=now)
    assert db["intake"].count == 1
