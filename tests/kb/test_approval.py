"""Changes that need the yes of a second person: who is asked, and that nobody reads them before."""

import io

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from kb import (
    approval,
    approval_rules,
    attachments,
    bulk,
    citing,
    feed,
    left_behind,
    maturity,
    members,
    note_history,
    note_import,
    note_merge,
    notes,
    participants,
    proposals,
    verification,
)
from kb.access import OPERATOR
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.note_details import Details

FIELDS = ("title", "summary", "body", "dimension", "readers")


@pytest.fixture
def ruled(db, people, now):
    """The notes from customers of chen's department need a yes."""
    return approval_rules.arrange(db, people["chen"].department_id, ["from"], by=people["wang"], now=now)


@pytest.fixture
def edit(db, people, now):
    def call(note, login="chen", version=None, **changed):
        fields = {name: getattr(note, name) for name in FIELDS} | {"details": note.details(), "topic_names": ["密封罐"]}
        version = version or notes.get(db, note.id, reader=OPERATOR).version
        return notes.edit(db, note.id, version=version, **(fields | changed), by=people[login], now=now)

    return call


@pytest.fixture
def say_yes(db, people, now):
    def call(login="wang", **overrides):
        one = proposals.waiting(db, reader=people[login])[0]
        version = notes.get(db, one.note_id, reader=OPERATOR).version
        looked_at = {"revision": one.revision, "version": version} | overrides
        return approval.approve(db, one.id, **looked_at, by=people[login], now=now)

    return call


def test_a_proposal_that_answers_a_doubt_does_so_with_the_yes_and_not_those_raised_since(
    db, people, now, a_note, edit, say_yes
):
    note = a_note()
    approval_rules.arrange(db, people["chen"].department_id, ["from"], by=people["wang"], now=now)
    for day, login in ((1, "li"), (2, "wang")):
        at = f"2026-01-0{day}T08:00:00.000000Z"
        verification.doubt(db, note.id, words="不对了", by=people[login], now=at)
        if day == 1:
            edit(note, body="改对了", answered=at)
            (waiting,) = proposals.of_note(db, note.id, reader=people["chen"])
            assert (waiting.wanted["answered"], len(notes.get(db, note.id, reader=OPERATOR).doubts)) == (at, 1)
    say_yes()
    found = notes.get(db, note.id, reader=OPERATOR)
    assert (found.body, [each["member"] for each in found.doubts]) == ("改对了", ["王雅婷"])
    notes.undo(db, feed.changes(db, "note", note.id)[0]["seq"], by=people["wang"], now=now)
    assert len(notes.get(db, note.id, reader=OPERATOR).doubts) == 2


def body(db, note, reader):
    return notes.get(db, note.id, reader=reader).body


def waiting(db, *readers):
    return [[each.title for each in proposals.waiting(db, reader=reader)] for reader in readers]


def test_a_note_that_needs_a_yes_is_its_authors_until_the_curator_of_the_department_says_it(
    db, people, now, a_note, ruled, say_yes
):
    note = a_note(title="价目表口径")
    with pytest.raises(NotFound):
        notes.get(db, note.id, reader=people["li"])
    assert waiting(db, people["wang"], people["li"], people["chen"], people["ma"]) == [["价目表口径"], [], [], []]
    with pytest.raises(NotFound):  # a contributor who is not asked does not know of it
        proposals.get(db, proposals.waiting(db, reader=people["wang"])[0].id, reader=people["li"])
    say_yes()
    assert notes.get(db, note.id, reader=people["li"]).title == "价目表口径"
    newest = feed.changes(db, "note", note.id)[0]
    assert (newest["action"], newest["member_name"]) == ("approve", "王雅婷")
    assert proposals.approved(db, note.id)[newest["seq"]].member == "陈小兰"


def test_what_is_proposed_is_read_after_the_yes_and_taken_back_as_any_change(db, people, now, a_note, edit, say_yes):
    note = a_note(body="旧文")
    approval_rules.arrange(db, people["chen"].department_id, ["from"], by=people["zhao"], now=now)
    assert edit(note, body="新文").body == "旧文"
    assert body(db, note, people["li"]) == body(db, note, people["chen"]) == "旧文"
    seq = say_yes()
    assert body(db, note, people["li"]) == "新文"
    with pytest.raises(Conflict):
        proposals.undo(db, feed.last_seq(db), by=people["wang"], now=now)
    notes.undo(db, seq, by=people["wang"], now=now)
    assert body(db, note, people["li"]) == "旧文"


def test_nobody_says_yes_to_their_own_words_and_a_curators_go_to_the_author(db, people, now, a_note, ruled, edit):
    note = a_note(readers="owner")
    edit(note, readers="all")
    mine = proposals.mine(db, reader=people["chen"])[0]
    with pytest.raises(Forbidden):
        approval.approve(db, mine.id, revision=1, version=note.version, by=people["chen"], now=now)
    approval.approve(db, mine.id, revision=1, version=note.version, by=people["ma"], now=now)
    edit(note, "wang", body="管理员改的", readers="all")
    assert waiting(db, people["chen"], people["wang"], people["ma"]) == [[note.title], [], []]
    theirs = proposals.waiting(db, reader=people["chen"])[0]
    with pytest.raises(Forbidden):
        approval.approve(db, theirs.id, revision=1, version=note.version + 1, by=people["wang"], now=now)


def test_who_is_asked_when_somebody_leaves_is_the_next_in_line(db, people, now, a_note, edit):
    note = a_note()
    verification.assign(
        db, note.id, verifier_id=people["li"].member_id, deputy_id=people["lin"].member_id, by=people["chen"], now=now
    )
    approval_rules.arrange(db, people["chen"].department_id, ["from"], by=people["wang"], now=now)
    edit(note, body="新文")
    line = ("li", "lin", "wang", "ma")
    for at, asked in enumerate(line[:3]):
        assert [bool(each) for each in waiting(db, *(people[login] for login in line))].index(True) == at
        members.leave(db, people[asked].member_id, by=people["zhao"], now=now)
    assert waiting(db, people["ma"], people["zhao"]) == [[note.title], [note.title]]
    assert proposals.asked(db, proposals.mine(db, reader=people["chen"])[0].id) == ["赵明", "马丽"]


def test_who_may_not_see_the_note_is_neither_asked_nor_told(db, people, now, a_note, ruled, say_yes):
    a_note(title="只给客服部", readers="department")
    assert waiting(db, people["ma"], people["zhao"], people["wang"]) == [[], [], ["只给客服部"]]
    named = (("member", people["lin"].member_id),)
    a_note(title="只给林", readers="list", named_readers=named)
    assert waiting(db, people["wang"], people["zhao"], people["lin"]) == [["只给客服部"], [], ["只给林"]]
    say_yes("lin")
    assert notes.listing(db, reader=people["lin"])[1] == 1


def test_sent_back_with_words_mended_and_proposed_again_in_its_place(db, people, now, a_note, ruled, edit, say_yes):
    note = a_note(body="一稿")
    one = proposals.waiting(db, reader=people["wang"])[0]
    with pytest.raises(Invalid):
        approval.send_back(db, one.id, revision=1, words=" ", by=people["wang"], now=now)
    seq = approval.send_back(db, one.id, revision=1, words="价格写错了", by=people["wang"], now=now)
    assert proposals.mine(db, reader=people["chen"])[0].words == "价格写错了"
    assert waiting(db, people["wang"]) == [[]]
    proposals.undo(db, seq, by=people["wang"], now=now)
    assert waiting(db, people["wang"]) == [[note.title]]
    edit(note, body="二稿", readers="all")
    assert [(each.id, each.revision) for each in proposals.waiting(db, reader=people["wang"])] == [(one.id, 2)]
    with pytest.raises(Conflict):  # of the first draft, which is no more
        proposals.undo(db, seq, by=people["wang"], now=now)
    with pytest.raises(Conflict):  # who looked at the first one says nothing to the second
        say_yes(revision=1)
    seq = approval.withdraw(db, one.id, by=people["chen"], now=now)
    assert waiting(db, people["wang"]) == [[]]
    proposals.undo(db, seq, by=people["chen"], now=now)
    say_yes()
    assert body(db, note, people["li"]) == "二稿"


def test_what_changed_meanwhile_is_put_together_or_refused(db, people, now, a_note, edit, say_yes):
    note = a_note(body="一\n\n二\n\n三")
    approval_rules.arrange(db, people["chen"].department_id, ["from"], by=people["wang"], now=now)
    edit(note, body="甲\n\n二\n\n三")
    edit(note, "wang", body="一\n\n二\n\n丙")
    edit(note, "ma", body="乙\n\n二\n\n三")
    say_yes("chen")  # the first of the two that wait for the author
    with pytest.raises(Conflict):  # looked at before that
        say_yes("wang", version=note.version)
    say_yes("wang")
    assert body(db, note, people["li"]) == "甲\n\n二\n\n丙"
    with pytest.raises(Conflict) as refused:
        say_yes("chen")
    assert "same place" in refused.value.template


def test_no_other_door_lets_an_unapproved_change_through(db, people, now, a_note, ruled, edit, say_yes, details_of):
    private, public = a_note(title="私", readers="owner"), a_note(title="公")
    say_yes()
    act = bulk.checked("readers", "all")
    planned = bulk.plan(db, act, [private.id], by=people["chen"])
    assert (planned.changes, [note.id for note, _ in planned.refused]) == ((), [private.id])
    assert edit(public, dimension="for", details=details_of("for"), readers="all").dimension == "from"
    edit(notes.get(db, public.id, reader=OPERATOR), body="私下改", readers="owner")
    seq = feed.changes(db, "note", public.id)[1]["seq"]
    note_history.restore(db, public.id, seq, by=people["chen"], now=now)
    with pytest.raises(NotFound):
        notes.get(db, public.id, reader=people["li"])
    kept, other = (notes.get(db, each.id, reader=people["chen"]) for each in (public, private))
    wish = note_merge.Wish(readers="all", is_confirmed=True, reason="一样")
    with pytest.raises(Invalid):
        note_merge.merge(
            db, kept.id, other.id, wish, versions=(kept.version, other.version), say=str, by=people["chen"], now=now
        )


def test_what_was_proposed_stays_with_who_proposed_it_when_the_note_is_archived_or_merged(
    db, people, now, a_note, ruled, edit, say_yes
):
    gone, kept, merged = (a_note(title=title) for title in ("归档的", "留下的", "并走的"))
    for _ in range(3):
        say_yes()
    for note in (gone, merged):
        edit(notes.get(db, note.id, reader=OPERATOR), body=f"{note.title}，改过")
    notes.archive(db, gone.id, by=people["wang"], now=now, reason="过时")
    versions = tuple(notes.get(db, each.id, reader=OPERATOR).version for each in (kept, merged))
    wish = note_merge.Wish(readers="all", reason="一样", has_both_texts=False)
    told = {"versions": versions, "waiting": left_behind.digest(db, [merged.id]), "say": str}
    note_merge.merge(db, kept.id, merged.id, wish, **told, by=people["wang"], now=now)
    found = {each.note_id: each for each in proposals.mine(db, reader=people["chen"])}
    assert {number: (each.is_archived, each.merged_into) for number, each in found.items()} == {
        gone.id: (1, None),
        merged.id: (1, kept.id),
    }
    assert found[merged.id].wanted["body"] == "并走的，改过"
    assert waiting(db, people["wang"]) == [[]]


def test_whoever_may_archive_a_note_is_told_how_many_changes_wait_and_of_whom_only_who_may_know(
    db, people, now, a_note, edit, in_two_steps, say_yes
):
    in_two_steps(("member", people["li"].member_id))
    note, other = a_note(), a_note(title="另一条")
    for login in ("wang", "wang", "li", "li"):
        say_yes(login)
    edit(notes.get(db, note.id, reader=OPERATOR), body="改过")
    say_yes()
    ids = [note.id, other.id]
    told = left_behind.of_notes(db, ids, reader=people["ma"])
    waits = {"digest": left_behind.digest(db, ids)}
    assert told == {"notes": {note.id}, "count": 1, "names": [], "unnamed": 1} | waits
    assert left_behind.of_notes(db, ids, reader=people["li"]) == {**told, "names": ["陈小兰"], "unnamed": 0}


def test_a_rule_is_set_for_ones_own_department_and_taken_back(db, people, now, ruled):
    mine, others = people["wang"].department_id, people["ma"].department_id
    with pytest.raises(Forbidden):
        approval_rules.arrange(db, others, ["for"], by=people["wang"], now=now)
    with pytest.raises(Forbidden):
        approval_rules.arrange(db, mine, [], by=people["chen"], now=now)
    with pytest.raises(Invalid):
        approval_rules.arrange(db, mine, ["那个"], by=people["zhao"], now=now)
    seq = approval_rules.arrange(db, mine, ["with", "for"], by=people["zhao"], now=now)
    assert approval_rules.of_departments(db) == {mine: ["for", "with"]}
    with pytest.raises(Conflict):
        approval_rules.undo(db, ruled, by=people["zhao"], now=now)
    approval_rules.undo(db, seq, by=people["wang"], now=now)
    assert approval_rules.of_departments(db) == {mine: ["from"]}


def test_erasing_a_note_erases_what_was_proposed_for_it(db, people, now, a_note, ruled):
    note = a_note(body="何建国的电话")
    notes_of = "SELECT count(*) FROM change_text WHERE coalesce(before, '') || coalesce(after, '') LIKE '%何建国%'"
    assert db.execute(notes_of).fetchone()[0] > 0
    note_history.erase(db, note.id, by=OPERATOR, now=now, reason="本人请求")
    assert (db["proposal"].count, db.execute(notes_of).fetchone()[0], feed.verify(db)) == (0, 0, [])


STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "edit", "hide", "yes", "back", "undo", "rule", "restore"]),
              st.sampled_from(["chen", "wang", "ma"]), st.integers(0, 3)),
    max_size=14,
)  # fmt: skip


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_at_no_interleaving_does_a_reader_see_text_nobody_said_yes_to(db, people, now, a_note, edit, steps):
    """The oracle keeps what each yes showed, and what was written where no yes was asked for."""
    allowed, made, written, department = set(), [], 0, people["chen"].department_id
    for note in notes.listing(db, reader=OPERATOR, limit=1000)[0]:
        note_history.erase(db, note.id, by=OPERATOR, now=now, reason="清场")
    approval_rules.arrange(db, department, ["from"], by=people["zhao"], now=now)
    for act, login, at in steps:
        by, written = people[login], written + 1
        text = f"第{written}稿"
        try:
            if act == "add":
                made.append(a_note(body=text, by=people["chen"]))
                ruled = approval_rules.of_departments(db)
                allowed |= set() if ruled else {text}
            elif act == "rule":
                asked = [] if approval_rules.of_departments(db) else ["from"]
                approval_rules.arrange(db, department, asked, by=people["zhao"], now=now)
            elif act == "yes":
                one = proposals.waiting(db, reader=by)[at]
                found = approval.outcome(db, one)
                approval.approve(db, one.id, revision=one.revision, version=found.note.version, by=by, now=now)
                assert one.member_id != by.member_id
                allowed.add(found.after["body"])
            elif act == "back":
                one = proposals.waiting(db, reader=by)[at]
                approval.send_back(db, one.id, revision=one.revision, words="不行", by=by, now=now)
            elif act == "undo":
                notes.undo(db, feed.changes(db, "note", made[at].id)[0]["seq"], by=by, now=now)
            elif act == "restore":
                first = feed.changes(db, "note", made[at].id)[-1]["seq"]
                note_history.restore(db, made[at].id, first, by=by, now=now)
            else:
                edit(made[at], login, body=text, readers="owner" if act == "hide" else "all")
                allowed |= set() if approval_rules.of_departments(db) or act == "hide" else {text}
        except (IndexError, Conflict, Forbidden, Invalid, NotFound):
            pass
        shown = {note.body for note in notes.listing(db, reader=people["vera"], limit=1000)[0]}
        assert shown <= allowed


def test_a_file_of_notes_is_proposed_note_by_note_as_if_each_were_written(db, people, now, ruled, say_yes):
    rows = [(1, {"title": "盖子裂了", "body": "一条裂缝。"}), (2, {"title": "盖子松了", "body": "拧不紧。"})]
    told = Details(channel="电话", experience="complaint")
    defaults = note_import.Defaults("from", topic_names=("密封罐",), details=told)
    ids = note_import.add_all(db, rows, defaults, by=people["chen"], now=now)["ids"]
    assert [notes.get(db, each, reader=people["chen"]).readers for each in ids] == ["owner", "owner"]
    assert len(proposals.waiting(db, reader=people["wang"])) == 2
    say_yes()
    assert sorted(notes.get(db, each, reader=OPERATOR).readers for each in ids) == ["all", "owner"]


@pytest.fixture
def in_two_steps(db, people, now):
    """Return a function that has a second one agree after the first, in chen's department."""

    def call(second):
        return approval_rules.arrange(
            db, people["chen"].department_id, ["from"], second=second, by=people["zhao"], now=now
        )

    return call


def test_where_two_are_asked_the_second_comes_after_the_first_and_readers_see_it_then(
    db, people, now, a_note, in_two_steps, say_yes
):
    in_two_steps(("member", people["li"].member_id))
    note = a_note(title="价目表口径", readers="all")
    assert waiting(db, people["wang"], people["li"], people["ma"]) == [["价目表口径"], [], []]
    first = say_yes(words="数字对")
    assert feed.change(db, first)["action"] == "agree"
    assert waiting(db, people["wang"], people["li"], people["ma"]) == [[], ["价目表口径"], []]
    with pytest.raises(NotFound):
        notes.get(db, note.id, reader=people["vera"])
    with pytest.raises(Forbidden):
        one = proposals.waiting(db, reader=people["li"])[0]
        approval.approve(db, one.id, revision=1, version=note.version, by=people["wang"], now=now)
    say_yes("li", words="话术也对")
    assert notes.get(db, note.id, reader=people["vera"]).title == "价目表口径"
    told = next(iter(proposals.approved(db, note.id).values()))
    assert ((told.first["member"], told.first["words"]), (told.decider, told.words)) == (
        ("王雅婷", "数字对"), ("李思远", "话术也对"),
    )  # fmt: skip


def test_the_first_yes_is_taken_back_and_what_is_proposed_anew_begins_anew(
    db, people, now, a_note, in_two_steps, say_yes
):
    in_two_steps(("role", "manager"))
    a_note(title="价目表口径")
    seq = say_yes()
    assert waiting(db, people["wang"], people["ma"]) == [[], ["价目表口径"]]
    with pytest.raises(Forbidden):
        proposals.undo(db, seq, by=people["ma"], now=now)
    proposals.undo(db, seq, by=people["wang"], now=now)
    assert waiting(db, people["wang"], people["ma"]) == [["价目表口径"], []]
    with pytest.raises(Conflict):
        proposals.undo(db, seq, by=people["wang"], now=now)
    say_yes()
    one = proposals.waiting(db, reader=people["ma"])[0]
    approval.send_back(db, one.id, revision=1, words="日期？", by=people["ma"], now=now)
    note = notes.get(db, one.note_id, reader=people["chen"])
    fields = {name: getattr(note, name) for name in FIELDS} | {"readers": "all", "details": note.details()}
    notes.edit(db, note.id, version=note.version, topic_names=["密封罐"], **fields, by=people["chen"], now=now)
    assert waiting(db, people["wang"], people["ma"]) == [["价目表口径"], []]


def test_where_whoever_is_named_left_or_proposed_it_another_says_the_second_yes(
    db, people, now, a_note, in_two_steps, say_yes
):
    in_two_steps(("member", people["chen"].member_id))
    a_note(title="自己提的")
    say_yes()
    assert waiting(db, people["wang"], people["chen"], people["ma"], people["zhao"])[0:2] == [[], []]
    assert waiting(db, people["ma"]) == [["自己提的"]]
    say_yes("ma")
    assert proposals.waiting(db, reader=people["ma"]) == []


def test_a_role_of_nobody_but_whoever_may_say_the_first_yes_is_told(db, people, now, in_two_steps):
    department = people["chen"].department_id
    in_two_steps(("member", people["li"].member_id))
    assert approval_rules.short_handed(db) == {}
    in_two_steps(("role", "curator"))
    assert approval_rules.short_handed(db) == {department: ["王雅婷"]}
    in_two_steps(("role", "manager"))
    members.leave(db, people["ma"].member_id, by=people["zhao"], now=now)
    assert approval_rules.short_handed(db) == {department: []}


def test_who_says_the_second_yes_may_write_and_is_taken_back_with_the_rule(db, people, now, in_two_steps):
    department = people["chen"].department_id
    for nobody in (("member", people["vera"].member_id), ("member", 999), ("role", "viewer"), ("role", "那个")):
        with pytest.raises(Invalid) as refused:
            in_two_steps(nobody)
        assert refused.value.field == "second"
    in_two_steps(("role", "manager"))
    seq = in_two_steps(None)
    assert approval_rules.seconds(db) == {}
    approval_rules.undo(db, seq, by=people["zhao"], now=now)
    assert approval_rules.seconds(db) == {department: ["role", "manager"]}


def test_what_hangs_on_a_note_under_a_rule_is_for_a_second_person(db, people, now, a_note):
    note, other = a_note(), a_note(title="另一条", by=people["lin"])
    approval_rules.arrange(db, people["chen"].department_id, ["from"], by=people["wang"], now=now)
    file = {"most_megabytes": 1, "now": now}

    def acts(by):
        yield lambda: maturity.classify(db, note.id, ["repair"], by=by, now=now)
        yield lambda: attachments.add(db, note.id, [("一.txt", io.BytesIO(b"x"))], by=by, **file)
        yield lambda: citing.note(db, note.id, other.id, why="那里写了", by=by, now=now)

    for act in acts(people["chen"]):
        with pytest.raises(Invalid):
            act()
    chosen = bulk.plan(db, bulk.checked("add_topics", ["装配"]), [note.id], by=people["chen"])
    assert (chosen.changes, len(chosen.refused)) == ((), 1)
    for act in acts(people["wang"]):
        act()
    stands = notes.get(db, note.id, reader=OPERATOR)
    assert (stands.facets, len(stands.attachments), len(stands.proofs)) == (("repair",), 1, 1)
    own = a_note(title="管理员自己的", by=people["wang"])
    approval_rules.arrange(db, people["chen"].department_id, [], by=people["wang"], now=now)
    assert not approval_rules.is_alone(db, own, people["wang"])


def test_who_took_part_stands_with_the_change_also_when_it_had_to_be_agreed_to(db, people, now, a_note, edit, say_yes):
    note, li = a_note(), people["li"]
    edit(note, body="两人一起写的", participants=[li.member_id])
    assert feed.changes(db, "note", note.id)[0]["after"]["participants"] == [li.member_id]
    approval_rules.arrange(db, people["chen"].department_id, ["from"], by=people["wang"], now=now)
    edit(notes.get(db, note.id, reader=OPERATOR), body="提上去的", participants=[li.member_id])
    say_yes()
    newest = feed.changes(db, "note", note.id)[0]
    assert (newest["action"], newest["after"]["participants"]) == ("approve", [li.member_id])
    assert participants.names(db, [newest["after"]]) == {li.member_id: "李思远"}
    assert participants.parsed(db, ["李思远", "li", "王雅婷"]) == sorted({li.member_id, people["wang"].member_id})
    for words in (["客服部"], ["没有这人"]):
        with pytest.raises(Invalid) as refused:
            participants.parsed(db, words)
        assert refused.value.field == "participants"


def test_a_first_yes_goes_with_the_note_it_was_said_to_and_its_words_too(
    db, people, now, a_note, in_two_steps, say_yes
):
    in_two_steps(("role", "manager"))
    note = a_note()
    say_yes(words="何建国的号码不对")
    note_history.erase(db, note.id, by=OPERATOR, now=now, reason="本人请求")
    kept = "SELECT count(*) FROM change_text WHERE coalesce(before, '') || coalesce(after, '') LIKE '%何建国%'"
    assert (db["proposal_yes"].count, db.execute(kept).fetchone()[0], feed.verify(db)) == (0, 0, [])
