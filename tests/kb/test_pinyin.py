import pytest
from hypothesis import given, strategies as st

from kb import pinyin


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("曾立", " zengli cengli ~zengwei ~cengwei", " zl cl ~zw ~cw"),
        ("长沙银行", " changshayinhang", " csyh"),
        ("7-11便利", " 711bianli", " 711bl"),
        ("解小平", " xiexiaoping jiexiaoping", " xxp jxp"),
        ("abc", "", ""),
        ("", "", ""),
    ],
)
def test_the_usual_readings_come_first(name, full, initials):
    told = pinyin.keys(name)
    assert (told[0].startswith(full), told[1].startswith(initials)) == (True, True)


_LETTERS = st.characters(categories=("Lo", "Ll", "Nd", "So", "Zs")) | st.sampled_from("曾嗯呣单行 ")


@given(st.text(_LETTERS, max_size=6))
def test_every_name_has_keys_that_can_be_typed(name):
    full, initials = pinyin.keys(name)
    assert (full + initials).replace(" ", "").replace("~", "").isascii()
    for each in (full + initials).split():
        assert pinyin.rank(each.lstrip("~"), name) is not None


@pytest.mark.parametrize(
    "name", ["重庆小面", "单立", "区小平", "乐存密封罐", "银行卡套", "（会员）7-11便利", "Ａ型a曾", "长乐未央"]
)
def test_no_key_of_a_name_is_passed_over_before_it_is_made(name):
    full, initials = pinyin.keys(name)
    for each in (full + initials).split():
        for end in (1, 2, len(each)):
            assert pinyin.rank(each.lstrip("~")[:end], name) is not None, each


def test_a_rare_reading_is_the_last_way_to_a_name():
    ranks = [pinyin.rank(typed, "曾立") for typed in ("曾立", "曾", "zl", "zengli", "立", "zw", "zengwei", "xx")]
    assert ranks == [0, 1, 2, 3, 4, 5, 5, None]
