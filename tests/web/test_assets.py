"""A browser asks for a style or a script once, and for what changed as soon as it changed."""

import re

import pytest

from web import assets, joined


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of two files that stands for the real one."""
    (tmp_path / "css").mkdir()
    (tmp_path / "css/a.css").write_text("a { color: red }")
    (tmp_path / "b.js").write_text("say()")
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    return tmp_path


def addresses(browser):
    return sorted(set(re.findall(r'(?:href|src)="(/static/[^"#]+)', browser.get("/login").text)))


def test_what_a_page_needs_is_kept_for_a_year(browser):
    found = addresses(browser)
    assert 3 <= len(found) <= 7, "a first visit waits for each"
    for address in found:
        answer = browser.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable", address
        kind = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}[address.rsplit(".")[-1]]
        assert answer.mimetype == kind, address
        assert answer.data, address


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


@pytest.fixture
def scripts(tmp_path, monkeypatch):
    """Return a function that joins modules of its own, given as name and text."""
    monkeypatch.setattr(joined, "FOLDER", tmp_path)

    def join(**texts):
        (tmp_path / "js").mkdir()
        for name, text in texts.items():
            (tmp_path / f"js/{name}.js").write_text(text)
        return joined.script.__wrapped__().decode()

    return join


def test_each_script_runs_once_and_after_those_it_imports(scripts):
    text = scripts(
        main='import { say as tell } from "./a.js";\nimport { b } from "./b.js";\ntell(b);\n',
        a="let said = 0;\nexport function say(what) {\n  said += 1;\n}\n",
        b='import { say } from "./a.js";\nexport const b = 1;\nexport async function c() {}\nsay(b);\n',
        unused="alone();\n",
    )
    assert re.findall(r"(?m)^// (\w+)\.js$", text) == ["a", "b", "main"]
    assert re.findall(r"(?m)^const (.*) = (\$\w+);$", text) == [
        ("{ say }", "$a"),
        ("{ say: tell }", "$a"),
        ("{ b }", "$b"),
    ]
    assert re.findall(r"(?m)^return \{ (.*) \};$", text) == ["say", "b, c", ""]
    assert "export" not in text
    assert "import" not in text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('import all from "./a.js";\n', "main.js"),
        ('import * as all from "./a.js";\n', "main.js"),
        ("export let changing = 1;\n", "changing"),
        ("export default function () {}\n", "default"),
        ('const later = await import("./a.js");\n', "import("),
        ('import { a } from "./main.js";\n', "main > main"),
    ],
)
def test_a_script_that_cannot_be_joined_is_named(scripts, text, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        scripts(main=text, a="")
