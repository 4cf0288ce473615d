"""What changed between two texts: short ones piece by piece, long ones as well, and in little time."""

import random
import re
from difflib import SequenceMatcher

import pytest
from hypothesis import example, given, settings, strategies as st

from web import diff as module
from web.diff import diff

_SENTENCES = (
    "客户说盖子的胶圈会变硬",
    "退货要在七天之内",
    "价格比上个月贵了三成",
    "The lid is loose again",
    "师傅晚到了一小时",
)


def sides(found):
    return tuple("".join(text for kind, text in found if kind != other) for other in ("ins", "del"))


def long_text(seed, sentences, end="。"):
    chance = random.Random(seed)
    return "".join(f"{chance.choice(_SENTENCES)}{chance.randrange(10_000)}{end}" for _ in range(sentences))


def changed_at(text, places, into="新"):
    for place in places:
        text = text[:place] + into + text[place + 1 :]
    return text


def two_words(seed):
    chance = random.Random(seed)
    return "".join(f"第{n}段。" + "".join(chance.choices("好坏", k=800)) + "。" for n in range(80))


few_letters = st.text("ab 好坏。\n", max_size=60)


@given(few_letters, few_letters)
@settings(deadline=None)
def test_the_pieces_of_each_side_are_the_text_of_that_side(before, after):
    assert sides(diff(before, after)) == (before, after)


@given(few_letters, few_letters, st.integers(0, 4), st.integers(1, 3))
@example("。好好\nac", "c。好\nb", 0, 2)
@settings(deadline=None)
def test_long_texts_lose_nothing_either(before, after, most_pieces, run):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_MOST_PIECES", most_pieces)
        patch.setattr(module, "_RUN", run)
        found = diff(before, after)
    assert sides(found) == (before, after)
    assert all(text for _, text in found)
    assert re.fullmatch("(d?i?s)*d?i?", "".join(kind[0] for kind, _ in found))


@given(few_letters, few_letters)
@example("a。\n。。\n好\ncba好a", "好\n。。\n好bba好a")
@settings(deadline=None)
def test_short_texts_are_compared_piece_by_piece(before, after):
    old, new = (module._PIECE.findall(text) for text in (before, after))
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    same = "".join("".join(old[block.a : block.a + block.size]) for block in blocks)
    assert "".join(text for kind, text in diff(before, after) if kind == "same") == same


@pytest.mark.parametrize("end", ["\n", "。", " ", ""])
def test_a_changed_character_in_a_long_text_is_all_that_is_marked(end):
    before = long_text(7, 6000, end)
    places = sorted(random.Random(1).sample(range(0, len(before), 40), 20))
    places = [place for place in places if module._PIECE.fullmatch(before[place]) and not before[place].isascii()]
    after = changed_at(before, places)
    found = diff(before, after)
    assert [text for kind, text in found if kind == "ins"] == ["新"] * len(places)
    assert [text for kind, text in found if kind == "del"] == [before[place] for place in places]


def test_what_stands_there_twice_does_not_decide_what_belongs_together(monkeypatch):
    monkeypatch.setattr(module, "_MOST_PIECES", 0)
    monkeypatch.setattr(module, "_RUN", 1)
    found = diff("b。。a\nba。\ncb", "b。\nc。\nba\n\ncb")
    assert [text for kind, text in found if kind == "same"] == ["b。", "\nba", "\ncb"]


def test_a_paragraph_that_came_in_is_marked_as_one():
    before = long_text(3, 5000)
    half = len(before) // 2
    assert diff(before, before[:half] + "\n新的一段,以前没有。\n" + before[half:]) == [
        ("same", before[:half]),
        ("ins", "\n新的一段,以前没有。\n"),
        ("same", before[half:]),
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("好\n" * 60_000, "好\n坏\n" * 30_000),
        ("好吃" * 33_000, "好吃不" * 22_000),
        ("a b " * 900, "b a " * 900),
        (two_words(1), two_words(2)),
    ],
    ids=["lines", "characters", "words", "two words in paragraphs"],
)
def test_texts_that_repeat_themselves_are_compared_whole(before, after):
    # Compared line by line, each with each, the first of these took minutes.
    assert sides(diff(before, after)) == (before, after)
