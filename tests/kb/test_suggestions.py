"""Suggested topics and facets: learned from what people gave, right as often as is said, shown to who may know them."""

import json
import random

import numpy as np
import pytest
from hypothesis import given, strategies as st

from kb import classifier, examples, feed, learning, maturity, note_history, notes, suggestions
from kb.access import OPERATOR
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.examples import Examples
from kb.learner import Learner
from kb.note_details import Details
from kb.search import lsa

SAYS = {
    "毛巾": "浴巾掉毛起球洗了三次还粘在身上第{}条",
    "物流": "快递慢等了很久司机不上楼送错门牌第{}次",
    "咖啡": "挂耳咖啡豆太苦水温磨粉冲出来酸第{}杯",
}
NEW = "客户说浴巾洗了以后掉毛，粘在身上"


@pytest.fixture
def write(a_note):
    """Return a function that writes `count` notes that say what a topic is about."""

    def call(topic, count=12, **more):
        said = Details(channel="电话", experience="complaint")
        return [
            a_note(title=SAYS[topic].format(n), body="", topic_names=[topic], details=said, **more)
            for n in range(count)
        ]

    return call


@pytest.fixture
def learned(db, home, write, now):
    """A home that learned three topics."""
    for topic in SAYS:
        write(topic)
    return learning.learn(db, home, now=now)


def offered(db, home, reader, text=NEW, **more):
    return [each["name"] for each in suggestions.of_text(db, home, text, reader=reader, **more)]


def test_what_colleagues_gave_is_suggested_for_a_text_like_theirs(db, home, people, learned):
    assert offered(db, home, people["li"]) == ["毛巾"]
    assert offered(db, home, people["li"], "司机把快递送错了门牌，等了很久") == ["物流"]
    assert offered(db, home, people["li"], without=["毛巾"]) == []
    assert offered(db, home, people["li"], "zzz") == offered(db, home, people["li"], "") == []


def test_a_home_that_never_learned_or_knows_too_little_suggests_nothing(db, home, people, write, now):
    assert (offered(db, home, people["li"]), suggestions.measured(db, home, reader=OPERATOR)) == ([], [])
    write("毛巾", 5)
    assert learning.learn(db, home, now=now).classes == ()
    assert offered(db, home, people["li"]) == []


def test_a_topic_one_may_not_know_of_is_neither_suggested_nor_told(db, home, people, write, now):
    write("物流", 20)
    for each in write("毛巾", 12, readers="owner"):
        assert each.readers == "owner"
    learning.learn(db, home, now=now)
    assert offered(db, home, people["chen"]) == ["毛巾"]
    assert offered(db, home, people["li"]) == []
    told = {reader: [each["name"] for each in suggestions.measured(db, home, reader=people[reader])] for reader in
            ("chen", "li")}  # fmt: skip
    assert (sorted(told["chen"]), told["li"]) == (["毛巾", "物流"], ["物流"])


def test_neither_texts_nor_names_stand_in_what_was_learned(home, learned):
    kept = b"".join(path.read_bytes() for path in (home / "classes").iterdir())
    assert not [word for word in (*SAYS, "浴巾", "司机") if word.encode() in kept or json.dumps(word).encode() in kept]


def test_to_be_sorted_is_no_topic_to_learn(db, home, write, a_note, now):
    for n in range(15):
        a_note(
            title=SAYS["毛巾"].format(n), topic_names=["待归类"], details=Details(channel="店", experience="complaint")
        )
    found = examples.of_store(db)
    assert (len(found.texts), [each for each in found.given["topic"] if each]) == (15, [])


def test_what_was_learned_scores_as_it_did_when_it_was_measured(db, home, learned):
    """The pages score with numpy what scikit-learn learned: both must say the same."""
    found = examples.of_store(db)
    kept = learning.learned(found)
    text = f"{NEW}，浴巾浴巾浴巾都掉毛"
    counts = learning.matrix_of([text])
    weighed = counts.multiply(kept["idf"][None, :]).tocsr()
    weighed = weighed / np.sqrt(weighed.multiply(weighed).sum())
    wanted = 1 / (1 + np.exp(-(weighed @ kept["weights"] + kept["intercepts"])))[0]
    assert np.allclose(learned.scores(text), wanted, atol=2e-3)


SOLD = "浴巾洗了掉毛，快递司机送错门牌第{}次"


def test_what_was_refused_teaches_though_the_note_carries_no_topic(db, home, people, a_note, write, now):
    for topic in SAYS:
        write(topic)
    said = Details(channel="电话", experience="complaint")
    sold = [a_note(title=SOLD.format(n), body="", topic_names=["待归类"], details=said) for n in range(20)]
    text = SOLD.format(99)
    before = learning.learn(db, home, now=now)
    towels = [each.key for each in before.classes].index(key_of(db, "毛巾"))
    for note in sold:
        suggestions.refuse(db, note.id, "topic", before.classes[towels].key, by=people["chen"], now=now)
    assert examples.is_due(db, home, "2099-01-01T00:00:00Z")
    after = learning.learn(db, home, now=now)
    assert [each.key for each in after.classes] == [each.key for each in before.classes]
    assert after.scores(text)[towels] < 0.1 < before.scores(text)[towels]
    assert after.classes[towels].examples == 12
    # Of the other topics they say nothing.
    sent = [each.key for each in before.classes].index(key_of(db, "物流"))
    assert after.scores(text)[sent] > 0.8 * before.scores(text)[sent]


def test_a_class_that_was_given_after_all_is_not_held_against_the_note(db, people, a_note, now):
    note = a_note(title="浴巾", topic_names=["毛巾"], details=Details(channel="电话", experience="complaint"))
    key = key_of(db, "毛巾")
    suggestions.refuse(db, note.id, "topic", key, by=people["chen"], now=now)
    suggestions.refuse(db, note.id, "facet", "repair", by=people["chen"], now=now)
    found = examples.of_store(db)
    assert (found.given["topic"], found.refused) == ([{key}], {"topic": [set()], "facet": [{"repair"}]})


def test_where_curators_and_colleagues_differ_the_curators_are_learned_from(home):
    """Of notes that say the same, colleagues put twice as many under one topic as curators under another."""
    chance = random.Random(3)

    def said(about):
        return about + "".join(chance.choices("胶圈盖子罐快递司机门牌浴巾掉毛咖啡水温磨粉酸苦售后退款排队", k=12))

    texts = [said("包装破了") for _ in range(90)] + [said("价格问题") for _ in range(30)]
    given = [{"curators"} if n % 3 == 0 else {"colleagues"} for n in range(90)] + [{"price"}] * 30
    fresh = [said("包装破了") for _ in range(30)]

    def share(weight):
        weights = [weight if each == {"curators"} else 1 for each in given]
        found = Examples(texts, {"topic": given}, {"topic": [set()] * 120}, weights)
        classifier.save(home, 0, "2026-11-30T08:00:00Z", **learning.learned(found))
        model = classifier.load(home)
        ours, theirs = ([each.key for each in model.classes].index(key) for key in ("curators", "colleagues"))
        return np.mean([model.scores(text)[ours] > model.scores(text)[theirs] for text in fresh])

    assert share(1) < 0.3 < 0.5 < share(examples.SURER)


def test_what_a_curator_classified_or_wrote_counts_more(db, people, a_note, write, now):
    (theirs,), (ours,) = write("毛巾", 1), write("物流", 1, by=people["wang"])
    classified = a_note(title="浴巾", by=people["chen"])
    maturity.add_topic(db, classified.id, int(key_of(db, "毛巾")), by=people["wang"], now=now)
    by_id = dict(zip([classified.id, ours.id, theirs.id], examples.of_store(db).weights, strict=True))
    assert by_id == {theirs.id: 1, ours.id: examples.SURER, classified.id: examples.SURER}


def test_taking_a_suggestion_counts_as_giving(db, home, people, a_note, learned, now):
    note = a_note(title=NEW, topic_names=["待归类"], details=Details(channel="电话", experience="complaint"))
    key = suggestions.of_note(db, home, note, reader=people["wang"])[0]["key"]
    suggestions.take(db, note.id, "topic", key, by=people["wang"], now=now)
    assert examples.of_store(db).weights[0] == examples.SURER


def key_of(db, name):
    return str(db.execute("SELECT id FROM topic WHERE name = ?", [name]).fetchone()[0])


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=40))
def test_from_the_threshold_on_enough_were_right(pairs):
    scores, is_given = (np.array(each) for each in zip(*pairs, strict=True))
    least = learning.threshold(scores.astype(float), is_given)
    if least is None:
        if is_given.all():
            # Wilson's interval of n right ones out of n ends below at n / (n + z²).
            assert len(pairs) / (len(pairs) + learning.SURELY**2) < learning.LEAST_PRECISION
        return
    chosen = is_given[scores >= least]
    assert len(chosen) >= learning.LEAST_SUGGESTED
    assert chosen.mean() >= learning.LEAST_PRECISION


def test_a_refusal_is_remembered_for_that_note_and_can_be_taken_back(db, home, people, a_note, learned, now):
    note = a_note(title=NEW, topic_names=["待归类"], details=Details(channel="电话", experience="complaint"))
    of_note = lambda: suggestions.of_note(db, home, notes.get(db, note.id, reader=OPERATOR), reader=people["chen"])  # noqa: E731
    [wanted] = of_note()
    seq = suggestions.refuse(db, note.id, "topic", wanted["key"], by=people["chen"], now=now)
    assert of_note() == []
    assert offered(db, home, people["chen"]) == ["毛巾"]
    with pytest.raises(Forbidden):
        suggestions.undo(db, seq, by=people["li"], now=now)
    assert suggestions.undo(db, seq, by=people["chen"], now=now) == note.id
    assert of_note() == [wanted]
    with pytest.raises(Conflict):
        suggestions.undo(db, seq, by=people["chen"], now=now)


def test_one_tap_gives_a_topic_and_its_share_is_counted_while_the_note_carries_it(
    db, home, people, a_note, learned, now
):
    note = a_note(title=NEW, topic_names=["待归类"], details=Details(channel="电话", experience="complaint"))
    key = suggestions.of_note(db, home, note, reader=people["chen"])[0]["key"]
    seq = suggestions.take(db, note.id, "topic", key, by=people["chen"], now=now)
    assert [topic["name"] for topic in notes.get(db, note.id, reader=OPERATOR).topics] == ["毛巾"]
    suggestions.refuse(db, note.id, "facet", "repair", by=people["chen"], now=now)
    assert suggestions.adopted(db, now=now) == (1, 2)
    assert suggestions.adopted(db, now="2027-09-01T00:00:00Z") == (0, 0)
    notes.undo(db, seq, by=people["chen"], now=now)
    assert suggestions.adopted(db, now=now) == (0, 2)
    suggestions.take(db, note.id, "facet", "quality", by=people["chen"], now=now)
    assert notes.get(db, note.id, reader=OPERATOR).facets == ("quality",)
    assert suggestions.adopted(db, now=now) == (1, 3)


def test_what_a_form_offered_is_settled_by_what_the_note_carries(db, home, people, write, a_note, now):
    taken, refused = (write(topic, 1)[0].topics[0]["id"] for topic in ("毛巾", "物流"))
    hidden = write("咖啡", 1, readers="owner", by=people["wang"])[0].topics[0]["id"]
    note = a_note(topic_names=["毛巾"])
    suggestions.settle(db, note, [taken, refused, hidden, 987654], by=people["chen"], now=now)
    assert suggestions.adopted(db, now=now) == (1, 2)
    before = feed.last_seq(db)
    suggestions.settle(db, note, [], by=people["chen"], now=now)
    assert feed.last_seq(db) == before


def test_who_may_not_change_a_note_decides_nothing_on_it(db, people, a_note, write, now):
    note, topic = a_note(by=people["wang"]), str(write("毛巾", 1)[0].topics[0]["id"])
    hidden = str(write("咖啡", 1, readers="owner", by=people["wang"])[0].topics[0]["id"])
    for act in (suggestions.take, suggestions.refuse):
        with pytest.raises(Forbidden):
            act(db, note.id, "topic", topic, by=people["li"], now=now)
        with pytest.raises(NotFound):
            act(db, 987654, "topic", topic, by=people["li"], now=now)
        for kind, key in (("topic", hidden), ("topic", "x"), ("facet", "soul"), ("soul", "1")):
            with pytest.raises(Invalid):
                act(db, note.id, kind, key, by=people["li"], now=now)
    assert db["class_decision"].count == 0


def test_an_erased_note_leaves_no_decision_and_has_everything_learned_anew(db, home, people, a_note, learned, now):
    assert not examples.is_due(db, home, now)
    note = a_note(title=NEW)
    suggestions.refuse(db, note.id, "facet", "repair", by=people["chen"], now=now)
    note_history.erase(db, note.id, by=people["zhao"], now=now, reason="客户要求")
    assert db["class_decision"].count == 0
    rows = db.execute(
        "SELECT count(*) FROM change JOIN change_text USING (seq) WHERE noun = 'suggestion' AND after IS NOT NULL"
    )
    assert rows.fetchone()[0] == 0
    assert feed.verify(db) == []
    assert examples.is_due(db, home, now)


def test_it_is_learned_anew_when_enough_changed_and_some_time_has_passed(db, home, write, learned, now):
    write("毛巾", 25)
    assert not examples.is_due(db, home, now)
    assert examples.is_due(db, home, "2099-01-01T00:00:00Z")


def test_what_was_damaged_suggests_nothing_and_is_learned_again(db, home, people, learned, now):
    model = home / "classes" / "model.json"
    model.write_text(model.read_text("utf-8")[:50], "utf-8")
    assert offered(db, home, people["li"]) == []
    assert examples.is_due(db, home, now)
    learning.learn(db, home, now="2026-11-30T00:00:00Z")
    assert offered(db, home, people["li"]) == ["毛巾"]
    assert len(list((home / "classes").glob("weights-*.weights.npy"))) == 1


def test_a_worker_has_it_learned_in_another_process(db, home, write, now):
    for topic in SAYS:
        write(topic, lsa.LEAST_NOTES // 3 + 1)
    learner = Learner(home)
    try:
        learner.tend(db, now=now)
        learner._child.wait(timeout=300)
        assert len(classifier.load(home).classes) == 3
        learner.tend(db, now=now)
        assert learner._child is None
        # As after an upgrade, or where it was damaged.
        lsa.file(home).unlink()
        learner = Learner(home)
        learner.tend(db, now=now)
        assert learner._child is not None
    finally:
        learner.stop()


def test_texts_of_every_kind_have_pieces():
    assert classifier.pieces("") == {}
    assert sum(classifier.pieces("毛 巾\n").values()) == 3
    assert sum(classifier.pieces("\ud800x").values()) == 3
    assert sum(classifier.pieces("长" * 5000).values()) == 3 * classifier.LONGEST - 3
