import pytest

from kb import (
    accepted,
    customers,
    interaction_notes,
    interactions,
    members,
    note_merge,
    notes,
    questions,
    replies,
    topic_tree,
    topics,
    uses,
    verification,
)
from kb.errors import Conflict, Forbidden, Invalid, NotFound, fill
from kb.feed import change
from kb.map import expertise, experts, reasons, scoring
from kb.map.answer_tables import RULES
from kb.store import writing


@pytest.fixture
def ask(db, people, now):
    """Return a function that gives ``{login: Expert}`` of a topic, as a reader sees it."""

    def call(topic="密封罐", login="li"):
        found = topics.by_name(db, topic, reader=people[login])
        return {each.login: each for each in experts.experts(db, found.id, reader=people[login], now=now)}

    return call


def kinds(expert):
    return sorted(reason.kind for reason in expert.reasons)


def test_a_colleague_counts_up_to_the_cap_however_often_they_use_or_vouch(ask, db, people, a_note, now):
    note = a_note()
    for _ in range(5):
        uses.add(db, note.id, result="worked", by=people["wang"], now=now)
    uses.add(db, note.id, result="worked", by=people["lin"], now=now)
    chen = ask()["chen"]
    assert kinds(chen).count("applied") == RULES["cap"] + 1
    assert chen.score == RULES["wrote"] + (RULES["cap"] + 1) * RULES["applied"]
    assert {reason.values["name"] for reason in chen.reasons if reason.by_id} == {"王雅婷", "林志强"}


def test_a_topic_above_has_a_share_of_those_below_and_no_deed_twice(ask, db, people, a_note, now):
    a_note(topic_names=["胶圈"], by=people["wang"])
    a_note(topic_names=["胶圈", "密封罐"])
    below, above = (topics.by_name(db, name, reader=people["wang"]).id for name in ("胶圈", "密封罐"))
    with writing(db):
        topic_tree.put(db, below, {"parents": [above]}, did="topic.arrange", by=people["wang"], now=now)
    found = ask()
    assert (found["wang"].score, found["chen"].score) == (RULES["share"] * RULES["wrote"], RULES["wrote"])
    assert [reason.topic for each in found.values() for reason in each.reasons] == [None, "胶圈"]
    known = {each.name: each for each in experts.known_by(db, people["wang"].member_id, reader=people["li"], now=now)}
    assert (known["密封罐"].score, known["胶圈"].score) == (RULES["share"] * RULES["wrote"], RULES["wrote"])
    assert experts.known_by_few(db, [above, below], reader=people["li"]) == {}
    expertise.hide(db, below, by=people["wang"], now=now)
    # Chen alone knows both: the topic below brings nobody else.
    assert experts.known_by_few(db, [above], reader=people["li"]) == {above: ["陈小兰"]}


def test_who_verifies_and_whose_note_is_verified_both_know_more(ask, db, people, a_note, now):
    mine, hers = a_note(), a_note(title="王的", by=people["wang"])
    verification.verify(db, mine.id, by=people["wang"], now=now)
    verification.verify(db, hers.id, by=people["wang"], now=now)
    found = ask()
    assert (kinds(found["chen"]), kinds(found["wang"])) == (["verified", "wrote"], ["checked", "wrote"])


@pytest.mark.parametrize(
    ("of_talk", "of_note", "seen_by"),
    [("all", "all", "chen li lin"), ("department", "all", "chen li"), ("owner", "all", "chen"),
     ("all", "owner", "wang"), ("department", "owner", ""), ("department", "department", "")],
)  # fmt: skip
def test_a_talk_counts_for_who_may_see_both_it_and_the_note(ask, db, people, a_note, now, of_talk, of_note, seen_by):
    # The talk is chen's; the note is wang's unless all may see it.
    note, owner = a_note(by=people["wang"], readers="all"), people["wang"]
    customer = customers.add(db, name="澄湖酒店", by=people["chen"], now=now)
    said = {"contact": "", "channel": "电话", "method": "talk", "said": "好", "told": "", "happened_at": now}
    seq = interactions.add(db, customer_id=customer.id, **said, readers=of_talk, by=people["chen"], now=now)
    with writing(db):
        interaction_notes.link(db, int(change(db, seq)["noun_id"]), note.id, "said", by=people["chen"])
    if of_note != "all":
        db.execute("UPDATE note SET readers = :readers WHERE id = :id", {"readers": of_note, "id": note.id})
    a_note(title="人人可见", by=owner)
    logins = ("chen", "li", "lin", "wang")
    seen = {login for login in logins if "talked" in [k for e in ask(login=login).values() for k in kinds(e)]}
    assert seen - ({"wang"} if of_note == "all" and of_talk != "owner" else set()) == set(seen_by.split())


def test_saying_so_counts_once_and_can_be_taken_back(ask, db, people, a_note, now):
    a_note()
    topic = topics.by_name(db, "密封罐", reader=people["li"])
    said = expertise.declare(db, "密封罐", by=people["li"], now=now)
    vouched = expertise.endorse(db, topic.id, people["li"].member_id, by=people["lin"], now=now)
    assert ask("密封罐", "wang")["li"].score == RULES["declared"] + RULES["endorsed"]
    assert expertise.of_topic(db, topic.id, reader=people["lin"]) == {people["li"].member_id: vouched}
    with pytest.raises(Conflict):
        expertise.endorse(db, topic.id, people["li"].member_id, by=people["lin"], now=now)
    with pytest.raises(Invalid):
        expertise.endorse(db, topic.id, people["li"].member_id, by=people["li"], now=now)
    with pytest.raises(Forbidden):
        expertise.endorse(db, topic.id, people["li"].member_id, by=people["vera"], now=now)
    with pytest.raises(Forbidden):
        expertise.undo(db, vouched, by=people["li"], now=now)
    expertise.undo(db, vouched, by=people["lin"], now=now)
    with pytest.raises(Conflict):
        expertise.undo(db, vouched, by=people["lin"], now=now)
    expertise.undo(db, said, by=people["li"], now=now)
    assert list(ask()) == ["chen"]
    members.leave(db, people["li"].member_id, by=people["zhao"], now=now)
    with pytest.raises(Invalid):
        expertise.endorse(db, topic.id, people["li"].member_id, by=people["lin"], now=now)


def test_a_topic_that_is_not_open_to_somebody_is_told_them_by_nobodys_word(db, people, a_note, now):
    a_note(topic_names=["底价"], readers="owner")
    expertise.declare(db, "底价", by=people["chen"], now=now)
    chen = people["chen"].member_id
    assert [each.name for each in experts.known_by(db, chen, reader=people["chen"], now=now)] == ["底价"]
    assert experts.known_by(db, chen, reader=people["li"], now=now) == []
    with pytest.raises(Invalid):
        expertise.declare(db, "底价", by=people["li"], now=now)
    with pytest.raises(NotFound):
        expertise.endorse(db, 1, chen, by=people["li"], now=now)


def test_who_hides_stands_nowhere_until_they_take_it_back(ask, db, people, a_note, now):
    note = a_note()
    a_note(title="王的", by=people["wang"])
    uses.add(db, note.id, result="worked", by=people["wang"], now=now)
    before, topic = ask(), topics.by_name(db, "密封罐", reader=people["li"])
    seq = expertise.hide(db, topic.id, by=people["chen"], now=now)
    assert list(ask()) == list(ask(login="chen")) == ["wang"]
    assert experts.known_by_few(db, [topic.id], reader=people["li"]) == {topic.id: ["王雅婷"]}
    a_note(title="藏着也写")
    assert list(ask()) == ["wang"]
    (hidden,) = expertise.of_member(db, people["chen"].member_id, reader=people["chen"])
    assert (hidden["kind"], hidden["topic"], hidden["seq"]) == ("hidden", "密封罐", seq)
    assert expertise.of_member(db, people["chen"].member_id, reader=people["zhao"]) == []
    expertise.undo(db, seq, by=people["chen"], now=now)
    assert ask()["chen"].score == before["chen"].score + RULES["wrote"]


def test_a_reason_that_is_wrong_is_struck_by_whom_it_is_about(ask, db, people, a_note, now):
    note = a_note()
    uses.add(db, note.id, result="worked", by=people["wang"], now=now)
    (used,) = [reason for reason in ask()["chen"].reasons if reason.kind == "applied"]
    of = {"kind": used.kind, "note_id": used.id, "of_id": used.of_id}
    with pytest.raises(NotFound):
        expertise.strike(db, used.topic_id, **of, by=people["wang"], now=now)
    seq = expertise.strike(db, used.topic_id, **of, by=people["chen"], now=now)
    assert kinds(ask()["chen"]) == ["wrote"]
    uses.add(db, note.id, result="worked", by=people["lin"], now=now)
    assert kinds(ask()["chen"]) == ["applied", "wrote"]
    expertise.undo(db, seq, by=people["chen"], now=now)
    assert kinds(ask()["chen"]) == ["applied", "applied", "wrote"]
    again = change(db, db.execute("SELECT max(seq) FROM change").fetchone()[0])
    expertise.undo(db, again["seq"], by=people["chen"], now=now)
    assert kinds(ask()["chen"]) == ["applied", "wrote"]
    notes.archive(db, note.id, by=people["chen"], now=now)


def test_the_numbers_are_one_table_that_an_administrator_changes_with_a_reason(ask, db, people, a_note, now):
    a_note()
    asked = {**RULES, "wrote": "7"}
    with pytest.raises(Forbidden):
        scoring.arrange(db, asked, reason="试试", by=people["wang"], now=now)
    for wrong, field in (({"share": "1.5"}, "share"), ({"cap": "2.5"}, "cap"), ({"half_life": "0"}, "half_life"),
                         ({"wrote": "nan"}, "wrote"), ({"wrote": ""}, "wrote"), ({}, "reason")):  # fmt: skip
        with pytest.raises(Invalid) as problem:
            scoring.arrange(db, asked | wrong, reason="试试" if wrong else " ", by=people["zhao"], now=now)
        assert problem.value.field == field
    seq = scoring.arrange(db, asked, reason="写得多的人要排前面", by=people["zhao"], now=now)
    assert ask()["chen"].score == 7
    assert [row["reason"] for row in scoring.changes(db)] == ["写得多的人要排前面"]
    later = scoring.arrange(db, {**asked, "wrote": "8"}, reason="再试", by=people["zhao"], now=now)
    with pytest.raises(Conflict):
        scoring.undo(db, seq, by=people["zhao"], now=now)
    scoring.undo(db, later, by=people["zhao"], now=now)
    assert ask()["chen"].score == 7


def test_an_accepted_answer_counts_once_as_that_and_ends_with_the_acceptance(ask, db, people, a_note, now):
    def deeds():
        found = ask()
        return [(each.kind, each.weight) for each in found["chen"].reasons] if "chen" in found else []

    a_note()
    asked = {"topic_names": ["密封罐"], "by": people["li"], "now": now}
    number, _ = questions.add(db, title="圈多久换一次", **asked)
    before = deeds()
    replies.add(db, number, body="半年", by=people["chen"], now=now)
    (reply,) = replies.of_question(db, number)
    told = {"origin": "问一问", "topic_names": ["待归类"], "today": now[:10]}
    seq = accepted.accept(db, number, reply.id, **told, by=people["li"], now=now)
    assert sorted(set(deeds()) - set(before)) == [("answered", RULES["answered"])]
    assert len(deeds()) == len(before) + 1
    assert reasons.wrong(db)[1] == 0
    accepted.undo(db, seq, by=people["li"], now=now)
    assert (deeds(), reasons.wrong(db)[1]) == (before, 0)


def test_what_was_struck_stays_struck_in_a_merge_and_after_it_is_taken_back(db, people, a_note, now):
    kept, other = a_note(), a_note(title="盖子漏气")
    uses.add(db, other.id, result="worked", by=people["li"], now=now)
    topic_id = topics.by_name(db, "密封罐", reader=people["chen"]).id
    (use,) = db.query("SELECT * FROM reason WHERE kind = 'applied'")
    told = {"kind": "applied", "note_id": other.id, "of_id": use["of_id"]}
    expertise.strike(db, topic_id, **told, by=people["chen"], now=now)
    wish = note_merge.Wish(readers="all", has_both_texts=True, is_confirmed=True)
    seq = note_merge.merge(db, kept.id, other.id, wish, versions=(1, 1), say=fill, by=people["wang"], now=now)
    struck = "SELECT note_id FROM expertise WHERE kind = 'struck'"
    assert db.execute(struck).fetchall() == [(kept.id,)]
    assert db.execute("SELECT count(*) FROM reason WHERE kind = 'applied'").fetchone() == (0,)
    note_merge.undo(db, seq, by=people["wang"], now=now)
    assert db.execute(struck).fetchall() == [(other.id,)]
    assert db.execute("SELECT count(*) FROM reason WHERE kind = 'applied'").fetchone() == (0,)
    assert reasons.wrong(db)[1] == 0
