"""`kezhi notes`: what is written is shown, counted, exported and erased, to each reader their own."""

import csv
import gzip
import io
import zipfile

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
    [(b"\xff\xfe\x00", "UTF-8"), ("长".encode() * 2_200_000, "2200000 characters"), (b"a\x00b", "U+0000")],
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


def test_files_of_notes_are_taken_in_from_csv_and_lines_of_json(kezhi, people, tmp_path):
    table, lines = tmp_path / "评价.csv", tmp_path / "help.jsonl.gz"
    table.write_bytes("品类,标签,评价内容\n水果,1,很甜。\n水果,0,烂了一半\n".encode("gb18030"))
    objects = '{"title": "Clean", "lang": "en", "topics": ["care"], "body": "By hand."}\n[1]\n'
    lines.write_bytes(gzip.compress(objects.encode()))
    told = kezhi(
        "notes", "import", table, "--dimension", "from", "--channel", "网店", "--as", "chen", "--json",
        "--map", "experience=标签",
    )  # fmt: skip
    assert (told.code, told.json["encoding"]) == (0, "gb18030")
    assert told.json["rows"] == {"read": 2, "loaded": 2, "merged": 0, "rejected": 0}
    assert kezhi("search", "烂了", "--json").json["hits"][0]["title"] == "烂了一半"
    told = kezhi("notes", "import", lines, "--dimension", "for", "--as", "chen", "--json")
    assert told.code == 3
    assert [each["row"] for each in told.json["rejects"]] == [2]
    shown = kezhi("notes", "show", told.json["ids"][0], "--json").json
    assert (shown["lang"], shown["audience"], shown["topics"]) == ("en", "all", ["care"])
    assert kezhi("notes", "balance", "--json").json["counts"] == {"about": 0, "for": 1, "from": 2, "with": 0}


def test_chinese_words_are_taken_and_a_refused_row_says_what_to_do(kezhi, people, tmp_path):
    table = tmp_path / "评价.csv"
    table.write_text("内容,客户\n很甜,\n烂了,没有这位\n", "utf-8")
    told = kezhi("notes", "import", table, "--dimension", "来自", "--channel", "网店", "--experience", "投诉",
                 "--topic", "水果", "--as", "chen")  # fmt: skip
    assert told.code == 3
    assert "Row 3: There is no customer “没有这位”. Look by name" in told.out
    shown = kezhi("notes", "show", 1, "--json").json
    assert (shown["dimension"], shown["experience"]) == ("from", "complaint")


def test_a_file_that_cannot_be_read_leaves_the_one_before_it_unread_too(refused, people, tmp_path, db):
    good, bad = tmp_path / "a.csv", tmp_path / "b.csv"
    good.write_text("正文\n好\n", "utf-8")
    bad.write_text("甲,乙\n1,2\n", "utf-8")
    said = ("--dimension", "from", "--topic", "评价", "--channel", "网店", "--experience", "complaint", "--as", "chen")
    assert refused("notes", "import", good, bad, *said)["file"] == "b.csv"
    assert refused("notes", "import", tmp_path / "no.csv", *said)["file"] == "no.csv"
    assert db["note"].count == 0


@pytest.mark.shared_data
def test_help_pages_and_reviews_of_real_life_come_in_and_are_counted_and_found(kezhi, people, shared_data, tmp_path):
    articles = shared_data / "articles" / "gnome_help_zh_en.jsonl.gz"
    told = kezhi("notes", "import", articles, "--dimension", "for", "--topic", "index", "--as", "chen", "--json")
    assert told.json["rows"] == {"read": 586, "loaded": 586, "merged": 0, "rejected": 0}
    reviews = zipfile.ZipFile(shared_data / "voice_zh" / "online_shopping_10_cats.zip")
    lines = reviews.read(reviews.namelist()[0]).decode("utf-8").splitlines(keepends=True)[:20_001]
    path = tmp_path / "reviews.csv"
    path.write_text("".join(lines), "utf-8")
    told = kezhi("notes", "import", path, "--dimension", "from", "--channel", "网店", "--as", "chen", "--json").json
    assert (told["rows"]["read"], told["rows"]["rejected"]) == (20_000, 0)
    counts = {"about": 0, "for": 586, "from": told["rows"]["loaded"], "with": 0}
    for login in ("chen", "vera", "wang"):
        assert kezhi("notes", "balance", "--as", login, "--json").json["counts"] == counts
        for word, dimension in (("来自", "from"), ("用于", "for")):
            assert kezhi("search", f"类型:{word}", "--as", login, "--json").json["total"] == counts[dimension]


def test_duplicates_are_looked_for_and_shown_as_far_as_one_may_merge_them(kezhi, db, a_note):
    one, two = (a_note(title="胶圈", body=f"客户说密封罐的胶圈在梅雨天会变硬，饼干{n}天就软了。") for n in "两三")
    told = kezhi("notes", "duplicates", "--as", "wang", "--json")
    assert (told.code, told.json["notes"]) == (0, 2)
    assert [[each["id"] for each in group] for group in told.json["groups"]] == [[one.id, two.id]]
    assert kezhi("notes", "duplicates", "--as", "ma").out.count("胶圈") == 2
    assert kezhi("notes", "duplicates", "--as", "lin", "--json").json["groups"] == []
