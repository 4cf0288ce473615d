"""A browser asks for a style or a script once, and for what changed as soon as it changed."""

import re

import pytest

from web import assets


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of two files that stands for the real one."""
    (tmp_path / "css").mkdir()
    (tmp_path / "css/a.css").write_text("a { color: red }")
    (tmp_path / "b.js").write_text("say()")
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    return tmp_path


def addresses(browser):
    return re.findall(r'(?:href|src)="(/static/[^"#]+)', browser.get("/login").text)


def test_what_a_page_needs_is_kept_for_a_year(browser):
    found = addresses(browser)
    assert len(found) > 10
    for address in found:
        answer = browser.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable", address


def test_an_address_of_another_version_answers_nothing_old_and_is_not_kept(browser):
    address = addresses(browser)[0]
    answer = browser.get(address.replace(assets.version(), "0" * 16))
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "css/a.css").write_text("a { color: rad }"),
        lambda folder: (folder / "b.js").rename(folder / "c.js"),
        lambda folder: (folder / "d.js").write_text(""),
        lambda folder: (folder / "b.js").unlink(),
    ],
    ids=["content", "name", "new", "gone"],
)
def test_the_version_changes_with_any_file(folder, change):
    version = assets.version.__wrapped__
    before = version()
    assert version() == before
    change(folder)
    assert version() != before
