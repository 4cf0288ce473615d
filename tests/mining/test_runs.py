import subprocess
import sys

import pytest

from kb import feed
from kb.access import OPERATOR
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.store import writing
from mining import findings, leases, question, runs

RULE = {"antecedent": ["a"], "consequent": ["b"], "count": 1, "confidence": 0.5, "base_rate": 0.25, "lift": 2.0,
        "q_value": 0.5}  # fmt: skip
ARGS = {"min_support": 0.1, "min_confidence": 0.5, "max_length": None, "batches": None}


@pytest.fixture
def queued(db, people, now):
    """Return a function that puts a run for rules in line."""
    return lambda login="lin": runs.queue(db, kind="rules", args=ARGS, by=people[login], now=now)


def claim(db, now, lease="mine", is_abandoned=lambda *_: False):
    return runs.claim(db, lease, now=now, is_abandoned=is_abandoned)


def state(db, run_id):
    return runs.get(db, run_id, reader=OPERATOR).state


@pytest.mark.parametrize(
    ("typed", "args"),
    [
        (("1%", "25%", "3"), (0.01, 0.25, 3)),
        (("20", "0.5", ""), (20, 0.5, None)),
        (("１．５％", "100%", " 2 "), (0.015, 1.0, 2)),
        (("1", "0", ""), (1, 0.0, None)),
    ],
)
def test_what_a_person_types_becomes_what_the_miner_takes(typed, args):
    told = question.rules_args(min_support=typed[0], min_confidence=typed[1], max_length=typed[2])
    assert (told["min_support"], told["min_confidence"], told["max_length"]) == args
    assert isinstance(told["min_support"], type(args[0]))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("min_support", "0"), ("min_support", "-1"), ("min_support", "1.5"), ("min_support", "abc"),
        ("min_support", ""),
        ("min_confidence", "101%"), ("min_confidence", ""), ("max_length", "1"), ("max_length", "x"),
    ],
)  # fmt: skip
def test_what_the_miner_cannot_take_is_refused_by_its_field(field, value):
    typed = {"min_support": "1%", "min_confidence": "25%", "max_length": "3", field: value}
    with pytest.raises(Invalid) as refused:
        question.rules_args(**typed)
    assert refused.value.field == field
    assert refused.value.hint


def test_only_those_who_may_start_a_run_start_one(db, queued, people):
    with pytest.raises(Forbidden):
        queued("chen")
    with pytest.raises(Forbidden):
        runs.listing(db, reader=people["vera"])
    assert db["run"].count == 0


def test_runs_are_taken_in_order_and_each_once(db, queued, now):
    first, second = queued(), queued()
    assert [claim(db, now, "a"), claim(db, now, "b"), claim(db, now, "c")] == [first, second, None]


def test_a_run_whose_worker_is_gone_is_taken_over_and_the_old_one_publishes_nothing(db, queued, now):
    run_id = queued()
    claim(db, now, "old")

    assert claim(db, now, "new", is_abandoned=lambda lease, beat: lease == "old") == run_id

    for publish in (
        lambda: runs.finish(db, run_id, "old", {"rules": 0}, now=now),
        lambda: runs.progress(db, run_id, "old", stage="x", done=1, total=2),
        lambda: runs.beat(db, run_id, "old", now=now),
        lambda: runs.cancelled(db, run_id, "old", now=now),
    ):
        with pytest.raises(runs.LeaseLost):
            publish()
    runs.finish(db, run_id, "new", {"rules": 0}, now=now)
    assert state(db, run_id) == "done"


def test_a_run_that_kills_its_process_thrice_fails_with_a_sentence(db, queued, now):
    run_id = queued()
    for _ in range(3):
        assert claim(db, now, "x") == run_id
        runs.give_back(db, run_id, "x", counts=True)
    assert claim(db, now, "x") is None
    run = runs.get(db, run_id, reader=OPERATOR)
    assert run.state == "failed"
    assert "three times" in run.error.sentence()
    assert run.error.hint


def test_a_worker_that_is_stopped_gives_its_run_back_without_counting(db, queued, now):
    run_id = queued()
    for _ in range(5):
        assert claim(db, now, "x") == run_id
        runs.give_back(db, run_id, "x", counts=False)


def test_cancelling_stops_what_waits_at_once_and_what_works_when_its_worker_looks(db, queued, people, now):
    waiting, working = queued(), queued()
    runs.request_cancel(db, waiting, by=people["lin"], now=now)
    assert state(db, waiting) == "cancelled"
    assert claim(db, now) == working
    runs.request_cancel(db, working, by=people["lin"], now=now)
    assert runs.beat(db, working, "mine", now=now) is True
    runs.cancelled(db, working, "mine", now=now)
    assert state(db, working) == "cancelled"
    with pytest.raises(Conflict):
        runs.request_cancel(db, working, by=people["lin"], now=now)
    with pytest.raises(Forbidden):
        runs.request_cancel(db, queued(), by=people["chen"], now=now)


def test_a_cancelled_run_is_not_taken_over(db, queued, people, now):
    run_id = queued()
    claim(db, now)
    runs.request_cancel(db, run_id, by=people["lin"], now=now)
    assert claim(db, now, "next", is_abandoned=lambda *_: True) is None
    assert state(db, run_id) == "cancelled"


def test_what_a_run_was_asked_is_asked_again_as_another_run_once_it_is_over(db, queued, people, now):
    first = queued()
    with pytest.raises(Conflict, match="not over yet"):
        runs.again(db, first, by=people["lin"], now=now)
    runs.request_cancel(db, first, by=people["lin"], now=now)
    with pytest.raises(Forbidden):
        runs.again(db, first, by=people["chen"], now=now)
    second = runs.again(db, first, by=people["lin"], now=now, min_support=20)
    assert (state(db, first), state(db, second)) == ("cancelled", "queued")
    assert runs.get(db, second, reader=OPERATOR).args == {**ARGS, "min_support": 20}


def test_rules_and_the_end_of_a_run_are_published_together_or_not_at_all(db, queued, now):
    run_id = queued()
    claim(db, now)
    with pytest.raises(RuntimeError), writing(db):
        findings.add_rules(db, run_id, {"baskets": 1, "rules": [RULE]})
        runs.finish(db, run_id, "mine", {"rules": 1}, now=now)
        raise RuntimeError
    assert (state(db, run_id), db["finding"].count) == ("running", 0)


def test_a_refusal_comes_back_in_the_language_of_who_reads_it(db, queued, now):
    run_id = queued()
    claim(db, now)
    runs.fail(db, run_id, "mine", Invalid("Row %(row)d.", hint="Mend %(row)d.", row=7), now=now)
    error = runs.get(db, run_id, reader=OPERATOR).error
    assert error.sentence({"Row %(row)d.": "第 %(row)d 行。"}.get) == "第 7 行。"
    assert error.details()["hint"] == "Mend 7."


def test_every_step_that_people_see_is_in_the_feed(db, queued, people, now):
    run_id = queued()
    claim(db, now)
    runs.finish(db, run_id, "mine", {"rules": 0}, now=now)
    did = [(row["action"], row["member_id"]) for row in feed.changes(db, "run", run_id)]
    assert did == [("done", people["lin"].member_id), ("queue", people["lin"].member_id)]


def test_a_run_that_is_not_there_is_not_found(db):
    with pytest.raises(NotFound):
        runs.get(db, 5, reader=OPERATOR)


def test_a_lease_lives_as_long_as_its_process():
    mine = leases.new()
    assert leases.is_mine(mine)
    assert leases.holder_lives(mine) is True
    script = "from mining import leases; print(leases.new())"
    other = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.strip()
    assert leases.holder_lives(other) is False
    assert leases.holder_lives(other.replace(other.split(" ")[0], "another-machine")) is None


def test_a_beat_of_another_machine_counts_only_while_it_moves():
    clock = [0.0]
    watch = leases.Watch(clock=lambda: clock[0])
    far = "another-machine 1 1 abc"
    assert not watch.is_abandoned(far, "beat 1")
    clock[0] = 50
    assert not watch.is_abandoned(far, "beat 2")
    clock[0] = 109
    assert not watch.is_abandoned(far, "beat 2")
    clock[0] = 111
    assert watch.is_abandoned(far, "beat 2")
