"""What is done to very many notes: in parts, as one deed, whether or not its worker is killed."""

import pytest

from kb import (
    approval_rules,
    bulk,
    customer_import,
    customers,
    deeds,
    duties,
    imported,
    notes,
    source_import,
    sources,
    topic_import,
    topics,
    verification,
)
from kb.access import OPERATOR
from kb.deeds import ChangedSince
from kb.errors import Conflict, Invalid, NotFound
from kb.note_details import Details
from kb.note_import import Defaults, add_all
from kb.note_rows import state
from mining import jobs, leases, note_deeds, runs

MANY = 450
DEFAULTS = Defaults("from", topic_names=("评价",), details=Details(channel="网店", experience="complaint"))
LATER = "2026-12-24T08:00:00.000000Z"


class Killed(BaseException):
    """What no handler of ours catches, as a kill."""


@pytest.fixture
def many(db, people, now):
    """The ids of many notes of chen."""
    rows = [(n, {"body": f"第 {n} 条"}) for n in range(MANY)]
    return add_all(db, rows, DEFAULTS, by=people["chen"], now="2026-01-01T00:00:00.000000Z")["ids"]


@pytest.fixture
def work(db, home, now):
    """Return a function that does what a worker finds to do, in this process, and returns the run."""

    def call():
        lease = leases.new()
        run_id = runs.claim(db, lease, now=now, is_abandoned=lambda *_: True)
        jobs.work(db, home, run_id, lease)
        return runs.get(db, run_id, reader=OPERATOR)

    return call


def asked(db, people, ids, now, kind="add_topics", value=("胶圈",), reason=""):
    act = bulk.checked(kind, value)
    digest = bulk.plan(db, act, ids, by=people["chen"]).digest
    return note_deeds.queue(db, act, ids, digest=digest, by=people["chen"], now=now, reason=reason)


TABLES = {
    "customer": (customer_import.add_all, lambda n: {"name": f"客户{n}", "number": str(n)}, customers.listing),
    "topic": (topic_import.take_in, lambda n: {"name": f"主题{n}", "aliases": [f"别名{n}"]}, topics.listing),
    "source": (
        source_import.take_in,
        lambda n: {"name": f"资料{n // 2}", "kind": "文件", "place": f"{n} 号柜", "topics": ["密封"]},
        sources.listing,
    ),
}


@pytest.mark.parametrize("noun", TABLES)
def test_what_else_was_imported_goes_back_in_parts_and_after_a_kill_each_thing_once(
    db, people, work, now, noun, monkeypatch
):
    take_in, row, listing = TABLES[noun]
    seq = take_in(db, [(n, row(n)) for n in range(1, 8)], by=people["wang"], now=now)["seq"]
    kind, wang = note_deeds.IMPORTS[noun], people["wang"]
    before = [each.name for each in names(db, listing, wang)]
    real, parts = imported.undo_part, []

    def undo_part(db, seqs, *given, **named):
        if parts == [3]:
            parts.append("killed")
            raise Killed
        parts.append(len(seqs))
        return real(db, seqs, *given, **named)

    monkeypatch.setattr(imported, "undo_part", undo_part)
    monkeypatch.setattr(note_deeds, "_PART", 3)
    ready = imported.agreed(db, seq, kind, by=wang, leave_changed=False)
    note_deeds.queue_undo(db, ready, kind, by=wang, now=LATER)
    with pytest.raises(Killed):
        work()
    run = work()
    assert run.result == {"changed": len(ready), "same": 0, "refused": 0, "why": []}
    assert names(db, listing, wang) == []
    undone, count = deeds.newest(db, note_deeds.did(run.args), by=wang, at=LATER)
    assert count == len(ready) == len(before)
    imported.undo(db, undone, kind, by=wang, now=LATER.replace("24", "25"))
    assert [each.name for each in names(db, listing, wang)] == before


def names(db, listing, reader):
    found = listing(db, reader=reader)
    return [each for each in (found[0] if isinstance(found, tuple) else found) if each.name != "密封"]


def states(db, ids):
    found = [state(note) for note in notes.of_ids(db, ids, reader=OPERATOR)]
    return [{name: value for name, value in each.items() if name != "version"} for each in found]


def test_very_many_are_changed_as_one_deed_and_go_back_as_one(db, people, many, work, now, a_note):
    others = a_note(title="别人的", by=people["wang"]).id
    before = states(db, many)
    asked(db, people, [*many, others], now)
    run = work()
    assert run.state == "done"
    assert {name: run.result[name] for name in ("changed", "same", "refused")} == {
        "changed": MANY, "same": 0, "refused": 1,
    }  # fmt: skip
    assert [note_id for note_id, _ in run.result["why"]] == [others]
    assert run.args.keys() == {"act", "count", "at"}
    seq, count = deeds.newest(db, "note.classify", by=people["chen"], at=now)
    assert count == MANY
    ready = deeds.agreed(db, seq, by=people["chen"], leave_changed=False)
    note_deeds.queue_undo(db, ready, by=people["chen"], now=LATER)
    assert work().result["changed"] == MANY
    assert states(db, many) == before
    assert list(duties.wrong(db, limit=5)) == []


@pytest.mark.parametrize("is_queued", [False, True])
def test_what_is_proposed_after_it_was_asked_for_keeps_its_note_out_of_the_archive(
    db, people, many, work, now, is_queued
):
    chen, ids = people["chen"], many[:3]
    approval_rules.arrange(db, chen.department_id, ["from"], by=people["wang"], now=now)
    _propose(db, ids[0], chen, now)
    if is_queued:
        note_deeds.queue_queued(db, "archive", ids, by=chen, now=now, reason="过时")
    else:
        asked(db, people, ids, now, kind="archive", value=None, reason="过时")
    _propose(db, ids[1], chen, LATER)
    why = dict(work().result["why"])
    assert why.keys() == {ids[1]}
    assert why[ids[1]]["template"] == "A change of it was proposed since it was asked for."
    assert [each.archived for each in notes.of_ids(db, ids, reader=OPERATOR)] == [1, 0, 1]


def _propose(db, note_id, by, now):
    note = notes.get(db, note_id, reader=by)
    fields = {name: getattr(note, name) for name in ("title", "summary", "dimension", "readers", "version")}
    told = {"topic_names": ["评价"], "details": note.details(), "by": by, "now": now}
    notes.edit(db, note_id, **fields, body="改过", **told)


def test_a_killed_one_goes_on_and_changes_each_note_once(db, people, many, work, now, monkeypatch):
    real, told = bulk.apply_part, [0]

    def apply_part(*given, **named):
        told[0] += 1
        done = real(*given, **named)
        if told[0] == 2:
            raise Killed
        return done

    asked(db, people, many, now)
    monkeypatch.setattr(bulk, "apply_part", apply_part)
    with pytest.raises(Killed):
        work()
    monkeypatch.setattr(bulk, "apply_part", real)
    run = work()
    assert run.result == {"changed": MANY, "same": 0, "refused": 0, "why": []}
    # What is left is what the time left is guessed from.
    assert 0 < run.total < MANY
    assert {note.version for note in notes.of_ids(db, many, reader=OPERATOR)} == {2}
    assert deeds.newest(db, "note.classify", by=people["chen"], at=now)[1] == MANY


def test_what_else_was_done_at_the_same_instant_is_none_of_the_deed(db, people, work, now, a_note):
    mine, gone = (a_note(title=f"第 {number} 条", now=now) for number in range(2))
    notes.archive(db, gone.id, by=people["chen"], now=now)
    asked(db, people, [mine.id], now)
    run = work()
    assert run.result["changed"] == 1
    assert deeds.newest(db, note_deeds.did(run.args), by=people["chen"], at=now)[1] == 1


def test_what_was_stopped_goes_on_as_the_same_deed_and_is_the_owners_alone(db, people, many, work, now):
    run_id = asked(db, people, many, now)
    runs.request_cancel(db, run_id, by=people["chen"], now=now)
    again = note_deeds.go_on(db, run_id, by=people["chen"], now=LATER)
    assert again != run_id
    assert note_deeds.go_on(db, again, by=people["chen"], now=LATER) == again
    with pytest.raises(NotFound):
        note_deeds.go_on(db, again, by=people["li"], now=LATER)
    assert work().result["changed"] == MANY
    assert deeds.newest(db, "note.classify", by=people["chen"], at=now)[1] == MANY
    assert runs.going(db, reader=people["chen"]) == []


def test_what_changed_since_is_told_before_and_left_as_it_is(db, people, many, work, now):
    asked(db, people, many, now)
    work()
    notes.archive(db, many[3], by=people["chen"], now=LATER)
    seq, _ = deeds.newest(db, "note.classify", by=people["chen"], at=now)
    with pytest.raises(ChangedSince):
        deeds.agreed(db, seq, by=people["chen"], leave_changed=False)
    ready = deeds.agreed(db, seq, by=people["chen"], leave_changed=True)
    note_deeds.queue_undo(db, ready, by=people["chen"], now=LATER.replace("24", "25"))
    notes.archive(db, many[7], by=people["chen"], now=LATER)
    assert work().result["changed"] == MANY - 2
    assert [topic["name"] for topic in notes.get(db, many[7], reader=OPERATOR).topics] == ["评价", "胶圈"]


def test_what_was_looked_at_must_still_hold_when_it_is_asked_for(db, people, many, now):
    act = bulk.checked("archive", None)
    with pytest.raises(Conflict):
        note_deeds.queue(db, act, many, digest="x", by=people["chen"], now=now, reason="")
    assert db["run"].count == 0


def test_very_many_of_the_queue_are_verified_as_one_deed(db, people, many, work, now, a_note, monkeypatch):
    real, parts = verification.do_to_part, []
    monkeypatch.setattr(
        verification,
        "do_to_part",
        lambda db, ids, *given, **named: parts.append(len(ids)) or real(db, ids, *given, **named),
    )
    before = states(db, many)
    others = a_note(title="别人的", by=people["wang"]).id
    note_deeds.queue_queued(db, "verify", [*many, others], by=people["chen"], now=LATER, reason="")
    result = work().result
    assert parts == [200, 200, 51]
    assert ([note_id for note_id, _ in result.pop("why")], result) == ([others], {
        "changed": MANY, "same": 0, "refused": 1,
    })  # fmt: skip
    assert all(note.verified_at == LATER for note in notes.of_ids(db, many, reader=OPERATOR))
    assert list(duties.wrong(db, limit=5)) == []
    seq, _ = deeds.newest(db, "note.verify", by=people["chen"], at=LATER)
    note_deeds.queue_undo(db, deeds.agreed(db, seq, by=people["chen"], leave_changed=False), by=people["chen"], now=now)
    assert work().result["changed"] == MANY
    assert states(db, many) == before


def test_a_note_others_began_to_build_on_is_not_archived_by_a_deed_without_reason(db, people, work, now, a_note):
    ids = [a_note(title=title).id for title in "甲乙"]
    note_deeds.queue_queued(db, "archive", ids, by=people["chen"], now=LATER, reason="")
    db["note"].update(ids[0], {"maturity": "explicit"})
    result = work().result
    assert [(note_id, why["field"]) for note_id, why in result["why"]] == [(ids[0], "reason")]
    assert [note.archived for note in notes.of_ids(db, ids, reader=OPERATOR)] == [0, 1]
    with pytest.raises(Invalid, match="why do you archive"):
        note_deeds.queue_queued(db, "archive", [ids[0]], by=people["chen"], now=LATER, reason="")
