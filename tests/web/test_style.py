"""Templates, style sheets and scripts keep to the rules that no browser enforces."""

import re
from pathlib import Path

import pytest

from hatch_build import ICONS
from web import joined

WEB = Path(__file__).parents[2] / "web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
SHEETS = sorted((WEB / "static/css").glob("*.css"))
SCRIPTS = sorted((WEB / "static/js").glob("*.js"))


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_colours_and_sizes_have_one_home(path):
    if path.name == "tokens.css":
        return
    text = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(|\boklch\(", text) == []
    # A window's width is no size of a thing; 1fr and shares of a line are none either.
    assert re.findall(r"(?<![\w-])\d*\.?\d+px", re.sub(r"@media[^{]*\{", "", text)) == []
    assert "!important" not in text or path.name == "base.css"
    assert re.findall(r"(?m)^[^@{}]*#[\w-]+[^{};]*\{", text) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(WEB)))
def test_a_template_holds_no_style_no_script_and_no_handler(path):
    text = re.sub(r"\{[%#].*?[%#]\}", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert re.findall(r"\sstyle=|<style|\son\w+=\"|<script(?![^>]*\bsrc=)", text) == []
    assert re.findall(r"(?:src|href)=\"(?:https?:)?//", text) == []


def test_every_icon_that_is_drawn_is_in_the_set_and_none_is_carried_for_nothing():
    text = "".join(path.read_text("utf-8") for path in [*TEMPLATES, *SCRIPTS])
    drawn = {name for name in ICONS if f'"{name}"' in text}
    named = set(re.findall(r"(?:ui\.)?icon\(\"([a-z0-9-]+)\"", text))
    assert named <= set(ICONS)
    assert drawn == set(ICONS)


def test_every_address_in_a_template_is_a_route(app):
    named = {
        name
        for path in TEMPLATES
        for name in re.findall(r"url_for\(\"([\w.]+)\"|url_for\('([\w.]+)'", path.read_text("utf-8"))
    }
    assert {first or second for first, second in named} <= set(app.view_functions)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_a_small_module_that_leaves_nothing_behind(path):
    text = path.read_text("utf-8")
    assert re.findall(r"\beval\(|\bFunction\(|innerHTML|document\.write|window\.\w+ =|https?://", text) == []
    assert len(text.splitlines()) <= 100


def test_every_style_sheet_and_script_is_used():
    text = "".join(path.read_text("utf-8") for path in [*TEMPLATES, *SCRIPTS])
    unused = [path.name for path in SHEETS if f"css/{path.name}" not in text and path.stem not in joined.STYLES]
    unused += [path.name for path in SCRIPTS if path.name != "main.js" and f"./{path.name}" not in text]
    assert unused == []


def test_the_help_lists_every_key_that_a_script_listens_to():
    text = {path.name: path.read_text("utf-8") for path in SCRIPTS}
    keys = set(re.findall(r"(?m)^  (\w): \(\) =>", text["keys.js"]))
    keys |= set(re.findall(r"event\.key [!=]== \"(.)\"", "".join(text.values())))
    assert {"j", "n", "v", "u", "/", "?"} <= keys
    listed = set(re.findall("<kbd>(.+?)</kbd>", (WEB / "templates/frame.html").read_text("utf-8")))
    assert keys - listed == set()


def test_no_file_field_speaks_the_language_of_the_browser():
    for path in TEMPLATES:
        text = path.read_text("utf-8")
        assert 'type="file", ' not in text, path
        for field in re.findall(r'<input[^>]*type="file".*', text):
            assert "file__input" in field or "upload__input" in field or field.endswith("hidden>"), (path, field)
