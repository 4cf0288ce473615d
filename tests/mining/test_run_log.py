"""The log of a run: what it did when, of bounded size."""

import pytest

from kb.access import OPERATOR
from mining import run_log, runs

ARGS = {"min_support": 1, "min_confidence": 0.5, "max_length": None, "batches": None}


def texts(db, run_id):
    return [line.text % line.values for line in run_log.of_run(db, run_id)]


def test_a_log_ends_with_a_word_that_no_more_is_kept(db, people, now):
    run_id = runs.queue(db, kind="rules", args=ARGS, by=people["lin"], now=now)
    for number in range(run_log.MOST + 50):
        run_log.write(db, run_id, "line %(number)d", {"number": number}, now=now)
    kept = texts(db, run_id)
    assert (len(kept), kept[0], kept[-2:]) == (run_log.MOST, "line 0", ["line 198", "No more lines are kept."])


def test_what_befalls_a_run_stands_in_its_log(db, people, now):
    run_id = runs.queue(db, kind="rules", args=ARGS, by=people["lin"], now=now)
    runs.claim(db, "lease", now=now, is_abandoned=lambda *_: False)
    runs.give_back(db, run_id, "lease", counts=True)
    runs.claim(db, "lease", now=now, is_abandoned=lambda *_: False)
    runs.request_cancel(db, run_id, by=OPERATOR, now=now)
    runs.cancelled(db, run_id, "lease", now=now)
    assert texts(db, run_id) == [
        "Begun, attempt 1.", "Begun, attempt 2.", "It is to be cancelled.", "Cancelled. Nothing was written.",
    ]  # fmt: skip


def test_who_lost_a_run_to_another_worker_writes_no_line_into_its_log(db, people, now):
    run_id = runs.queue(db, kind="rules", args=ARGS, by=people["lin"], now=now)
    runs.claim(db, "lost", now=now, is_abandoned=lambda *_: False)
    runs.claim(db, "taken", now=now, is_abandoned=lambda *_: True)
    with pytest.raises(runs.LeaseLost):
        runs.note(db, run_id, "lost", "It read much.", now=now)
    assert texts(db, run_id) == ["Begun, attempt 1.", "Begun, attempt 2."]
