"""Questions: who is asked, who learns of it, what comes of it."""

import json

import pytest

from kb import (
    accepted,
    activity,
    feed,
    members,
    note_history,
    note_merge,
    notes,
    proofs,
    question_figures,
    question_lists,
    question_turns,
    questions,
    replies,
    similar_questions,
)
from kb.access import OPERATOR
from kb.errors import Conflict, Forbidden, Invalid, NotFound, fill

MONDAY = "2026-11-23T02:00:00.000000Z"
TUESDAY = "2026-11-24T02:00:00.000000Z"
# The second working day after Monday is over.
THURSDAY = "2026-11-25T16:00:00.000000Z"
TOLD = {"origin": "问一问", "topic_names": ["待归类"], "today": "2026-11-24"}


@pytest.fixture
def ask(db, people, a_note):
    """Return a function that asks, by li, of a topic on which chen wrote two notes and wang one; it returns the id."""
    for login in ("chen", "chen", "wang"):
        a_note(by=people[login], now=MONDAY)

    def asked(title="密封罐的圈多久换一次", *, by="li", **fields):
        known = {"topic_names": ["密封罐"], "now": MONDAY, **fields}
        return questions.add(db, title=title, by=people[by], **known)[0]

    return asked


def asked_of(db, question_id):
    question = questions.get(db, question_id, reader=OPERATOR)
    return question.asked, question.stuck


def answer(db, people, question_id, login, body="半年一次", now=TUESDAY):
    seq = replies.add(db, question_id, body=body, by=people[login], now=now)
    return int(feed.change(db, seq)["noun_id"]), seq


def test_a_question_goes_to_who_knows_most_then_to_the_next_then_to_the_curators(db, people, ask):
    number = ask()
    assert asked_of(db, number) == ("陈小兰", "")
    assert question_turns.pass_on(db, now="2026-11-25T15:59:59.000000Z") == 0
    assert question_turns.pass_on(db, now=THURSDAY) == 1
    assert asked_of(db, number) == ("王雅婷", "")
    assert question_turns.pass_on(db, now=THURSDAY) == 0
    # From Thursday two whole working days: Friday and Monday.
    assert question_turns.pass_on(db, now="2026-11-30T16:00:00.000000Z") == 1
    assert asked_of(db, number) == (None, "asked")
    found, total = question_lists.listing(db, reader=people["wang"], view="unanswered")
    assert ([each.id for each in found], total) == ([number], 1)
    assert [each["member"] for each in question_turns.of_question(db, number)] == ["陈小兰", "王雅婷"]


def test_who_has_left_is_not_waited_for_and_who_answered_stops_the_clock(db, people, ask):
    left, answered = ask(), ask("换圈要什么工具")
    answer(db, people, answered, "lin")
    members.leave(db, people["chen"].member_id, by=OPERATOR, now=TUESDAY)
    assert question_turns.pass_on(db, now=TUESDAY) == 1
    assert (asked_of(db, left), asked_of(db, answered)) == (("王雅婷", ""), ("陈小兰", ""))
    assert question_turns.pass_on(db, now=THURSDAY) == 0


def test_a_question_that_nobody_can_answer_says_why(db, people, ask, a_note):
    assert asked_of(db, ask(topic_names=[])) == (None, "topic")
    a_note(topic_names=["冷门"], by=people["li"])
    assert asked_of(db, ask(topic_names=["冷门"])) == (None, "unknown")
    a_note(topic_names=["往事"], by=people["lin"])
    members.leave(db, people["lin"].member_id, by=OPERATOR, now=MONDAY)
    assert asked_of(db, ask(topic_names=["往事"])) == (None, "gone")
    a_note(topic_names=["展会"], by=people["ma"])
    # Of another department, she may not see it.
    assert asked_of(db, ask(topic_names=["展会"], readers="department")) == (None, "readers")
    assert question_lists.counts(db, reader=people["wang"])["unanswered"] == 4


def test_only_what_the_asker_may_see_says_who_knows(db, people, ask, a_note):
    for _ in range(5):
        a_note(by=people["ma"], readers="department", now=MONDAY)
    assert asked_of(db, ask()) == ("陈小兰", "")
    assert asked_of(db, ask(by="lin")) == ("马丽", "")


def test_whom_one_wishes_is_asked_first_if_that_can_be(db, people, ask):
    number = ask(wished_id=people["lin"].member_id)
    assert asked_of(db, number) == ("林志强", "")
    question_turns.decline(db, number, by=people["lin"], now=TUESDAY, reason="问小兰")
    assert asked_of(db, number) == ("陈小兰", "")
    for wished, more in (("vera", {}), ("li", {}), ("lin", {"readers": "department"})):
        with pytest.raises(Invalid) as refused:
            ask(wished_id=people[wished].member_id, **more)
        assert refused.value.field == "wished"
    assert question_lists.counts(db, reader=OPERATOR)["open"] == 1


def test_a_curator_names_somebody_and_nobody_else_does(db, people, ask):
    number = ask(topic_names=[])
    with pytest.raises(Forbidden):
        question_turns.assign(db, number, people["lin"].member_id, by=people["chen"], now=MONDAY)
    with pytest.raises(Invalid):
        question_turns.assign(db, number, people["vera"].member_id, by=people["wang"], now=MONDAY)
    seq = question_turns.assign(db, number, people["lin"].member_id, by=people["wang"], now=MONDAY)
    assert [each.id for each in question_lists.to_answer(db, reader=people["lin"])] == [number]
    assert question_lists.waiting(db, reader=people["lin"]) == 1
    accepted.undo(db, seq, by=people["wang"], now=TUESDAY)
    assert asked_of(db, number) == (None, "topic")
    assert question_turns.of_question(db, number) == []


def test_the_accepted_answer_is_a_draft_note_of_who_answered_with_the_question_as_its_evidence(db, people, ask):
    number = ask()
    reply, seq = answer(db, people, number, "chen")
    assert [each.id for each in question_lists.with_answers(db, reader=people["li"])] == [number]
    with pytest.raises(Forbidden):
        accepted.accept(db, number, reply, **TOLD, by=people["lin"], now=TUESDAY)
    done = accepted.accept(db, number, reply, **TOLD, by=people["li"], now=TUESDAY)
    question = questions.get(db, number, reader=people["lin"])
    note = notes.get(db, question.note_id, reader=people["lin"])
    assert (note.title, note.body, note.owner, note.maturity) == (question.title, "半年一次", "陈小兰", "raw")
    assert [each["name"] for each in note.topics] == ["密封罐"]
    (proof,) = proofs.of_note(db, note, reader=people["lin"])
    assert (proof.kind, proof.words, proof.by, proof.thing.title) == ("reply", "半年一次", "陈小兰", question.title)
    assert question_lists.with_answers(db, reader=people["li"]) == []
    with pytest.raises(Conflict):
        replies.undo(db, seq, by=people["chen"], now=TUESDAY)
    with pytest.raises(Conflict):
        replies.add(db, number, body="晚了", by=people["lin"], now=TUESDAY)
    accepted.undo(db, done, by=people["li"], now=TUESDAY)
    assert questions.get(db, number, reader=people["li"]).is_open
    assert notes.get(db, note.id, reader=people["li"]).archived
    replies.undo(db, seq, by=people["chen"], now=TUESDAY)
    assert replies.of_question(db, number) == []


def test_who_takes_no_questions_is_passed_over_and_where_nobody_does_it_says_so(db, people, ask):
    for login, goes_to in (("chen", ("王雅婷", "")), ("wang", (None, "closed"))):
        members.set_open(db, people[login].member_id, False, by=people[login], now=MONDAY)
        assert asked_of(db, ask()) == goes_to


def test_taking_back_leaves_a_note_that_was_worked_on(db, people, ask):
    number = ask()
    reply, _ = answer(db, people, number, "chen")
    done = accepted.accept(db, number, reply, **TOLD, by=people["li"], now=TUESDAY)
    note = notes.get(db, questions.get(db, number, reader=OPERATOR).note_id, reader=OPERATOR)
    fields = {name: getattr(note, name) for name in ("title", "summary", "dimension", "readers")}
    notes.edit(
        db, note.id, version=1, body="三个月一次", topic_names=["密封罐"], details=note.details(), **fields,
        by=people["chen"], now=TUESDAY,
    )  # fmt: skip
    accepted.undo(db, done, by=people["li"], now=TUESDAY)
    kept = notes.get(db, note.id, reader=OPERATOR)
    assert (kept.archived, proofs.of_note(db, kept, reader=OPERATOR)) == (0, [])


@pytest.mark.parametrize(
    ("readers", "named", "sees"),
    [("all", (), "chen wang li lin ma"), ("department", (), "chen wang li"), ("list", ("lin",), "li lin")],
)
def test_a_question_and_the_note_made_of_it_are_open_to_the_same(db, people, ask, readers, named, sees):
    listed = [("member", people[login].member_id) for login in named]
    number = ask(readers=readers, named_readers=listed)
    open_to = [login for login in ("chen", "wang", "li", "lin", "ma") if is_seen(db, people, number, login)]
    assert open_to == sees.split()
    hidden = {"chen", "wang", "li", "lin", "ma"} - set(open_to)
    assert all(sum(question_lists.counts(db, reader=people[login]).values()) == 0 for login in hidden)
    assert all(similar_questions.find(db, "密封罐的圈多久换", reader=people[login]) == [] for login in hidden)
    assert all(question_figures.of_topics(db, reader=people[login], now=TUESDAY) == {} for login in hidden)
    assert all("question" not in told(db, people, login) for login in hidden)
    who = "lin" if readers == "list" else "chen"
    reply, _ = answer(db, people, number, who)
    accepted.accept(db, number, reply, **TOLD, by=people["li"], now=TUESDAY)
    note_id = questions.get(db, number, reader=OPERATOR).note_id
    assert [login for login in ("chen", "wang", "li", "lin", "ma") if has(db, people, note_id, login)] == open_to
    for login in hidden:
        with pytest.raises(NotFound):
            replies.add(db, number, body="看到了", by=people[login], now=TUESDAY)
        with pytest.raises(NotFound):
            replies.thank(db, reply, by=people[login], now=TUESDAY)


def is_seen(db, people, number, login):
    return bool(questions.of_ids(db, [number], reader=people[login]))


def has(db, people, note_id, login):
    return bool(notes.of_ids(db, [note_id], reader=people[login]))


def told(db, people, login, **more):
    found = activity.listing(db, reader=people[login], nouns=["question", "reply"], now=TUESDAY, **more)
    return [each.noun for each in found]


def test_nobody_learns_who_asked_without_a_name(db, people, ask):
    number = ask(anonymous=True)
    everybody = [people[login] for login in ("chen", "wang", "lin", "zhao", "ma", "shen")] + [OPERATOR]
    for reader in everybody:
        question = questions.get(db, number, reader=reader)
        assert (question.owner_id, question.owner, question.is_mine) == (None, None, False)
    assert questions.get(db, number, reader=people["li"]).is_mine
    version = {"version": 1, "title": "密封罐的胶圈多久换", "body": "", "topic_names": ["密封罐"], "readers": "all"}
    questions.edit(db, number, **version, by=people["li"], now=MONDAY)
    reply, _ = answer(db, people, number, "chen")
    with pytest.raises(Invalid):
        replies.thank(db, reply, by=people["li"], now=TUESDAY)
    with pytest.raises(Invalid):
        replies.add(db, number, body="我自己补充", by=people["li"], now=TUESDAY)
    done = accepted.accept(db, number, reply, **TOLD, by=people["li"], now=TUESDAY)
    accepted.undo(db, done, by=people["li"], now=TUESDAY)
    question_turns.ask_next(db, number, by=people["li"], now=TUESDAY)
    accepted.undo(db, questions.archive(db, number, by=people["li"], now=TUESDAY), by=people["li"], now=TUESDAY)
    # Not in the feed, neither as who did it nor in what it kept, and so on no page that is made of it.
    me = people["li"].member_id
    rows = feed.changes(db, "question", number)
    assert [row["member_id"] for row in rows] == [None] * 7
    kept = [state for row in rows for state in (row["before"], row["after"]) if state]
    assert {state["owner_id"] for state in kept} == {None}
    assert {state["department_id"] for state in kept} == {None}
    assert me not in [row["member_id"] for row in db["change"].rows]
    assert told(db, people, "zhao", member_id=me) == []
    with pytest.raises(Invalid):
        ask(anonymous=True, readers="list", named_readers=[("member", people["lin"].member_id)])


def test_a_question_is_changed_and_withdrawn_by_who_asked_and_all_of_it_is_taken_back(db, people, ask):
    number = ask(topic_names=[])
    first = questions.get(db, number, reader=people["li"])
    changed = {"title": "密封罐圈寿命", "body": "在厨房", "topic_names": ["密封罐"], "readers": "department"}
    with pytest.raises(Forbidden):
        questions.edit(db, number, version=1, **changed, by=people["wang"], now=MONDAY)
    seq = questions.edit(db, number, version=1, **changed, by=people["li"], now=MONDAY)
    # With a topic there is somebody to ask.
    assert asked_of(db, number) == ("陈小兰", "")
    with pytest.raises(Conflict):
        questions.edit(db, number, version=1, **changed, by=people["li"], now=MONDAY)
    accepted.undo(db, seq, by=people["li"], now=TUESDAY)
    back = questions.get(db, number, reader=people["li"])
    unlike = ("version",)
    kept = [name for name in type(first).__slots__ if name not in unlike]
    assert [getattr(back, name) for name in kept] == [getattr(first, name) for name in kept]
    assert similar_questions.find(db, "密封罐的圈多久换一次", reader=people["lin"]) == [number]
    with pytest.raises(Forbidden):
        questions.archive(db, number, by=people["chen"], now=TUESDAY)
    gone = questions.archive(db, number, by=people["wang"], now=TUESDAY)
    assert similar_questions.find(db, "密封罐的圈多久换一次", reader=people["lin"]) == []
    assert sum(question_lists.counts(db, reader=people["li"]).values()) == 0
    accepted.undo(db, gone, by=people["li"], now=TUESDAY)
    assert questions.get(db, number, reader=people["lin"]).is_open
    with pytest.raises(Conflict):
        accepted.undo(db, feed.last_seq(db), by=people["li"], now=TUESDAY)
    with pytest.raises(Conflict):
        accepted.undo(db, gone, by=people["li"], now=TUESDAY)


def test_a_question_closed_to_whom_it_is_with_goes_to_somebody_it_is_open_to(db, people, ask):
    number = ask(wished_id=people["lin"].member_id)
    fields = {"title": "密封罐的圈", "body": "", "topic_names": ["密封罐"], "readers": "department"}
    questions.edit(db, number, version=1, **fields, by=people["li"], now=MONDAY)
    assert asked_of(db, number) == ("陈小兰", "")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"), ({"title": "长" * 101}, "title"), ({"body": "长" * 5001}, "body"),
        ({"readers": "owner"}, "readers"), ({"readers": "list"}, "named_readers"),
        ({"topic_names": ["没有这个主题"]}, "topics"), ({"title": "a\x00"}, "title"),
    ],
)  # fmt: skip
def test_what_is_no_question_is_refused_by_its_field_and_leaves_nothing(db, people, ask, change, field):
    before = feed.last_seq(db)
    with pytest.raises(Invalid) as refused:
        ask(**change)
    assert refused.value.field == field
    with pytest.raises(Forbidden):
        ask(by="vera")
    assert (db["question"].count, feed.last_seq(db)) == (0, before)


def test_like_questions_are_found_by_the_words_they_share_and_the_nearest_comes_first(db, people, ask):
    near, far = ask("厨房里密封罐的圈多久换一次"), ask("发票抬头怎么改")
    nearer = ask("密封罐的圈多久换一次才好")
    assert similar_questions.find(db, "密封罐的圈多久换一次才好", reader=people["lin"]) == [nearer, near]
    assert similar_questions.find(db, "发票的抬头能不能改", reader=people["lin"]) == [far]
    assert similar_questions.find(db, "", reader=people["lin"]) == []
    assert similar_questions.find(db, "发票抬头怎么改", reader=people["lin"], but=far) == []


def test_of_each_topic_it_is_told_how_many_were_answered_and_how_soon(db, people, ask):
    for n, hours in enumerate((2, 4, 24)):
        number = ask(f"第 {n} 个")
        answer(db, people, number, "chen", now=f"2026-11-{23 + (2 + hours) // 24}T{(2 + hours) % 24:02}:00:00.000000Z")
    reply = replies.of_question(db, number)[0]
    accepted.accept(db, number, reply.id, **TOLD, by=people["li"], now=TUESDAY)
    ask("没人答")
    (found,) = question_figures.of_topics(db, reader=people["lin"], now=TUESDAY).values()
    assert (found.asked, found.replied, found.accepted, round(found.hours, 3), found.rate) == (4, 3, 1, 4.0, 0.75)


def test_thanks_are_given_once_and_taken_back(db, people, ask):
    reply, _ = answer(db, people, ask(), "chen")
    for login in ("lin", "li", "lin"):
        replies.thank(db, reply, by=people[login], now=TUESDAY)
    (found,) = replies.of_question(db, questions.of_ids(db, [1], reader=OPERATOR)[1].id)
    assert list(found.thanks.values()) == ["李思远"]
    with pytest.raises(Invalid):
        replies.thank(db, reply, by=people["chen"], now=TUESDAY)


def test_with_an_erased_note_goes_the_question_it_was_made_of_and_the_chain_holds(db, people, ask):
    number = ask(body="住青石街 8 号的客户问")
    taken = replies.add(db, number, body="电话 13812345678", by=people["lin"], now=TUESDAY)
    replies.undo(db, taken, by=people["lin"], now=TUESDAY)
    reply, _ = answer(db, people, number, "chen", "寄到青石街 8 号")
    replies.thank(db, reply, by=people["lin"], now=TUESDAY)
    accepted.accept(db, number, reply, **TOLD, by=people["li"], now=TUESDAY)
    note_id = questions.get(db, number, reader=OPERATOR).note_id
    note_history.erase(db, note_id, by=OPERATOR, now=TUESDAY, reason="本人要求")
    kept = json.dumps([[row["before"], row["after"]] for row in db["change_text"].rows], ensure_ascii=False)
    assert ("青石街" in kept, "13812345678" in kept) == (False, False)
    tables = [name for name in db.table_names() if name.startswith(("question", "reply"))]
    assert {name: db[name].count for name in tables} == dict.fromkeys(tables, 0)
    assert feed.verify(db) == []


def test_the_evidence_goes_along_with_a_merged_note(db, people, ask, a_note):
    number = ask()
    reply, _ = answer(db, people, number, "chen")
    accepted.accept(db, number, reply, **TOLD, by=people["li"], now=TUESDAY)
    note_id = questions.get(db, number, reader=OPERATOR).note_id
    kept = a_note(title="换圈", dimension="for", by=people["chen"])
    told = {"versions": (1, 1), "say": fill, "by": people["wang"], "now": TUESDAY}
    seq = note_merge.merge(db, kept.id, note_id, note_merge.Wish("all"), **told)
    assert kinds(db, kept.id) == ["reply"]
    note_merge.undo(db, seq, by=people["wang"], now=TUESDAY)
    assert (kinds(db, kept.id), kinds(db, note_id)) == ([], ["reply"])


def kinds(db, note_id):
    return [each.kind for each in proofs.of_note(db, notes.get(db, note_id, reader=OPERATOR), reader=OPERATOR)]


def test_an_answer_of_ones_own_is_changed_with_what_it_said_before_and_changed_back(db, people, ask):
    number = ask()
    reply_id, _ = answer(db, people, number, "wang")
    seq = replies.edit(db, reply_id, was="半年一次", body="一年一次", by=people["wang"], now=THURSDAY)
    (reply,) = replies.of_question(db, number)
    assert (reply.body, replies.earlier(db, [reply])) == ("一年一次", {reply_id: [("半年一次", THURSDAY)]})
    with pytest.raises(Conflict):
        replies.edit(db, reply_id, was="半年一次", body="两年", by=people["wang"], now=THURSDAY)
    with pytest.raises(Forbidden):
        replies.edit(db, reply_id, was="一年一次", body="两年", by=people["chen"], now=THURSDAY)
    replies.undo(db, seq, by=people["wang"], now=THURSDAY)
    (reply,) = replies.of_question(db, number)
    assert reply.body == "半年一次"
    with pytest.raises(Conflict):
        replies.undo(db, seq, by=people["wang"], now=THURSDAY)
    accepted.accept(db, number, reply_id, **TOLD, by=people["li"], now=THURSDAY)
    with pytest.raises(Conflict):
        replies.edit(db, reply_id, was="半年一次", body="两年", by=people["wang"], now=THURSDAY)


def test_the_answers_of_a_colleague_are_listed_as_far_as_the_reader_sees_the_question(db, people, ask):
    first, second, closed = ask(), ask("换圈要什么工具"), ask("内部的事", readers="department")
    for each in (first, second, closed):
        answer(db, people, each, "wang")
    (reply,) = replies.of_question(db, first)
    accepted.accept(db, first, reply.id, **TOLD, by=people["li"], now=THURSDAY)
    count, found = replies.of_member(db, people["wang"].member_id, reader=people["lin"])
    assert (count, [(each.id, is_accepted) for each, is_accepted, _ in found]) == (2, [(first, True), (second, False)])
