"""What a question in letters is about puts what it finds in order, and nothing that is closed has a say in it."""

import random

import pytest

from kb import examples, learning
from kb.search import find, lsa, lsa_learning
from kb.search.indexer import catch_up

_SHOP = ["engine", "motor", "wheel", "gear", "brake", "clutch", "piston"]
_BAKERY = ["bread", "flour", "oven", "yeast", "dough", "crust", "butter"]


@pytest.fixture
def library(db, home, a_note):
    """Return a function that writes notes of a garage and of a bakery, all in English, and has them learned from."""

    def write(**more):
        chance = random.Random(1)
        for number in range(lsa.LEAST_NOTES):
            words = (_SHOP, _BAKERY)[number % 2]
            body = " ".join(chance.choice(words) for _ in range(12))
            a_note(title=f"Log {number}", body=f"{body} {' '.join(words[:5])}", **more)

    return write


def _found(db, home, reader, question):
    catch_up(db, home)
    return [(hit.id, hit.score) for hit in find.search(db, home, question, reader=reader).hits]


def _first(db, home, reader, question):
    return _found(db, home, reader, question)[0][0]


def test_of_two_notes_with_the_same_words_the_one_about_what_was_asked_comes_first(db, home, people, a_note, library):
    library()
    baked = a_note(title="Report", body="press dough crust butter yeast")
    repaired = a_note(title="Report", body="press clutch piston brake gear")
    asked = db, home, people["li"], "press motor"
    hits = [hit for hit in _found(*asked) if hit[0] in (baked.id, repaired.id)]
    assert [number for number, _ in hits] == [baked.id, repaired.id], "by their words alone they are equal"
    lsa_learning.learn(db, home)
    hits = [hit for hit in _found(*asked) if hit[0] in (baked.id, repaired.id)]
    assert [number for number, _ in hits] == [repaired.id, baked.id]


def test_a_long_question_is_asked_again_with_what_it_finds_first(db, home, people, a_note, library):
    library()
    neutral = "press stamp label ticket folder"
    for words in (_SHOP, *[_BAKERY] * 5) * 2:
        a_note(title="Form", body=f"{neutral} {' '.join(words)}")
    baked = a_note(title="Report", body=f"{neutral} dough crust butter")
    repaired = a_note(title="Report", body=f"{neutral} clutch piston brake")
    first = a_note(title=neutral, body=f"{neutral} {' '.join(_SHOP)}")
    lsa_learning.learn(db, home)

    def order(question):
        found = [number for number, _ in _found(db, home, people["li"], question)]
        assert found[0] == first.id
        return [number for number in found if number in (baked.id, repaired.id)]

    assert order("press stamp label ticket") == [baked.id, repaired.id], "of a short one nothing else is known"
    assert order(neutral) == [repaired.id, baked.id]


def test_a_note_that_was_changed_since_is_found_by_its_new_words(db, home, people, a_note, library):
    library()
    lsa_learning.learn(db, home)
    fresh = a_note(title="Lamp", body="lantern press")
    assert _first(db, home, people["li"], "lantern press") == fresh.id


def test_notes_that_are_closed_move_nobodys_order(db, home, people, a_note, library):
    library()
    for body in ("press dough crust butter yeast", "press clutch piston brake gear", "press motor flour"):
        a_note(title="Report", body=body)
    lsa_learning.learn(db, home)
    before = _found(db, home, people["li"], "press motor")
    for number in range(60):
        # Learned from, they would bring the motor near the bakery.
        body = f"motor press {' '.join(_BAKERY)}"
        a_note(title=f"Press motor {number}", body=body, by=people["wang"], readers="owner")
    lsa_learning.learn(db, home)
    assert _found(db, home, people["li"], "press motor") == before
    assert _first(db, home, people["wang"], "press motor") not in dict(before), "whoever sees them finds them"


def test_of_few_notes_nothing_is_learned_and_what_was_goes(db, home, a_note, library):
    library()
    lsa_learning.learn(db, home)
    assert lsa.load(home) is not None
    db["note"].update(1, {"readers": "owner"})
    lsa_learning.learn(db, home)
    assert lsa.load(home) is None


def test_a_damaged_model_orders_nothing_and_the_next_learning_mends_it(db, home, people, library):
    library()
    lsa_learning.learn(db, home)
    asked = db, home, people["li"], "gear brake bread"
    ordered = _found(*asked)
    path = lsa.file(home)
    sound = path.read_bytes()
    for damaged in (sound[:900], b"", b"x" * len(sound)):
        path.write_bytes(damaged)
        assert len(_found(*asked)) == len(ordered), "it answers all the same"
    lsa_learning.learn(db, home)
    assert _found(*asked) == ordered


def test_it_is_due_where_nothing_sound_is_kept_and_not_again_where_there_was_nothing_to_learn(db, home, a_note):
    assert not lsa.is_due(db, home), "of no notes nothing can be learned"
    for number in range(lsa.LEAST_NOTES):
        a_note(title=f"密封罐 {number}", body="胶圈变硬")
    assert lsa.is_due(db, home)
    lsa_learning.learn(db, home)
    assert lsa.load(home) is None
    assert not lsa.is_due(db, home), "in Chinese alone, and looked at"
    lsa.file(home).write_bytes(b"damaged")
    assert lsa.is_due(db, home)


def test_what_cannot_keep_the_words_is_tried_again(db, home, library, now):
    library()
    in_its_place = lsa.file(home) / "something"
    in_its_place.mkdir(parents=True)
    with pytest.raises(OSError, match="directory"):
        learning.learn(db, home, now=now)
    assert examples.is_due(db, home, now)
