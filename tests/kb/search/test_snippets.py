import pytest
from hypothesis import given, strategies as st

from kb.search.folding import fold
from kb.search.query import parse
from kb.search.snippets import WIDTH, Marker


def marked(query, text):
    marker = Marker(parse(query))
    level = marker.level(text)
    snippet, marks = marker.snippet(text, level)
    return [snippet[start:stop] for start, stop in marks], snippet


@pytest.mark.parametrize(
    ("query", "text", "wanted"),
    [
        ("密封罐", "这是密封罐。", ["密封罐"]),
        ("热水器", "熱水器漏水", ["熱水器"]),
        ("abc", "公司ＡＢＣ的", ["ＡＢＣ"]),
        ("m2", "面积 20㎡ 左右", ["20㎡"]),
        ("密封罐", "密\u200b封\u200b罐", ["密\u200b封\u200b罐"]),
        ("cafe", "un café noir", ["café"]),
        ("a480g", "用A4-80g的纸", ["A4-80g"]),
        ("13812345678", "打138-1234-5678问", ["138-1234-5678"]),
        ("密封罐 胶圈", "密封罐的胶圈", ["密封罐", "胶圈"]),
        ("follow up", "a followup call", ["followup"]),
        ("好评", "𠮷👍🏽好评", ["好评"]),
    ],
)
def test_marks_are_right_to_the_character_of_the_original(query, text, wanted):
    assert marked(query, text)[0] == wanted


def test_the_window_holds_the_answer_and_begins_with_its_sentence():
    text = "前面的话。" * 60 + "密封罐受潮的原因是胶圈。" + "后面的话。" * 60
    marks, snippet = marked("密封罐 胶圈", text)
    assert marks == ["密封罐", "胶圈"]
    assert snippet.startswith("…密封罐")
    assert snippet.endswith("…")
    assert len(snippet) <= WIDTH + 2


def test_of_two_places_the_one_is_shown_that_holds_more_of_what_was_asked():
    text = "密封罐，密封罐。" + "后面的话。" * 60 + "密封罐受潮的原因是胶圈。" + "再后面的话。" * 60
    assert marked("密封罐 胶圈", text)[0] == ["密封罐", "胶圈"]


def test_line_breaks_become_blanks_of_the_same_length():
    assert marked("二", "一\n二\r\n三")[1] == "一 二  三"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300), st.data())
def test_a_mark_always_folds_to_what_was_asked(text, data):
    han = [at for at, each in enumerate(text) if "一" <= each <= "鿿"]
    if not han:
        return
    asked = text[data.draw(st.sampled_from(han))]
    marks, snippet = marked(asked, text)
    assert all(fold(each) == fold(asked) for each in marks)
    assert marks
