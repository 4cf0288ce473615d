"""The text of files, with its page or sheet; and what files that mean ill cost."""

import io
import time

import pytest

from kb import attachments, child, extract, feed, file_reader, notes
from kb.access import OPERATOR
from kb.search import find, indexer
from tests import made_files


@pytest.fixture
def read(tmp_path):
    """Return a function that reads a content as a kind."""

    def call(content, kind):
        path = tmp_path / "file"
        path.write_bytes(content)
        return extract.pieces(path, kind)

    return call


@pytest.mark.parametrize(
    ("content", "kind", "wanted"),
    [
        (made_files.pdf("Towels of 480 g", "Payment in 30 days"), "pdf",
         [("1", "Towels of 480 g"), ("2", "Payment in 30 days")]),
        (made_files.docx("毛巾每条 480 克", "三十天付款"), "docx", [("1", "毛巾每条 480 克"), ("2", "三十天付款")]),
        (made_files.docx("只有一页"), "docx", [("", "只有一页")]),
        (made_files.xlsx(价目=[["毛巾", 12, 9.5], ["", "浴巾"]], 空=[], 备注=[["含税"]]), "xlsx",
         [("价目", "毛巾 12 9.5\n浴巾"), ("备注", "含税")]),
        (made_files.xls(价目=[["毛巾", 12, 9.5], ["", "浴巾"]], 备注=[["含税"]]), "xls",
         [("价目", "毛巾 12 9.5\n浴巾"), ("备注", "含税")]),
        (made_files.pptx("第一张", "第二张"), "pptx", [("1", "第一张"), ("2", "第二张")]),
        ("密封罐\r\n\r\n  受潮".encode(), "text", [("", "密封罐\n受潮")]),
        ("密封罐受潮".encode("gb18030"), "text", [("", "密封罐受潮")]),
        ("密封罐".encode("utf-16"), "text", [("", "密封罐")]),
    ],
    ids=["pdf", "docx", "docx of one page", "xlsx", "xls", "pptx", "utf-8", "gb18030", "utf-16"],
)  # fmt: skip
def test_the_text_of_each_kind_is_read_with_its_page_or_sheet(read, content, kind, wanted):
    assert read(content, kind) == (wanted, None)


def test_what_a_word_file_says_twice_for_older_programs_is_read_once(read):
    twice = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        "<mc:Choice><w:p><w:r><w:t>框</w:t></w:r></w:p></mc:Choice>"
        "<mc:Fallback><w:p><w:r><w:t>框</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent>"
    )
    by_hand = '<w:p><w:r><w:br w:type="page"/><w:t>二</w:t></w:r></w:p>'
    assert read(made_files.docx("一", extra=twice + by_hand), "docx") == ([("1", "一\n框"), ("2", "二")], None)


# The beginning of a workbook and that it is locked, as Excel wrote it before 2007.
LOCKED = bytes.fromhex("0908100000060500" + "00" * 12 + "2f000600" + "010001000100" + "0a000000")
ENTITIES = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("content", "kind", "problem"),
    [
        (made_files.pdf("x", encrypt=True), "pdf", "encrypted"),
        (made_files.pdf(""), "pdf", "empty"),
        (b"%PDF-1.4\nnothing", "pdf", "broken"),
        (made_files.docx("x")[:-60], "docx", "broken"),
        (made_files.zipped(word__document_xml=ENTITIES + "<w>&b;</w>"), "docx", "broken"),
        (made_files.zipped(xl__workbook_xml="<x/>"), "xlsx", "broken"),
        (made_files.xls(a=[["x"]])[:700], "xls", "broken"),
        (made_files.compound(Workbook=LOCKED), "xls", "encrypted"),
        (made_files.bomb(300), "docx", "large"),
        (made_files.docx("文" * 500_000), "docx", "cut"),
    ],
    ids=[
        "locked",
        "no text",
        "no pdf",
        "torn zip",
        "entities",
        "no workbook",
        "torn xls",
        "locked xls",
        "bomb",
        "long",
    ],
)
def test_what_cannot_be_read_costs_a_reason_and_nothing_else(read, content, kind, problem):
    found, told = read(content, kind)
    assert told == problem
    assert sum(len(text) for _, text in found) == (extract.MOST_CHARACTERS if problem == "cut" else 0)
    assert all(len(text) <= 10_000 for _, text in found)


BEGIN = "from kb import child\nchild.confine(seconds=1, megabytes=300)\nchild.answer('begun')\n"


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Return a function that runs a program as a child."""
    monkeypatch.setenv("PYTHONSAFEPATH", "")
    monkeypatch.chdir(tmp_path)

    def call(program, seconds=5):
        (tmp_path / "greedy.py").write_text(program, "utf-8")
        return child.run("greedy", seconds=seconds)

    return call


@pytest.mark.parametrize(
    ("program", "is_slow"),
    [
        ("while True: pass", True),
        ("bytearray(400 * 1024 * 1024)", False),
        ("with open('out', 'w') as file: file.write('x')", False),
        ("import socket; socket.socket()", False),
        ("import subprocess; subprocess.run(['true'])", False),
    ],
    ids=["time", "memory", "writing", "network", "program"],
)
def test_a_child_ends_with_its_time_its_memory_and_its_reach(run, program, is_slow):
    started = time.monotonic()
    with pytest.raises(child.Failed) as failed:
        run(BEGIN + program, seconds=60)
    assert (failed.value.answers, failed.value.is_slow) == (["begun"], is_slow)
    # By its own limit, not by the clock of whoever waits for it.
    assert time.monotonic() - started < 100


def test_a_child_that_only_waits_ends_too_and_a_good_one_is_heard(run):
    with pytest.raises(child.Failed) as failed:
        run("from kb import child\nchild.answer(1)\nimport time; time.sleep(60)", seconds=0.5)
    assert (failed.value.answers, failed.value.is_slow) == ([1], True)
    assert run("from kb import child\nchild.answer([1, '罐'])") == [[1, "罐"]]


@pytest.fixture
def attached(db, people, a_note, now):
    """Return a function that puts files on a new note and returns the note."""

    def put(title="毛巾合同", login="chen", readers="all", **sent):
        note = a_note(title=title, readers=readers, body="", topic_names=["合同"], by=people[login])
        given = [(name, io.BytesIO(content)) for name, content in sent.items()]
        attachments.add(db, note.id, given, most_megabytes=5, by=people[login], now=now)
        return note

    return put


@pytest.fixture
def search(db, home, people):
    """Return a function that reads what waits, brings the index up to date and searches."""

    def call(query, login="chen"):
        while file_reader.read_next(db, home):
            pass
        indexer.catch_up(db, home)
        return find.search(db, home, query, reader=people[login])

    return call


def test_a_note_is_found_by_the_words_of_its_file_which_names_file_and_page(search, attached, a_note):
    a_note(title="别的")
    note = attached(**{"合同扫描件.pdf": made_files.docx("甲方", "违约金按日千分之三计")})
    (hit,) = search("违约金").hits
    assert hit.id == note.id
    assert (hit.file["name"], hit.file["place"], hit.file["kind"]) == ("合同扫描件.pdf.docx", "2", "docx")
    assert [hit.snippet[start:end] for start, end in hit.marks] == ["违约金"]
    assert search("违约金").literal == 1
    (named,) = search("合同扫描件").hits
    assert (named.id, named.file) == (note.id, None)


def test_what_a_note_says_itself_weighs_more_than_what_its_file_says(search, attached, a_note):
    filed = attached(**{"a.txt": "硅胶圈发黄".encode()})
    said = a_note(title="别的", body="硅胶圈发黄")
    results = search("硅胶圈发黄")
    assert [hit.id for hit in results.hits] == [said.id, filed.id]
    assert results.hits[0].file is None


def test_nobody_finds_a_note_they_may_not_see_by_its_file(search, attached):
    attached(readers="owner", login="wang", **{"a.txt": "绝密暗号".encode()})
    assert search("绝密暗号").hits == []
    assert len(search("绝密暗号", "wang").hits) == 1


def test_a_file_taken_off_is_found_no_more_and_again_when_that_is_undone(search, attached, db, people, now):
    note = attached(**{"a.txt": "硅胶圈发黄".encode()})
    assert search("硅胶圈").total == 1
    (found,) = notes.get(db, note.id, reader=OPERATOR).attachments
    seq = attachments.remove(db, found["id"], by=people["chen"], now=now)
    assert search("硅胶圈").total == 0
    notes.undo(db, seq, by=people["chen"], now=now)
    assert search("硅胶圈").total == 1


def test_a_note_in_the_index_is_found_by_its_file_once_that_is_read(search, attached, db, home):
    note = attached(**{"a.txt": "硅胶圈发黄".encode()})
    indexer.catch_up(db, home)
    assert [hit.id for hit in search("硅胶圈").hits] == [note.id]


def test_reading_a_file_is_no_change_of_its_note(db, home, people, attached, now):
    note = attached(**{"a.txt": b"x", "b.pdf": b"%PDF-1.4\nnothing"})
    version = notes.get(db, note.id, reader=OPERATOR).version
    seq = feed.last_seq(db)
    assert [file_reader.read_next(db, home) for _ in range(3)] == [True, True, False]
    after = notes.get(db, note.id, reader=OPERATOR)
    assert after.version == version
    assert [(each["reading"], each["problem"]) for each in after.attachments] == [("read", None), ("failed", "broken")]
    notes.undo(db, seq, by=people["chen"], now=now)


def test_the_index_of_files_is_checked_and_built_anew_like_that_of_texts(db, home, search, attached):
    from kb.search import check

    note = attached(**{"a.txt": "硅胶圈发黄".encode()})
    assert search("硅胶圈").total == 1
    assert [each.problems for each in check.check(db, home)] == [[], [], [], []]
    indexer.rebuild(db, home)
    assert [hit.id for hit in search("硅胶圈").hits] == [note.id]
    db.execute("UPDATE file_text SET text = '别的'")
    assert sum(len(each.problems) for each in check.check(db, home)) == 1
