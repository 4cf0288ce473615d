"""`kezhi notes`: what is written is shown, counted, exported and erased, to each reader their own."""

import csv
import io

import pytest

from kb import feed, notes
from kb.access import OPERATOR

FROM = ("--channel", "电话", "--experience", "complaint")


@pytest.fixture
def add(kezhi, people):
    """Return a function that writes a note as chen."""

    def call(*more, title="密封罐受潮", dimension="from", topics=("密封罐",), login="chen", **options):
        named = [part for topic in topics for part in ("--topic", topic)]
        said = ("--title", title, "--dimension", dimension, *named, *FROM, "--as", login)
        return kezhi("notes", "add", *said, *more, **options)

    return call


def test_a_note_is_written_as_the_member_who_was_named(add, db, people):
    answer = add("--readers", "department", "--body-file", "-", "--json", stdin="胶圈**变硬**。")
    assert (answer.code, answer.err) == (0, "")
    assert answer.json == {"id": 1, "version": 1}
    note = notes.get(db, 1, reader=OPERATOR)
    assert (note.owner, note.readers, note.body) == ("陈小兰", "department", "胶圈**变硬**。")


def test_a_note_that_was_written_is_found_at_once(add, kezhi):
    add(topics=("密封罐", "雨季"))
    assert [hit["title"] for hit in kezhi("search", "受潮", "--json").json["hits"]] == ["密封罐受潮"]


def test_for_people_the_answer_is_a_sentence(add):
    assert add().out == "Saved “密封罐受潮” as note 1.\n"


@pytest.mark.parametrize(
    "wrong",
    [{"title": "  "}, {"title": "啤酒\x00"}, {"title": "啤酒\udcff"}, {"title": "长" * 201}, {"dimension": "of"},
     {"topics": (" ",)}, {"login": "nobody"}, {"login": "vera"}],
)  # fmt: skip
def test_a_note_that_is_refused_leaves_nothing_behind(add, db, wrong):
    before = feed.last_seq(db)
    answer = add("--json", **wrong)
    assert (answer.code, answer.err) == (1, "")
    assert answer.error["message"]
    assert feed.last_seq(db) == before


def test_readers_must_be_among_the_three(refused, people):
    error = refused("notes", "add", "--title", "密封罐", "--dimension", "from", "--topic", "罐", "--as", "chen", *FROM,
                    "--readers", "friends")  # fmt: skip
    assert error["value"] == "friends"


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"\xff\xfe\x00", "UTF-8"), ("长".encode() * 1_700_000, "1700000 characters"), (b"a\x00b", "U+0000")],
)
def test_a_body_that_cannot_be_kept_is_refused(refused, people, tmp_path, db, content, said):
    path = tmp_path / "body.md"
    path.write_bytes(content)
    error = refused("notes", "add", "--title", "密封罐", "--dimension", "from", "--topic", "罐", "--as", "chen", *FROM,
                    "--body-file", path)  # fmt: skip
    assert said in error["message"]
    assert notes.listing(db, reader=OPERATOR) == ([], 0)


def test_a_missing_body_file_and_a_folder_are_named(refused, people, tmp_path):
    said = ("notes", "add", "--title", "密封罐", "--dimension", "from", "--topic", "罐", "--as", "chen")
    assert refused(*said, "--body-file", tmp_path / "no.md")["file"] == str(tmp_path / "no.md")
    assert "folder" in refused(*said, "--body-file", tmp_path)["message"]


def test_a_note_is_shown_whole(kezhi, a_note):
    note = a_note(topic_names=["密封罐", "雨季"])
    shown = kezhi("notes", "show", note.id, "--json").json
    assert shown["title"] == note.title
    assert shown["topics"] == ["密封罐", "雨季"]
    assert (shown["version"], shown["archived"], shown["evidence"]) == (1, False, [])
    text = kezhi("notes", "show", note.id).out
    assert text.startswith(note.title + "\n")
    assert note.body in text


def test_a_private_note_is_for_a_colleague_as_absent_as_one_that_never_was(kezhi, a_note):
    private = a_note(readers="owner")
    assert kezhi("notes", "show", private.id, "--as", "chen").code == 0
    hidden, absent = (kezhi("notes", "show", number, "--as", "li") for number in (private.id, 77))
    assert (hidden.code, hidden.out, hidden.err) == (absent.code, absent.out, absent.err.replace("77", str(private.id)))
    assert kezhi("notes", "balance", "--as", "li", "--json").json["counts"]["from"] == 0
    assert kezhi("notes", "export", "--as", "li", "--json").json == {"notes": []}


@pytest.mark.parametrize("number", ["abc", "-1", "0", "1.5", "", "9" * 30, "²", "1; DROP TABLE note"])
def test_what_is_no_number_of_a_note_is_no_note(run, home, number):
    answer = run("notes", "show", "--home", home, "--json", "--", number)
    assert answer.code == 1
    assert number in answer.error["message"]


def test_balance_counts_each_dimension(kezhi, a_note):
    a_note()
    a_note(dimension="with")
    assert kezhi("notes", "balance", "--json").json == {"counts": {"about": 0, "for": 0, "from": 1, "with": 1}}
    assert kezhi("notes", "balance").out.splitlines()[0].split() == ["Knowledge", "type", "Notes"]


def test_an_export_opens_in_a_spreadsheet_without_running_anything(kezhi, a_note):
    a_note(title="=1+1", body="+86 13800001234\n二", topic_names=["@罐", "雨季"])
    answer = kezhi("notes", "export")
    assert answer.out.startswith("\ufeff")
    (row,) = csv.DictReader(io.StringIO(answer.out.removeprefix("\ufeff"), newline=""))
    assert (row["title"], row["body"], row["topics"]) == ("'=1+1", "'+86 13800001234\n二", "'@罐、雨季")
    (note,) = kezhi("notes", "export", "--json").json["notes"]
    assert (note["title"], note["topics"]) == ("=1+1", ["@罐", "雨季"])


def test_an_erased_note_is_gone_and_its_chain_still_verifies(kezhi, refused, a_note, db):
    note = a_note()
    assert kezhi("notes", "erase", note.id, "--reason", "客户来信 11 月 3 日").code == 0
    assert refused("notes", "show", note.id)["value"] == str(note.id)
    assert feed.verify(db) == []


def test_nothing_is_erased_without_a_reason_or_a_note(kezhi, refused, a_note):
    note = a_note()
    assert refused("notes", "erase", note.id, "--reason", " ")["message"]
    assert kezhi("notes", "erase", note.id).code == 2
    assert refused("notes", "erase", 99, "--reason", "法")["value"] == "99"
    assert kezhi("notes", "show", note.id).code == 0
