"""Likely duplicates: which texts are near is the definition, who is told of them is a matter of rights."""

from itertools import combinations
from unittest import mock

import numpy as np
import pytest
from hypothesis import example, given, strategies as st

from kb import duplicates, feed, likeness, note_history, notes
from kb.access import OPERATOR
from kb.errors import Conflict, Forbidden, Invalid, NotFound

TEXT = "客户说密封罐的胶圈在梅雨天会变硬，盖不紧，饼干两天就软了。"
NEAR = "客户说密封罐的胶圈在梅雨季会变硬，盖不紧，饼干三天就软了。"


def parted(text):
    """Return the words of the alphabet, and each other letter."""
    found, word = [], ""
    for each in text + " ":
        if each.isascii() and each.isalnum():
            word += each
            continue
        found += [word] if word else []
        word = ""
        found += [each] if each.isalnum() else []
    return found


def jaccard(one, other):
    sets = []
    for text in (one, other):
        kept = parted(text)
        sets.append(set(zip(kept, kept[1:], strict=False)))
    shared = len(sets[0] & sets[1])
    if sets[0] == sets[1]:
        return float(bool(shared))
    # Near counts from eight pairs on.
    return shared / len(sets[0] | sets[1]) if min(map(len, sets)) >= 8 else 0.0


@given(st.lists(st.text("甲乙丙丁 ，", max_size=25), max_size=12), st.sampled_from([0.4, 0.5, 0.75, 1.0]))
@example(["a b c d e f g h i j k l m", "a b c d e f g h i n o p q"], 0.5)
@example(["罐 lid 圈 ab12 甲乙", "甲lid 丙,ab12"], 0.5)
@example(["甲乙丙丁甲丙乙丁乙甲丁", "丁乙甲丁甲丙乙丁丙甲丙甲", "", "甲", "甲"], 0.5)
def test_the_pairs_found_are_those_of_the_definition(texts, least):
    # As few at a time as there are of 100,000 notes.
    few = {"_MEMBERS": 3, "_CHUNK": 2, "_ROWS": 2, "_CHARACTERS": 20}
    with mock.patch.multiple(likeness, **few):
        starts, pairs, _ = likeness._sets(iter(texts))
        equal = likeness._equal(starts, pairs)
        near = list(likeness._near(likeness._Sets(starts, pairs, least), np.array(sorted(equal), int), []))
    assert sorted(equal.values()) == sorted(
        [at for at, each in enumerate(texts) if _bag(each) == bag] for bag in set(map(_bag, texts)) if bag
    )
    found = {frozenset(each) for one, other in near for each in zip(one.tolist(), other.tolist(), strict=True)}
    assert found == {
        frozenset(each) for each in combinations(equal, 2) if jaccard(*(texts[at] for at in each)) >= least
    }


def _bag(text):
    kept = parted(text)
    return frozenset(zip(kept, kept[1:], strict=False))


@given(st.lists(st.integers(0, 30).map(lambda at: (TEXT + NEAR[::-1])[at : at + 20]), max_size=20))
def test_every_text_of_a_group_is_near_to_its_first_and_stands_in_no_other(texts):
    apart = {one: {other for other in range(20) if other != one and (one + other) % 3 == 0} for one in range(20)}
    found = likeness.groups(texts, 0.5, apart)
    members = [each for group in found for each in group]
    assert len(members) == len(set(members))
    for group in found:
        assert all(jaccard(texts[group[0]], texts[each]) >= 0.5 for each in group[1:])
        assert not any((one + other) % 3 == 0 for one, other in combinations(group, 2))


@pytest.fixture
def compared():
    """How many pairs of texts were compared."""
    count, real = [0], likeness._Sets.are_near

    def are_near(self, one, other):
        count[0] += len(one)
        return real(self, one, other)

    with mock.patch.object(likeness._Sets, "are_near", are_near):
        yield lambda: count[0]


def numbered(text, count):
    return [text.replace("两天", f"{n} 天") for n in range(10, 10 + count)]


def test_texts_that_differ_in_a_number_are_one_group_for_as_many_comparisons_as_there_are_texts(compared):
    texts = numbered(TEXT, 1500)
    (group,) = likeness.groups(texts, 0.5, {})
    assert sorted(group) == list(range(1500))
    assert compared() <= 3 * len(texts)


def test_of_many_texts_with_two_numbers_few_are_compared_with_each_other(compared):
    texts = [f"{TEXT}第 {n % 3} 次，单号 {n}" for n in range(1200)]
    (group,) = likeness.groups(texts, 0.5, {})
    assert (len(group), compared() <= 3 * len(texts)) == (1200, True)


def test_lots_of_numbered_texts_take_along_what_is_near_to_them():
    one, other = numbered(TEXT, 150), numbered(TEXT.replace("盖不紧", "合不上"), 120)
    # Near to one of them for its number, and for what all of them say.
    alone = [one[77].replace("饼干", "点心"), other[5].replace("客户说", "顾客讲")]
    far = numbered(TEXT[::-1].replace("天两", "两天"), 110)
    texts = [*alone, *one, *far, *other]
    assert jaccard(one[0], other[0]) >= 0.5
    found = likeness.groups(texts, 0.5, {})
    assert sorted(len(group) for group in found) == [110, 272]


def test_what_is_left_of_a_lot_whose_first_went_elsewhere_stands_together():
    lot = numbered("甲乙丙丁戊己庚辛壬癸子丑两天", 130)
    # The first of the lot alone is near to these, of which there are more.
    crowd = [lot[0][:9] + each for each in numbered("寅卯辰巳午未两天", 200)]
    texts = [lot[0] + "寅卯辰巳午未", *lot[1:], *[each.replace("10 天", "") for each in crowd]]
    found = likeness.groups(texts, 0.4, {})
    standing = {each for group in found for each in group}
    assert standing >= set(range(1, 130))


def test_of_a_lot_whose_numbers_are_what_they_say_each_stands_with_what_has_its_own_numbers():
    lot = [f"甲 {n} 乙 {n + 5000} 丙 {n + 9000} 丁戊己庚辛" for n in range(120)]
    alone = lot[33].replace("庚辛", "壬癸")
    assert jaccard(lot[0], lot[33]) < 0.5 < jaccard(alone, lot[33])
    assert [sorted(group) for group in likeness.groups([*lot, alone], 0.5, {})] == [[33, 120]]


@given(st.lists(st.tuples(st.integers(0, 25), st.integers(0, 12), st.sampled_from(["", "又"])), max_size=25))
def test_every_text_of_a_group_is_near_to_its_first_where_lots_are_looked_at_in_steps(told):
    texts = [(TEXT + NEAR[::-1])[at : at + 20] + f"{more}{number}" for at, number, more in told]
    with mock.patch.multiple(likeness, _ALIKE=3, _SHARED_BY=2, _ROUNDS=2):
        found = likeness.groups(texts, 0.5, {})
    members = [each for group in found for each in group]
    assert len(members) == len(set(members))
    for group in found:
        assert all(jaccard(texts[group[0]], texts[each]) >= 0.5 for each in group[1:])


def test_two_pages_of_english_share_letters_and_are_not_the_same_for_that():
    one = (
        "The seal of the lid hardens in the rainy season, so that biscuits go soft within two days of "
        "opening. Take the ring out, wash it in warm water without soap, let it dry on a towel and put it "
        "back with the ridge upwards. Where it has become brittle, the shop around the corner sells another "
        "one for a small price; customers who ask for it at the counter get theirs at once. Whoever opens the"
        " tin twice a day should keep a small bag of silica gel beside the biscuits and change that every "
        "other month; in winter it is needless."
    )
    other = (
        "Customers of the hotel asked whether our towels are still soft after thirty washes in rather hard "
        "water. Guests notice at once when the laundry changes its detergent, and then blame the weaving. "
        "Send them two samples from different lots, ask the housekeeper to wash both together, and have her "
        "write down after each week which of the two she would rather hand out to a guest. Should she "
        "complain about lint, remind her that drying on high heat breaks the loops; a short cold rinse before"
        " the first use keeps most of it away for good."
    )
    one, other = one.lower(), other.lower()
    assert likeness.groups([one, other], 0.5, {}) == []
    assert likeness.groups([one, other, one.replace("two", "three")], 0.5, {}) == [[0, 2]]


def test_a_text_written_twice_is_found_beside_one_that_is_near_to_others():
    texts = [TEXT, NEAR, NEAR.replace("饼干", "点心"), TEXT.replace("两天", "五天"), TEXT]
    assert [sorted(group) for group in likeness.groups(texts, 0.5, {})] == [[0, 1, 2, 3, 4]]


def test_a_pair_that_is_found_more_than_once_counts_once():
    leaders, pair = np.array([0, 1], np.int32), (np.array([0], np.int32), np.array([1], np.int32))
    near, begins, ends = likeness._around(leaders, [pair, pair])
    assert (near.tolist(), begins.tolist(), ends.tolist()) == ([0, 1, 0, 1], [0, 2], [2, 4])


@pytest.fixture
def groups(db, now):
    def call(reader, *, looks=True):
        if looks:
            duplicates.scan(db, now=now)
        found, total = duplicates.listing(db, reader=reader)
        assert total == len(found)
        return [[note.id for note in group] for group in found]

    return call


def test_near_notes_of_one_type_stand_together_and_each_sees_only_what_they_may_merge(db, people, a_note, groups):
    one, two = a_note(title="胶圈", body=TEXT), a_note(title="胶圈", body=NEAR, by=people["wang"])
    private = a_note(title="胶圈", body=TEXT, readers="owner", by=people["wang"])
    a_note(title="胶圈", body=TEXT, dimension="about")
    a_note(title="别的事", body="澄湖酒店要能过水洗两百次的床品，先寄样品。")
    assert sorted(groups(people["wang"])[0]) == [one.id, two.id, private.id]
    assert sorted(groups(people["ma"])[0]) == [one.id, two.id]
    assert groups(people["chen"]) == []
    assert [each.id for each in duplicates.beside(db, one.id, reader=people["ma"])] == [two.id]
    assert duplicates.beside(db, one.id, reader=people["chen"]) == []
    mine = a_note(title="胶圈", body=TEXT)
    assert groups(people["chen"]) == [[one.id, mine.id]]


def test_what_was_archived_since_is_in_no_group(db, people, a_note, groups, now):
    one, two = a_note(body=TEXT), a_note(body=NEAR)
    assert len(groups(people["wang"])) == 1
    notes.archive(db, two.id, by=people["wang"], now=now)
    assert groups(people["wang"], looks=False) == []
    assert duplicates.state(db).notes == 2
    note_history.erase(db, one.id, by=OPERATOR, now=now, reason="本人要求")
    assert db["duplicate"].count == 1


def test_what_is_not_the_same_is_never_shown_together_again_until_that_is_taken_back(db, people, a_note, groups, now):
    one, two, three = (a_note(body=text) for text in (TEXT, NEAR, TEXT))
    assert sorted(groups(people["wang"])[0]) == [one.id, two.id, three.id]
    seq = duplicates.tell_apart(db, two.id, [one.id, three.id], by=people["wang"], now=now)
    assert groups(people["wang"], looks=False) == [[one.id, three.id]]
    assert groups(people["wang"]) == [[one.id, three.id]]
    with pytest.raises(Conflict):
        duplicates.tell_apart(db, one.id, [two.id], by=people["wang"], now=now)
    with pytest.raises(Forbidden):
        duplicates.undo(db, seq, by=people["li"], now=now)
    assert duplicates.undo(db, seq, by=people["ma"], now=now).id == two.id
    assert sorted(groups(people["wang"])[0]) == [one.id, two.id, three.id]
    with pytest.raises(Conflict):
        duplicates.undo(db, seq, by=people["wang"], now=now)


def test_only_who_may_change_both_tells_two_notes_apart(db, people, a_note, now):
    one, two = a_note(body=TEXT), a_note(body=NEAR, by=people["wang"])
    private = a_note(body=NEAR, readers="owner", by=people["wang"])
    last = feed.last_seq(db)
    for note_id, others, by, problem in (
        (one.id, [two.id], "chen", Forbidden),
        (one.id, [two.id], "vera", Forbidden),
        (one.id, [private.id], "ma", NotFound),
        (one.id, [], "wang", Invalid),
        (one.id, [one.id], "wang", Invalid),
    ):
        with pytest.raises(problem):
            duplicates.tell_apart(db, note_id, others, by=people[by], now=now)
    assert (db["note_distinct"].count, feed.last_seq(db)) == (0, last)


def test_a_scan_is_due_at_night_and_when_asked_and_one_worker_takes_it(db, home, people, a_note):
    day = "2026-11-{}Z".format
    a_note(title="唯一的一条")
    assert not duplicates.claim_scan(db, home, now=day("20T08:00:00.000000"))
    a_note(title="又一条")
    assert duplicates.claim_scan(db, home, now=day("20T08:00:00.000000"))
    assert not duplicates.claim_scan(db, home, now=day("20T17:59:00.000000"))
    # Two in the morning in Shanghai.
    assert duplicates.claim_scan(db, home, now=day("20T18:01:00.000000"))
    assert not duplicates.claim_scan(db, home, now=day("21T09:00:00.000000"))
    duplicates.ask_for_scan(db, by=people["wang"], now=day("21T09:30:00.000000"))
    assert duplicates.state(db).is_waiting
    assert duplicates.claim_scan(db, home, now=day("21T09:31:00.000000"))
    assert not duplicates.claim_scan(db, home, now=day("21T09:32:00.000000"))
    assert duplicates.state(db).is_waiting
    duplicates.scan(db, now=day("21T09:33:00.000000"))
    assert not duplicates.state(db).is_waiting


@pytest.mark.shared_data
def test_the_reviews_that_were_written_twice_are_found(shared_data):
    import csv

    with (shared_data / "voice_zh/waimai_10k.csv").open(encoding="utf-8-sig") as file:
        texts = [row["review"] for row in csv.DictReader(file)]
    found = likeness.groups(texts, 0.5, {})
    assert found
    for group in found:
        assert all(jaccard(texts[group[0]], texts[each]) >= 0.5 for each in group)
