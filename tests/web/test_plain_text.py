import pytest
from hypothesis import given, strategies as st

from web.plain_text import plain_text


@pytest.mark.parametrize(
    ("markdown", "wanted"),
    [
        ("**粗** 和 *斜* 和 `码`", "粗 和 斜 和 码"),
        ("# 标题\n\n一段\n\n另一段", "标题\n\n一段\n\n另一段"),
        ("1. 手洗\n2. 阴干\n\n完", "1. 手洗\n2. 阴干\n\n完"),
        ("3. 三\n4. 四", "3. 三\n4. 四"),
        ("- 甲\n  - 乙\n- 丙", "- 甲\n  - 乙\n- 丙"),
        ("| 批次 | 数 |\n| --- | --- |\n| 七月 | 3 |", "批次  数\n七月  3"),
        ("看[说明](https://example.com/a)吧", "看说明 (https://example.com/a)吧"),
        ("<https://example.com>", "https://example.com"),
        ("一\n二", "一\n二"),
        ("> 引用的话", "引用的话"),
        ("```\n原样  留着\n```", "原样  留着"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("", ""),
    ],
)
def test_a_message_reads_as_if_typed(markdown, wanted):
    assert plain_text(markdown) == wanted


@given(st.text(st.characters(categories=["Lo", "Nd"]), min_size=1))
def test_words_without_marks_stay_as_they_are(words):
    assert plain_text(words) == words


def test_the_message_of_a_note_greets_tells_and_signs(signed_in, world):
    answer = signed_in("li").get(f"/notes/{world.for_customer}/customer")
    assert answer.mimetype == "text/plain"
    assert answer.text == "您好：\n\n1. 手洗\n2. 阴干\n\n李思远\nKezhi"


def test_only_what_is_for_the_customer_is_copied_for_the_customer(signed_in, world):
    browser = signed_in("li")
    assert browser.get(f"/notes/{world.public}/customer").status_code == 404
    assert "data-copy" in browser.get(f"/notes/{world.for_customer}").text
    assert "data-copy" not in browser.get(f"/notes/{world.public}").text
    hits = browser.get("/search?q=清洗方法").text
    assert hits.count("data-copy ") == 1


def test_the_answer_in_the_summary_is_copied_with_the_text(signed_in, a_note):
    note = a_note(title="更换", summary="每 12 个月换一次。", body="- 手洗", dimension="for")
    copied = signed_in("li").get(f"/notes/{note.id}/customer").text
    assert copied.index("每 12 个月换一次。") < copied.index("手洗")


def test_the_greeting_speaks_the_language_of_the_text(signed_in, a_note):
    note = a_note(title="Care", body="Wash by hand.", dimension="for")
    copied = signed_in("li").get(f"/notes/{note.id}/customer").text
    assert copied.startswith("Hello,")
    assert "您好" not in copied
