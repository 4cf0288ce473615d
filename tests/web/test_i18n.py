"""The catalogue is complete: every sentence has its Chinese, with the same places."""

import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import render_template_string

from web import i18n

ROOT = Path(__file__).parents[2]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext.babel_extract")]
PLACE = re.compile(r"%\((\w+)\)([sd])")


def _keys():
    found = {}
    for package in ("kb", "mining", "web"):
        rows = extract_from_dir(
            ROOT / package, METHODS, {"**/templates/**.html": {"trimmed": "true"}}, keywords=KEYWORDS
        )
        for file, line, message, *_ in rows:
            found.setdefault(message if isinstance(message, str) else message[0], f"{package}/{file}:{line}")
    return found


@pytest.fixture(scope="module")
def catalogue():
    with (ROOT / "web/translations/zh.po").open("rb") as file:
        return read_po(file, locale="zh_CN")


def test_every_sentence_has_its_chinese(catalogue):
    missing = {key: place for key, place in _keys().items() if not _chinese(catalogue, key)}
    assert missing == {}


def test_no_chinese_is_left_without_its_sentence(catalogue):
    keys = _keys()
    unused = [message.id for message in catalogue if message.id and _first(message.id) not in keys]
    assert unused == []


def test_no_sentence_stands_twice_in_the_catalogue():
    keys = re.findall(r'^msgid ((?:".*"\n)+)', (ROOT / "web/translations/zh.po").read_text("utf-8"), re.MULTILINE)
    assert [key for key, times in Counter(keys).items() if times > 1] == []


def test_places_are_the_same_in_both_languages(catalogue):
    for message in catalogue:
        if not message.id:
            continue
        english = message.id if isinstance(message.id, str) else message.id[1]
        chinese = message.string if isinstance(message.string, str) else message.string[-1]
        assert set(PLACE.findall(english)) == set(PLACE.findall(chinese)), english


def test_chinese_uses_full_width_punctuation_next_to_han(catalogue):
    half = re.compile(r"[\u4e00-\u9fff][,;:?!]|[\u4e00-\u9fff]\.(?!\w)")
    wrong = [
        text
        for message in catalogue
        for text in ([message.string] if isinstance(message.string, str) else message.string)
        if half.search(text)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("tag", "locale"),
    [("zh-Hant-TW", "zh_CN"), ("zh", "zh_CN"), ("en-GB", "en"), ("en_US.UTF-8", "en"), ("fr", None), ("", None)],
)
def test_a_language_tag_leads_to_one_of_ours(tag, locale):
    assert i18n.best(tag, None) == locale


def test_the_chinese_catalogue_is_read_as_it_lies_in_the_package():
    assert i18n.translator("zh_CN")("Save") == "保存"
    assert i18n.translator("en")("Save") == "Save"


def _chinese(catalogue, key):
    message = catalogue.get(key)
    if message is None or message.fuzzy:
        return ""
    return message.string if isinstance(message.string, str) else message.string[0]


def _first(message_id):
    return message_id if isinstance(message_id, str) else message_id[0]


@pytest.mark.parametrize(("language", "says"), [("zh-CN", "下载读不懂的 20,507 行"), ("en", "Download 20,507 rows")])
def test_a_number_in_a_sentence_has_its_separators(app, language, says):
    with app.test_request_context("/", headers={"Accept-Language": language}):
        source = '{{ ngettext("Download %(num)s row", "Download %(num)s rows", 20507) }}'
        assert render_template_string(source) == says


@pytest.mark.parametrize("locale", i18n.LOCALES)
def test_the_days_of_a_period_both_have_their_year_or_neither(locale):
    formats = i18n.Formats(locale, "Asia/Shanghai")
    year = datetime.now(UTC).year
    first, last = f"{year - 1}-11-30T04:00:00Z", f"{year}-01-13T04:00:00Z"
    assert str(year - 1) in formats.day(first, last)
    assert str(year) in formats.day(last, first)
    assert str(year) not in formats.day(last, last)
