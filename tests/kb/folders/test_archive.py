"""What strangers pack: nothing leads out, nothing explodes, nothing is read that is no file."""

import os
import stat
import struct
import zipfile

import pytest

from kb.errors import Invalid
from kb.folders import archive


def packed(path, *entries):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries:
            made.writestr(name, content)
    return path


def looked(path, name=None):
    with archive.opened(path, name) as found:
        return found.paths, [(place, why.template) for place, why in found.skipped]


def test_what_leads_out_of_the_folder_is_left_out_and_said(tmp_path):
    link = zipfile.ZipInfo("链接.md")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = packed(
        tmp_path / "a.zip", ("../外.md", "x"), ("/etc/a.md", "x"), ("C:\\a.md", "x"), ("b\\..\\..\\a.md", "x"),
        (link, "/etc"),
        ("一\x07.md", "x"), ("好/内.md", "x"), ("__MACOSX/好/._内.md", "x"), (".git/a.md", "x"), ("空　格.md", "x"),
    )  # fmt: skip
    paths, skipped = looked(path)
    assert paths == ["好/内.md", "空　格.md"]
    out = "Its path leads out of the folder."
    assert skipped == [
        ("../外.md", out), ("/etc/a.md", out), ("C:/a.md", out), ("b/../../a.md", out),
        ("链接.md", "It is a link to elsewhere, not a file."),
        ("一\ufffd.md", "Its name holds characters that no name should."),
    ]  # fmt: skip


def test_links_of_a_folder_are_not_followed(tmp_path):
    (tmp_path / "外.md").write_text("外")
    folder = tmp_path / "内"
    folder.mkdir()
    (folder / "a.md").write_text("a")
    os.symlink(tmp_path / "外.md", folder / "b.md")
    os.symlink(tmp_path, folder / "c")
    os.mkfifo(folder / "d.md")
    paths, skipped = looked(folder)
    assert paths == ["a.md"]
    assert sorted(place for place, _ in skipped) == ["b.md", "c", "d.md"]


def test_names_packed_on_a_chinese_windows_are_read(tmp_path):
    path = packed(tmp_path / "a.zip", ("xxxx.md", "x"))
    path.write_bytes(path.read_bytes().replace(b"xxxx.md", "罐子".encode("gbk") + b".md"))
    assert looked(path)[0] == ["罐子.md"]


@pytest.mark.parametrize(
    ("limit", "value"), [("MOST_FILES", 2), ("_MOST_DIRECTORY", 100), ("MOST_MEGABYTES", 0), ("_MOST_UNPACKED", 5)]
)
def test_too_much_is_refused_before_it_is_read(tmp_path, monkeypatch, limit, value):
    path = packed(tmp_path / "a.zip", *((f"{n}.md", "正文") for n in range(3)))
    monkeypatch.setattr(archive, limit, value)
    monkeypatch.setattr(archive.zipfile.ZipFile, "open", None)
    with pytest.raises(Invalid):
        looked(path)


def test_a_list_of_two_gigabytes_is_refused_by_its_declared_length(tmp_path, monkeypatch):
    path = packed(tmp_path / "a.zip", ("a.md", "x"))
    content = bytearray(path.read_bytes())
    struct.pack_into("<L", content, len(content) - 10, 2**31)
    path.write_bytes(content)
    monkeypatch.setattr(archive.packed, "entries", None)
    with pytest.raises(Invalid, match="50000|holds more"):
        looked(path)


def test_a_zip_that_lies_about_its_sizes_is_refused_while_it_is_read(tmp_path):
    path = packed(tmp_path / "a.zip", ("a.md", b"0" * 30_000_000))
    raw = bytearray(path.read_bytes())
    for sign, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        struct.pack_into("<L", raw, raw.index(sign) + at, 29_000)
    path.write_bytes(raw)
    with archive.opened(path) as found, pytest.raises(Invalid), found.open("a.md") as stream:
        while stream.read(1 << 20):
            pass


@pytest.mark.parametrize("cut", [30, -5])
def test_a_zip_that_was_cut_off_is_a_sentence(tmp_path, cut):
    path = packed(tmp_path / "a.zip", ("a.md", "x" * 100))
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(Invalid):
        looked(path)
