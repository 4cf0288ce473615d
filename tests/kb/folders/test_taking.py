"""Import of folders: what becomes of each page, links kept, nothing doubled, all of it one deed."""

import shutil
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from kb import deeds, feed, notes
from kb.access import OPERATOR
from kb.errors import Invalid
from kb.folders import archive, export, taking
from kb.note_details import Details
from kb.note_import import Defaults
from kb.store import close_store, open_store
from tests import made_files

FOR = Defaults("for", topic_names=("搬来的",), details=Details(audience="all", valid_from="2026-01-01"))
PICTURE = made_files.picture()


def packed(path, **files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return path


@pytest.fixture
def take(db, home, people, now, tmp_path):
    """Return a function that imports files by path and returns ``(plan, answer)``."""

    def call(files, *, login="chen", at=now, as_topics=False, defaults=FOR):
        path = packed(tmp_path / "in.zip", **files)
        with archive.opened(path) as opened:
            planned = taking.plan(db, opened, defaults, by=people[login], as_topics=as_topics)
            told = taking.take(db, home, opened, planned, most_megabytes=1, by=people[login], now=at)
        return planned, told

    return call


def all_of(db):
    return {note.title: note for note in notes.listing(db, reader=OPERATOR, limit=1000)[0]}


def test_links_between_pages_are_links_between_notes_whichever_comes_first(db, take):
    _, told = take({
        "甲.md": "见 [乙](乙.md)，[这里](<../书/b/乙.md>)、[[b/丙|第三条]]、[外面](https://example.com)、"
        "`[乙](乙.md)` 和 [[12]]",
        "乙.md": "# 乙的标题\n\n回到 [甲](%E7%94%B2.md#x)",
        "b/丙.md": "[没有](没有.md)",
    })  # fmt: skip
    assert told["rows"] == {"read": 3, "loaded": 3, "merged": 0, "rejected": 0}
    found = all_of(db)
    first, second, third = found["甲"], found["乙的标题"], found["丙"]
    assert first.body == (
        f"见 乙 [[{second.id}]]，[这里](<../书/b/乙.md>)、第三条 [[{third.id}]]、[外面](https://example.com)、"
        "`[乙](乙.md)` 和 [[ 12 ]]"
    )
    assert second.body == f"回到 [[{first.id}]]"
    assert third.body == "[没有](没有.md)"
    named = {(row["note_id"], row["mentioned_id"]) for row in db["note_mention"].rows}
    assert named == {(first.id, second.id), (first.id, third.id), (second.id, first.id)}


def test_pictures_and_files_hang_on_the_note_whose_text_names_them(db, take):
    planned, told = take({
        "甲.md": "![胶圈](图/a.png)\n\n[报价](报价.txt)\n\n![](https://example.com/x.png)\n\n![没有](没有.png)",
        "图/a.png": PICTURE, "报价.txt": "三元", "多余.txt": "x",
    })  # fmt: skip
    assert told["files"] == 2
    note = all_of(db)["甲"]
    assert [each["name"] for each in note.attachments] == ["a.png", "报价.txt"]
    assert note.body == "![胶圈](a.png)\n\n报价 `报价.txt`\n\n[](https://example.com/x.png)\n\n![没有](没有.png)"
    assert [(path, why.template) for path, why in planned.skipped] == [("多余.txt", "No page names it.")]


def test_the_same_again_is_known_with_its_links_and_an_edited_one_is_told_of(db, take, people, now):
    files = {"甲.md": "见 [乙](乙.md)", "乙.md": "回到 [甲](甲.md)"}
    _, first = take(files)
    planned, again = take(files)
    assert again["rows"] == {"read": 2, "loaded": 0, "merged": 2, "rejected": 0}
    assert again["ids"] == first["ids"]
    planned, third = take({"甲.md": "别的话", "丙.md": "别的话", "c/丙.md": "别的话"})
    assert [each.twin for each in planned.outcomes] == [False, False, True]
    assert third["rows"] == {"read": 3, "loaded": 2, "merged": 1, "rejected": 0}
    assert db["note"].count == 4


def test_a_private_note_of_another_is_neither_known_nor_told_of(db, take):
    take({"甲.md": "---\nreaders: owner\n---\n私下"}, login="wang")
    planned, told = take({"甲.md": "---\nreaders: owner\n---\n私下"})
    assert (told["rows"]["loaded"], planned.outcomes[0].twin) == (1, False)


def test_one_text_in_two_languages_is_two_notes(db, take):
    _, told = take({"en/a.md": "---\nlang: en\n---\nSame", "zh/a.md": "---\nlang: zh\n---\nSame"})
    assert told["rows"]["loaded"] == 2


def test_an_import_is_one_deed_that_is_taken_back_as_a_whole(db, take, people, now):
    _, told = take(
        {f"{n}.md": f"第 {n} 条，见 [零](0.md)" for n in range(3)} | {"0.md": "![](a.png)", "a.png": PICTURE}
    )
    seq = feed.last_seq(db)
    assert {row["action"] for row in db.query("SELECT action FROM change WHERE noun = 'note'")} == {"add"}
    assert deeds.undo(db, seq, by=people["chen"], now="2026-12-01T00:00:00.000000Z")[0] == 3
    assert all_of(db) == {}
    assert len(told["ids"]) == 3


def test_what_cannot_become_a_note_is_told_and_links_to_it_stay_words(db, take):
    planned, told = take({
        "甲.md": "见 [乙](乙.md)", "乙.md": "---\ndimension: none\n---\n正文",
        "丙.md": "---\ncustomers: [没有这位]\n---\n正文",
        "丁.md": b"\x00\x01\x02", "长.md": "---\ntitle: " + "长" * 201 + "\n---\n正文",
    })  # fmt: skip
    assert told["rows"] == {"read": 4, "loaded": 1, "merged": 0, "rejected": 3}
    assert all_of(db)["甲"].body == "见 乙"
    assert [problem.field for _, problem in told["rejects"]] == ["customers", "dimension", "title"]
    assert [path for path, _ in planned.skipped] == ["丁.md"]


def test_a_damaged_attachment_does_not_keep_its_note_away(db, take):
    _, told = take({"甲.md": "![](a.png) [x](b.txt)", "a.png": PICTURE[:60], "b.txt": b"x" * 1_100_000})
    assert (told["rows"]["loaded"], told["files"], [row for row, _ in told["rejects"]]) == (1, 0, [1, 1])


def test_folders_become_topics_where_asked_for_but_not_the_one_that_holds_all(db, take):
    take({"全部/价格/甲.md": "正文", "全部/乙.md": "---\ntags: [标签]\n---\n正文"}, as_topics=True)
    topics = {title: [each["name"] for each in note.topics] for title, note in all_of(db).items()}
    assert topics == {"甲": ["价格", "搬来的"], "乙": ["标签"]}


def test_chips_and_every_other_field_are_read(db, take):
    take({
        "甲.md": "---\ntitle: 他说的\ndimension: from\nchannel: 门店\nexperience: 建议\n"
        "traits: [偏好.颜色:米白, 'trend.trade：露营']\n"
        "topics: [颜色]\nfacets: [rival]\nlang: zh\nodd: 1\n---\n正文"
    })  # fmt: skip
    note = all_of(db)["他说的"]
    assert (note.dimension, note.channel, note.experience, note.lang) == ("from", "门店", "suggestion", "zh")
    assert note.traits == (("preference.colour", "米白"), ("trend.trade", "露营"))
    assert note.facets == ("rival",)


TITLES = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp")), min_size=1, max_size=12)
# Two notes that say the same become one; what looks like a link, or opens code without end, is read as what it is.
TEXTS = st.text(st.sampled_from("正文 ab#*`|-[()<>!\\\n1"), max_size=40).filter(lambda text: "```" not in text)
WRITTEN = st.lists(
    st.tuples(TITLES, TEXTS, TEXTS), min_size=1, max_size=4, unique_by=lambda note: " ".join(note[0].split())
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WRITTEN, st.randoms())
def test_what_is_exported_is_the_same_after_the_import_into_an_empty_home(
    tmp_path_factory, _empty_home, now, written, random
):
    first, second = (_home(tmp_path_factory, _empty_home) for _ in range(2))
    ids = []
    for title, before, after in written:
        body = f"{before}\n\n[[{random.choice(ids)}]]\n\n{after}" if ids else before
        try:
            made = notes.add(
                first,
                title=title,
                body=body,
                summary=after,
                dimension="for",
                topic_names=["罐"],
                details=FOR.details,
                by=OPERATOR,
                now=now,
            )
        except Invalid:
            continue
        ids.append(made.id)
    if not ids:
        return
    content = b"".join(export.zipped(first, homes_of[first], ids, reader=OPERATOR))
    path = tmp_path_factory.mktemp("zip") / "notes.zip"
    path.write_bytes(content)
    with archive.opened(path) as opened:
        planned = taking.plan(second, opened, FOR, by=OPERATOR)
        told = taking.take(second, homes_of[second], opened, planned, most_megabytes=1, by=OPERATOR, now=now)
    assert told["rejects"] == []
    assert _said(second) == _said(first)
    for db in (first, second):
        close_store(homes_of.pop(db))


homes_of = {}


def _home(tmp_path_factory, empty):
    home = shutil.copytree(empty, tmp_path_factory.mktemp("home") / "home")
    db = open_store(home)
    homes_of[db] = home
    return db


def _said(db):
    """Return what the notes say, whatever their numbers are."""
    found = {note.id: note for note in notes.listing(db, reader=OPERATOR, limit=1000)[0]}
    titles = {number: note.title for number, note in found.items()}
    return sorted((note.title, note.summary, taking._titled(note.body, titles)) for note in found.values())
