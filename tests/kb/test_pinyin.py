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
    for each in full.split():
        if not each.startswith("~"):
            assert pinyin.rank(each, name) is not None


def test_a_rare_reading_is_the_last_way_to_a_name():
    ranks = [pinyin.rank(typed, "曾立") for typed in ("曾立", "曾", "zl", "zengli", "立", "zw", "zengwei", "xx")]
    assert ranks == [0, 1, 2, 3, 4, 5, 5, None]
