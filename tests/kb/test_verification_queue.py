"""What waits to be verified, whose it is, why, and what it takes to answer it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from kb import (
    access,
    check,
    deeds,
    duties,
    feed,
    members,
    note_history,
    note_merge,
    notes,
    uses,
    verification,
    verification_intervals,
    verification_queue,
)
from kb.access import OPERATOR
from kb.dimensions import DIMENSIONS
from kb.errors import Conflict, Forbidden, Invalid, NotFound, fill
from kb.months import later
from kb.note_details import Details
from kb.note_merge import Wish
from kb.store import writing
from kb.verification_queue import Filter

NOW = "2026-06-15T08:00:00.000000Z"
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "UTC")
OLD = "2025-01-31T08:00:00.000000Z"
TEXTS = ("title", "summary", "body", "dimension", "readers")


@pytest.fixture
def queued(db, people):
    """Return a function that gives the titles that wait for somebody, as the filter says."""

    def titles(login, now=NOW, order="overdue", **asked):
        reader = people[login]
        asked = Filter(**{"department_id": reader.department_id, **asked})
        found, total = verification_queue.listing(db, asked, reader=reader, now=now, order=order)
        assert total == len(found) == verification_queue.count(db, asked, reader=reader, now=now)
        return [note.title for note in found]

    return titles


@pytest.fixture
def edit(db, people):
    def call(note, login, now=NOW, **changed):
        stands = notes.get(db, note.id, reader=OPERATOR)
        fields = {name: getattr(stands, name) for name in TEXTS} | {"details": stands.details()}
        fields |= {"topic_names": ["密封罐"], "version": stands.version, **changed}
        return notes.edit(db, note.id, **fields, by=people[login], now=now)

    return call


def read(db, note):
    return notes.get(db, note.id, reader=OPERATOR)


def due_day(db, note):
    return read(db, note).due_at[:10]


def test_a_note_is_due_an_interval_of_its_type_after_it_was_written_or_last_verified(db, people, a_note):
    written = "2026-01-31T08:00:00.000000Z"
    made = {dimension: a_note(title=dimension, dimension=dimension, now=written) for dimension in DIMENSIONS}
    days = {dimension: due_day(db, note) for dimension, note in made.items()}
    # The month has no 31st: its last day.
    assert days == {"about": "2026-04-30", "for": "2026-07-31", "from": "2027-01-31", "with": "2027-01-31"}
    verification.verify(db, made["about"].id, by=people["chen"], now=NOW)
    assert due_day(db, made["about"]) == "2026-09-15"


def test_what_is_told_customers_is_due_on_the_day_it_ends_to_hold_and_no_longer_once_verified_then(db, people, a_note):
    holds = Details(audience="all", valid_from="2026-01-01", valid_until="2026-03-02")
    note = a_note(dimension="for", details=holds, now="2026-01-01T08:00:00.000000Z")
    assert due_day(db, note) == "2026-03-02"
    assert verification_queue.reasons(read(db, note), NOW) == [("ended", "2026-03-02")]
    verification.verify(db, note.id, by=people["chen"], now=NOW)
    assert due_day(db, note) == "2026-12-15"


def test_verifying_writes_down_who_when_and_which_version_and_is_taken_back(db, people, a_note, queued):
    note = a_note(title="旧的", now=OLD)
    verification.doubt(db, note.id, "改了", by=people["li"], now=OLD)
    assert queued("chen") == ["旧的"]
    seq = verification.verify(db, note.id, by=people["chen"], now=NOW)
    after = read(db, note)
    assert (after.checker, after.verified_at, after.verified_version) == ("陈小兰", NOW, after.version)
    assert (after.doubts, after.updated_at, queued("chen")) == ((), note.updated_at, [])
    assert feed.change(db, seq)["action"] == "verify"
    notes.undo(db, seq, by=people["chen"], now=NOW)
    assert (read(db, note).verified_at, len(read(db, note).doubts), queued("chen")) == (None, 1, ["旧的"])


def test_a_note_that_is_not_due_may_be_verified_but_not_one_in_the_archive(db, people, a_note):
    note = a_note(now=NOW)
    verification.verify(db, note.id, by=people["wang"], now=NOW)
    assert verification.trust(read(db, note), NOW) == "verified"
    notes.archive(db, note.id, by=people["chen"], now=NOW)
    with pytest.raises(Invalid):
        verification.verify(db, note.id, by=people["chen"], now=NOW)


def test_owner_colleague_and_stranger_verify_see_and_count_what_is_theirs(db, people, a_note, queued):
    public, own = a_note(title="公开", now=OLD), a_note(title="私下", readers="owner", now=OLD)
    for login in ("li", "lin", "vera"):
        with pytest.raises(Forbidden):
            verification.verify(db, public.id, by=people[login], now=NOW)
        with pytest.raises(NotFound):
            verification.verify(db, own.id, by=people[login], now=NOW)
    assert queued("chen") == queued("chen", scope="all") == ["公开", "私下"]
    assert (queued("li"), queued("li", scope="department"), queued("lin", scope="all")) == ([], ["公开"], ["公开"])
    a_note(title="没到期", now=NOW)
    verification.verify(db, a_note(title="核实过", readers="owner", now=OLD).id, by=people["chen"], now=NOW)
    told = [verification_queue.kept_up(db, 1, reader=people[login], now=NOW) for login in ("chen", "li")]
    assert told == [{"due": 2, "verified": 1, "fresh": 1}, {"due": 1, "verified": 0, "fresh": 1}]


def test_once_the_verifier_has_left_the_deputy_has_it_and_then_the_curator_of_the_department(
    db, people, a_note, queued
):
    note = a_note(title="归谁", now=OLD, by=people["li"])
    verification.assign(
        db, note.id, verifier_id=people["lin"].member_id, deputy_id=people["chen"].member_id, by=people["li"], now=NOW
    )
    assert (queued("lin"), queued("chen"), queued("li")) == (["归谁"], [], [])
    # The deputy stands in before, too.
    seq = verification.verify(db, note.id, by=people["chen"], now=NOW)
    notes.undo(db, seq, by=people["chen"], now=NOW)
    members.leave(db, people["lin"].member_id, by=OPERATOR, now=NOW)
    assert (queued("chen"), read(db, note).duty) == (["归谁"], "陈小兰")
    members.leave(db, people["chen"].member_id, by=OPERATOR, now=NOW)
    assert (queued("wang"), queued("li"), queued("ma"), read(db, note).duty) == (["归谁"], [], [], "客服部")
    # Where a department has no curator, whoever writes there has it.
    members.leave(db, people["wang"].member_id, by=OPERATOR, now=NOW)
    assert queued("li") == ["归谁"]
    verification.verify(db, note.id, by=people["li"], now=NOW)


def test_a_department_verifies_and_its_deputy_once_nobody_is_left_there(db, people, a_note, queued):
    note = a_note(title="市场看", now=OLD)
    market = people["lin"].department_id
    verification.assign(db, note.id, department_id=market, deputy_id=people["li"].member_id, by=people["chen"], now=NOW)
    # It has no curator: the marketer and the manager have it, and the viewer does not.
    assert (queued("lin"), queued("ma"), queued("vera"), queued("chen")) == (["市场看"], ["市场看"], [], [])
    for login in ("lin", "ma"):
        members.leave(db, people[login].member_id, by=OPERATOR, now=NOW)
    assert (queued("li"), queued("chen")) == (["市场看"], [])
    made = members.add(
        db, login="xin", name="新人", department="市场部", role="curator", password="a sentence of the new one",
        by=OPERATOR, now=NOW,
    )  # fmt: skip
    people["xin"] = made.reader()
    assert (queued("xin"), queued("li")) == (["市场看"], [])


def test_only_who_may_change_a_note_says_who_verifies_it_and_only_who_may_see_it_is_chosen(db, people, a_note, queued):
    note = a_note(readers="department", now=OLD)
    ids = {login: reader.member_id for login, reader in people.items()}
    for chosen, field in (
        ({"verifier_id": ids["lin"]}, "verifier"), ({"deputy_id": ids["ma"]}, "deputy"),
        ({"department_id": people["lin"].department_id}, "verifier"), ({"verifier_id": 987}, "verifier"),
        ({"verifier_id": ids["li"], "department_id": people["li"].department_id}, "verifier"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            verification.assign(db, note.id, **chosen, by=people["chen"], now=NOW)
        assert refused.value.field == field
    with pytest.raises(Forbidden):
        verification.assign(db, note.id, verifier_id=ids["li"], by=people["li"], now=NOW)
    seq = verification.assign(db, note.id, verifier_id=ids["li"], by=people["chen"], now=NOW)
    assert len(queued("li")) == 1
    notes.undo(db, seq, by=people["chen"], now=NOW)
    assert (queued("li"), len(queued("chen"))) == ([], 1)


def test_a_verifier_who_may_no_longer_see_the_note_has_it_no_longer(db, people, a_note, edit, queued):
    note = a_note(now=OLD)
    verification.assign(db, note.id, verifier_id=people["lin"].member_id, by=people["chen"], now=NOW)
    edit(note, "chen", readers="department")
    assert (read(db, note).duty, len(queued("wang")), queued("lin")) == ("客服部", 1, [])


def test_what_another_changed_is_to_be_looked_at_at_once_and_what_the_verifier_changed_is_not(
    db, people, a_note, edit, queued
):
    holds = Details(audience="all", valid_from="2026-01-01", valid_until="2099-01-01")
    note = a_note(title="原来", dimension="for", details=holds, now=NOW)
    edit(note, "chen", body="作者改的")
    edit(note, "wang", readers="department")
    assert queued("chen") == []
    edit(note, "wang", details=replace(holds, customer_text="先拧紧再倒"))
    later = "2026-06-15T09:00:00.000000Z"
    assert queued("chen", now=later) == ["原来"]
    assert verification_queue.reasons(read(db, note), later) == [("edited", "王雅婷")]
    seq = verification.verify(db, note.id, by=people["chen"], now=later)
    assert (queued("chen", now=later), read(db, note).asks) == ([], ())
    notes.undo(db, seq, by=people["chen"], now=later)
    assert [each["kind"] for each in read(db, note).asks] == ["edited"]


def test_a_doubt_brings_a_note_into_the_queue_at_once_and_who_takes_it_back_takes_it_out(db, people, a_note, queued):
    note = a_note(title="新的", now=NOW)
    seq = verification.doubt(db, note.id, "不对", by=people["li"], now=NOW)
    assert verification_queue.reasons(read(db, note), NOW) == [("doubt", "李思远")]
    assert (queued("chen"), verification.trust(read(db, note), NOW)) == (["新的"], "doubted")
    notes.undo(db, seq, by=people["li"], now=NOW)
    assert queued("chen") == []


def test_the_queue_is_sorted_by_days_by_use_and_by_reason_and_narrowed_by_type(db, people, a_note, queued):
    made = {
        "最久": a_note(title="最久", now="2024-01-01T00:00:00.000000Z"),
        "次之": a_note(title="次之", dimension="about", now="2025-01-01T00:00:00.000000Z"),
        "有人疑": a_note(title="有人疑", now=NOW),
        "改过": a_note(title="改过", now=NOW),
    }
    for _ in range(2):
        uses.add(db, made["次之"].id, result="worked", by=people["li"], now=NOW)
    verification.doubt(db, made["有人疑"].id, "不对", by=people["li"], now="2026-06-15T07:00:00.000000Z")
    with writing(db):
        duties.ask(db, [made["改过"].id], "edited", by=people["wang"], now="2026-06-15T07:30:00.000000Z")
        duties.settle(db, [made["改过"].id])
    assert queued("chen") == ["最久", "次之", "有人疑", "改过"]
    assert queued("chen", order="uses") == ["次之", "最久", "有人疑", "改过"]
    assert queued("chen", order="reason") == ["有人疑", "改过", "最久", "次之"]
    assert queued("chen", dimension="about") == ["次之"]
    assert verification_queue.uses_of(db, [made["最久"].id, made["次之"].id]) == {
        made["最久"].id: 0, made["次之"].id: 2,
    }  # fmt: skip
    days = verification_queue.days_overdue(read(db, made["最久"]), NOW, "Asia/Shanghai")
    assert days == (date(2026, 6, 15) - date(2025, 1, 1)).days
    # Half past seven in the evening there is today's, and in the morning of the next day it was yesterday.
    evening = replace(read(db, made["最久"]), due_at="2026-06-15T11:30:00.000000Z")
    for now, overdue in (("2026-06-15T15:59:00.000000Z", 0), ("2026-06-15T16:01:00.000000Z", 1)):
        assert verification_queue.days_overdue(evening, now, "Asia/Shanghai") == overdue
    counts = verification_queue.counts(db, Filter(department_id=1), reader=people["li"], now=NOW)
    assert counts == {"mine": 0, "department": 4, "all": 4, "proposed": 0}


def test_what_nobody_used_or_looked_at_for_an_interval_more_is_proposed_and_never_archived_by_itself(
    db, people, a_note, queued
):
    # Due after a year, and proposed after two.
    forgotten = a_note(title="没人理", now="2024-06-14T00:00:00.000000Z")
    used = a_note(title="有人用", now="2024-06-14T00:00:00.000000Z")
    a_note(title="还不到", now="2024-06-16T00:00:00.000000Z")
    uses.add(db, used.id, result="worked", by=people["li"], now="2025-01-01T00:00:00.000000Z")
    assert queued("chen", state="proposed") == ["没人理"]
    verification.do_to_all(db, [used.id], "propose", by=people["chen"], now=NOW)
    assert set(queued("chen", state="proposed")) == {"没人理", "有人用"}
    assert not read(db, forgotten).archived
    verification.verify(db, forgotten.id, by=people["chen"], now=NOW)
    assert queued("chen", state="proposed") == ["有人用"]
    assert (queued("chen", state="verified"), queued("chen", state="fresh")) == (["没人理"], [])


@pytest.mark.parametrize("act", verification.ACTS)
def test_many_are_done_at_once_each_with_its_line_and_taken_back_as_a_whole(db, people, a_note, act):
    made = [a_note(title=f"第{number}条", now=OLD) for number in range(4)]
    foreign, private = a_note(by=people["li"], now=OLD), a_note(by=people["li"], readers="owner", now=OLD)
    before = [read(db, note) for note in made]
    wanted = [note.id for note in (*made, foreign, private)]
    seqs = verification.do_to_all(db, wanted, act, by=people["chen"], now=NOW)
    assert [feed.change(db, seq)["noun_id"] for seq in seqs] == [str(note.id) for note in made]
    assert {feed.change(db, seq)["action"] for seq in seqs} == {act}
    # One was changed since: it stays.
    verification.doubt(db, made[0].id, "不对", by=people["li"], now=NOW)
    with pytest.raises(Forbidden):
        deeds.undo(db, seqs[-1], by=people["li"], now=NOW)
    assert deeds.undo(db, seqs[-1], by=people["chen"], now=NOW, leave_changed=True)[0] == 3
    for note in before[1:]:
        now_is = read(db, note)
        kept = ("verified_at", "asks", "archived", "due_at", "duty_member_id")
        assert {name: getattr(now_is, name) for name in kept} == {name: getattr(note, name) for name in kept}


def test_nothing_is_done_to_many_without_the_right_or_with_no_such_act(db, people, a_note):
    note = a_note(now=OLD)
    with pytest.raises(Forbidden):
        verification.do_to_all(db, [note.id], "verify", by=people["vera"], now=NOW)
    with pytest.raises(Invalid) as refused:
        verification.do_to_all(db, [note.id], "erase", by=people["chen"], now=NOW)
    assert refused.value.field == "act"
    # Nor to what somebody may not see, even where they may change all they see.
    private = a_note(by=people["li"], readers="owner", now=OLD)
    assert verification.do_to_all(db, [private.id], "verify", by=people["wang"], now=NOW) == []
    # A verifier who is not the author verifies, and does not archive.
    verification.assign(db, note.id, verifier_id=people["lin"].member_id, by=people["chen"], now=NOW)
    assert verification.do_to_all(db, [note.id], "archive", by=people["lin"], now=NOW) == []
    assert len(verification.do_to_all(db, [note.id], "verify", by=people["lin"], now=NOW)) == 1


def test_the_intervals_are_the_administrators_move_every_date_and_are_taken_back(db, people, a_note):
    note = a_note(now=OLD)
    with pytest.raises(Forbidden):
        verification_intervals.arrange(db, dict.fromkeys(DIMENSIONS, 1), by=people["wang"], now=NOW)
    wanted = {"about": "2", "for": "6", "from": " 24 ", "with": "12"}
    seq = verification_intervals.arrange(db, wanted, by=people["zhao"], now=NOW)
    assert due_day(db, note) == "2027-01-31"
    verification_intervals.undo(db, seq, by=people["zhao"], now=NOW)
    assert (due_day(db, note), verification_intervals.of_company(db)["from"]) == ("2026-01-31", 12)
    with pytest.raises(Conflict):
        verification_intervals.undo(db, seq, by=people["zhao"], now=NOW)


@pytest.mark.parametrize("months", ["", "0", "61", "-1", "1.5", "六", "²", "1" * 5000])
def test_months_that_are_none_are_refused_by_their_type_and_nothing_is_kept(db, people, months):
    with pytest.raises(Invalid) as refused:
        verification_intervals.arrange(
            db, {"about": 1, "for": 1, "from": months, "with": 1}, by=people["zhao"], now=NOW
        )
    assert refused.value.field == "from"
    assert verification_intervals.of_company(db)["about"] == 3


def test_an_erased_note_leaves_nothing_that_asks_for_it_and_nothing_it_was_verified_with(db, people, a_note):
    note = a_note(now=OLD)
    verification.verify(db, note.id, by=people["chen"], now=OLD)
    verification.do_to_all(db, [note.id], "propose", by=people["chen"], now=NOW)
    note_history.erase(db, note.id, by=people["zhao"], now=NOW, reason="客户要求")
    assert db["note_ask"].count == 0
    assert all(row["after"] is None for row in feed.changes(db, "note", note.id))


def test_the_check_names_a_note_whose_date_was_altered(db, a_note, migration_sets):
    note = a_note(now=OLD)
    db["note"].update(note.id, {"due_at": "2030-01-01T00:00:00.000Z"})
    found = {each.name: each.problems for each in check.check(db, *migration_sets)}
    assert [problem.values["id"] for problem in found["duties"]] == [note.id]


def test_a_change_from_before_there_were_verifiers_is_still_taken_back(db, people, a_note):
    note = a_note(now=OLD)
    with writing(db):
        before = read(db, note)
        db["note"].update(note.id, {"title": "改后", "version": 2})
        states = [notes.state(each) for each in (before, read(db, note))]
        for state in states:
            for name in ("asks", "verifier_id", "verified_at", "verified_by", "verified_version", "deputy_id"):
                del state[name]
        seq = feed.append(db, by=people["chen"], did="note.edit", of=note.id, at=NOW, before=states[0], after=states[1])
    assert notes.undo(db, seq, by=people["chen"], now=NOW).title == note.title


PEOPLE = ("wang", "chen", "li", "lin", "ma", "vera")
# Who is on it: departments by number, colleagues by login.
LISTS = (("li",), ("lin", "chen"), (1,), (2, "wang"), ("vera",))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(PEOPLE[:5]), st.sampled_from(("all", "department", "owner", *LISTS)),
            st.sampled_from((None, *PEOPLE[:5])), st.sampled_from((None, *PEOPLE[:5])), st.sampled_from((None, 1, 2)),
        ),
        min_size=1, max_size=5,
    ),
    left=st.sets(st.sampled_from(PEOPLE[:5])),
)  # fmt: skip
def test_who_has_a_note_is_what_the_rule_says_for_any_choice_and_whoever_left(db, people, a_note, rows, left):
    with writing(db):
        db.execute("SAVEPOINT example")
        made = []
        for owner, readers, verifier, deputy, department in rows:
            named = [on_list(people, each) for each in readers] if readers in LISTS else ()
            note = a_note(by=people[owner], readers="list" if named else readers, named_readers=named, now=OLD)
            chosen = {"verifier_id": verifier, "deputy_id": deputy}
            ids = {name: None if login is None else people[login].member_id for name, login in chosen.items()}
            db["note"].update(note.id, {**ids, "verifier_department_id": department})
            made.append((note, verifier or owner, deputy, department))
        for login in left:
            db["member"].update(people[login].member_id, {"state": "left"})
        duties.settle_all(db)
        here = [people[login] for login in PEOPLE if login not in left and access.may(people[login], "note.write")]
        for note, first, deputy, department in made:
            found = read(db, note)
            assert (found.duty_member_id, found.duty_department_id) == expected(note, first, deputy, department, here)
        for reader in here:
            part = duties.part_of(db, reader)
            ids = [note.id for note, *_ in made if access.sees(reader, notes.state(note))]
            may = [each for each in ids if verification.may_verify(notes.get(db, each, reader=reader), reader, part)]
            assert verification.open_to(db, ids, "verify", by=reader) == may
        assert duties.wrong(db, 10) == []
        db.execute("ROLLBACK TO example")


def on_list(people, each):
    return ("department", each) if isinstance(each, int) else ("member", people[each].member_id)


def is_open_to(state, department):
    """Return whether all of a department may see a note."""
    if state["readers"] == "list":
        return ["department", department] in state["named_readers"]
    return state["readers"] == "all" or (state["readers"] == "department" and state["department_id"] == department)


def expected(note, first, deputy, department, here):
    """Return whom the rule in `kb.duties` names, told step by step."""
    state = notes.state(note)
    able = {reader.login: reader for reader in here if access.sees(reader, state)}
    is_manned = any(each.department_id == department for each in able.values())
    if department and is_open_to(state, department) and is_manned:
        return None, department
    chain = [deputy] if department else [first, deputy]
    for login in chain:
        if login in able:
            return able[login].member_id, None
    return None, state["department_id"] if is_open_to(state, state["department_id"]) else None


def test_a_note_that_was_merged_with_a_doubted_one_is_due_as_that_was_and_no_longer_once_parted(
    db, people, a_note, queued
):
    kept, other = a_note(title="留下", now=NOW), a_note(title="并入", now=NOW)
    verification.doubt(db, other.id, "不对", by=people["li"], now=NOW)
    versions = (1, 2)
    seq = note_merge.merge(db, kept.id, other.id, Wish("all"), versions=versions, say=fill, by=people["chen"], now=NOW)
    assert (queued("chen"), duties.wrong(db, 5)) == (["留下"], [])
    note_merge.undo(db, seq, by=people["chen"], now=NOW)
    assert (queued("chen"), duties.wrong(db, 5)) == (["并入"], [])


def test_months_are_counted_where_the_company_is(db, people, a_note):
    # Four in the morning of the first of March in Shanghai, still February in UTC.
    note = a_note(dimension="about", now="2026-02-28T20:00:00.000000Z")
    assert read(db, note).due_at == "2026-05-31T20:00:00.000Z"
    assert duties.wrong(db, 1) == []


@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)), st.integers(-60, 60), st.sampled_from(ZONES))
def test_a_number_of_months_later_it_is_the_same_day_and_hour_or_the_last_day(at, months, zone):
    instant = at.replace(tzinfo=UTC)
    there = datetime.fromisoformat(later(instant.isoformat(), months, zone))
    old, new = (each.astimezone(ZoneInfo(zone)) for each in (instant, there))
    assert (new.year - old.year) * 12 + new.month - old.month == months
    is_last = (new + timedelta(days=1)).month != new.month
    assert new.day == old.day or (new.day < old.day and is_last)
    # An hour the clocks leave out is not there on every day.
    assert abs((new.hour * 60 + new.minute) - (old.hour * 60 + old.minute)) in (0, 60)


def test_what_waits_for_a_curator_is_found_in_the_indexes_of_who_and_where(db, people, a_note):
    a_note(now=OLD)
    asked = []
    db.conn.set_trace_callback(asked.append)
    verification_queue.waits(db, reader=people["wang"], now=NOW)
    db.conn.set_trace_callback(None)
    (sql,) = [each for each in asked if each.startswith("SELECT count(*) FROM (")]
    plan = " ".join(row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}"))
    assert "note_duty_member (duty_member_id=?" in plan
    assert "note_duty_department (duty_department_id=?" in plan
    assert "note_due" not in plan


def test_a_department_that_verified_nothing_has_no_share_in_time():
    assert verification_queue.in_time({"due": 1, "verified": 0, "fresh": 24}) is None
    assert verification_queue.in_time({"due": 1, "verified": 3, "fresh": 24}) == 0.75


def test_many_are_not_verified_once_one_of_them_was_called_out_of_date(db, people, a_note):
    ids = [a_note(title=title, now=OLD).id for title in "甲乙"]
    shown = verification.digest(db, ids)
    verification.doubt(db, ids[0], "不对", by=people["li"], now=NOW)
    with pytest.raises(Conflict):
        verification.do_to_all(db, ids, "verify", shown=shown, by=people["chen"], now=NOW)
    shown = verification.digest(db, ids)
    with pytest.raises(Conflict):
        verification.do_to_all(db, ids[:1], "verify", shown=shown, by=people["chen"], now=NOW)
    assert len(verification.do_to_all(db, ids, "verify", shown=shown, by=people["chen"], now=NOW)) == 2
