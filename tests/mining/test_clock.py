"""A clock set back while a run works: nothing is taken over or done twice, and no time below nothing is told."""

from kb.access import OPERATOR
from mining import leases, pace, runs

ARGS = {"min_support": 1, "min_confidence": 0.5, "max_length": None, "batches": None}
BEFORE, LATER = "2026-11-30T08:00:00.000000Z", "2026-11-30T10:00:00.000000Z"


def test_a_run_goes_on_and_ends_whatever_the_clock_says(db, people):
    run_id = runs.queue(db, kind="rules", args=ARGS, by=people["lin"], now=LATER)
    watch, mine = leases.Watch(), leases.new()
    assert runs.claim(db, mine, now=LATER, is_abandoned=watch.is_abandoned) == run_id
    runs.progress(db, run_id, mine, stage="Mining", done=50, total=100)

    # Two hours back: another worker asks, and ours beats on.
    assert runs.claim(db, leases.new(), now=BEFORE, is_abandoned=watch.is_abandoned) is None
    assert runs.beat(db, run_id, mine, now=BEFORE) is False
    assert pace.seconds_left(runs.get(db, run_id, reader=OPERATOR), now=BEFORE) is None
    runs.finish(db, run_id, mine, {"rules": 0}, now=BEFORE)

    run = runs.get(db, run_id, reader=OPERATOR)
    assert (run.state, run.attempts, pace.took(run)) == ("done", 1, None)
    assert runs.claim(db, leases.new(), now=LATER, is_abandoned=watch.is_abandoned) is None
