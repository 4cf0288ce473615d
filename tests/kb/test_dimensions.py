from hypothesis import given, strategies as st

from kb.dimensions import DIMENSIONS, shares


@given(st.tuples(*[st.integers(0, 10**6)] * 4))
def test_the_shares_of_the_types_add_up_and_none_is_a_whole_point_off(counts):
    found = shares(dict(zip(DIMENSIONS, counts, strict=True)))
    total = sum(counts)
    if len(set(counts)) == len(counts):
        assert sum(found.values()) == 100
    assert 97 <= sum(found.values()) <= 100 or not total
    assert len(set(zip(counts, found.values(), strict=True))) == len(set(counts))
    for share, count in zip(found.values(), counts, strict=True):
        assert abs(share - 100 * count / max(total, 1)) < 1


def test_what_was_nearest_to_the_next_point_gets_it():
    assert shares({"about": 36, "for": 55, "from": 55, "with": 15}) == {"about": 23, "for": 34, "from": 34, "with": 9}


def test_equal_counts_have_equal_shares():
    assert shares({"about": 3, "for": 20, "from": 9, "with": 3}) == {"about": 8, "for": 57, "from": 26, "with": 8}
