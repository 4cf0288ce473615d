from types import SimpleNamespace

import pytest
from markupsafe import escape

from web.templating import drop_others, then, tongue


def test_compiled_templates_of_other_settings_go_and_nothing_else(tmp_path):
    key, now, before = "a" * 40, "b" * 12, "c" * 12
    kept = {f"{key}.{now}", f"{key}.{before}x1.tmp", "notes.txt"}
    for name in (*kept, f"{key}.{before}"):
        (tmp_path / name).touch()
    drop_others(tmp_path, now)
    assert {each.name for each in tmp_path.iterdir()} == kept


@pytest.mark.parametrize(
    ("lang", "title", "tag"),
    [("", "密封罐 SOP", "zh-CN"), ("", "Lids that leak", "en"), ("en", "“OEM”是什么", "en"), ("", "SN 12", None)],
)
def test_a_note_is_read_in_the_language_it_names_or_shows(lang, title, tag):
    assert tongue(SimpleNamespace(lang=lang, title=title, body="")) == tag


@pytest.mark.parametrize(
    ("text", "more", "both"),
    [
        ("密码不对。", "再试一次。", "密码不对。再试一次。"),
        ("Wrong password.", "Try again.", "Wrong password. Try again."),
        ("没有这条知识。", "", "没有这条知识。"),
        ("<b>不行。", "<i>", "&lt;b&gt;不行。&lt;i&gt;"),
    ],
)
def test_what_to_do_follows_what_went_wrong_as_its_language_writes_it(text, more, both):
    assert escape(then(text, more)) == both
