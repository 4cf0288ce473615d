"""The index follows the feed, survives what happens to files and processes, and says when it does not."""

import os
import random
import signal
import subprocess
import sys
import threading
import time

import pytest

from kb import feed, note_history, notes
from kb.access import OPERATOR
from kb.note_details import Details
from kb.search import check, find, generation, indexer, postings
from kb.store import writing


def hits(db, home, query):
    return find.search(db, home, query, reader=OPERATOR).total


def problems(db, home):
    return [str(problem) for each in check.check(db, home) for problem in each.problems]


FIELDS = {
    "summary": "", "dimension": "from", "topic_names": ["t"], "readers": "all",
    "details": Details(channel="电话", experience="complaint"),
}  # fmt: skip


def test_saved_twice_and_archived_within_one_batch_leaves_nothing(db, home, people, a_note, now):
    indexer.catch_up(db, home)
    by = people["chen"]
    twice, gone = a_note(title="第一稿"), a_note(title="要归档")
    notes.edit(db, twice.id, version=1, by=by, now=now, title="第二稿", body="", **FIELDS)
    notes.edit(db, twice.id, version=2, by=by, now=now, title="第三稿", body="", **FIELDS)
    notes.edit(db, gone.id, version=1, by=by, now=now, title="改过再归档", body="", **FIELDS)
    notes.archive(db, gone.id, by=by, now=now)

    indexer.catch_up(db, home)

    assert [hits(db, home, f'"{text}"') for text in ("第一稿", "第二稿", "第三稿", "要归档", "改过再归档")] == [
        0,
        0,
        1,
        0,
        0,
    ]
    assert problems(db, home) == []


def test_a_later_edit_replaces_what_stood_in_the_index(db, home, people, a_note, now):
    note = a_note(title="第一稿")
    indexer.catch_up(db, home)
    notes.edit(db, note.id, version=1, by=people["chen"], now=now, title="第二稿", body="", **FIELDS)
    indexer.catch_up(db, home)
    assert problems(db, home) == []
    assert hits(db, home, "第二稿") == 1


def test_an_erased_note_leaves_no_word_in_the_index(db, home, people, a_note, now):
    note = a_note(body="独一无二龘龘")
    indexer.catch_up(db, home)
    note_history.erase(db, note.id, by=people["zhao"], now=now, reason="本人请求")
    before = generation.current(home)
    indexer.catch_up(db, home)
    assert hits(db, home, "龘龘") == 0
    # A deleted document leaves its words where it lay: the index is made anew.
    assert generation.current(home) != before
    indexer.rebuild(db, home)
    kept = b"".join(path.read_bytes() for path in (home / "index").rglob("*") if path.is_file())
    assert "龘龘".encode() not in kept


def test_what_one_deed_erases_makes_the_index_anew_once(db, home, people, a_note, now, monkeypatch):
    made = [a_note(title=f"第{number}条") for number in range(4)]
    indexer.catch_up(db, home)
    before = int(generation.current(home).name)
    monkeypatch.setattr(indexer, "_MOST_CHANGES", 2)  # the deed is followed in several parts
    with writing(db):
        for note in made:
            note_history.erase(db, note.id, by=people["zhao"], now=now, reason="本人请求")
    indexer.catch_up(db, home)
    assert int(generation.current(home).name) == before + 1
    assert problems(db, home) == []


def test_many_small_saves_are_merged_and_nothing_is_lost(db, home, a_note):
    for number in range(30):
        a_note(title=f"第{number}条密封罐")
        indexer.catch_up(db, home)
    assert hits(db, home, "密封罐") == 30
    path = generation.current(home)
    assert len(generation.segments(path, generation.newest(path))) <= 13
    assert problems(db, home) == []


def test_a_save_does_not_write_anew_a_part_that_is_much_larger_than_what_came_since(db, home, a_note, monkeypatch):
    monkeypatch.setattr(generation, "MOST_SEGMENTS", 3)
    for number in range(20):
        a_note(title=f"第{number}条密封罐")
    indexer.catch_up(db, home)
    path = generation.current(home)
    (large,) = (each.segment_id() for each in generation.segments(path, generation.newest(path)))
    for number in range(6):
        a_note(title=f"后来第{number}条密封罐")
        indexer.catch_up(db, home)
    kept = [each.segment_id() for each in generation.segments(path, generation.newest(path))]
    assert large in kept
    assert len(kept) <= 4
    assert hits(db, home, "密封罐") == 26


def test_large_parts_are_merged_only_when_nobody_waits(db, home, a_note, monkeypatch):
    monkeypatch.setattr(generation, "_QUICKLY_MERGED", 0)
    monkeypatch.setattr(indexer, "_IDLE_SECONDS", 0)
    for number in range(16):
        a_note(title=f"第{number}条密封罐")
        indexer.catch_up(db, home)
    path = generation.current(home)
    assert len(generation.segments(path, generation.newest(path))) == 16

    running = indexer.Indexer(home)
    running.start()
    end = time.monotonic() + 20
    while len(generation.segments(path, generation.newest(path))) > 12 and time.monotonic() < end:
        time.sleep(0.05)
    running.stop()

    assert len(generation.segments(path, generation.newest(path))) <= 12
    assert hits(db, home, "密封罐") == 16
    assert problems(db, home) == []


def test_a_store_of_many_notes_is_built_of_no_more_parts_than_are_kept(db, home, a_note, monkeypatch):
    monkeypatch.setattr(indexer, "_BATCH", 1)
    monkeypatch.setattr(generation, "_QUICKLY_MERGED", 0)
    for number in range(25):
        a_note(title=f"第{number}条密封罐")
    indexer.rebuild(db, home)
    path = generation.current(home)
    assert len(generation.segments(path, generation.newest(path))) <= 10
    assert hits(db, home, "密封罐") == 25
    assert problems(db, home) == []


def test_a_merge_that_takes_long_holds_nobody_up_who_stops_the_service(db, home, a_note, monkeypatch):
    monkeypatch.setattr(indexer, "_IDLE_SECONDS", 0)
    monkeypatch.setattr(indexer, "_STOP_SECONDS", 0.1)
    begun, may_end, ended = threading.Event(), threading.Event(), threading.Event()

    def long(home):
        begun.set()
        may_end.wait(20)
        ended.set()

    monkeypatch.setattr(indexer, "_tidy", long)
    running = indexer.Indexer(home)
    running.start()
    assert begun.wait(30)
    running.stop()
    assert not ended.is_set()
    may_end.set()
    running.stop()


def test_the_running_indexer_finds_a_save_by_itself(db, home, a_note):
    running = indexer.Indexer(home)
    running.start()
    try:
        a_note(title="线程里找到")
        end = time.monotonic() + 10
        while not hits(db, home, "线程里找到") and time.monotonic() < end:
            time.sleep(0.02)
        assert hits(db, home, "线程里找到") == 1
    finally:
        running.stop()


def test_a_command_waits_for_the_indexer_that_holds_the_lock(db, home, a_note):
    running = indexer.Indexer(home)
    running.start()
    try:
        for number in range(5):
            a_note(title=f"等到{number}")
            indexer.catch_up(db, home)
            assert hits(db, home, f'"等到{number}"') == 1
    finally:
        running.stop()


def test_another_version_of_the_analyzer_is_built_aside_and_switched_to(db, home, a_note, monkeypatch):
    a_note(title="密封罐")
    indexer.catch_up(db, home)
    old = generation.current(home)
    monkeypatch.setattr(generation, "index_version", lambda: "next")
    monkeypatch.setattr(indexer, "index_version", lambda: "next")

    a_note(title="另一条密封罐")
    indexer.catch_up(db, home)

    assert generation.current(home) != old
    assert not old.exists()
    assert hits(db, home, "密封罐") == 2


DAMAGES = (
    "truncate",
    "zero",
    "flip",
    "delete",
    "delete toc",
    "truncate toc",
    "delete commit",
    "empty folder",
    "older toc",
)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_index_is_noticed_never_believed_and_built_anew(db, home, a_note, damage):
    older = []
    for number in range(3):
        a_note(title=f"密封罐{number}")
        indexer.catch_up(db, home)
        path = generation.current(home)
        older = [*older, newest_toc(path).read_bytes()]
    hurt(path, damage, older[-2])

    assert problems(db, home) != []
    assert hits(db, home, "密封罐") in (0, 3)

    running = indexer.Indexer(home)
    running.start()
    end = time.monotonic() + 20
    while (problems(db, home) or hits(db, home, "密封罐") != 3) and time.monotonic() < end:
        time.sleep(0.05)
    running.stop()
    assert problems(db, home) == []
    assert hits(db, home, "密封罐") == 3


def newest_toc(path):
    return max(path.glob("_MAIN_*.toc"), key=lambda each: int(each.stem.split("_")[-1]))


def hurt(path, damage, older_toc):
    parts = sorted(each for each in path.iterdir() if each.suffix in (".trm", ".pst"))
    toc = newest_toc(path)
    if damage == "truncate":
        parts[0].write_bytes(parts[0].read_bytes()[:-7])
    elif damage == "zero":
        parts[-1].write_bytes(bytes(parts[-1].stat().st_size))
    elif damage == "flip":
        content = bytearray(parts[0].read_bytes())
        content[random.Random(1).randrange(len(content))] ^= 16
        parts[0].write_bytes(content)
    elif damage == "delete":
        parts[0].unlink()
    elif damage == "delete toc":
        toc.unlink()
    elif damage == "truncate toc":
        toc.write_bytes(toc.read_bytes()[: toc.stat().st_size // 2])
    elif damage == "older toc":
        toc.write_bytes(older_toc)
    elif damage == "delete commit":
        for each in path.glob("commit.*.json"):
            each.unlink()
    else:
        for each in path.iterdir():
            each.unlink()


KILLED = """
import sys; from pathlib import Path
from kb.search import indexer
from kb.store import open_store
home = Path(sys.argv[1]); db = open_store(home)
print("ready", flush=True)
while True:
    indexer.rebuild(db, home)
"""


@pytest.mark.parametrize("milliseconds", [3, 45, 140])
def test_a_writer_that_is_killed_leaves_the_old_commit_or_the_new(db, home, a_note, milliseconds):
    for number in range(40):
        a_note(title=f"密封罐{number}", body="胶圈变硬。" * 50)
    indexer.catch_up(db, home)
    writer = subprocess.Popen([sys.executable, "-c", KILLED, str(home)], stdout=subprocess.PIPE, text=True)
    writer.stdout.readline()
    time.sleep(milliseconds / 1000)
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait()
    writer.stdout.close()

    assert hits(db, home, "密封罐") == 40
    assert problems(db, home) == []
    a_note(title="之后的密封罐")
    indexer.catch_up(db, home)
    assert hits(db, home, "密封罐") == 41


def test_a_note_missing_in_the_index_is_named(db, home, a_note):
    note = a_note()
    indexer.catch_up(db, home)
    path = generation.current(home)
    writer = generation.Writer(path)
    writer.delete_document(0)
    writer.save(seq=feed.last_seq(db))
    assert problems(db, home) == [f"Note {note.id} is missing in the index."]


def test_a_note_with_another_text_is_named(db, home, a_note):
    note = a_note()
    indexer.catch_up(db, home)
    path = generation.current(home)
    writer = generation.Writer(path)
    writer.delete_document(0)
    told = {"id": note.id, "version": 1, "title": "另一个", "topics": "", "summary": "", "body": "", "files": ""}
    writer.add(postings.columns_of([told]))
    writer.save(seq=feed.last_seq(db))
    assert problems(db, home) == [f"Note {note.id} stands in the index with another text."]


def test_a_note_that_is_not_in_the_store_and_one_that_stands_twice_are_named(db, home, a_note):
    note = a_note()
    indexer.catch_up(db, home)
    path = generation.current(home)
    writer = generation.Writer(path)
    for number in (note.id, 99):
        told = {"id": number, "version": 1, "title": "x", "topics": "", "summary": "", "body": "", "files": ""}
        writer.add(postings.columns_of([told]))
    writer.save(seq=feed.last_seq(db))
    found = problems(db, home)
    assert "A note stands in the index twice." in found
    assert "Note 99 stands in the index, but not in the store." in found


def test_an_index_ahead_of_its_store_is_named(db, home, a_note):
    a_note()
    indexer.catch_up(db, home)
    generation.advance(generation.current(home), 10_000)
    assert any("10000" in each for each in problems(db, home))


def test_no_index_is_a_problem_with_what_to_do(db, home):
    assert problems(db, home) == ["There is no index."]
