import pytest
from hypothesis import given, strategies as st

from kb.unmarked import unmarked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**密封圈**装反了", "密封圈装反了"),
        ("看图 ![装反的密封圈](files/a (1).png)", "看图 ![装反的密封圈](files/a (1).png)"),
        ("看图 ![装反的密封圈](files/a.png) 就懂", "看图 装反的密封圈 就懂"),
        ("见[换货流程](<换货 流程.md>)和[[12]]", "见换货流程和"),
        ("## 步骤\n\n1. 关水\n- [ ] 拆盖\n> 小心", "步骤\n1. 关水\n拆盖\n小心"),
        ("| 件 | 数 |\n| --- | ---: |\n| 圈 | 2 |", "件  数\n圈  2"),
        ("用 `kezhi serve`，*不要*关机", "用 kezhi serve，不要关机"),
        ("```sh\nls\n```", "ls"),
        ("3 * 4 * 5 和 a_b_c 和 2**3", "3 * 4 * 5 和 a_b_c 和 2**3"),
    ],
)
def test_a_line_shows_the_words_and_no_marks(text, shown):
    assert unmarked(text) == shown


@given(st.text(alphabet="字a 1，。", max_size=80))
def test_what_has_no_marks_stays_as_it_is(text):
    assert unmarked(text) == text.strip()
