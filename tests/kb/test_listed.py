from hypothesis import given, strategies as st

from kb.listed import joined, parted

_names = st.text("甲a\",，、;；|' ", min_size=1, max_size=6).map(str.strip).filter(bool)


@given(st.lists(_names, max_size=5))
def test_names_come_apart_as_they_went_in(names):
    assert parted(joined(names)) == names


def test_what_people_write_by_hand_is_parted_by_any_mark():
    assert parted(' 甲, 乙，丙;丁；戊|己\n庚、、 "辛、壬" ') == ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛、壬"]
    assert parted('5" 屏、"甲" 牌') == ['5" 屏', '"甲" 牌']
